//! On Kubernetes each worker wants a CPU and 4 GiB of memory, and an autoscaler that does not look at memory.

mod autoscaler;

use crate::document::Value;
use crate::plan::build::{shown, yaml_lines};
use crate::plan::{Area, Finding, Fix, Intent, Meta, NoParams, Safety, Severity};
use crate::project::{InForce, Installation, Place, Platform};

pub const META: Meta = Meta {
    id: "resources",
    title: "neither CPU nor memory is set for the pod",
    why: "without requests the scheduler packs pods onto full nodes, without a memory limit one pod can take a node down; LiteLLM's production page advises 1 CPU and 4Gi per worker as both",
    severity: Severity::Low,
    gap: "resources",
    files: "Helm values; of manifests only advice",
    versions: "all",
    settings: &["resources", "autoscaling_memory", "autoscaling_cpu"],
    weights: &[(Area::Reliability, 2), (Area::Latency, 1)],
    aliases: &[],
};

/// Memory for this many workers, in GiB: 4 for each.
fn gib(workers: u64) -> u64 {
    workers.saturating_mul(4)
}

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    if installation.platform() != Platform::Kubernetes {
        return Vec::new();
    }
    pod(installation)
        .into_iter()
        .chain(autoscaler::by_memory(installation))
        .chain(autoscaler::late(installation))
        .collect()
}

fn pod(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting("resources");
    let workers = installation.workers().number.unwrap_or(1);
    let wanted = advised(workers);
    let finding = |state, place: &Place| Finding::new(&META, "resources", state, place.clone());
    match &answer.in_force {
        InForce::Set { value: Value::Map(entries), place } if entries.is_empty() => {
            let finding = finding("empty", place);
            let Some(home) = answer.homes.first() else {
                return Some(by_hand(finding, installation, place, &wanted));
            };
            let set = vec![Intent::Set(home.clone(), Value::Map(wanted))];
            let title = format!("set requests and limits to {workers} CPU and {}Gi", gib(workers));
            let fix = Fix::new(installation, title, Safety::Review, set)
                .assuming(format!("{workers} worker{} in each pod, and nodes with that much to spare for every replica: without it pods stay pending", if workers == 1 { "" } else { "s" }));
            Some(finding.fix(fix))
        }
        InForce::Set { value: Value::Map(entries), place } => {
            let short = shortages(entries, workers);
            let title =
                format!("the pod has {}; {workers} CPU and {}Gi are advised", short.join(", "), gib(workers));
            (!short.is_empty())
                .then(|| by_hand(finding("short", place).title(title), installation, place, &wanted))
        }
        InForce::Unset | InForce::Set { value: Value::Null, .. } => {
            let container = || {
                let (file, doc, path) = installation.parts.containers.first()?;
                Some(Place::yaml(*file, *doc, path.clone()))
            };
            let place = answer.homes.first().cloned().or_else(container);
            // The gateway's values may leave to the chart what its default is: nothing is known of it here.
            let place = place?;
            Some(by_hand(finding("unset", &place), installation, &place, &wanted))
        }
        _ => None,
    }
}

fn by_hand(
    finding: Finding,
    installation: &Installation<'_>,
    place: &Place,
    wanted: &[(String, Value)],
) -> Finding {
    let lines = yaml_lines("resources", wanted);
    let goes = format!("the pod of LiteLLM in {}", installation.shown(place.file));
    finding.advice(
        "measure one pod under load first: it needs what it uses, and each worker about this much",
        lines,
        goes,
    )
}

/// `requests` and `limits` for this many workers.
fn advised(workers: u64) -> Vec<(String, Value)> {
    let amounts = vec![
        ("cpu".to_owned(), Value::Str(workers.to_string())),
        ("memory".to_owned(), Value::Str(format!("{}Gi", gib(workers)))),
    ];
    ["requests", "limits"].map(|kind| (kind.to_owned(), Value::Map(amounts.clone()))).to_vec()
}

/// What is missing or too small. A missing CPU limit is none: many leave it out, so that a pod may use what is free.
fn shortages(entries: &[(String, Value)], workers: u64) -> Vec<String> {
    let cpu = workers as f64;
    let memory = gib(workers) as f64 * 1_073_741_824.0;
    let mut short = Vec::new();
    for (kind, key, least) in [
        ("requests", "cpu", cpu),
        ("requests", "memory", memory),
        ("limits", "cpu", cpu),
        ("limits", "memory", memory),
    ] {
        let word = kind.trim_end_matches('s');
        let found = entry(entries, kind).and_then(|value| match value {
            Value::Map(amounts) => entry(amounts, key),
            _ => None,
        });
        match found {
            None if (kind, key) == ("limits", "cpu") => {}
            // Kubernetes takes the limit for the request where only that is written.
            None if kind == "requests" && has(entries, "limits", key) => {}
            None => short.push(format!("no {key} {word}")),
            Some(value) if quantity(value).is_some_and(|amount| amount < least) => {
                short.push(format!("a {key} {word} of {}", shown(value).trim_matches('"')));
            }
            Some(_) => {}
        }
    }
    short
}

fn entry<'v>(entries: &'v [(String, Value)], key: &str) -> Option<&'v Value> {
    entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

fn has(entries: &[(String, Value)], kind: &str, key: &str) -> bool {
    matches!(entry(entries, kind), Some(Value::Map(amounts)) if entry(amounts, key).is_some())
}

/// A Kubernetes quantity such as `500m` or `4Gi`; `None` if it is none.
fn quantity(value: &Value) -> Option<f64> {
    let text = match value {
        Value::Int(number) => number.to_string(),
        Value::Float(number) => return Some(*number),
        Value::Str(text) => text.trim().to_owned(),
        _ => return None,
    };
    const UNITS: [(&str, f64); 8] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("m", 0.001),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
    ];
    let (number, unit) = UNITS
        .iter()
        .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, *unit)))
        .unwrap_or((&text, 1.0));
    number.parse::<f64>().ok().map(|number| number * unit)
}

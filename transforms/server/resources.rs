//! On Kubernetes each worker wants a CPU and 4 GiB of memory, and an autoscaler that does not look at memory.

mod autoscaler;
mod compose;

use crate::document::Value;
use crate::plan::build::{shown, yaml_lines};
use crate::plan::{Area, Finding, Fix, Intent, Lines, Meta, NoParams, Safety, Severity};
use crate::project::{Effective, Installation, Place, Process, Runtime};

pub const META: Meta = Meta {
    id: "resources",
    title: "neither CPU nor memory is set for the pod",
    why: "without requests the scheduler packs pods onto full nodes, and without a memory limit one pod can take a node down; LiteLLM's production page advises 1 CPU and 4Gi per worker for both",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "resources",
    files: "Helm values, Kubernetes manifests; of compose files only advice",
    versions: "all",
    settings: &["resources", "autoscaling_memory", "autoscaling_cpu"],
    params: &[],
    weights: &[(Area::Reliability, 2), (Area::Latency, 1)],
    aliases: &[],
};

/// Memory for this many workers, in GiB: 4 for each.
fn gib(workers: u64) -> u64 {
    workers.saturating_mul(4)
}

const GIB: f64 = 1_073_741_824.0;
/// A memory limit below this for each worker is told: one that had answered three requests, without a database or callbacks, took 0.4 GiB
/// (1.110.2). Between this and what is advised, what an owner has measured is his choice.
const LEAST: f64 = GIB;

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    match installation.runtime() {
        Some(Runtime::Kubernetes) => pod(installation)
            .into_iter()
            .chain(autoscaler::by_memory(installation))
            .chain(autoscaler::late(installation))
            .collect(),
        Some(Runtime::Compose) => compose::small(installation),
        None => Vec::new(),
    }
}

fn pod(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting("resources");
    let workers = installation.workers().number.unwrap_or(1);
    // The componentized chart merges what stands there with amounts of its own.
    let merged = installation.parts.chart().is_some_and(|chart| chart.merges_resources);
    let finding = |state, place: &Place| Finding::new(&META, "resources", state, place.clone());
    match &answer.effective {
        Effective::Set { value: Value::Map(entries), .. } if entries.is_empty() && merged => None,
        Effective::Set { value: Value::Map(entries), place } if entries.is_empty() => {
            let finding = finding("empty", place);
            let expected = advised(&[], workers);
            let Some(home) = answer.homes.first() else {
                return Some(by_hand(finding, installation, place, &expected));
            };
            let set = vec![Intent::Set(home.clone(), Value::Map(expected))];
            let title = format!("set requests and limits to {workers} CPU and {}Gi", gib(workers));
            let fix = Fix::new(installation, title, Safety::Review, set)
                .assuming(format!("{workers} worker{} in each pod, and nodes with that much free for every replica: otherwise pods stay pending", if workers == 1 { "" } else { "s" }));
            Some(finding.fix(fix))
        }
        Effective::Set { value: Value::Map(entries), place } => {
            let title = wanting(entries, workers, merged)?;
            let expected = advised(entries, workers);
            Some(by_hand(finding("short", place).title(title), installation, place, &expected))
        }
        Effective::Unset | Effective::Set { value: Value::Null, .. } => {
            let container = || installation.parts.containers().next().map(Process::place);
            let place = answer.homes.first().cloned().or_else(container);
            // The gateway's values may leave to the chart what its default is: nothing is known of it here.
            let place = place?;
            Some(by_hand(finding("unset", &place), installation, &place, &advised(&[], workers)))
        }
        _ => None,
    }
}

fn by_hand(
    finding: Finding,
    installation: &Installation<'_>,
    place: &Place,
    expected: &[(String, Value)],
) -> Finding {
    let lines = yaml_lines("resources", expected);
    let goes = format!("the pod of LiteLLM in {}", installation.shown(place.file));
    finding
        .advice("measure one pod under load first; LiteLLM advises 1 CPU and 4 GiB for each worker")
        .lines(Lines::new(lines, goes))
}

/// `requests` and `limits` for this many workers: what stands there already is kept where it is more, or cannot be read.
fn advised(entries: &[(String, Value)], workers: u64) -> Vec<(String, Value)> {
    let least = [
        ("cpu", workers as f64, Value::Str(workers.to_string())),
        ("memory", gib(workers) as f64 * GIB, Value::Str(format!("{}Gi", gib(workers)))),
    ];
    let amounts = |kind: &str| {
        let standing = match entry(entries, kind) {
            Some(Value::Map(standing)) => standing.clone(),
            _ => Vec::new(),
        };
        let mut amounts = standing.clone();
        amounts.retain(|(name, _)| !least.iter().any(|(key, ..)| key == name));
        let chosen = least.iter().filter_map(|(key, amount, advised)| match entry(&standing, key) {
            Some(value) if quantity(value).is_none_or(|found| found >= *amount) => {
                Some(((*key).to_owned(), value.clone()))
            }
            // Many leave out the CPU limit, so that a pod may use what is free.
            None if !entries.is_empty() && (kind, *key) == ("limits", "cpu") => None,
            _ => Some(((*key).to_owned(), advised.clone())),
        });
        let mut all: Vec<(String, Value)> = chosen.collect();
        all.append(&mut amounts);
        Value::Map(all)
    };
    ["requests", "limits"].map(|kind| (kind.to_owned(), amounts(kind))).to_vec()
}

/// What somebody has to act on: no memory limit or request at all, or a limit that a worker alone fills.
fn wanting(entries: &[(String, Value)], workers: u64, merged: bool) -> Option<String> {
    let memory = |kind| match entry(entries, kind) {
        Some(Value::Map(amounts)) => entry(amounts, "memory"),
        _ => None,
    };
    match (memory("limits"), memory("requests")) {
        (Some(limit), _) if quantity(limit).is_some_and(|limit| limit < LEAST * workers as f64) => {
            let limit = shown(limit).replace('"', "");
            Some(format!(
                "a memory limit of {limit} for {}: it is killed when it needs more; {}Gi are advised",
                worded(workers),
                gib(workers)
            ))
        }
        (None, None) if !merged => Some("the pod has neither a request nor a limit for memory".into()),
        _ => None,
    }
}

/// So many workers, in words.
fn worded(workers: u64) -> String {
    if workers == 1 { "one worker".into() } else { format!("{workers} workers") }
}

fn entry<'v>(entries: &'v [(String, Value)], key: &str) -> Option<&'v Value> {
    entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
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

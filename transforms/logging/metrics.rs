//! Prometheus gets nothing from LiteLLM unless it is a callback in a list, and since 1.85 nothing without a key either.

use crate::document::Value;
use crate::plan::build::{cannot_tell, ineffective_places, section_lines, shown, variable_lines};
use crate::plan::{
    Advice, Area, Finding, Fix, Intent, Meta, NoParams, Recommended, Remedy, Safety, Severity,
};
use crate::project::{Effective, Installation, Place, Version, Why};

use super::service_callbacks::{PACKAGE, prometheus};

mod scrape;

pub use scrape::monitor;

pub const META: Meta = Meta {
    id: "metrics",
    title: "Prometheus gets no metrics",
    why: "without metrics nobody sees latency, errors or spend by model until users complain",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "metrics",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; /metrics requires a key since 1.85",
    settings: &[
        "require_auth_for_metrics_endpoint",
        "prometheus_metrics_port",
        "metrics_server",
        "service_monitor",
        "service_monitor_auth",
    ],
    params: &[],
    weights: &[(Area::Observability, 3)],
    aliases: &[],
};

const SECTION: &str = "litellm_settings";
const CALLBACK: &str = "prometheus";
const NEVER: &str = "enable_metrics";
/// A release of which it is known that it makes the directory for several workers by itself; 1.80.15 does not.
const SHARES: Version = Version(1, 106, 2);

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let mut findings = never_existed(installation);
    for name in META.settings {
        let answer = installation.setting(name);
        findings.extend(
            ineffective_places(installation, &META, &answer)
                .into_iter()
                .map(|one| unopened(installation, one)),
        );
    }
    let bare: Vec<Finding> =
        ["callbacks", "success_callback"].iter().filter_map(|name| bare_text(installation, name)).collect();
    if bare.is_empty() {
        match prometheus(installation) {
            Some(callback) => {
                findings.extend(scrape::without_a_key(installation));
                findings.extend(several_workers(installation, callback));
            }
            None => findings.extend(unserved(installation)),
        }
    }
    findings.extend(bare);
    findings.extend(no_boolean(installation));
    findings
}

/// `enable_metrics`, a key that no release of LiteLLM reads.
fn never_existed(installation: &Installation<'_>) -> Vec<Finding> {
    let found = installation.standing(NEVER).into_iter().map(|place| {
        let remove = vec![Intent::Remove { place: place.clone(), comments: true }];
        Finding::new(&META, NEVER, "never_existed", place)
            .title(format!("`{NEVER}` has no effect: no release of LiteLLM reads it"))
            .why("metrics come from `callbacks: [\"prometheus\"]` under `litellm_settings`")
            .severity(Severity::Low)
            .fix(Fix::new(installation, format!("remove `{NEVER}`"), Safety::Review, remove))
    });
    found.collect()
}

/// A callback as a bare text, which LiteLLM does not take for a list of one.
fn bare_text(installation: &Installation<'_>, name: &str) -> Option<Finding> {
    let answer = installation.setting(name);
    let place = answer.place().filter(|_| answer.value().and_then(Value::as_str) == Some(CALLBACK))?;
    let finding = Finding::new(&META, name, "bare_text", place.clone())
        .title(format!("`{name}` is the text \"{CALLBACK}\", not a list"));
    let finding = if name == "callbacks" {
        finding
            .severity(Severity::Critical)
            .why("LiteLLM reads a text as the path of a Python object: the configuration fails to load")
    } else {
        finding.why("LiteLLM reads each letter of the text as a name, so /metrics is not served")
    };
    let list = Recommended::new(installation, &answer, Value::Seq(vec![CALLBACK.into()]));
    Some(list.mend(finding, Safety::Review, |fix| fix.assuming(PACKAGE)))
}

/// Something that wants `/metrics` where nothing mounts it.
fn unserved(installation: &Installation<'_>) -> Option<Finding> {
    let expected = scrape::monitor(installation)
        .map(|place| (place, "the ServiceMonitor scrapes /metrics"))
        .or_else(|| {
            Some((
                scrape::system(installation)?,
                "a service callback records metrics, but does not serve /metrics",
            ))
        })?;
    let answer = installation.setting("callbacks");
    let elsewhere = |one: &crate::project::Ineffective| {
        one.why != Why::CommentedOut
            && Installation::texts(&one.value).is_some_and(|names| names.iter().any(|name| name == CALLBACK))
    };
    if answer.ineffective.iter().any(elsewhere) {
        // What moves or renames that one brings the metrics.
        return None;
    }
    let value = Value::Seq(vec![CALLBACK.into()]);
    let lines = section_lines(installation, SECTION, &[("callbacks".into(), value.clone())]);
    if let Some(hidden) = cannot_tell(&META, installation, &answer, lines.clone()) {
        return Some(hidden);
    }
    if answer.unseen.is_some() {
        return None;
    }
    let intent = match (&answer.effective, answer.homes.first()) {
        (Effective::Unset | Effective::Set { value: Value::Null, .. }, Some(home)) => {
            Some(Intent::Set(home.clone(), value))
        }
        (Effective::Set { value: Value::Seq(_), .. }, Some(home)) => {
            Some(Intent::Append(home.clone(), CALLBACK.into()))
        }
        _ => None,
    };
    let place =
        answer.place().or(answer.homes.first()).cloned().unwrap_or_else(|| installation.config_place());
    let mut finding = Finding::new(&META, "callbacks", "unserved", place)
        .title(format!("nothing serves /metrics: `{CALLBACK}` is not in callbacks"))
        .mention_comments(&answer);
    finding.related.push((expected.0, expected.1.to_owned()));
    Some(match intent {
        Some(intent) => {
            let title = format!("add {CALLBACK} to the callbacks");
            finding.fix(Fix::new(installation, title, Safety::Review, vec![intent]).assuming(PACKAGE))
        }
        None => finding.advice("add it by hand to the existing value").lines(lines),
    })
}

/// Several workers that each count for themselves.
fn several_workers(installation: &Installation<'_>, callback: Place) -> Option<Finding> {
    const VARIABLE: &str = "PROMETHEUS_MULTIPROC_DIR";
    let workers = installation.workers();
    let number = workers.number.filter(|number| *number > 1)?;
    if installation.running().surely_since(SHARES) || !installation.variables(VARIABLE).is_empty() {
        return None;
    }
    let sign = workers.sign?;
    let mut finding = Finding::new(&META, "num_workers", "several_workers", sign.place)
        .title(format!("each scrape of /metrics sees one of {number} workers: they count separately"))
        .why("counters jump between scrapes, and rates are wrong")
        .advice(format!("give the process a writable directory that is empty at its start; LiteLLM {SHARES} creates one itself, 1.80.15 does not")).lines(variable_lines(installation, VARIABLE, "/tmp/prometheus"));
    finding.related.push((callback, "Prometheus is in use".into()));
    Some(finding)
}

/// A move or rename that would open `/metrics` to everyone is only told.
fn unopened(installation: &Installation<'_>, mut finding: Finding) -> Finding {
    let opens = finding.setting == "require_auth_for_metrics_endpoint"
        && installation.value_at(&finding.place) != Some(Value::Bool(true));
    if opens && matches!(finding.remedy, Remedy::Fix(_)) {
        let text = "remove it, and give the scraper a key; where LiteLLM reads it, it would open /metrics to everyone who can reach the proxy";
        finding.remedy = Remedy::Advice(Advice { text: text.into(), ..Advice::default() });
    }
    finding
}

/// `require_auth_for_metrics_endpoint` with anything but a boolean: every release goes by its default then.
fn no_boolean(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting("require_auth_for_metrics_endpoint");
    let (value, place) = (answer.value()?, answer.place()?);
    if matches!(value, Value::Bool(_) | Value::Null) {
        return None;
    }
    let title = format!(
        "`{}` is {}, which has no effect: only a real boolean counts",
        answer.setting.name,
        shown(value)
    );
    let since = scrape::WANTS_A_KEY;
    let finding = Finding::new(&META, answer.setting.name, "wrong_type", place.clone()).title(title);
    Some(
        finding
            .why(format!("the default applies: since {since} /metrics needs a key, before that it is open"))
            .advice("remove it and give the scraper a key, or write a real boolean"),
    )
}

//! Prometheus gets nothing from LiteLLM unless it is a callback in a list, and since 1.85 nothing without a key either.

use crate::plan::build::{ineffective_places, variable_lines};
use crate::plan::{Area, Finding, Fix, Intent, Meta, NoParams, Safety, Severity};
use crate::project::{Installation, Place, Version};

use super::service_callbacks::prometheus;

mod auth;
mod callback;
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

const CALLBACK: &str = "prometheus";
const NEVER: &str = "enable_metrics";
/// A release of which it is known that it makes the directory for several workers by itself; 1.80.15 does not.
const SHARES: Version = Version(1, 106, 2);

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let mut findings = never_existed(installation);
    for name in META.settings {
        let ineffective = ineffective_places(installation, &META, &installation.setting(name));
        findings.extend(ineffective.into_iter().map(|one| auth::unopened(installation, one)));
    }
    let bare: Vec<Finding> = ["callbacks", "success_callback"]
        .iter()
        .filter_map(|name| callback::bare_text(installation, name))
        .collect();
    if bare.is_empty() {
        match prometheus(installation) {
            Some(callback) => {
                findings.extend(scrape::without_a_key(installation));
                findings.extend(several_workers(installation, callback));
            }
            None => findings.extend(callback::unserved(installation)),
        }
    }
    findings.extend(bare);
    findings.extend(auth::no_boolean(installation));
    findings
}

/// `enable_metrics`, a key that no release of LiteLLM reads.
fn never_existed(installation: &Installation<'_>) -> Vec<Finding> {
    let found = installation.standing(NEVER).into_iter().map(|place| {
        let remove = vec![Intent::remove(place.clone())];
        Finding::new(&META, NEVER, "never_existed", place)
            .title(format!("`{NEVER}` has no effect: no release of LiteLLM reads it"))
            .why("metrics come from `callbacks: [\"prometheus\"]` under `litellm_settings`")
            .severity(Severity::Low)
            .fix(Fix::new(installation, format!("remove `{NEVER}`"), Safety::Review, remove))
    });
    found.collect()
}

/// Several workers that each count for themselves.
fn several_workers(installation: &Installation<'_>, callback: Place) -> Option<Finding> {
    const VARIABLE: &str = "PROMETHEUS_MULTIPROC_DIR";
    let workers = installation.workers();
    let number = workers.number.filter(|number| *number > 1)?;
    if installation.running().surely_since(SHARES) || !installation.variables(VARIABLE).is_empty() {
        return None;
    }
    let finding = Finding::new(&META, "num_workers", "several_workers", workers.sign?.place)
        .title(format!("each scrape of /metrics sees one of {number} workers: they count separately"))
        .why("counters jump between scrapes, and rates are wrong")
        .advice(format!("give the process a writable directory that is empty at its start; LiteLLM {SHARES} creates one itself, 1.80.15 does not"))
        .lines(variable_lines(installation, VARIABLE, "/tmp/prometheus"));
    Some(finding.see(callback, "Prometheus is in use"))
}

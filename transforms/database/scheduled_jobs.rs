//! Jobs that every instance runs at the same moment against the database: their spread switched off, or the reload made frequent.

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Count, Installation, seconds};

pub const META: Meta = Meta {
    id: "scheduled_jobs",
    title: "the scheduled jobs of all instances query the database at the same moment",
    why: "these bursts compete with requests for pool connections",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "scheduled jobs",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "the spread since 1.98, the interval since 1.95",
    settings: &["scheduled_job_stagger", "proxy_config_reload_interval_seconds"],
    params: &[],
    weights: &[(Area::Throughput, 1)],
    aliases: &[],
};

const STAGGER: &str = "scheduled_job_stagger";
const RELOAD: &str = "proxy_config_reload_interval_seconds";
/// LiteLLM's default, and the value of its production page.
const SECONDS: f64 = 30.0;

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let (stagger, reload) = (installation.setting(STAGGER), installation.setting(RELOAD));
    let mut findings = ineffective_places(installation, &META, &stagger);
    findings.extend(ineffective_places(installation, &META, &reload));
    let Some(several) = several(installation) else { return findings };
    if let (Some(place), Some(Value::Map(entries))) = (stagger.place(), stagger.value())
        && entries.iter().any(|(key, value)| key == "enabled" && *value == Value::Bool(false))
    {
        let finding = Finding::new(&META, STAGGER, "off", place.clone())
            .title(format!(
                "the scheduled jobs of {several} query the database at the same moment: `{STAGGER}` is off"
            ))
            .advice("remove it: LiteLLM spreads them by default");
        findings.push(finding);
    }
    let stored = installation.stored_in_database();
    let interval = reload.value().and_then(seconds).filter(|interval| *interval < SECONDS);
    if let (Some(place), Some(_), Some(stored), Some(value)) =
        (reload.place(), interval, stored, reload.value())
    {
        let finding = Finding::new(&META, RELOAD, "short", place.clone())
            .title(format!("each of {several} reads the stored configuration every {} seconds", shown(value)))
            .advice("use 30, the default, unless changes must arrive sooner")
            .see(stored, "settings are stored in the database");
        findings.push(finding);
    }
    findings
}

/// The processes that run at once, in words, if they are more than one.
fn several(installation: &Installation<'_>) -> Option<String> {
    let known = |count: Count| count.number;
    let instances = known(installation.instances())?;
    let workers = known(installation.workers()).unwrap_or(1);
    (instances > 1 || workers > 1)
        .then(|| if instances > 1 { format!("{instances} instances") } else { format!("{workers} workers") })
}

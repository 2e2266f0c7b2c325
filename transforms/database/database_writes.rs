//! What the proxy writes to its database for each request and each error, and what it does not.

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Area, Finding, Meta, NoParams, Remedy, Severity};
use crate::project::Installation;
use crate::project::settings::hazard;

mod buffer;
mod duration;
mod period;
mod prompts;
mod retention;
mod switches;

pub const META: Meta = Meta {
    id: "database_writes",
    title: "settings of the spend logs do not do what they say",
    why: "the spend log table grows with every request, and while a provider is down each failed request adds to the load",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "database write load",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &[
        "disable_spend_logs",
        "disable_error_logs",
        "disable_spend_updates",
        "store_prompts_in_spend_logs",
        "maximum_spend_logs_retention_period",
    ],
    params: &[],
    weights: &[(Area::Throughput, 2), (Area::Reliability, 2), (Area::Security, 1)],
    aliases: &[],
};

const LOGS: &str = "disable_spend_logs";
const ERRORS: &str = "disable_error_logs";
const UPDATES: &str = "disable_spend_updates";
const RETENTION: &str = "maximum_spend_logs_retention_period";
const PROMPTS: &str = "store_prompts_in_spend_logs";
const SECTION: &str = "general_settings";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in META.settings {
        let answer = installation.setting(name);
        findings.extend(
            ineffective_places(installation, &META, &answer).into_iter().map(|one| tamed(installation, one)),
        );
    }
    let Some(database) = installation.database() else { return findings };
    findings.extend(switches::spend_logs(installation));
    findings.extend(switches::spend_updates(installation));
    let moved = |name: &str, findings: &[Finding]| {
        findings.iter().any(|one| one.setting == name && matches!(one.remedy, Remedy::Fix(_)))
    };
    if !moved(ERRORS, &findings) {
        findings.extend(switches::error_logs(installation, &database));
    }
    if !moved(RETENTION, &findings) {
        findings.extend(prompts::kept_forever(installation, &database));
    }
    findings.extend(retention::periods(installation, &database));
    findings.extend(buffer::many_instances(installation, &database));
    findings
}

/// What a move or rename would activate is not activated here if it is a hazard, or no boolean where only booleans count.
fn tamed(installation: &Installation<'_>, finding: Finding) -> Finding {
    if !matches!(finding.remedy, Remedy::Fix(_)) {
        return finding;
    }
    let value = installation.value_at(&finding.place);
    if finding.setting == RETENTION {
        return retention::moved(finding, value.as_ref());
    }
    if let Some(reason) = hazard::of(&finding.setting) {
        let text = format!("remove it here, or move it if you want its effect: {reason}");
        return finding.advice(text);
    }
    match value {
        Some(value @ Value::Str(_)) => {
            let text = format!(
                "remove it here, or set it there as a real boolean: {} would not count as one",
                shown(&value)
            );
            finding.advice(text)
        }
        _ => finding,
    }
}

//! LiteLLM logs warnings and one line per request unless `LITELLM_LOG` in the environment of its process says otherwise.

use serde::Deserialize;

use crate::plan::build::ineffective_places;
use crate::plan::{Area, Bounds, Finding, Meta, Parameter, Preset, Severity};
use crate::project::Installation;

mod chart;
mod compose;
mod effective;
mod level;
mod renamed;

pub use level::crash;

pub const META: Meta = Meta {
    id: "litellm_log",
    title: "warnings and a line for every request are logged: LITELLM_LOG is not set",
    why: "under load the log costs time and money and hides the errors; LiteLLM's production page advises ERROR",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "log level",
    files: "env files, Helm values, compose files, Kubernetes manifests",
    versions: "all",
    settings: &["litellm_log"],
    params: &[LEVEL],
    weights: &[(Area::Throughput, 1), (Area::Latency, 1)],
    aliases: &[],
};

/// The level that is written.
pub const LEVEL: Parameter = Parameter {
    name: "level",
    default: Preset::Text("ERROR"),
    bounds: Bounds::OneOf(&["CRITICAL", "ERROR", "WARNING", "INFO"]),
    meaning: "the level",
};

const NAME: &str = "LITELLM_LOG";

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The level: CRITICAL, ERROR, WARNING or INFO.
    pub level: String,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let level = &params.level;
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        renamed::also_set(finding, installation, level);
    }
    if let Some(twice) = chart::twice(installation, &answer, level) {
        findings.push(twice);
        return findings;
    }
    if let Some(found) = compose::filled(installation, level) {
        findings.extend(found);
        return findings;
    }
    // What is written under another name, or where it comes too late, is one gap and not two.
    let alone = findings.is_empty();
    findings.extend(effective::judged(installation, &answer, level, alone));
    findings
}

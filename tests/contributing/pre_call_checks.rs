//! Prompts that an entry cannot take are sent to it unless `router_settings.enable_pre_call_checks` is on.

use crate::plan::build::ineffective_places;
use crate::plan::{Area, Finding, Meta, NoParams, Recommended, Safety, Severity};
use crate::project::Installation;

pub const META: Meta = Meta {
    id: "pre_call_checks",
    title: "prompts are sent to entries whose context window is too small for them",
    why: "the provider rejects such a request, and only a fallback can answer it",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "routing",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &["enable_pre_call_checks"],
    params: &[],
    weights: &[(Area::Reliability, 1)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting("enable_pre_call_checks");
    let mut findings = ineffective_places(installation, &META, &answer);
    let on = Recommended::new(installation, &answer, true);
    // A name with one entry has no other to choose.
    let choice = installation.model_groups().iter().any(|group| group.entries > 1);
    if findings.is_empty() && answer.is_unset() && choice {
        let costs = "the tokens of each prompt are counted before it is sent, which takes time";
        let finding = on.finding(&META, "unset");
        findings.push(on.mend(finding, Safety::OnRequest, |fix| fix.assuming(costs)));
    }
    findings.extend(on.hidden(&META));
    findings
}

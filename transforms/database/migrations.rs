//! Who migrates the database: switches that do nothing, values that do not count, and nobody at all.

mod dead;
mod hook;
mod job;
mod switch;

use job::nobody;
use switch::{disagree, ineffective, switch};

use crate::plan::build::ineffective_places;
use crate::plan::{Area, Finding, Meta, NoParams, Remedy, Severity};
use crate::project::Installation;

pub const META: Meta = Meta {
    id: "migrations",
    title: "migration settings do not do what they say",
    why: "each serving pod migrates the database at its start, or nothing does, and an upgrade then runs on old tables",
    severity: Severity::Low,
    worst: Severity::Medium,
    gap: "migrations",
    files: "env files, config.yaml, Helm values, compose files, Kubernetes manifests",
    versions: "all; USE_PRISMA_MIGRATE has no effect since 1.76",
    settings: &[
        "use_prisma_migrate",
        "disable_schema_update",
        "disable_prisma_schema_update",
        "migration_job",
        "migration_job_helm_hook",
        "migration_job_argocd_hook",
    ],
    params: &[],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const NAME: &str = "DISABLE_SCHEMA_UPDATE";
const JOB: &str = "python litellm/proxy/prisma_migration.py";

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let config = installation.setting("disable_prisma_schema_update");
    let variable = installation.setting("disable_schema_update");
    let mut findings = dead::dead_switch(installation);
    for answer in [&config, &variable] {
        findings.extend(
            ineffective_places(installation, &META, answer)
                .into_iter()
                .map(|one| misplaced(installation, one)),
        );
    }
    let by_config = switch(&config);
    let by_variable = switch(&variable);
    findings.extend(match (by_config, by_variable) {
        (Some(off), Some(other)) if off != other => Some(disagree(installation, &config, &variable, off)),
        (None, Some(false)) => ineffective(installation, &variable),
        (Some(false), _) => ineffective(installation, &config),
        _ => None,
    });
    if by_config.or(by_variable) == Some(true) {
        let answer = if by_config.is_some() { &config } else { &variable };
        findings.extend(nobody(installation, answer));
    }
    findings.extend(hook::no_hook(installation));
    findings
}

/// Put in force, it would leave the database to nobody where nothing else migrates.
fn misplaced(installation: &Installation<'_>, finding: Finding) -> Finding {
    let finding = finding.severity(META.severity);
    match finding.remedy {
        Remedy::Fix(_) if installation.migration_job().is_none() => finding.advice(format!("remove it here; before you move it to where LiteLLM reads it, something else must migrate before each upgrade, such as a Job with `{JOB}`")),
        _ => finding,
    }
}

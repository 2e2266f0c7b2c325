//! Who migrates the database: switches that do nothing, values that do not count, and nobody at all.

mod dead;
mod hook;

use crate::document::Value;
use crate::plan::build::{ineffective_places, section_lines, shown, variable_lines};
use crate::plan::{Area, Finding, Fix, Intent, Meta, NoParams, Remedy, Safety, Severity};
use crate::project::{Answer, Installation};

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

/// Whether updates are off, as LiteLLM reads the value; `None` if nothing says so or it cannot be seen.
fn switch(answer: &Answer) -> Option<bool> {
    match answer.value()? {
        Value::Null => None,
        Value::Bool(off) => Some(*off),
        Value::Int(number) => Some(*number != 0),
        Value::Str(text) => Some(text.trim().eq_ignore_ascii_case("true")),
        _ => None,
    }
}

/// A value that looks like yes and is none.
fn ineffective(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    let value = answer.value()?;
    let Value::Str(text) = value else { return None };
    if matches!(text.trim().to_ascii_lowercase().as_str(), "false" | "0" | "no" | "off" | "n" | "f") {
        return None;
    }
    let name = answer.setting.name;
    let finding = Finding::new(&META, name, "ineffective", answer.place()?.clone())
        .title(format!("schema updates stay on: {} is {}, and only the word true counts", label(answer), shown(value)))
        .why("every serving pod migrates the database at its start, although the setting suggests that none does");
    let right = if name == "disable_schema_update" { Value::from("true") } else { Value::Bool(true) };
    let job = installation.migration_job();
    let lines = match name {
        "disable_schema_update" => variable_lines(installation, NAME, "true"),
        _ => section_lines(installation, "general_settings", &[(name.into(), Value::Bool(true))]),
    };
    Some(match (answer.homes.first(), job) {
        (Some(home), Some(job)) => {
            let spot = installation.spot(&job.place);
            let set = vec![Intent::Set(home.clone(), right)];
            finding.fix(
                Fix::new(installation, format!("set {} to true", label(answer)), Safety::Review, set)
                    .assuming(format!("{} migrates the database ({}:{}): the serving pods no longer do", job.what, spot.file, spot.line)),
            )
        }
        (_, job) => finding.advice(if job.is_some() {
                "write the word true, where it is set".to_owned()
            } else {
                format!("write the word true only once something else migrates before each upgrade, such as a Job with `{JOB}`; until then remove it")
            }).lines(lines),
    })
}

/// Config and environment say the opposite; the config wins.
fn disagree(installation: &Installation<'_>, config: &Answer, variable: &Answer, off: bool) -> Finding {
    let place = config.place().cloned().unwrap_or_else(|| installation.config_place());
    let does = if off { "no pod migrates" } else { "every pod migrates at its start" };
    let mut finding = Finding::new(&META, config.setting.name, "disagree", place.clone())
        .title(format!("general_settings.disable_prisma_schema_update overrides {NAME}: {does}"))
        .why("LiteLLM reads the variable only if the config does not set the key");
    finding.related.extend(
        variable.place().map(|place| (place.clone(), "says the opposite, but is overridden".to_owned())),
    );
    let job = installation.migration_job().filter(|_| !off && installation.may_write(&place));
    match job {
        Some(job) => {
            let remove = vec![Intent::Remove { place, comments: true }];
            finding.fix(
                Fix::new(installation, "remove disable_prisma_schema_update", Safety::Review, remove)
                    .assuming(format!(
                        "{NAME} then turns schema updates off; {} migrates the database",
                        job.what
                    )),
            )
        }
        None => finding.advice("remove one of the two"),
    }
}

/// Updates are off and nothing else migrates.
fn nobody(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    installation.database()?;
    if installation.migration_job().is_some() {
        return None;
    }
    let finding = Finding::new(&META, answer.setting.name, "nobody", answer.place()?.clone())
        .severity(Severity::Medium)
        .title(format!("nothing here migrates the database, and {} turns schema updates off", label(answer)))
        .why("after an upgrade LiteLLM runs on tables that lack columns or tables that it uses");
    let job = installation.setting("migration_job");
    Some(match job.homes.first() {
        Some(home) => {
            let set = vec![Intent::Set(home.clone(), Value::Bool(true))];
            finding.fix(
                Fix::new(installation, "set migrationJob.enabled to true", Safety::Review, set).assuming(
                    "nothing else migrates the database: with the next upgrade the chart's Job does",
                ),
            )
        }
        None => finding.advice(format!(
            "run `{JOB}` in the same image, with {NAME}=false, before each upgrade; or remove the setting"
        )),
    })
}

fn label(answer: &Answer) -> &'static str {
    if answer.setting.name == "disable_schema_update" { NAME } else { "disable_prisma_schema_update" }
}

//! The two switches of schema updates, and the values that LiteLLM takes for on.

use super::{JOB, META, NAME};
use crate::document::Value;
use crate::plan::build::{section_lines, shown, variable_lines};
use crate::plan::{Finding, Fix, Safety};
use crate::project::{Answer, Installation};

/// Whether updates are off, as LiteLLM reads the value; `None` if nothing says so or it cannot be seen.
pub fn switch(answer: &Answer) -> Option<bool> {
    match answer.value()? {
        Value::Null => None,
        Value::Bool(off) => Some(*off),
        Value::Int(number) => Some(*number != 0),
        Value::Str(text) => Some(text.trim().eq_ignore_ascii_case("true")),
        _ => None,
    }
}

/// A value that looks like yes and is none.
pub fn ineffective(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
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
            let title = format!("set {} to true", label(answer));
            finding.fix(
                Fix::set(installation, title, Safety::Review, home, right)
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
pub fn disagree(installation: &Installation<'_>, config: &Answer, variable: &Answer, off: bool) -> Finding {
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
            let then = format!("{NAME} then turns schema updates off; {} migrates the database", job.what);
            finding.fix(Fix::remove(installation, "disable_prisma_schema_update", &place).assuming(then))
        }
        None => finding.advice("remove one of the two"),
    }
}

/// What the switch is called where people write it.
pub fn label(answer: &Answer) -> &'static str {
    if answer.setting.name == "disable_schema_update" { NAME } else { "disable_prisma_schema_update" }
}

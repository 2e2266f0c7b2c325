//! No master key at all, and what happens then.

use super::anew::make;
use super::origin::chart_variable;
use super::{META, VARIABLE};
use crate::document::Value;
use crate::plan::build::{goes_in, steps};
use crate::plan::{Finding, Lines, Severity};
use crate::project::{At, Installation, Place, Running, Version};

/// The first release that refuses to start without a key of its own.
const REFUSES: Version = Version(1, 104, 0);

/// What happens without a key of its own.
pub fn consequence(installation: &Installation<'_>, before: &str) -> String {
    let permitted = match installation.setting("permit_weak_master_key").value() {
        Some(Value::Bool(on)) => *on,
        Some(Value::Str(text)) => text.trim().eq_ignore_ascii_case("true"),
        _ => false,
    };
    match installation.running() {
        _ if permitted => {
            format!("{before} (LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY allows the start)")
        }
        Running::Known(version, ..) if *version >= REFUSES => {
            "since 1.104 the proxy refuses to start like this".into()
        }
        _ => format!("{before}; since 1.104 the proxy refuses to start like this"),
    }
}

/// Nothing sets it in a configuration of one's own. Where the environment cannot be seen as a whole, that is told with the installation.
pub fn unset(installation: &Installation<'_>) -> Option<Finding> {
    installation.environment_is_whole().then(|| none(installation, "unset", &installation.config_place()))
}

/// A null, or a reference that leads to nothing: a chart, or the environment, gives the key under a name of its own.
pub fn nothing(installation: &Installation<'_>, reason: &str, place: &Place) -> Finding {
    let finding = none(installation, "nothing", place).title(format!("no master key: {reason}"));
    let given = !installation.variables(VARIABLE).is_empty();
    let text = match chart_variable(installation) {
        Some(variable) => {
            format!("refer to {variable}, in which the chart gives the process its master key")
        }
        None if given => format!("refer to {VARIABLE}, which is set for the process"),
        None => return finding,
    };
    finding.advice(text).lines(reference(installation))
}

/// A reference into `environment_variables:`, which is applied after references are resolved.
pub fn late(installation: &Installation<'_>, name: &str, place: &Place) -> Finding {
    let sure = installation.environment_is_whole();
    none(installation, "late", place)
        .title(format!("no master key: it refers to {name}, which is set only under `environment_variables:`"))
        .why(format!(
            "references are resolved before `environment_variables:` is applied, so the master key is null; {}",
            consequence(installation, META.why)
        ))
        .severity(if sure { Severity::Critical } else { Severity::High })
        .advice(format!("set {name} for the process itself, with a new value, since this one has been in a file"))
}

/// Under `environment_variables:` LITELLM_MASTER_KEY counts only beside a `general_settings` that is not empty.
pub fn no_settings(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(META.id);
    let place = answer.place()?;
    let At::Yaml { path, .. } = &place.at else { return None };
    let late = path.steps().iter().rev().nth(1).is_some_and(|step| *step == "environment_variables".into());
    let empty = installation.configs().all(|(_, config)| {
        config.get("general_settings").is_none_or(|section| section.resolve().entries().next().is_none())
    });
    (late && empty).then(|| {
        none(installation, "no_settings", place)
            .title("the master key under `environment_variables:` is not read: `general_settings` is empty")
    })
}

fn none(installation: &Installation<'_>, state: &'static str, place: &Place) -> Finding {
    Finding::new(&META, META.id, state, place.clone())
        .why(consequence(installation, META.why))
        .advice(steps(&make(installation)))
        .lines(reference(installation))
}

/// The lines that refer to the variable of the key.
fn reference(installation: &Installation<'_>) -> Lines {
    let variable = chart_variable(installation).unwrap_or(VARIABLE);
    let lines = vec!["general_settings:".to_owned(), format!("  master_key: os.environ/{variable}")];
    Lines::new(lines, goes_in(installation, "general_settings"))
}

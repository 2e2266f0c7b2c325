//! Parts of a configuration that are lost without a word: overridden as a whole, taken literally, or read too early.

use super::found;
use crate::plan::build::listed;
use crate::plan::{Finding, Lines, Severity};
use crate::project::{Installation, Place};

/// An included file that is not there.
pub fn include_missing(place: &Place, reason: &str) -> Finding {
    found(place, "include_missing")
        .title(reason)
        .why("if it is missing when LiteLLM starts, the configuration fails to load; its content is not checked here")
        .advice("add the file there, or remove it from `include:`")
}

/// A section that a later one of the same name replaces.
pub fn erased(place: &Place, name: &str, keys: &[String]) -> Finding {
    found(place, "erased")
        .title(format!("a second `{name}:` erases the first: {}", lost(keys)))
        .why("PyYAML silently keeps the last of equal keys")
        .advice("merge the two sections into one")
}

/// A section that an included file replaces.
pub fn replaced(
    installation: &Installation<'_>,
    place: &Place,
    name: &str,
    by: &Place,
    keys: &[String],
) -> Finding {
    found(place, "replaced")
        .title(format!("overridden by `{name}` of the included file: {}", lost(keys)))
        .why("LiteLLM joins lists from included files, but replaces every other key as a whole")
        .advice(format!("move what you need into `{name}:` of {}", installation.shown(by.file)))
        .see(by.clone(), "this one is effective")
}

/// References count as values of keys only; a callback of such a name cannot be imported.
pub fn literal(installation: &Installation<'_>, place: &Place, list: &str) -> Finding {
    let text = installation.value_at(place).and_then(|value| value.as_str().map(str::to_owned));
    let name = text.as_deref().and_then(|text| text.strip_prefix("os.environ/")).unwrap_or_default();
    let (severity, why) = match list {
        "callbacks" | "success_callback" | "failure_callback" => (
            Severity::Critical,
            "LiteLLM does not resolve references in lists; it fails to import a callback of that name, and does not start",
        ),
        _ => (Severity::Medium, "LiteLLM resolves references in values of keys, not in items of a list"),
    };
    found(place, "literal")
        .title(format!("os.environ/{name} as an item of `{list}` is taken literally"))
        .why(why)
        .severity(severity)
        .advice("write the value itself there")
}

/// A reference to what is only set under `environment_variables:`.
pub fn late(place: &Place, name: &str, late: &Place) -> Finding {
    found(place, "late_reference")
        .severity(Severity::Medium)
        .title(format!("the reference to {name} yields null: it is set only under `environment_variables:`"))
        .why("references are resolved before `environment_variables:` is applied: the value is null, and LiteLLM falls back to the provider's own variable, if it is set")
        .advice(format!("give {name} to the process itself, and remove it from `environment_variables:`"))
        .see(late.clone(), format!("{name} is set here"))
}

/// An address of a database under `environment_variables:`.
pub fn too_late(place: &Place, name: &str) -> Finding {
    let lines = vec![format!("{name}=<the address of the database>")];
    found(place, "too_late")
        .title(format!(
            "LiteLLM runs without this database: {name} has no effect under `environment_variables:`"
        ))
        .why("the command line reads it before the configuration is loaded")
        .advice(format!("give {name} to the process itself"))
        .lines(Lines::new(lines, "the environment of LiteLLM's process"))
}

fn lost(keys: &[String]) -> String {
    let verb = if keys.len() == 1 { "is" } else { "are" };
    format!("{} {verb} lost", listed(keys))
}

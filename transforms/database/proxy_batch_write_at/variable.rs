//! `PROXY_BATCH_WRITE_AT` in the environment of the process.

use super::{META, in_config};
use crate::plan::{Finding, Fix, Severity};
use crate::project::settings::TOLERANT_NUMBERS;
use crate::project::{Installation, Overridden};

const VARIABLE: &str = "PROXY_BATCH_WRITE_AT";
pub const DIES: &str =
    "LiteLLM converts the variable to a whole number during import, and exits if it cannot";

/// A variable that the configuration beats, and that still stops the process: LiteLLM reads it while it is imported.
pub fn dies(installation: &Installation<'_>, loser: &Overridden) -> Option<Finding> {
    let text = loser.value.as_ref()?.as_str()?;
    let running = installation.running();
    if running.surely_since(TOLERANT_NUMBERS)
        || in_config(Some(&loser.place))
        || text.trim().parse::<i128>().is_ok()
    {
        return None;
    }
    let what = if text.is_empty() { "is empty".to_owned() } else { format!("is \"{text}\"") };
    let older = if running.maybe_since(TOLERANT_NUMBERS) {
        format!("before {TOLERANT_NUMBERS} ")
    } else {
        String::new()
    };
    let finding = Finding::new(&META, META.id, "dies", loser.place.clone())
        .severity(if running.maybe_since(TOLERANT_NUMBERS) { Severity::High } else { Severity::Critical })
        .title(format!("PROXY_BATCH_WRITE_AT {what}: {older}LiteLLM exits during import"))
        .why(DIES);
    let given = installation.variables(VARIABLE).into_iter().find(|one| one.place == loser.place);
    let home = given.and_then(|given| installation.variable_home(&given));
    let writable = home.is_some_and(|home| installation.may_write(&home));
    Some(if writable {
        finding.fix(Fix::remove(installation, VARIABLE, &loser.place))
    } else {
        finding.advice("remove it there: the configuration overrides it anyway")
    })
}

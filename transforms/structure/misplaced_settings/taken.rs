//! A key that the right section has already.

use super::key::briefly;
use crate::document::Value;
use crate::plan::build::shown_briefly;
use crate::plan::{Finding, Fix, Intent, Safety};
use crate::project::{Installation, Misplaced, Place, is_secret_name};

/// The finding with what becomes of the key that is not effective.
pub fn given_up(
    installation: &Installation<'_>,
    one: Misplaced,
    finding: Finding,
    right: &str,
    taken: Place,
) -> Finding {
    let wins = installation.value_at(&taken).filter(|_| !is_secret_name(&one.key));
    let finding = finding.see(taken, format!("{right} has it, and that one is effective"));
    let key = &one.key;
    if one.refused.is_some() {
        let title = format!("remove `{key}` from {}", one.from);
        let remove = vec![Intent::remove(one.place)];
        return finding.fix(Fix::new(installation, title, Safety::Review, remove));
    }
    let looks = format!("it looks set to {}", briefly(&one));
    let why = match wins {
        Some(wins) if wins == one.value => format!("{right} has the same value, and that one is effective"),
        Some(Value::Seq(_) | Value::Map(_)) => format!("{looks}, but the one in {right} is effective"),
        Some(wins) => format!("{looks}, but {} from {right} is effective", shown_briefly(&wins)),
        None => format!("it looks set, but the one in {right} is effective"),
    };
    finding.why(why).advice(format!("remove it here: {right} has it already"))
}

//! Where LiteLLM does not read it: a move or a rename must not put in force what breaks the start.

use super::META;
use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Finding, Remedy};
use crate::project::{Answer, At, Installation, Place};

/// The places that LiteLLM does not read.
pub fn ineffective(installation: &Installation<'_>, answer: &Answer) -> Vec<Finding> {
    let found = ineffective_places(installation, &META, answer).into_iter();
    found.map(|finding| only_numbers(installation, finding)).collect()
}

/// Whether a place is that of a variable, whatever it is called.
fn is_variable(place: &Place) -> bool {
    match &place.at {
        At::Yaml { path, .. } => !path.last_key().is_some_and(|key| key.chars().any(char::is_lowercase)),
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => true,
    }
}

/// A move or rename must not put a value in force that breaks the start.
fn only_numbers(installation: &Installation<'_>, finding: Finding) -> Finding {
    let value = installation.value_at(&finding.place);
    match value {
        Some(Value::Int(_) | Value::Float(_)) => finding,
        Some(Value::Str(text)) if is_variable(&finding.place) && text.trim().parse::<u32>().is_ok() => {
            finding
        }
        Some(value) if matches!(finding.remedy, Remedy::Fix(_)) => {
            let text = format!(
                "set it there as a number: with {} and a database LiteLLM does not start",
                shown(&value)
            );
            finding.advice(text)
        }
        _ => finding,
    }
}

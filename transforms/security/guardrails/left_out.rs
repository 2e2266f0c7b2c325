//! Why LiteLLM leaves a guardrail out.

use super::{META, shown_name};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Lines};
use crate::project::{Installation, ModelEntry, Place, known};

/// The lists of the table of names.
const TYPES: &str = "guardrails";
const MODES: &str = "guardrail_modes";

/// Why a guardrail is left out, if it is: each has one finding, for LiteLLM stops at the first reason too.
pub fn left_out(installation: &Installation<'_>, entry: &ModelEntry) -> Option<Finding> {
    entry.value.get(super::PARAMS)?.as_map()?;
    match entry.param("guardrail") {
        None => return Some(lacks(entry, "guardrail")),
        // A name with a dot is code of the user's own.
        Some((Value::Str(kind), place)) if !kind.contains('.') => {
            if known::lacks(TYPES, kind, installation.running()) {
                return Some(unknown(entry, "guardrail", "type", kind, TYPES, place));
            }
        }
        Some(_) => {}
    }
    let (mode, place) = match entry.param("mode") {
        None => return Some(lacks(entry, "mode")),
        Some(mode) => mode,
    };
    let modes: Vec<(&Value, Place)> = match mode {
        Value::Seq(items) => {
            items.iter().enumerate().map(|(index, item)| (item, place.item(index))).collect()
        }
        // A mapping gives modes to tags.
        Value::Map(_) => Vec::new(),
        one => vec![(one, place)],
    };
    modes.into_iter().find_map(|(mode, place)| match mode {
        Value::Str(mode) if known::lacks(MODES, mode, installation.running()) => {
            Some(unknown(entry, "mode", "mode", mode, MODES, place))
        }
        _ => None,
    })
}

fn finding(state: &'static str, entry: &ModelEntry, place: Place, reason: &str) -> Finding {
    Finding::new(&META, META.id, state, place).title(format!("{} is not active: {reason}", shown_name(entry)))
}

fn lacks(entry: &ModelEntry, key: &str) -> Finding {
    finding("lacks", entry, entry.place.clone(), &format!("it has no `{key}`"))
        .advice(format!("add `{key}` to its litellm_params, or remove it"))
}

fn unknown(entry: &ModelEntry, key: &str, what: &str, written: &str, list: &str, place: Place) -> Finding {
    let reason = format!("LiteLLM does not know the {what} {}", shown(&written.into()));
    let finding = finding("unknown", entry, place, &reason);
    match known::near(written, known::keys(list)).as_slice() {
        [right] => finding
            .advice(format!("if you mean {right}, write that; it then takes effect"))
            .lines(Lines::new(vec![format!("{key}: {right}")], "the place named above")),
        _ if list == MODES => {
            let modes: Vec<&str> = known::keys(list).collect();
            finding.advice(format!("write one of {}", modes.join(", ")))
        }
        _ => finding.advice("write a type that this version has, or your own as module.Class"),
    }
}

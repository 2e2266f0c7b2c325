//! The move of a key to the section that reads it.

use super::key::briefly;
use crate::document::Value;
use crate::plan::build::{is_printed, shown};
use crate::plan::{Finding, Fix, Intent, Lines, Safety};
use crate::project::{Installation, Misplaced, Place, is_secret_name};

/// The finding with the move, where the file may be written and the running version reads the key there; `repair` is the value as
/// LiteLLM takes it.
pub fn moved(
    installation: &Installation<'_>,
    one: Misplaced,
    finding: Finding,
    right: &str,
    repair: Option<Value>,
) -> Finding {
    let key = &one.key;
    match (one.target.clone(), one.read) {
        (_, Some(false)) => finding.advice(format!(
            "the running version does not read `{key}` in any section: remove it, or run a release that does"
        )),
        (_, None) => finding
            .advice(format!(
                "it is unknown whether the running version reads `{key}`; if it does, move it into {right}"
            ))
            .lines(Lines::new(lines(&one, repair.as_ref()), right)),
        (None, _) => finding
            .advice(format!("move it to {right}, if it is still wanted"))
            .lines(Lines::new(lines(&one, repair.as_ref()), right)),
        (Some(target), Some(true)) => finding.fix(the_move(installation, one, target, right, repair)),
    }
}

fn the_move(
    installation: &Installation<'_>,
    one: Misplaced,
    target: Place,
    right: &str,
    repair: Option<Value>,
) -> Fix {
    let value = briefly(&one);
    let taken = repair.as_ref().map(|value| format!("; there LiteLLM reads it as {}", shown(value)));
    let set = repair.map(|value| Intent::Set(target.child(&one.key), value));
    let intents = std::iter::once(Intent::Move(one.place, target)).chain(set).collect();
    let fix = Fix::new(installation, format!("move `{}` to {right}", one.key), Safety::Review, intents);
    let fix = fix.assuming(format!(
        "the move activates it: {value} was not effective before{}",
        taken.unwrap_or_default()
    ));
    match is_printed(&one.value) {
        true => fix.assuming(
            "what the expression becomes has the form that LiteLLM takes there: it is not rendered here",
        ),
        false => fix,
    }
}

/// The key as it is written in the right section.
fn lines(one: &Misplaced, repair: Option<&Value>) -> Vec<String> {
    let key = &one.key;
    let value = match repair {
        Some(repair) => shown(repair),
        None if is_secret_name(key) => "...".to_owned(),
        None if is_printed(&one.value) => "{{ … }}".to_owned(),
        None => shown(&one.value),
    };
    match one.to.as_slice() {
        ["top", ..] => vec![format!("{key}: {value}")],
        [section, ..] => vec![format!("{section}:"), format!("  {key}: {value}")],
        [] => Vec::new(),
    }
}

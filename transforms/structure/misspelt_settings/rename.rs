//! The rename of a key or variable, which activates what stands there.

use crate::document::Value;
use crate::plan::activate::{self, Activation};
use crate::plan::build::{renamed, shown, shown_briefly};
use crate::plan::{Fix, Intent, Safety};
use crate::project::settings::hazard;
use crate::project::{At, Installation, Misspelt, Place, is_secret_name, known};

/// What a person has to see to before it is renamed.
pub fn by_hand(installation: &Installation<'_>, one: &Misspelt, right: &str) -> Option<String> {
    if one.read != Some(true) {
        return Some(format!(
            "not every release that may run here reads `{right}`: check which one runs, then rename it"
        ));
    }
    if let Some((key, reason)) = hazard::of(right).map(|reason| (right, reason)).or(hazard::among(&one.keys))
    {
        return Some(format!("rename it by hand if you want the effect of `{key}`: {reason}"));
    }
    let value = value_of(installation, one).filter(|_| section_of(&one.place) == known::TOP)?;
    let reason = activate::section(installation, right, &value)?;
    Some(format!("rename it once LiteLLM accepts all of it: {reason}"))
}

/// What becomes of the value under the right name.
pub fn activation(installation: &Installation<'_>, one: &Misspelt, right: &str) -> Activation {
    match (value_of(installation, one), one.rows.first()) {
        (None, _) => Activation::AsItIs,
        (Some(value), Some(row)) => {
            activate::at(installation, row, &renamed_place(&one.place, right), &value)
        }
        (Some(value), None) => activate::of(installation, None, &section_of(&one.place), right, &value),
    }
}

/// The rename; `repair` is the value as LiteLLM takes it.
pub fn fix(installation: &Installation<'_>, one: &Misspelt, right: &str, repair: Option<Value>) -> Fix {
    let value = match value_of(installation, one) {
        Some(value) if !is_secret_name(right) => announced(&value, &one.keys),
        _ => "its value".into(),
    };
    let taken = repair.as_ref().map(|value| format!("; LiteLLM reads it as {}", shown(value)));
    let mut intents = vec![renamed(installation, &one.place, right.to_owned())];
    intents.extend(repair.map(|value| Intent::Set(renamed_place(&one.place, right), value)));
    let title = format!("rename `{}` to `{right}`", one.written);
    Fix::new(installation, title, Safety::Review, intents).assuming(format!(
        "the rename activates it: {value} was not effective before{}",
        taken.unwrap_or_default()
    ))
}

/// The value of a key; that of a variable is not judged.
fn value_of(installation: &Installation<'_>, one: &Misspelt) -> Option<Value> {
    installation.value_at(&one.place).filter(|_| !one.is_variable)
}

/// The section that a key stands in: the name of its mapping, or of the configuration itself.
fn section_of(place: &Place) -> String {
    let section = match &place.at {
        At::Yaml { path, .. } => {
            path.split_last().and_then(|(parent, _)| parent.last_key().map(str::to_owned))
        }
        _ => None,
    };
    section.unwrap_or_else(|| known::TOP.to_owned())
}

/// The place once the key there is called this.
fn renamed_place(place: &Place, key: &str) -> Place {
    match &place.at {
        At::Yaml { doc, path } => match path.split_last() {
            Some((parent, _)) => Place::yaml(place.file, *doc, parent.child(key)),
            None => place.clone(),
        },
        _ => place.clone(),
    }
}

/// What was not effective, in a sentence.
fn announced(value: &Value, keys: &[String]) -> String {
    match value {
        Value::Map(_) if !keys.is_empty() => keys.join(", "),
        value => shown_briefly(value),
    }
}

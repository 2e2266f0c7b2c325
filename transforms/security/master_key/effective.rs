//! Where the master key in force comes from, as far as files tell.

use super::origin::chart_variable;
use crate::document::Value;
use crate::project::{Installation, Place, Source};

/// The master key that LiteLLM goes by.
pub enum Key {
    /// This text, which stands here.
    Text(String, Place),
    /// This text, which stands here, where a variable of the caller is unset.
    Default(String, Place),
    /// A Secret, the chart, or something else that the files do not show.
    Elsewhere,
    /// None at all: null, or a reference that leads to nothing. Why, and where it stands.
    Nothing(String, Place),
    /// A reference to this variable, which only stands under `environment_variables:`, here, where no reference looks.
    Late(String, Place),
    /// Nothing sets it.
    Unset,
}

/// A key that everyone can read in LiteLLM's documentation.
pub fn is_public(text: &str) -> bool {
    text.trim() == "sk-1234"
}

/// The master key in force.
pub fn key(installation: &Installation<'_>) -> Key {
    let answer = installation.setting("master_key");
    let is_chart = installation.parts.chart().is_some();
    match (answer.place(), answer.value()) {
        _ if answer.unseen.is_some() => Key::Elsewhere,
        (None, _) if is_chart => removed(installation).unwrap_or(Key::Elsewhere),
        (None, _) => Key::Unset,
        // Helm takes null for "not there", and the default of the chart is gone as well.
        (Some(place), Some(Value::Null)) if is_chart => {
            without_default(installation, place).unwrap_or(Key::Elsewhere)
        }
        (Some(place), Some(Value::Null)) => {
            Key::Nothing("it is null, which also overrides LITELLM_MASTER_KEY".into(), place.clone())
        }
        // A section, an include or a whole configuration that cannot be seen.
        (Some(place), _) if !is_entry(installation, place) => Key::Elsewhere,
        (Some(place), _) => follow(installation, place, place, 3),
    }
}

/// A section of litellm-helm that is null: the chart's own is gone, and with it the key.
fn removed(installation: &Installation<'_>) -> Option<Key> {
    let layer = installation.parts.layers.last()?;
    let key = Place::yaml(layer.file, layer.doc, layer.config.child("general_settings").child("master_key"));
    let null = installation.null_above(&key)?;
    without_default(installation, &null)
}

/// litellm-helm gives the process its key as PROXY_MASTER_KEY only, which nothing but the chart's `general_settings` refers to.
fn without_default(installation: &Installation<'_>, null: &Place) -> Option<Key> {
    let given = !installation.variables("LITELLM_MASTER_KEY").is_empty();
    if !installation.parts.is_litellm_helm() || given || !installation.environment_is_whole() {
        return None;
    }
    let name = installation.spot(null).name;
    let reason =
        format!("`{name}` is null, which removes the chart's `master_key: os.environ/PROXY_MASTER_KEY`");
    Some(Key::Nothing(reason, null.clone()))
}

/// Whether the key itself stands there.
fn is_entry(installation: &Installation<'_>, place: &Place) -> bool {
    let by_name = matches!(place.last_key(), Some("master_key" | "LITELLM_MASTER_KEY"));
    by_name || installation.variables("LITELLM_MASTER_KEY").iter().any(|variable| variable.place == *place)
}

/// What stands at a place, through the variables that lead on from it.
fn follow(installation: &Installation<'_>, place: &Place, root: &Place, depth: usize) -> Key {
    match installation.source_at(place) {
        Source::Text(text) => Key::Text(text, place.clone()),
        Source::Caller { name, default } => match (installation.filler(place.file, &name), default) {
            (Some((_, None)), _) => Key::Elsewhere,
            (Some((at, Some(text))), _) if !text.is_empty() => Key::Text(text, at),
            (_, Some(text)) => Key::Default(text, place.clone()),
            _ => Key::Elsewhere,
        },
        Source::Variable(name) if depth > 0 => {
            let given = installation.variables(&name).into_iter().next();
            match given.filter(|given| given.place != *place) {
                Some(given) => follow(installation, &given.place, root, depth - 1),
                None if chart_variable(installation) == Some(&name) => Key::Elsewhere,
                None => missing(installation, name, root),
            }
        }
        _ => Key::Elsewhere,
    }
}

/// A variable that nothing gives to the process, as far as the files show.
fn missing(installation: &Installation<'_>, name: String, root: &Place) -> Key {
    let late = installation.in_layers("environment_variables", &name).pop();
    match late.map(|(_, place)| (installation.source_at(&place), place)) {
        Some((Source::Text(_), place)) => Key::Late(name, place),
        None if installation.environment_is_whole() => {
            Key::Nothing(format!("it refers to {name}, which nothing sets for the process"), root.clone())
        }
        _ => Key::Elsewhere,
    }
}

//! The two components of the componentized chart, which read each other's stored values only with one salt key.

use super::entry::item;
use super::{META, NAME, lists};
use crate::plan::build::in_values;
use crate::plan::{Finding, Severity};
use crate::project::{Component, Installation, Place, Source};

/// A salt key that only one of the two components gets.
pub fn other(installation: &Installation<'_>, place: &Place) -> Option<Finding> {
    const ENTRIES: [&str; 2] = ["backend", "extraEnv"];
    let backend = lists::at(installation, &["backend"]);
    let opaque =
        installation.keys_at(&backend).iter().any(|key| key == "envSecrets" || key == "envConfigMaps");
    if !installation.parts.is_of(Component::Gateway)
        || opaque
        || installation.parts.layers.len() > 1
        || lists::gives(installation, &lists::at(installation, &ENTRIES))
    {
        return None;
    }
    Some(
        Finding::new(&META, META.id, "one_component", backend)
            .title("the gateway has a salt key and the backend has none")
            .why("the backend encrypts with the master key, and neither can read what the other stored unless both keys are the same text")
            .severity(Severity::High)
            .advice("give the backend the same entry. If the backend has already stored anything, its master key must be the same text, or that must be entered again")
            .lines(in_values(installation, &ENTRIES, &for_backend(installation, place))),
    )
}

/// Where the entry of a component stands that the chart does not run.
pub fn idle(installation: &Installation<'_>) -> Option<Place> {
    let keys = installation.parts.chart()?.idle;
    let mut blocks = keys.iter().map(|key| lists::at(installation, &[*key, "extraEnv"]));
    blocks.find(|list| lists::gives(installation, list))
}

/// The env entry that gives the backend the salt key of the gateway; what stands there in plain text is not shown.
fn for_backend(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    match installation.source_at(place) {
        Source::SecretEntry { name, key } => item(&name, &key),
        _ => vec![format!("- name: {NAME}"), "  value: <exactly what the gateway has>".into()],
    }
}

//! Lines that give the salt key which stands already, unchanged, from an entry of its own: another value would make the database unreadable.

use super::NAME;
use super::anew::{item, mapped};
use crate::document::Step;
use crate::plan::Lines;
use crate::plan::build::in_values;
use crate::project::{At, Giver, Installation, Place, Source};

/// The Secret of the lines, which the reader makes.
const SECRET: &str = "litellm-salt-key";

/// The lines that take the place of the entry at `place`, and where they go; none where no line alone does it.
pub fn lines(installation: &Installation<'_>, place: &Place) -> Lines {
    let spot = installation.spot(place);
    let instead = format!("in place of {NAME} in {}:{}", spot.file, spot.line);
    let given = installation.variables(NAME).into_iter().find(|one| one.place == *place);
    let At::Yaml { path, .. } = &place.at else { return Lines::default() };
    match given.map(|given| given.giver) {
        Some(Giver::EnvVars) => {
            let added = in_values(installation, &["extraEnvVars"], &item(0, SECRET, NAME));
            let goes = format!("{}; remove {NAME} at {}:{}", added.goes, spot.file, spot.line);
            Lines::new(added.lines, goes)
        }
        Some(Giver::ExtraEnv) => Lines::new(item(0, SECRET, NAME).to_vec(), instead),
        Some(Giver::Process) if is_compose(installation, place) => {
            let listed = matches!(path.steps().last(), Some(Step::Index(_)));
            Lines::new(vec![of_caller(listed, NAME)], instead)
        }
        Some(Giver::Process) if is_listed(place) => Lines::new(item(0, SECRET, NAME).to_vec(), instead),
        Some(Giver::Process) => Lines::new(mapped(SECRET, NAME).to_vec(), instead),
        Some(Giver::EnvFile | Giver::ConfigMap | Giver::Secret | Giver::Script | Giver::Image) | None => {
            Lines::default()
        }
    }
}

/// A line of compose that refuses to start without the variable of the caller.
pub fn of_caller(listed: bool, variable: &str) -> String {
    if listed { format!("- {NAME}=${{{variable}:?}}") } else { format!("{NAME}: ${{{variable}:?}}") }
}

/// Whether a place is an item of a list.
pub fn is_listed(place: &Place) -> bool {
    matches!(&place.at, At::Yaml { path, .. } if matches!(path.steps().last(), Some(Step::Index(_))))
}

/// The env entry that gives the backend the salt key of the gateway; what stands there in plain text is not shown.
pub fn for_backend(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    match installation.source_at(place) {
        Source::SecretEntry { name, key } => item(0, &name, &key).to_vec(),
        _ => vec![format!("- name: {NAME}"), "  value: <exactly what the gateway has>".into()],
    }
}

fn is_compose(installation: &Installation<'_>, place: &Place) -> bool {
    installation.parts.services().any(|service| service.file == place.file)
}

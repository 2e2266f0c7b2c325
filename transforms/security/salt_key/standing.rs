//! Lines that give the salt key which stands already, unchanged, from an entry of its own: another value would make the database unreadable.

use super::super::master_key::is_listed;
use super::NAME;
use super::entry::{SECRET, item, mapped};
use crate::plan::Lines;
use crate::plan::build::in_values;
use crate::project::{At, Giver, Installation, Place};

/// The lines that take the place of the entry at `place`, and where they go; none where no line alone does it.
pub fn lines(installation: &Installation<'_>, place: &Place) -> Lines {
    let spot = installation.spot(place);
    let instead = format!("in place of {NAME} in {}:{}", spot.file, spot.line);
    let given = installation.variables(NAME).into_iter().find(|one| one.place == *place);
    if !matches!(place.at, At::Yaml { .. }) {
        return Lines::default();
    }
    match given.map(|given| given.giver) {
        Some(Giver::EnvVars) => {
            let added = in_values(installation, &["extraEnvVars"], &item(SECRET, NAME));
            let goes = format!("{}; remove {NAME} at {}:{}", added.goes, spot.file, spot.line);
            Lines::new(added.lines, goes)
        }
        Some(Giver::ExtraEnv) => Lines::new(item(SECRET, NAME), instead),
        Some(Giver::Process) if is_compose(installation, place) => {
            Lines::new(vec![of_caller(is_listed(place), NAME)], instead)
        }
        Some(Giver::Process) if is_listed(place) => Lines::new(item(SECRET, NAME), instead),
        Some(Giver::Process) => Lines::new(mapped(SECRET, NAME), instead),
        Some(
            Giver::EnvFile
            | Giver::ConfigMap
            | Giver::Secret
            | Giver::Script
            | Giver::Image
            | Giver::Parameter,
        )
        | None => Lines::default(),
    }
}

/// A line of compose that refuses to start without the variable of the caller.
pub fn of_caller(listed: bool, variable: &str) -> String {
    if listed { format!("- {NAME}=${{{variable}:?}}") } else { format!("{NAME}: ${{{variable}:?}}") }
}

fn is_compose(installation: &Installation<'_>, place: &Place) -> bool {
    installation.parts.services().any(|service| service.file == place.file)
}

//! What stands in the place of a key that can be read.

use super::origin::chart_variable;
use super::{VARIABLE, is_listed};
use crate::plan::Lines;
use crate::plan::build::{goes_in, secret_lines, variable_lines};
use crate::project::{At, Giver, Installation, Place, Source};

/// The lines, and where they go; none where files do not tell how the variable is given.
pub fn lines(installation: &Installation<'_>, place: &Place) -> Lines {
    match text(installation, place) {
        lines if lines.is_empty() => Lines::default(),
        lines => Lines::new(lines, in_place_of(installation, place)),
    }
}

/// What stands in the place of a key that can be read: in a configuration a reference, where a variable of the caller may be unset a
/// start that fails without it. How other variables are given, files do not tell.
fn text(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    match &place.at {
        At::Yaml { .. } => {}
        At::Env(_) if installation.is_unit(place.file) => {
            return secret_lines(installation, VARIABLE, "the new key").lines;
        }
        At::Env(name) => return vec![format!("{name}=<the new key>")],
        At::Variable { .. } | At::Argument { .. } | At::Line(_) => return Vec::new(),
    }
    if is_entry(place) {
        let variable = chart_variable(installation).unwrap_or(VARIABLE);
        return vec![format!("master_key: os.environ/{variable}")];
    }
    match installation.source_at(place) {
        Source::Caller { name, .. } => {
            let pair = if is_listed(place) { format!("- {VARIABLE}=") } else { format!("{VARIABLE}: ") };
            vec![format!("{pair}${{{name}:?}}")]
        }
        _ => reference(installation, place),
    }
}

/// Whether it is the key of a configuration, and not a variable.
pub fn is_entry(place: &Place) -> bool {
    let At::Yaml { path, .. } = &place.at else { return false };
    let in_section = path.split_last().is_some_and(|(above, _)| above.last_key() == Some("general_settings"));
    in_section && path.last_key() == Some("master_key")
}

/// The lines that give the variable from outside of the file, where the text itself stands at this place now.
fn reference(installation: &Installation<'_>, place: &Place) -> Vec<String> {
    let first = installation.variables(VARIABLE).into_iter().next().filter(|first| first.place == *place);
    let service = installation.parts.services().any(|one| one.file == place.file);
    match first.map(|first| first.giver) {
        Some(Giver::Process) if service => {
            variable_lines(installation, VARIABLE, &format!("${{{VARIABLE}:?}}")).lines
        }
        Some(Giver::Process | Giver::ExtraEnv | Giver::ConfigMap) => {
            secret_lines(installation, VARIABLE, "the new key").lines
        }
        Some(
            Giver::EnvVars | Giver::EnvFile | Giver::Secret | Giver::Script | Giver::Image | Giver::Parameter,
        )
        | None => Vec::new(),
    }
}

fn in_place_of(installation: &Installation<'_>, place: &Place) -> String {
    if is_entry(place) {
        return format!("{}, in place of the key", goes_in(installation, "general_settings"));
    }
    let spot = installation.spot(place);
    let what = if is_listed(place) { "the entry at " } else { "" };
    format!("in place of {what}{}:{}", spot.file, spot.line)
}

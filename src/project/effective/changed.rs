//! What a change of the files changes of what is effective.

use crate::project::installation::answer::Effective;
use crate::project::installation::view::Installation;
use crate::project::process::Process;
use crate::project::repository::place::{At, Place};
use crate::project::settings;

impl Installation<'_> {
    /// Whether a change at these places changes what is effective here. `after` is the same installation in the changed files.
    pub fn is_changed_by(&self, places: &[&Place], after: &Self) -> bool {
        let stands = |place: &&Place| {
            self.is_in_configuration(place) || self.parts.processes.iter().any(|one| self.has(one, place))
        };
        let differs = |setting| {
            let (before, after) = (self.setting_of(setting), after.setting_of(setting));
            !agree(&before.effective, &after.effective)
        };
        places.iter().any(stands) || settings::all().any(differs)
    }

    /// Whether a process has what stands at a place of its document.
    fn has(&self, process: &Process, place: &Place) -> bool {
        let At::Yaml { doc, path } = &place.at else { return false };
        (process.file, process.doc) == (place.file, *doc)
            && process.look(self.files, path).is_some_and(|seen| seen.place == *place)
    }
}

/// Whether the same is effective, wherever it stands.
fn agree(one: &Effective, other: &Effective) -> bool {
    match (one, other) {
        (Effective::Set { value, .. }, Effective::Set { value: other, .. }) => value == other,
        _ => one == other,
    }
}

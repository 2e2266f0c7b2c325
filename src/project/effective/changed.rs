//! What a change of the files changes of what is effective.

use crate::document::Path;
use crate::project::installation::answer::Effective;
use crate::project::installation::view::Installation;
use crate::project::process::Process;
use crate::project::repository::place::{At, Place};
use crate::project::settings;

impl Installation<'_> {
    /// Whether a change at these places changes what is effective here. `after` is the same installation in the changed files. Of servers,
    /// all of them have what stands in the configuration: whose findings it mends is no matter then.
    pub fn is_changed_by(&self, places: &[&Place], after: &Self) -> bool {
        let shared = |place: &&&Place| self.is_one_server() && self.is_in_configuration(place);
        let places: Vec<&Place> = places.iter().filter(|place| !shared(place)).copied().collect();
        if places.is_empty() || (self.is_one_server() && places.iter().all(|place| self.never_reads(place))) {
            return false;
        }
        let stands = |place: &&Place| {
            self.is_in_configuration(place) || self.parts.processes.iter().any(|one| self.has(one, place))
        };
        let differs = |setting| {
            let (before, after) = (self.setting_of(setting), after.setting_of(setting));
            !agree(&before.effective, &after.effective)
        };
        places.iter().any(stands) || settings::all().any(differs)
    }

    /// Whether what stands at a place is surely of other processes alone: of a document that describes nothing of this one, or a part of the
    /// description of another one, in a file without anchors.
    fn never_reads(&self, place: &Place) -> bool {
        let (At::Yaml { doc, .. } | At::Variable { doc, .. } | At::Argument { doc, .. }) = &place.at else {
            return false;
        };
        let around = Place::yaml(place.file, *doc, Path::root());
        let others = || self.together().parts.processes.iter();
        let (mut near, mut own) = (false, false);
        for process in &self.parts.processes {
            let taken = process.taken.iter().flat_map(|taken| &taken.entries);
            near |= taken.into_iter().any(|entries| entries.file() == place.file);
            for part in described(process) {
                near |= around.holds(&part);
                own |= part.holds(place);
            }
        }
        let of_other =
            || !self.files.text(place.file).contains('&') && others().any(|one| one.place().holds(place));
        let of_others = || others().any(|one| around.holds(&one.place()));
        !own && (if near { of_other() } else { of_others() })
    }

    /// Whether a process has what stands at a place of its document.
    fn has(&self, process: &Process, place: &Place) -> bool {
        let At::Yaml { doc, path } = &place.at else { return false };
        (process.file, process.doc) == (place.file, *doc)
            && process.look(self.files, path).is_some_and(|seen| seen.place == *place)
    }
}

/// Where a process is described.
fn described(process: &Process) -> impl Iterator<Item = Place> {
    let over = process.over.iter().map(|over| over.place());
    over.chain(process.extends.iter().cloned()).chain([process.place()])
}

/// Whether the same is effective, wherever it stands.
fn agree(one: &Effective, other: &Effective) -> bool {
    match (one, other) {
        (Effective::Set { value, .. }, Effective::Set { value: other, .. }) => value == other,
        _ => one == other,
    }
}

//! Settings of the table that stand right, and that the release which runs does not read.

use super::SETTINGS;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::version::{Running, Version};
use crate::project::settings::{self, Setting, known};

/// A key or a variable that the release which runs does not read, although others do.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Where it stands.
    pub place: Place,
    /// The key or the variable.
    pub name: String,
    /// The release that runs.
    pub version: Version,
    /// Its row, if it has one.
    pub row: Option<&'static Setting>,
}

impl Installation<'_> {
    /// What stands right and is not read by the release that runs, as far as that is known.
    pub fn unread(&self) -> Vec<Unread> {
        let Running::Known(version, ..) = self.running() else { return Vec::new() };
        let unread = |place, name, row| Unread { place, name, version: *version, row };
        let mut found = Vec::new();
        for ground in self.grounds().into_iter().filter(|ground| SETTINGS.contains(&ground.name)) {
            for (key, _) in ground.entries(self) {
                let row = settings::at(ground.name, &key).or(known::row(ground.name, &key));
                if row.is_some() && known::read_by(ground.name, &key, self.running()) == Some(false) {
                    found.push(unread(ground.place(&key), key, row));
                }
            }
        }
        for variable in self.all_variables() {
            let row = known::row(known::ENVIRONMENT, &variable.name);
            if let Some(row) = row.filter(|row| row.versions.read_by(self.running()) == Some(false)) {
                found.push(unread(variable.place.clone(), variable.name.clone(), Some(row)));
            }
        }
        found
    }
}

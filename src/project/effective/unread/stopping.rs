//! Keys without a row in the table of settings, with a value that stops the load.

use super::SETTINGS;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::known::{self, TOP};
use crate::project::settings::{self, Stops};

/// A key that stops the load.
#[derive(Clone, Debug)]
pub struct Stopping {
    /// Where.
    pub place: Place,
    /// Its name, with the section that it stands in.
    pub name: String,
    /// Whether any value would stop it: the proxy gives the key to its router itself.
    pub anything: bool,
    /// In how many of the releases that may run.
    pub stops: Stops,
}

impl Installation<'_> {
    /// The keys of the configuration that stop its load, and have no row in the table of settings.
    pub fn stopping(&self) -> Vec<Stopping> {
        let mut stopping = Vec::new();
        let grounds = self.grounds();
        for ground in grounds.iter().filter(|ground| ground.name == TOP || SETTINGS.contains(&ground.name)) {
            for (key, node) in ground.entries(self) {
                if known::row(ground.name, &key).is_some() {
                    continue;
                }
                let value = node.resolve().value(self.reader());
                let anything = settings::stops_with_anything(ground.name, &key, self.running());
                // Elsewhere a licence or a module of the user's own may be what is missing.
                let anything = if ground.name == "router_settings" { anything } else { Stops::Never };
                let stops = match anything {
                    Stops::Never => settings::refuses(ground.name, &key, &value, self.running()),
                    stops => stops,
                };
                let name = match ground.name {
                    TOP => key.clone(),
                    section => format!("{section}.{key}"),
                };
                if stops != Stops::Never {
                    let anything = anything != Stops::Never;
                    stopping.push(Stopping { place: ground.place(&key), name, anything, stops });
                }
            }
        }
        stopping
    }
}

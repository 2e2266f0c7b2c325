//! Keys and whole sections that stand in a section where nothing reads them.

use std::collections::HashSet;

use crate::document::{Kind, Node, Value};

use super::{Ground, SETTINGS, shown};
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::known::{self, TOP};
use crate::project::settings::version::Version;
use crate::project::settings::{self, SECTIONS, Setting};

/// A key in a section where nothing reads it, although something reads it in another.
#[derive(Clone, Debug)]
pub struct Misplaced {
    /// Where it stands.
    pub place: Place,
    /// The key.
    pub key: String,
    /// Its value there.
    pub value: Value,
    /// The section it stands in; two with a dot where one is nested in the other.
    pub from: String,
    /// The sections that it is read in; the one to use alone, if there is one.
    pub to: Vec<&'static str>,
    /// Its row, if it has one.
    pub row: Option<&'static Setting>,
    /// Where the right section has it already.
    pub taken: Option<Place>,
    /// The mapping to move it to, if there is only one.
    pub target: Option<Place>,
    /// Whether what runs reads it there; `None` if that is not known.
    pub read: Option<bool>,
    /// The first release that does not load with it, if there is one.
    pub refused: Option<Version>,
}

/// A whole section that stands inside another.
#[derive(Clone, Debug)]
pub struct Nested {
    /// Where it stands.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// The section it stands in.
    pub inside: &'static str,
    /// The keys in it.
    pub keys: Vec<String>,
    /// The mapping to move it to.
    pub target: Place,
}

impl<'a> Installation<'a> {
    /// The keys that stand in a section where nothing reads them, and are known in another.
    pub fn misplaced(&self) -> Vec<Misplaced> {
        let mut found = Vec::new();
        for ground in self.grounds() {
            if ground.name != TOP && !SETTINGS.contains(&ground.name) {
                continue;
            }
            let twice = equal_keys(ground.node.entries().map(|(key, _)| key.text().into_owned()));
            for (key, value) in ground.entries(self) {
                if SECTIONS.contains(&&*key) {
                    if value.kind() == Kind::Mapping && SETTINGS.contains(&&*key) && key != ground.name {
                        self.misplaced_below(&ground, &key, value, &mut found);
                    }
                } else if !known::knows(ground.name, &key) {
                    let mut one =
                        self.misplaced_at(&ground, &key, ground.place(&key), value, shown(ground.name));
                    // A move takes one of them, and leaves the other in force at the old place.
                    if let Some(one) = one.as_mut().filter(|_| twice.contains(&*key)) {
                        one.target = None;
                    }
                    found.extend(one);
                }
            }
        }
        found
    }

    /// What a nested section holds, where it cannot move as a whole because there is one of its name.
    fn misplaced_below(&self, ground: &Ground<'a>, section: &str, node: Node<'a>, out: &mut Vec<Misplaced>) {
        if ground.name == TOP || !self.has_section(section) {
            return;
        }
        let path = ground.path.child(section);
        for (key, value) in node.entries() {
            let key = key.text();
            if known::knows(section, &key) && !value.is_null(self.reader()) {
                let place = Place::yaml(ground.layer.file, ground.layer.doc, path.child(&*key));
                let from = format!("`{}.{section}`", ground.name);
                out.extend(self.misplaced_at(ground, &key, place, value, from));
            }
        }
    }

    fn misplaced_at(
        &self,
        ground: &Ground<'a>,
        key: &str,
        place: Place,
        value: Node<'a>,
        from: String,
    ) -> Option<Misplaced> {
        let row = SETTINGS.iter().find_map(|section| settings::at(section, key));
        let to: Vec<&'static str> = match row.and_then(|row| row.config_homes().next()) {
            Some((section, _)) => vec![section],
            None => SETTINGS.into_iter().chain([TOP]).filter(|section| is_setting(section, key)).collect(),
        };
        let first = *to.first()?;
        let only = to.len() == 1;
        let layer = ground.layer;
        let here = match first {
            TOP => layer.config.clone(),
            section => layer.config.child(section),
        };
        let elsewhere =
            first != TOP && !self.parts.includes.is_empty() && self.definer(first).file != layer.file;
        let refused = row.and_then(|row| row.refused.iter().find(|(section, _)| *section == ground.name));
        Some(Misplaced {
            place,
            key: key.to_owned(),
            value: value.value(self.reader()),
            from,
            taken: self.place_of(first, key),
            target: (only && !elsewhere).then(|| Place::yaml(layer.file, layer.doc, here)),
            read: known::read_by(first, key, self.running()),
            to,
            row,
            refused: refused.map(|(_, since)| *since),
        })
    }

    /// The whole sections that stand inside another, where the configuration has none of that name itself.
    pub fn nested(&self) -> Vec<Nested> {
        let mut found = Vec::new();
        for ground in self.grounds().into_iter().filter(|ground| SETTINGS.contains(&ground.name)) {
            for (key, value) in ground.entries(self) {
                // The router takes a model_list of its own.
                let own = ground.name == "router_settings" && key == "model_list";
                let filled = matches!(value.kind(), Kind::Mapping | Kind::Sequence) && !value.is_empty();
                if SECTIONS.contains(&&*key)
                    && key != ground.name
                    && !own
                    && filled
                    && !self.has_section(&key)
                {
                    let target =
                        Place::yaml(ground.layer.file, ground.layer.doc, ground.layer.config.clone());
                    let place = ground.place(&key);
                    let keys = self.keys_at(&place);
                    found.push(Nested { place, name: key, inside: ground.name, keys, target });
                }
            }
        }
        found
    }
}

/// The keys that stand more than once.
fn equal_keys(keys: impl Iterator<Item = String>) -> HashSet<String> {
    let mut seen = HashSet::new();
    keys.filter(|key| !seen.insert(key.clone())).collect()
}

/// Whether a key that the table knows in a section is a setting there: `litellm_settings` reaches every variable of LiteLLM's
/// module, of which many are lists of models, clients and keys of providers.
fn is_setting(section: &str, key: &str) -> bool {
    let inner = ["_key", "_models", "_client", "_list", "_session"].iter().any(|end| key.ends_with(end));
    known::knows(section, key) && (section != "litellm_settings" || (key.contains('_') && !inner))
}

//! The names that stand in a configuration. Hundreds of settings are asked for in each, and hardly any of them stands there: that is told
//! without looking for each again.

use std::collections::HashSet;

use crate::document::{Kind, Node};
use crate::project::installation::parts::Layer;
use crate::project::installation::view::Installation;
use crate::project::settings::SECTIONS;

/// The names in the mapping of one layer's configuration, and in the mappings that it holds.
#[derive(Debug, Default)]
pub(in crate::project) struct Present {
    /// The names in any of them.
    names: HashSet<String>,
    sections: Vec<Section>,
    /// Whether a merge key may bring sections.
    merges: bool,
    /// Whether a section has the name of one as a key.
    nests: bool,
}

#[derive(Debug)]
struct Section {
    name: String,
    keys: Vec<String>,
    /// Whether it is a mapping and sets these keys alone: no alias, merge key or template may bring others.
    plain: bool,
}

impl Present {
    fn of(config: Node<'_>) -> Self {
        let mut present = Self::default();
        for (key, section) in config.entries() {
            present.merges |= is_merge(key);
            let name = present.note(key);
            let plain = section.kind() == Kind::Mapping
                && section.entries().all(|(key, _)| key.kind() == Kind::Scalar && !is_merge(key));
            let keys: Vec<String> = section.entries().map(|(key, _)| present.note(key)).collect();
            present.nests |= keys.iter().any(|key| SECTIONS.contains(&key.as_str()));
            present.sections.push(Section { name, keys, plain });
        }
        present
    }

    /// Gives a key as it is written; one that is an alias counts by what it stands for too.
    fn note(&mut self, key: Node<'_>) -> String {
        let name = key.text().into_owned();
        self.names.insert(key.resolve().text().into_owned());
        self.names.insert(name.clone());
        name
    }

    /// Whether a name may stand at the top, in a section, or in a section in one.
    pub(in crate::project) fn may_have(&self, name: &str) -> bool {
        self.nests || self.names.contains(name)
    }

    /// The keys of all sections of this name.
    pub(in crate::project) fn keys<'p>(&'p self, section: &'p str) -> impl Iterator<Item = &'p str> {
        let own = self.sections.iter().filter(move |one| one.name == section);
        own.flat_map(|one| &one.keys).map(String::as_str)
    }

    /// Whether a key of a section may be set.
    fn may_set(&self, section: &str, key: &str) -> bool {
        let mut own = self.sections.iter().filter(|one| one.name == section);
        self.merges || own.any(|one| !one.plain || one.keys.iter().any(|own| own == key))
    }
}

fn is_merge(key: Node<'_>) -> bool {
    key.source() == "<<"
}

impl Installation<'_> {
    /// What stands in each layer, then in each include.
    pub(in crate::project) fn present(&self) -> &[Present] {
        self.asked.of_layers.present.get_or_init(|| {
            let layers = self.parts.layers.iter().chain(&self.parts.includes);
            let config = |layer: &Layer| self.files.node(layer.file, layer.doc, &layer.config);
            layers.map(|layer| config(layer).map(Present::of).unwrap_or_default()).collect()
        })
    }

    /// Whether something may set this key of a section, or path of keys with dots.
    pub(in crate::project) fn may_stand(&self, section: &str, key: &str) -> bool {
        let first = key.split('.').next().unwrap_or_default();
        self.present().iter().any(|present| present.may_set(section, first))
    }
}

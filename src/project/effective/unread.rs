//! Keys that LiteLLM does not read where they stand: they belong in another section, or are one misspelling away from a known key.
//!
//! A key that is merely unknown is told of where no code of the user's own can read it: LiteLLM accepts such keys without a word.

mod misplaced;
mod misspelt;
mod nobody;
mod other;
mod stopping;

use std::collections::HashSet;

use crate::document::{Kind, Node, Path};

use crate::project::installation::parts::Layer;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::SETTINGS;
use crate::project::settings::known::{self, TOP};

pub use misplaced::{Misplaced, Nested};
pub use misspelt::Misspelt;
pub use nobody::Nobody;
pub use other::Unread;
pub use stopping::Stopping;

/// Mappings below sections whose keys are known too.
const BELOW: [(&str, &str); 2] =
    [("litellm_settings", "cache_params"), ("general_settings", "alerting_args")];

/// A mapping of the configuration whose keys are known.
struct Ground<'a> {
    /// Its name in the table of known keys.
    name: &'static str,
    layer: &'a Layer,
    path: Path,
    node: Node<'a>,
}

impl<'a> Ground<'a> {
    fn place(&self, key: &str) -> Place {
        Place::yaml(self.layer.file, self.layer.doc, self.path.child(key))
    }

    /// The known names that a key which nothing reads looks like.
    fn near(&self, key: &str) -> Vec<&'static str> {
        let names: Vec<&str> = known::keys(self.name).collect();
        let near = misspelt::near_of(key, self.name, &names);
        // At the top only what has several words is surely meant for LiteLLM.
        let sure = self.name != TOP || near.iter().all(|name| name.contains('_'));
        if sure { near } else { Vec::new() }
    }

    /// The entries that count: no dead duplicates, no merge keys, no templates, no nulls.
    fn entries(&self, installation: &Installation<'a>) -> Vec<(String, Node<'a>)> {
        let dead: HashSet<usize> =
            self.node.duplicates().iter().map(|(_, value)| value.span().start).collect();
        self.node
            .entries()
            .map(|(key, value)| (key.text().into_owned(), value))
            .filter(|(key, value)| {
                let last = !dead.contains(&value.span().start);
                last && key != "<<" && !key.contains("{{") && !value.is_null(installation.reader())
            })
            .collect()
    }
}

impl<'a> Installation<'a> {
    /// The mappings of the configuration that count, in every layer.
    fn grounds(&self) -> Vec<Ground<'a>> {
        let mut grounds = Vec::new();
        if self.not_rendered().is_some() || self.parts.unknown_include.is_some() {
            return grounds;
        }
        for (layer, config) in self.configs() {
            if config.kind() != Kind::Mapping {
                continue;
            }
            grounds.push(Ground { name: TOP, layer, path: layer.config.clone(), node: config });
            for section in SETTINGS {
                let replaced = !self.parts.includes.is_empty() && self.definer(section).file != layer.file;
                let Some(node) = config.get(section).filter(|node| node.kind() == Kind::Mapping && !replaced)
                else {
                    continue;
                };
                let path = layer.config.child(section);
                for (_, key) in BELOW.iter().filter(|(own, _)| *own == section) {
                    if let Some(node) = node.get(key).filter(|node| node.kind() == Kind::Mapping) {
                        grounds.push(Ground { name: key, layer, path: path.child(*key), node });
                    }
                }
                grounds.push(Ground { name: section, layer, path, node });
            }
        }
        grounds
    }

    pub(in crate::project) fn has_section(&self, section: &str) -> bool {
        self.configs().any(|(_, config)| config.get(section).is_some_and(|node| !node.is_null(self.reader())))
    }

    /// Where some layer has this key in this section.
    fn place_of(&self, section: &str, key: &str) -> Option<Place> {
        let below = BELOW.iter().find(|(_, own)| *own == section);
        self.configs().find_map(|(layer, _)| {
            let path = match below {
                _ if section == TOP => layer.config.child(key),
                Some((parent, own)) => layer.config.join(&Path::keys([parent, own, key])),
                None => layer.config.join(&Path::keys([section, key])),
            };
            self.files.node(layer.file, layer.doc, &path)?;
            Some(Place::yaml(layer.file, layer.doc, path))
        })
    }
}

/// How a section is shown.
fn shown(section: &str) -> String {
    match section {
        TOP => "the top level".into(),
        known::ENVIRONMENT => "the environment".into(),
        section => format!("`{section}`"),
    }
}

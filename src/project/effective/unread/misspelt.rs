//! Names that nothing reads, and that look like known ones: keys, variables and values of a chart.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::document::Path;

use super::{SETTINGS, shown};
use crate::project::installation::answer::variable::Variable;
use crate::project::installation::view::Installation;
use crate::project::repository::place::Place;
use crate::project::settings::known::{self, TOP};
use crate::project::settings::{SECTIONS, Setting};

/// A key, variable or chart value that nothing reads, and that looks like known ones.
#[derive(Clone, Debug)]
pub struct Misspelt {
    /// Where it stands.
    pub place: Place,
    /// How it is written.
    pub written: String,
    /// What holds it, for humans: `litellm_settings`, `the environment`.
    pub holder: String,
    /// Whether it is the name of a variable.
    pub is_variable: bool,
    /// The known names that it looks like.
    pub near: Vec<&'static str>,
    /// The rows of those, where they have one.
    pub rows: Vec<&'static Setting>,
    /// Where the name stands already, if there is only one that it looks like.
    pub taken: Option<Place>,
    /// Whether what runs reads that name; `None` if that is not known.
    pub read: Option<bool>,
    /// The keys below, if it is a mapping.
    pub keys: Vec<String>,
}

impl Installation<'_> {
    /// The keys of the configuration that nothing reads anywhere, and that look like known ones of their section.
    pub fn misspelt_keys(&self) -> Vec<Misspelt> {
        let mut found = Vec::new();
        for ground in self.grounds() {
            for (key, _) in ground.entries(self) {
                let elsewhere = SETTINGS.iter().chain([&TOP]).any(|section| known::knows(section, &key));
                if known::knows(ground.name, &key) || elsewhere || SECTIONS.contains(&&*key) {
                    continue;
                }
                let near = ground.near(&key);
                if near.is_empty() {
                    continue;
                }
                found.push(self.misspelt(ground.place(&key), key, ground.name, near));
            }
        }
        found
    }

    /// The variables that nothing reads, and that look like ones which only LiteLLM has.
    pub fn misspelt_variables(&self) -> Vec<(Misspelt, Option<Variable>)> {
        let given = self.all_variables().iter().map(|variable| {
            let (name, place) = (variable.name.clone(), variable.place.clone());
            (name, place, Some(variable.clone()))
        });
        let late = self.late_variables().into_iter().map(|(name, place)| (name, place, None));
        let mut found = Vec::new();
        for (name, place, variable) in given.chain(late) {
            if known::is_variable(&name) {
                continue;
            }
            let near = near_variables(&name);
            if !near.is_empty() && !self.is_used_elsewhere(&name) {
                found.push((self.misspelt(place, name, known::ENVIRONMENT, near), variable));
            }
        }
        found
    }

    /// The values of a chart that it does not have, and that look like ones which it has.
    pub fn misspelt_values(&self) -> Vec<Misspelt> {
        let mut found = Vec::new();
        if !self.parts.is_litellm_helm() {
            return found;
        }
        for layer in &self.parts.layers {
            for (holder, names) in known::VALUES {
                let path = layer.base.join(&Path::keys(holder.split('.').filter(|key| !key.is_empty())));
                let place = Place::yaml(layer.file, layer.doc, path);
                for key in self.keys_at(&place) {
                    let near = known::near(&key, names.iter().copied());
                    if names.contains(&&*key) || near.is_empty() {
                        continue;
                    }
                    let taken = near
                        .iter()
                        .map(|name| place.child(name))
                        .find(|place| self.value_at(place).is_some());
                    let keys = self.keys_at(&place.child(&key));
                    let holder = if holder.is_empty() { "the chart's values" } else { holder }.to_owned();
                    let place = place.child(&key);
                    let (rows, read) = (Vec::new(), Some(true));
                    let is_variable = false;
                    found.push(Misspelt {
                        place,
                        written: key,
                        holder,
                        is_variable,
                        near,
                        rows,
                        taken,
                        read,
                        keys,
                    });
                }
            }
        }
        found
    }

    fn misspelt(
        &self,
        place: Place,
        written: String,
        section: &'static str,
        near: Vec<&'static str>,
    ) -> Misspelt {
        let rows = near.iter().filter_map(|name| known::row(section, name)).collect();
        let (taken, read) = match near.as_slice() {
            [only] if section == known::ENVIRONMENT => {
                let given = self.variables(only).into_iter().next().map(|variable| variable.place);
                (given, known::read_by(section, only, self.running()))
            }
            [only] => (self.place_of(section, only), known::read_by(section, only, self.running())),
            _ => (None, None),
        };
        let keys = self.keys_at(&place);
        let (holder, is_variable) = (shown(section), section == known::ENVIRONMENT);
        Misspelt { place, written, holder, is_variable, near, rows, taken, read, keys }
    }

    /// The variables under `environment_variables:`.
    fn late_variables(&self) -> Vec<(String, Place)> {
        let sections = self.configs().map(|(layer, _)| {
            Place::yaml(layer.file, layer.doc, layer.config.child("environment_variables"))
        });
        sections
            .flat_map(|place| {
                let keys = self.keys_at(&place).into_iter();
                keys.map(move |key| (key.clone(), place.child(&key))).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Whether the configuration or the process refers to a variable by this name, so that it is the user's own.
    fn is_used_elsewhere(&self, name: &str) -> bool {
        let processes = self.parts.processes.iter().map(|process| process.file);
        let layers = self.parts.layers.iter().map(|layer| layer.file);
        let uses = |file| {
            let told = self.files.told(file);
            told.used.get_or_init(|| names_used(self.files.text(file))).contains(name)
        };
        layers.chain(processes).any(uses)
    }
}

/// The names that a text refers to.
fn names_used(text: &str) -> HashSet<String> {
    let mut names = HashSet::new();
    for before in ["os.environ/", "$"] {
        let behind = text.match_indices(before).map(|(at, _)| &text[at + before.len()..]);
        let behind = behind.map(|rest| rest.strip_prefix(['{', '(']).unwrap_or(rest));
        names.extend(behind.map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            rest[..end].to_owned()
        }));
    }
    names
}

pub(super) fn near_of(written: &str, section: &str, names: &[&'static str]) -> Vec<&'static str> {
    match known::meant(section, written) {
        Some(name) => vec![name],
        None => known::near(written, names.iter().copied()),
    }
}

/// The variables that no other program has.
static OWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let is_own = |name: &&str| {
        let long = name.matches('_').count() > 1 && name.len() > 11;
        // One that ends so is the beginning of names that are put together.
        !name.ends_with('_') && name.contains("LITELLM")
            || (long && known::row(known::ENVIRONMENT, name).is_some())
    };
    known::keys(known::ENVIRONMENT).filter(is_own).collect()
});

/// The variables that a name looks like: behind `LITELLM_` as with keys, else a single letter off.
fn near_variables(written: &str) -> Vec<&'static str> {
    const PREFIX: &str = "LITELLM_";
    if let Some(name) = known::meant(known::ENVIRONMENT, written) {
        return vec![name];
    }
    match written.strip_prefix(PREFIX) {
        Some(rest) => {
            let rests = OWN.iter().filter_map(|name| name.strip_prefix(PREFIX));
            let near = known::near(rest, rests);
            OWN.iter()
                .filter(|name| name.strip_prefix(PREFIX).is_some_and(|r| near.contains(&r)))
                .copied()
                .collect()
        }
        None => known::near(written, OWN.iter().copied())
            .into_iter()
            .filter(|name| strsim::damerau_levenshtein(name, written) == 1)
            .collect(),
    }
}

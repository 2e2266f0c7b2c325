//! Rules of the user's own: a closed vocabulary without expressions, compiled to the findings, fixes and intents of every transform.

mod assess;
mod card;
mod rule;
mod when;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use card::kept;
pub use rule::{Act, Address, Rule, Verb, is_name};
pub use when::{Kind, Releases, When};

use crate::plan::Transform;
use crate::project::Installation;

/// The beginning of the id of each rule: `rule/NAME`.
pub const PREFIX: &str = "rule/";

/// The rules that are in force, each for the installations that it is about.
#[derive(Debug, Default)]
pub struct OwnRules {
    /// By id, in the order in which they were added; those of several preferences may share a name.
    all: Vec<(&'static str, Vec<Of>)>,
}

/// A rule, and the main files of the installations that it is about.
#[derive(Clone, Debug)]
struct Of {
    rule: Arc<Rule>,
    mains: Vec<PathBuf>,
}

impl OwnRules {
    /// Makes a rule known; it is about no installation yet.
    pub fn add(&mut self, rule: &Arc<Rule>) {
        self.of(rule);
    }

    /// Puts a rule in force for the installation with this main file.
    pub fn add_for(&mut self, rule: &Arc<Rule>, main: &Path) {
        let of = self.of(rule);
        if !of.mains.iter().any(|known| known == main) {
            of.mains.push(main.to_owned());
        }
    }

    fn of(&mut self, rule: &Arc<Rule>) -> &mut Of {
        let id = rule.id;
        let at = self.all.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            self.all.push((id, Vec::new()));
            self.all.len() - 1
        });
        let same = &mut self.all[at].1;
        let at = same.iter().position(|of| Arc::ptr_eq(&of.rule, rule)).unwrap_or_else(|| {
            same.push(Of { rule: rule.clone(), mains: Vec::new() });
            same.len() - 1
        });
        &mut same[at]
    }

    /// Transforms that follow those of the registry, which is what settles a conflict between them.
    pub fn transforms(&self, registry: &[Transform]) -> Vec<Transform> {
        let mut owners = HashMap::new();
        for transform in registry {
            owners.extend(transform.meta.settings.iter().map(|setting| (*setting, transform.meta.id)));
        }
        let owners = Arc::new(owners);
        let takers = self.all.iter().flat_map(|(_, same)| same);
        let takers = takers.filter(|of| of.rule.acts.iter().any(|act| act.takes_away().is_some()));
        let takers: Arc<Vec<Of>> = Arc::new(takers.cloned().collect());
        let make = |(_, same): &(&'static str, Vec<Of>)| {
            let rules: Vec<&Rule> = same.iter().map(|of| &*of.rule).collect();
            let meta = card::meta(rules[0]);
            let (same, owners, takers) = (same.clone(), owners.clone(), takers.clone());
            Transform::own(meta, card::page(&rules), move |installation| {
                let main = &installation.files.get(installation.parts.main().file).path;
                let about = same.iter().filter(|of| of.mains.contains(main));
                let takers = takers.iter().filter(|of| of.mains.contains(main)).map(|of| &*of.rule);
                let takers = takers.filter(|rule| rule.when.surely_holds(installation)).collect();
                let others = assess::Others { owners: &owners, takers };
                about.flat_map(|of| assess::assess(&of.rule, meta, installation, &others)).collect()
            })
        };
        self.all.iter().map(make).collect()
    }

    /// The rules that are about an installation.
    pub fn about<'o>(&'o self, installation: &Installation<'_>) -> Vec<&'o Rule> {
        let main = &installation.files.get(installation.parts.main().file).path;
        let of_all = self.all.iter().flat_map(|(_, same)| same).filter(|of| of.mains.contains(main));
        of_all.map(|of| &*of.rule).filter(|rule| rule.when.holds(installation) != Some(false)).collect()
    }

    /// The settings that a rule decides in an installation, each with the id of the rule: what a transform recommends for
    /// them is not written.
    pub fn decided(&self, installation: &Installation<'_>) -> BTreeMap<String, &'static str> {
        let main = &installation.files.get(installation.parts.main().file).path;
        let of_all = self.all.iter().flat_map(|(_, same)| same);
        let about = of_all.filter(|of| of.mains.contains(main) && of.rule.when.surely_holds(installation));
        let named = about.flat_map(|of| of.rule.acts.iter().map(|act| (act, of.rule.id)));
        named.filter_map(|(act, id)| Some((act.decides()?.row().name.to_owned(), id))).collect()
    }
}

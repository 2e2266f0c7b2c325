//! What a plan announces for an installation: the settings and keys that its fixes touch, as data.

use std::collections::BTreeSet;

use super::effects::{EFFECTS, SAME_SPOT};
use crate::document::{Step, Value};
use crate::plan::{Fate, Fix, Intent, Plan, Remedy};
use crate::project::settings::{self, Home, SECTIONS, Setting};
use crate::project::{At, Parts, Place};

/// What the fixes of a plan touch in an installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// The settings that findings are about, by their names in the table.
    pub own: BTreeSet<&'static str>,
    /// These, and those that share a key with them.
    pub settings: BTreeSet<&'static str>,
    /// Keys and variables.
    pub names: BTreeSet<String>,
}

impl Announced {
    /// Of the fixes that are applied to an installation, or to files that it shares with others.
    pub fn of(plan: &Plan, index: usize, parts: &Parts) -> Self {
        let mut announced = Self::default();
        for item in plan.items.iter().filter(|item| item.fate == Fate::Applied) {
            let Remedy::Fix(fix) = &item.finding.remedy else { continue };
            let shares = |place: &Place| parts.members.iter().any(|member| member.file == place.file);
            if item.installation != index && !fix.intents.iter().any(|intent| shares(intent.place())) {
                continue;
            }
            let setting = settings::find(&item.finding.setting);
            announced.own.extend(setting.map(|setting| setting.name));
            announced.add_setting(setting);
            announced.add(fix);
        }
        announced
    }

    fn add(&mut self, fix: &Fix) {
        for intent in &fix.intents {
            self.add_place(intent.place());
            match intent {
                Intent::Set(_, value) | Intent::Ensure(_, value) | Intent::Append(_, value) => {
                    self.add_keys(value);
                }
                Intent::Rename(_, name) => self.add_name(name),
                Intent::Move(_, to) => self.add_place(to),
                Intent::Remove { .. } | Intent::Comment(..) => {}
            }
        }
    }

    fn add_place(&mut self, place: &Place) {
        match &place.at {
            At::Env(name) | At::Variable { name, .. } | At::Argument { flag: name, .. } => {
                self.add_name(name)
            }
            At::Yaml { path, .. } => {
                let keys = path.steps().iter().filter_map(|step| match step {
                    Step::Key(key) => Some(key),
                    Step::Index(_) | Step::Inside => None,
                });
                let last = path.last_key();
                keys.filter(|key| {
                    !SECTIONS.contains(&key.as_str()) || Some(key.as_str()) == last || *key == "model_list"
                })
                .for_each(|key| self.add_name(key));
            }
            At::Line(_) => {}
        }
    }

    fn add_keys(&mut self, value: &Value) {
        match value {
            Value::Map(entries) => entries.iter().for_each(|(key, value)| {
                self.add_name(key);
                self.add_keys(value);
            }),
            Value::Seq(items) => items.iter().for_each(|item| self.add_keys(item)),
            _ => {}
        }
    }

    fn add_name(&mut self, name: &str) {
        if !self.names.insert(name.to_owned()) {
            return;
        }
        let has = |row: &&Setting| {
            row.homes.iter().any(|home| match home {
                Home::Config(_, key) => key.rsplit('.').next() == Some(name),
                Home::Env(home) | Home::LateEnv(home) | Home::Flag(home) | Home::Option(home) => {
                    *home == name
                }
                Home::Values(_, keys) | Home::Chart(_, keys) | Home::ChartArgument(_, keys) => {
                    keys.last() == Some(&name)
                }
                Home::Process(_) | Home::Autoscaler(_) => false,
            })
        };
        settings::all().filter(has).for_each(|row| self.add_setting(Some(row)));
    }

    fn add_setting(&mut self, setting: Option<&'static Setting>) {
        let Some(setting) = setting.filter(|setting| self.settings.insert(setting.name)) else { return };
        self.names.extend(setting.config_homes().flat_map(|(_, key)| key.split('.')).map(str::to_owned));
        self.names.extend(setting.env_homes().map(str::to_owned));
    }

    /// Whether a difference at a setting of the table was announced.
    pub fn names_setting(&self, name: &str) -> bool {
        self.settings.contains(name)
    }

    /// What a setting changes along with: an announced one that is seen at the same spot, or one that has its key among its effects.
    pub fn beside_setting(&self, name: &str) -> Option<&str> {
        let spots = SAME_SPOT.iter().filter(|spot| spot.contains(&name)).copied();
        let beside = spots.flatten().copied().find(|other| self.settings.contains(other));
        let homes = settings::find(name).into_iter().flat_map(Setting::config_homes);
        let mut in_process = homes.filter_map(|(section, key)| match section {
            "litellm_settings" => Some(format!("litellm.{key}")),
            "router_settings" => Some(format!("router.{key}")),
            "general_settings" => Some(format!("general_settings.{key}")),
            _ => None,
        });
        beside.or_else(|| in_process.find_map(|name| self.explains(&name)))
    }

    /// What explains a difference at a name in the process: a key that was announced, or one that it changes along with.
    pub fn explains(&self, name: &str) -> Option<&str> {
        let key = name.split_once('.').map_or(name, |(_, key)| key);
        if let Some(own) = self.names.get(key) {
            return Some(own);
        }
        // A section inside another is read by nobody, whatever leaves it.
        if name.starts_with("general_settings.") && SECTIONS.contains(&key) {
            return Some("general_settings");
        }
        let mut effects = EFFECTS.iter().filter(|(setting, _)| self.names.contains(*setting));
        effects
            .find(|(_, names)| names.iter().any(|begin| name.starts_with(begin)))
            .map(|(setting, _)| *setting)
    }
}

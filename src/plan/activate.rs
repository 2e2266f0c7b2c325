//! What a fix may put in force: a value that LiteLLM takes where it goes, or one that is plainly repaired for it.

use super::build::{shown, yaml_lines};
use crate::document::Value;
use crate::project::settings::{self, Setting, Verdict};
use crate::project::{At, Installation, Place, is_secret_name};

/// What becomes of a value that a fix would put in force.
#[derive(Clone, Debug, PartialEq)]
pub enum Activation {
    /// It is taken as it is.
    AsItIs,
    /// It is taken once it is written like this.
    Repaired(Value),
    /// It is not put in force.
    Refused(Refusal),
}

/// Why a value is not put in force, and what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The reason, as a clause.
    pub reason: String,
    /// The lines that LiteLLM takes, where they are plain.
    pub lines: Vec<String>,
}

/// What becomes of `value` at the place `to`, if that is a home of the setting in a configuration.
pub fn at(
    installation: &Installation<'_>,
    setting: &'static Setting,
    to: &Place,
    value: &Value,
) -> Activation {
    match home_at(setting, to) {
        Some((section, key)) => of(installation, setting, section, key, value),
        None => Activation::AsItIs,
    }
}

/// What becomes of `value` at `key` of `section`.
pub fn of(
    installation: &Installation<'_>,
    setting: &'static Setting,
    section: &str,
    key: &str,
    value: &Value,
) -> Activation {
    let running = installation.running();
    let verdict = settings::judge(setting, section, key, value, running);
    if verdict.fits() {
        return Activation::AsItIs;
    }
    let repaired = settings::repaired(setting, value)
        .filter(|value| settings::judge(setting, section, key, value, running).fits());
    if let Some(repaired) = repaired {
        return Activation::Repaired(repaired);
    }
    let effect = match verdict {
        Verdict::Wrong(effect, versions) if versions == settings::Versions::ALL => effect.words(),
        Verdict::Wrong(effect, versions) => format!("{} ({})", effect.words(), versions.words()),
        _ => "it is not what LiteLLM takes there".to_owned(),
    };
    let reason = format!("`{section}.{key}` takes {}: {effect}", setting.shape.words());
    Activation::Refused(Refusal { reason, lines: meant(setting, section, value) })
}

/// The lines that a mapping plainly means where only its parameters are one: those of the cache.
fn meant(setting: &Setting, section: &str, value: &Value) -> Vec<String> {
    let Some(entries) = value.as_map().filter(|_| setting.name == "cache") else { return Vec::new() };
    let masked = entries.iter().map(|(name, value)| {
        let secret = is_secret_name(name) || shown(value).contains("://");
        let value = if secret { Value::Other("<the same value>".into()) } else { value.clone() };
        (name.clone(), value)
    });
    let params = ("cache_params".to_owned(), Value::Map(masked.collect()));
    yaml_lines(section, &[("cache".to_owned(), Value::Bool(true)), params])
}

/// The section and key of the home of a setting that a place is.
fn home_at(setting: &'static Setting, place: &Place) -> Option<(&'static str, &'static str)> {
    let At::Yaml { path, .. } = &place.at else { return None };
    let steps = path.steps();
    setting.config_homes().find(|(section, key)| {
        let names = std::iter::once(*section).chain(key.split('.'));
        let names: Vec<_> = names.map(crate::document::Step::from).collect();
        steps.ends_with(&names)
    })
}

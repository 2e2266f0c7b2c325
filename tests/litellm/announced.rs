//! What fixes say that they change, in the words that a user reads, and what changes along with it in the process.

use std::collections::BTreeSet;

use litellm_fix::project::settings;
use litellm_fix::verify::effects::{EFFECTS, OF_THE_SECTION};
use serde_json::{Map, Value};

use crate::deployments::members;

/// The fixes that were applied.
pub fn applied(report: &Value) -> impl Iterator<Item = &Value> {
    report["findings"].as_array().into_iter().flatten().filter(|finding| finding["status"] == "applied")
}

/// The names that the fixes of the installations with one file speak of.
pub struct Announced(BTreeSet<String>);

impl Announced {
    pub fn of(report: &Value, file: &str) -> Self {
        let installations = report["installations"].as_array().into_iter().flatten();
        let ours: Vec<_> = installations
            .filter(|one| members(one).iter().any(|(member, _)| *member == file))
            .map(|one| &one["name"])
            .collect();
        let mut names = BTreeSet::new();
        for finding in applied(report).filter(|finding| ours.contains(&&finding["installation"])) {
            let (setting, fix) = (finding["setting"].as_str().unwrap_or_default(), &finding["fix"]);
            let homes = settings::find(setting).into_iter().flat_map(settings::Setting::config_homes);
            names.extend(homes.map(|(_, key)| key.to_owned()));
            let assumptions = fix["assumptions"].as_array().into_iter().flatten();
            let said = assumptions.chain([&fix["title"]]).filter_map(Value::as_str);
            names.extend(said.flat_map(words).map(str::to_owned));
            let place = finding["name"].as_str().unwrap_or_default();
            names.extend(place.rsplit('.').next().map(str::to_owned));
            // What is changed in an entry changes all that holds the entries.
            names.extend(place.starts_with("model_list[").then(|| "model_list".to_owned()));
        }
        Self(names)
    }

    /// Whether a name in the process is one of them, or changes along with one.
    pub fn explains(&self, name: &str) -> bool {
        let key = name.split_once('.').map_or(name, |(_, key)| key);
        let effects = EFFECTS.iter().filter(|(setting, _)| self.0.contains(*setting));
        self.0.contains(key)
            // A section inside another is read by nobody, whatever leaves it.
            || (name.starts_with("general_settings.") && settings::SECTIONS.contains(&key))
            || effects.flat_map(|(_, effects)| *effects).any(|beginning| name.starts_with(beginning))
    }
}

/// What could be a name in a sentence.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// The names of what is effective otherwise than before.
pub fn changes<'v>(before: &'v Map<String, Value>, after: &'v Map<String, Value>) -> BTreeSet<&'v str> {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).map(String::as_str).collect();
    let section = |values: &Map<String, Value>| values.keys().any(|key| key.starts_with("general_settings."));
    let other_section = section(after) != section(before);
    let differ = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differ.filter(|name| !(other_section && OF_THE_SECTION.contains(name))).collect()
}

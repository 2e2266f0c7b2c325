//! Before and after: what differs in the process, and whether it was announced.

use std::collections::{BTreeMap, BTreeSet};

use super::announced::Announced;
use super::effects::OF_THE_SECTION;
use super::protocol::{Answer, Told};

/// What became of one proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing changes for it, and it loads.
    Untouched,
    /// It loads before and after; what differs.
    Compared(Vec<Difference>),
    /// It does not load before, for this reason, and loads after.
    Mended(String),
    /// It loads before, and does not after, for this reason.
    Broken(String),
    /// It loads neither before nor after: why not before, and why not after.
    Unloadable(String, String),
}

/// What is in force otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// A setting by its name in the table, or a name in the process.
    pub name: String,
    /// The value before, as JSON without secrets; [`None`] where there was none.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
    /// Why it differs.
    pub because: Because,
}

/// Why something differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// A fix announced it.
    Announced,
    /// It changes along with this, which a fix announced.
    Follows(String),
    /// No fix announced it.
    Nothing,
}

impl Outcome {
    /// Whether the fixes did to it what they announced.
    pub fn is_as_announced(&self) -> bool {
        match self {
            Self::Untouched | Self::Mended(_) => true,
            Self::Compared(differences) => differences.iter().all(|one| one.because != Because::Nothing),
            Self::Broken(_) | Self::Unloadable(..) => false,
        }
    }

    /// Whether it loads in the end.
    pub fn loads(&self) -> bool {
        !matches!(self, Self::Broken(_) | Self::Unloadable(..))
    }
}

/// What two loads of one proxy show.
pub fn compare(before: &Answer, after: &Answer, announced: &Announced) -> Outcome {
    match (&before.error, &after.error) {
        (Some(before), Some(after)) => Outcome::Unloadable(before.clone(), after.clone()),
        (Some(before), None) => Outcome::Mended(before.clone()),
        (None, Some(after)) => Outcome::Broken(after.clone()),
        (None, None) => Outcome::Compared(differences(before, after, announced)),
    }
}

fn differences(before: &Answer, after: &Answer, announced: &Announced) -> Vec<Difference> {
    let mut found = Vec::new();
    for name in differing(&before.settings, &after.settings) {
        let because = match announced.names_setting(name) {
            true => Because::Announced,
            false => match announced.setting_beside(name) {
                Some(other) => Because::Follows(other.to_owned()),
                None => Because::Nothing,
            },
        };
        found.push(difference(name, &before.settings, &after.settings, because));
    }
    let section = |answer: &Answer| answer.state.keys().any(|name| name.starts_with("general_settings."));
    let other_section = section(before) != section(after);
    for name in differing(&before.state, &after.state) {
        if other_section && OF_THE_SECTION.contains(&name) {
            continue;
        }
        let because = match announced.explains(name) {
            Some(key) => Because::Follows(key.to_owned()),
            None => Because::Nothing,
        };
        found.push(difference(name, &before.state, &after.state, because));
    }
    found
}

type Values = BTreeMap<String, Told>;

fn differing<'v>(before: &'v Values, after: &'v Values) -> Vec<&'v str> {
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).map(String::as_str).collect();
    let digest = |values: &'v Values, name: &str| values.get(name).map(|told| &told.digest);
    names.into_iter().filter(|name| digest(before, name) != digest(after, name)).collect()
}

fn difference(name: &str, before: &Values, after: &Values, because: Because) -> Difference {
    let shown = |values: &Values| values.get(name).map(|told| told.shown.clone());
    Difference { name: name.to_owned(), before: shown(before), after: shown(after), because }
}

/// The names at which two loads of the same proxy differ: they say nothing about a fix.
pub fn unsteady(one: &Answer, other: &Answer) -> BTreeSet<String> {
    let settings = differing(&one.settings, &other.settings).into_iter();
    settings.chain(differing(&one.state, &other.state)).map(str::to_owned).collect()
}

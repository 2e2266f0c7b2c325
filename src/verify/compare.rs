//! Before and after: what differs in the process, and whether it was announced.

use std::collections::{BTreeMap, BTreeSet};

use super::announced::Announced;
use super::effects::OF_THE_SECTION;
use super::protocol::{Response, Shown};

/// What became of one proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
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

/// What is effective otherwise than before.
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

impl Comparison {
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
pub fn compare(before: &Response, after: &Response, announced: &Announced) -> Comparison {
    match (&before.error, &after.error) {
        (Some(before), Some(after)) => Comparison::Unloadable(before.clone(), after.clone()),
        (Some(before), None) => Comparison::Mended(before.clone()),
        (None, Some(after)) => Comparison::Broken(after.clone()),
        (None, None) => Comparison::Compared(differences(before, after, announced)),
    }
}

fn differences(before: &Response, after: &Response, announced: &Announced) -> Vec<Difference> {
    let mut found = Vec::new();
    let section = |answer: &Response| answer.state.keys().any(|name| name.starts_with("general_settings."));
    let other_section = section(before) != section(after);
    for name in differing(&before.settings, &after.settings) {
        let because = match announced.names_setting(name) {
            true => Because::Announced,
            false if other_section && OF_THE_SECTION.contains(&name) => continue,
            false => match announced.beside_setting(name) {
                Some(other) => Because::Follows(other.to_owned()),
                None => Because::Nothing,
            },
        };
        found.push(difference(name, &before.settings, &after.settings, because));
    }
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

type Values = BTreeMap<String, Shown>;

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
pub fn unsteady(one: &Response, other: &Response) -> BTreeSet<String> {
    let settings = differing(&one.settings, &other.settings).into_iter();
    settings.chain(differing(&one.state, &other.state)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(settings: &[(&str, &str)], state: &[(&str, &str)]) -> Response {
        let told = |(name, value): &(&str, &str)| {
            ((*name).to_owned(), Shown { digest: (*value).to_owned(), shown: (*value).to_owned() })
        };
        Response {
            settings: settings.iter().map(told).collect(),
            state: state.iter().map(told).collect(),
            ..Response::default()
        }
    }

    fn announced(settings: &[&'static str], names: &[&str]) -> Announced {
        Announced {
            settings: settings.iter().copied().collect(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Announced::default()
        }
    }

    fn reasons(before: &Response, after: &Response, announced: &Announced) -> Vec<(String, Because)> {
        let found = differences(before, after, announced).into_iter();
        found.map(|one| (one.name, one.because)).collect()
    }

    #[test]
    fn what_a_setting_brings_along_is_explained_by_it() {
        let before = answer(&[("cache", "false"), ("success_callback", "[]")], &[]);
        let after = answer(&[("cache", "true"), ("success_callback", "[cache]")], &[("cache.ttl", "1")]);
        let found = reasons(&before, &after, &announced(&["cache"], &["cache"]));
        let follows = Because::Follows("cache".into());
        let expected =
            [("cache", Because::Announced), ("success_callback", follows.clone()), ("cache.ttl", follows)];
        assert_eq!(found, expected.map(|(name, because)| (name.to_owned(), because)));
        assert!(
            reasons(&before, &after, &announced(&[], &[])).iter().all(|(_, why)| *why == Because::Nothing)
        );
    }

    #[test]
    fn defaults_of_a_section_that_a_fix_makes_are_no_difference() {
        let before = answer(&[("health_check_interval", "null"), ("background_health_checks", "null")], &[]);
        let after = answer(
            &[("health_check_interval", "300"), ("background_health_checks", "true")],
            &[("general_settings.background_health_checks", "true")],
        );
        let announced = announced(&["background_health_checks"], &["background_health_checks"]);
        let follows = Because::Follows("background_health_checks".into());
        let expected = [
            ("background_health_checks", Because::Announced),
            ("general_settings.background_health_checks", follows),
        ];
        let expected = expected.map(|(name, because)| (name.to_owned(), because));
        assert_eq!(reasons(&before, &after, &announced), expected);
    }

    #[test]
    fn what_differs_by_chance_is_unsteady() {
        let (one, other) = (
            answer(&[], &[("server.now", "1"), ("server.x", "1")]),
            answer(&[], &[("server.now", "2"), ("server.x", "1")]),
        );
        assert_eq!(unsteady(&one, &other).into_iter().collect::<Vec<_>>(), ["server.now"]);
    }
}

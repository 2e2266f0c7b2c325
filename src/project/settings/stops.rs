//! Which forms of a value stop the load at a place: seen in the real proxy, for every key that it reads in the sections of a configuration.
//!
//! `stops.txt` is made by `tests/litellm/stops.rs`, which also tries it again. It knows what stops an installed package
//! without a licence, without a network and without files beside the configuration.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Form;
use crate::document::Value;
use crate::project::settings::version::{Running, Version};

const TEXT: &str = include_str!("stops.txt");

/// What was tried at a place: the forms of a value, and lists and mappings of several shapes.
const TRIED: [(&str, Form); 15] = [
    ("null", Form::Null),
    ("empty", Form::Empty),
    ("text", Form::Text),
    ("quoted_number", Form::QuotedNumber),
    ("duration", Form::Duration),
    ("quoted_boolean", Form::QuotedBool),
    ("number", Form::Number),
    ("fraction", Form::Fraction),
    ("true", Form::Bool),
    ("false", Form::False),
    ("empty_list", Form::EmptyList),
    ("list", Form::List),
    ("list_of_mappings", Form::List),
    ("empty_mapping", Form::Map),
    ("mapping", Form::Map),
];

/// In how many of the releases that may run a value stops the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stops {
    /// In none, as far as was seen.
    Never,
    /// In some.
    Sometimes,
    /// In all.
    Always,
}

/// What stops the load at one place: each name of [`TRIED`] with the releases.
type Seen = Vec<(&'static str, Vec<Version>)>;

static TABLE: LazyLock<HashMap<(&'static str, &'static str), Seen>> = LazyLock::new(|| {
    let mut table: HashMap<_, Seen> = HashMap::new();
    for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let (Some(section), Some(key), Some(form)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let releases: Vec<Version> = words.filter_map(|word| word.parse().ok()).collect();
        let releases = if releases.is_empty() { releases_tried().to_vec() } else { releases };
        table.entry((section, key)).or_default().push((form, releases));
    }
    table
});

static RELEASES: LazyLock<Vec<Version>> = LazyLock::new(|| {
    let line =
        TEXT.lines().find_map(|line| line.split_once("Releases: ")).map_or("", |(_, releases)| releases);
    line.split(' ').filter_map(|word| word.parse().ok()).collect()
});

/// The releases that the table was made from, the oldest first.
fn releases_tried() -> &'static [Version] {
    &RELEASES
}

/// The names of the forms that the table was made with.
pub fn forms_tried() -> impl Iterator<Item = &'static str> {
    TRIED.iter().map(|(name, _)| *name)
}

/// Whether the table says that this form, by its name, stops the load of a release that it was made from.
pub fn form_stops(section: &str, key: &str, form: &str, release: Version) -> bool {
    TABLE.get(&(section, key)).is_some_and(|seen| seen_in(seen, form, &release))
}

/// In how many of the releases that may run `value` stops the load at `key` of `section`, going by its form. A list or a mapping stops it only
/// where every shape of one did, since its content decides.
pub fn stops(section: &str, key: &str, value: &Value, running: &Running) -> Stops {
    let Some(form) = Form::of(value) else { return Stops::Never };
    let tried = TRIED.iter().filter(|(_, of)| *of == form || (form == Form::List && *of == Form::EmptyList));
    let tried: Vec<&str> = tried.map(|(name, _)| *name).collect();
    counted(section, key, running, |seen, release| tried.iter().all(|name| seen_in(seen, name, release)))
}

/// As [`stops`], where the form of the value is what LiteLLM refuses: another form is taken there, and no content of this one would be.
pub fn refuses(section: &str, key: &str, value: &Value, running: &Running) -> Stops {
    let content = matches!(Form::of(value), Some(Form::Text | Form::List | Form::Map) | None);
    let empty = matches!(value, Value::Map(entries) if entries.is_empty());
    let name = match Form::of(value) {
        Some(form) if !content => TRIED.iter().find(|(_, of)| *of == form).map(|(name, _)| *name),
        _ if empty => Some("empty_mapping"),
        _ => None,
    };
    let Some(name) = name else { return Stops::Never };
    counted(section, key, running, |seen, release| {
        seen_in(seen, name, release) && !with_anything(seen, release)
    })
}

/// In how many of the releases that may run the key stops the load whatever it holds.
pub fn stops_with_anything(section: &str, key: &str, running: &Running) -> Stops {
    counted(section, key, running, with_anything)
}

/// Whether every form stops the load; null may be as good as nothing.
fn with_anything(seen: &Seen, release: &Version) -> bool {
    TRIED.iter().filter(|(_, form)| *form != Form::Null).all(|(name, _)| seen_in(seen, name, release))
}

fn seen_in(seen: &Seen, form: &str, release: &Version) -> bool {
    seen.iter().any(|(name, releases)| *name == form && releases.contains(release))
}

fn counted(section: &str, key: &str, running: &Running, stops: impl Fn(&Seen, &Version) -> bool) -> Stops {
    let Some(seen) = TABLE.get(&(section, key)) else { return Stops::Never };
    let asked = may_run(running);
    match asked.iter().filter(|release| stops(seen, release)).count() {
        0 => Stops::Never,
        all if all == asked.len() => Stops::Always,
        _ => Stops::Sometimes,
    }
}

/// The releases of the table around the one that runs; all of them where that is not known.
fn may_run(running: &Running) -> Vec<Version> {
    let Running::Known(version, ..) = running else { return releases_tried().to_vec() };
    let before = releases_tried().iter().rev().find(|release| **release <= *version);
    let after = releases_tried().iter().find(|release| **release >= *version);
    let mut around: Vec<Version> = before.into_iter().chain(after).copied().collect();
    around.dedup();
    around
}

//! The names that LiteLLM takes as values, by list and release.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::project::settings::version::{Running, Version};

/// Made by `tests/litellm/known_values.py` from the packages of these releases.
const TEXT: &str = include_str!("known/names.txt");

/// By list and name: the releases that have it, as the table writes them; none where all of them do.
static TABLE: LazyLock<BTreeMap<(&'static str, &'static str), &'static str>> = LazyLock::new(|| {
    let lines = TEXT.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| {
        let (list, rest) = line.split_once(' ')?;
        let (name, releases) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(((list, name), releases))
    });
    entries.collect()
});

static RELEASES: LazyLock<Vec<Version>> = LazyLock::new(|| {
    let comments = TEXT.lines().take_while(|line| line.starts_with('#'));
    comments
        .filter_map(|line| line.split_once("Releases:"))
        .flat_map(|(_, releases)| versions(releases))
        .collect()
});

fn versions(words: &str) -> impl Iterator<Item = Version> {
    words.split_whitespace().filter_map(|word| word.parse().ok())
}

/// The releases that the table was made from, the oldest first.
pub fn releases() -> &'static [Version] {
    &RELEASES
}

/// The names of a list that one of these releases has.
pub fn of_release(list: &str, release: Version) -> Vec<&'static str> {
    let has = |releases: &str| releases.is_empty() || versions(releases).any(|one| one == release);
    let own = TABLE.iter().filter(|((own, _), releases)| *own == list && has(releases));
    own.map(|((_, name), _)| *name).collect()
}

/// The names of a list in any release.
pub fn names(list: &str) -> impl Iterator<Item = &'static str> {
    let own = TABLE.keys().filter(move |(own, _)| *own == list);
    own.map(|(_, name)| *name)
}

/// Every list.
pub fn lists() -> Vec<&'static str> {
    let mut lists: Vec<&str> = TABLE.keys().map(|(list, _)| *list).collect();
    lists.dedup();
    lists
}

/// Whether a name is none of this list for sure: of none of the releases around the one that runs, or of none at all where that is
/// unknown. A release newer than the table may have more names. With a dot in it, it names code of the user's own.
pub fn unknown(list: &str, name: &str, running: &Running) -> bool {
    let reference = name.starts_with("os.environ/") || name.contains("{{");
    if reference || name.contains('.') && list.contains("callback") {
        return false;
    }
    let Some((_, releases)) = TABLE.range((list, name)..).next().filter(|(key, _)| **key == (list, name))
    else {
        return !matches!(running, Running::Known(version, ..) if RELEASES.last().is_some_and(|last| version > last));
    };
    let Running::Known(version, ..) = running else { return false };
    let before = RELEASES.iter().rev().find(|release| *release <= version);
    let after = RELEASES.iter().find(|release| *release >= version);
    // Newer than the table: what its last release had may well be there.
    let mut around = before.into_iter().chain(after);
    !releases.is_empty() && !around.any(|around| versions(releases).any(|one| one == *around))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::settings::version::KnownBy;

    #[test]
    fn a_name_is_unknown_where_no_release_around_has_it() {
        let running = |version| Running::Known(version, KnownBy::ImageTag, None);
        let disk = |version| unknown("cache_type", "disk", &running(version));
        assert!(!disk(Version(1, 106, 2)) && !disk(Version(1, 108, 0)) && disk(Version(1, 110, 2)));
        let wrong = |running: Running| unknown("routing_strategy", "usage-based", &running);
        assert!(wrong(running(Version(1, 80, 15))) && wrong(Running::Unknown(String::new(), None)));
        assert!(!wrong(running(Version(2, 0, 0))));
        assert!(!unknown("callbacks", "mine.logger", &running(Version(1, 106, 2))));
    }
}

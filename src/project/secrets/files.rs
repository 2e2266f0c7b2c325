//! The names of files and folders, which are no secrets.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::line::secrets_in_line;
use super::values::looks_random;

/// The names of the files of a project.
#[derive(Debug, Default)]
pub(super) struct FileNames {
    /// Whole paths, as shown.
    paths: Option<AhoCorasick>,
    /// The words of which the names are made, joined as they stand there: of `my-apps/open-webui.env` these are `my-apps`, `my`, `apps`,
    /// `open-webui.env`, `open-webui`, `open`, `webui`, `env`.
    words: HashSet<String>,
}

impl FileNames {
    pub(super) fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let paths: Vec<&str> = paths.filter(|path| !path.is_empty()).collect();
        let mut words = HashSet::new();
        for name in paths.iter().flat_map(|path| path.split('/')) {
            let stem = name.trim_start_matches('.').split('.').next().unwrap_or(name);
            let parts = name.split(|c: char| !c.is_alphanumeric());
            words.extend([name, stem].into_iter().chain(parts).map(str::to_lowercase));
        }
        words.remove("");
        let found = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&paths);
        Self { paths: found.ok().filter(|_| !paths.is_empty()), words }
    }

    /// Whether this is a plain word of some name, and not something random that happens to be one.
    pub(super) fn have(&self, word: &str) -> bool {
        secrets_in_line(word).is_empty() && !looks_random(word) && self.words.contains(&word.to_lowercase())
    }

    /// Where whole paths stand in a sentence.
    pub(super) fn inside(&self, text: &str) -> Vec<Range<usize>> {
        let Some(paths) = &self.paths else { return Vec::new() };
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
        paths
            .find_iter(text)
            .map(|hit| hit.range())
            .filter(|range| {
                !text[..range.start].chars().next_back().is_some_and(is_name)
                    && !text[range.end..].chars().next().is_some_and(is_name)
            })
            .collect()
    }
}

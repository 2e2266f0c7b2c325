//! Which parts of the files are secrets.
//!
//! A value is a secret if its name says so, if its shape says so, or if it is a password inside a URL. References
//! (`os.environ/NAME`, `${NAME}`), names of secrets, plain numbers and booleans are not.

mod collect;
mod files;
pub(in crate::project) mod hosts;
mod line;
mod names;
mod plain;
mod printed;
mod shapes;
mod tree;
mod values;
mod words;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use files::FileNames;

use crate::document::{Limits, Yaml};
use crate::project::repository::file::Files;

pub use line::secrets_in_line;
pub use names::is_secret_name;
pub(super) use plain::{Plain, in_plain};

/// Every secret of the files read, so that equal values are found wherever they stand.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    /// What every spelling means.
    meanings: HashMap<String, Arc<str>>,
    /// The spellings that are looked for everywhere, and whether only as a whole word.
    searched: Option<AhoCorasick>,
    patterns: Vec<Pattern>,
    /// Lines that hold a secret without showing it.
    lines: HashMap<String, Vec<Range<usize>>>,
    /// The names of the files that the secrets stand in.
    files: FileNames,
}

/// How a spelling is looked for.
#[derive(Debug)]
struct Pattern {
    /// Whether only as a whole word.
    whole_word: bool,
    /// The whole spelling, where only its beginning is searched.
    whole: Option<String>,
}

/// Of a longer spelling only so much is searched, and then compared: what searches for all of them must not outgrow the files.
const LONGEST_SEARCHED: usize = 128;

/// One secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it means: equal for equal secrets, however they are spelt.
    pub meaning: Arc<str>,
}

impl Secrets {
    /// All secrets of these texts.
    pub fn collect<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut found = collect::Found::default();
        let texts: Vec<&str> = texts.collect();
        for text in &texts {
            collect::collect(text, &mut found);
            if let Ok(yaml) = Yaml::read(text, &Limits::default()) {
                tree::collect(&yaml, &mut found);
            }
        }
        Self::of(&texts, found, FileNames::default())
    }

    /// All secrets of the files. The name of a file or a folder is no secret, even if somebody took it for a password: then it is one only
    /// where it is the value.
    pub fn of_files(files: &Files) -> Self {
        let mut found = collect::Found::default();
        let texts: Vec<&str> = files.iter().map(|(id, _)| files.text(id)).collect();
        for (id, _) in files.iter() {
            collect::collect(files.text(id), &mut found);
            if let Some(yaml) = files.yaml(id) {
                tree::collect(yaml, &mut found);
            }
        }
        printed::collect(files, &mut found);
        let names = FileNames::new(files.iter().map(|(_, file)| file.shown.as_str()));
        Self::of(&texts, found, names)
    }

    fn of(texts: &[&str], mut found: collect::Found, files: FileNames) -> Self {
        if !found.sources.is_empty() {
            texts.iter().for_each(|text| collect::collect_sources(text, &mut found));
        }
        found.values.sort();
        found.values.dedup();
        let mut meanings = HashMap::new();
        for value in &found.values {
            let spellings = values::spellings(value);
            let Some(meaning) = spellings.first() else { continue };
            let meaning: Arc<str> = Arc::from(meaning.as_str());
            // What identifies the caller of a webhook is the end of its path.
            let end = value.rsplit('/').next().filter(|end| reach(end) == Reach::Anywhere).map(str::to_owned);
            for spelling in spellings.into_iter().chain(end) {
                meanings.entry(spelling).or_insert_with(|| Arc::clone(&meaning));
            }
        }
        let mut spellings: Vec<&String> =
            meanings.keys().filter(|text| reach(text) != Reach::Place && !files.have(text)).collect();
        spellings.sort();
        let (beginnings, patterns): (Vec<&str>, Vec<Pattern>) =
            spellings.into_iter().map(|text| searched(text)).unzip();
        // A set of patterns beyond the limits of the automaton is split by nobody: the lines still show their secrets.
        let searched = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&beginnings)
            .ok();
        Self(Arc::new(Known { searched, patterns, meanings, lines: found.lines, files }))
    }

    /// The secrets in one line of a file: those known from the files, and those that the line shows.
    /// Ascending, apart from each other.
    pub fn find(&self, line: &str) -> Vec<Hit> {
        let mut ranges = secrets_in_line(line);
        let trimmed = line.trim();
        if let Some(hidden) = self.0.lines.get(trimmed) {
            let offset = line.len() - line.trim_start().len();
            ranges.extend(hidden.iter().map(|range| range.start + offset..range.end + offset));
        }
        self.hits(line, ranges)
    }

    /// The secrets in a sentence: as [`Secrets::find`], but what follows `token:` may be just the next word.
    pub fn find_in_prose(&self, text: &str) -> Vec<Hit> {
        let shown =
            secrets_in_line(text).into_iter().filter_map(|range| self.meant_in_prose(text, range)).collect();
        let mut hits = self.hits(text, shown);
        let files = self.0.files.inside(text);
        hits.retain(|hit| {
            !files.iter().any(|file| file.start <= hit.range.start && hit.range.end <= file.end)
        });
        hits
    }

    fn meant_in_prose(&self, text: &str, range: Range<usize>) -> Option<Range<usize>> {
        let value = &text[range.clone()];
        let in_url = text[..range.start].ends_with(':') && text[range.end..].starts_with('@');
        let one_word = !value.contains(char::is_whitespace);
        let random = one_word && (value.len() >= 16 || value.bytes().any(|b| b.is_ascii_digit()));
        if in_url || random || self.0.meanings.contains_key(value) {
            return Some(range);
        }
        let first = value.split(char::is_whitespace).next()?;
        let bare = first.trim_end_matches([',', '.', ';', ':', ')']);
        [first, bare]
            .into_iter()
            .find(|word| self.0.meanings.contains_key(*word))
            .map(|word| range.start..range.start + word.len())
    }

    fn hits(&self, line: &str, mut ranges: Vec<Range<usize>>) -> Vec<Hit> {
        self.known_values(line, &mut ranges);
        line::merged(ranges)
            .into_iter()
            .map(|range| Hit { meaning: self.meaning(&line[range.clone()]), range })
            .collect()
    }

    fn known_values(&self, line: &str, ranges: &mut Vec<Range<usize>>) {
        let Some(searched) = &self.0.searched else { return };
        let mut compared = 0;
        for hit in searched.find_iter(line) {
            let pattern = &self.0.patterns[hit.pattern().as_usize()];
            let mut range = hit.range();
            if let Some(whole) = pattern.whole.as_ref().filter(|_| range.start >= compared) {
                let same = whole.bytes().zip(line[range.start..].bytes()).take_while(|(a, b)| a == b).count();
                let end = range.start + same;
                range.end =
                    (range.end..=end).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(range.end);
                compared = range.end;
            }
            if !pattern.whole_word || is_whole_word(line, range.clone()) {
                ranges.push(range);
            }
        }
    }

    fn meaning(&self, spelling: &str) -> Arc<str> {
        match self.0.meanings.get(spelling) {
            Some(meaning) => Arc::clone(meaning),
            None => values::spellings(spelling)
                .first()
                .map_or_else(|| Arc::from(spelling), |first| Arc::from(first.as_str())),
        }
    }
}

fn searched(spelling: &str) -> (&str, Pattern) {
    let whole_word = reach(spelling) == Reach::Word;
    if spelling.len() <= LONGEST_SEARCHED {
        return (spelling, Pattern { whole_word, whole: None });
    }
    let end = (0..=LONGEST_SEARCHED).rev().find(|at| spelling.is_char_boundary(*at)).unwrap_or(0);
    (&spelling[..end], Pattern { whole_word, whole: Some(spelling.to_owned()) })
}

/// How far from its place a secret is looked for. A password `postgres` must not blot out every mention of the
/// database; a random one is hidden wherever it turns up, even inside a longer text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Anywhere,
    Word,
    Place,
}

fn reach(secret: &str) -> Reach {
    let letters_only = secret.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b' '));
    if secret.len() >= 16 || (secret.len() >= 8 && !letters_only) {
        Reach::Anywhere
    } else if secret.len() < 4 || ORDINARY.contains(&secret.to_ascii_lowercase().as_str()) {
        Reach::Place
    } else {
        Reach::Word
    }
}

/// Passwords that are also words of every deployment.
const ORDINARY: [&str; 53] = [
    "admin",
    "anthropic",
    "api-key",
    "api_key",
    "app",
    "azure",
    "bitnami",
    "changeme",
    "clickhouse",
    "config",
    "critical",
    "database",
    "db",
    "debug",
    "default",
    "demo",
    "dev",
    "docker",
    "error",
    "example",
    "guest",
    "info",
    "langfuse",
    "lite-llm",
    "litellm",
    "llm",
    "local",
    "localhost",
    "master",
    "minio",
    "model",
    "mongo",
    "mysql",
    "n8n",
    "ollama",
    "openai",
    "pass",
    "password",
    "postgres",
    "postgresql",
    "prod",
    "production",
    "proxy",
    "rabbitmq",
    "redis",
    "root",
    "secret",
    "string",
    "test",
    "token",
    "user",
    "username",
    "warning",
];

fn is_whole_word(line: &str, range: Range<usize>) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !line[..range.start].chars().next_back().is_some_and(is_word)
        && !line[range.end..].chars().next().is_some_and(is_word)
}

#[cfg(test)]
mod tests;

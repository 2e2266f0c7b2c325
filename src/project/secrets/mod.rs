//! Which parts of the files are secrets.
//!
//! A value is a secret if its name says so, if its shape says so, or if it is a password inside a URL. References
//! (`os.environ/NAME`, `${NAME}`), names of secrets, plain numbers and booleans are not.

mod collect;
mod files;
mod line;
mod names;
mod shapes;
mod values;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use files::FileNames;

pub use line::secrets_in_line;
pub use names::is_secret_name;

/// Every secret of the files read, so that equal values are found wherever they stand.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    /// What every spelling means.
    meanings: HashMap<String, Arc<str>>,
    /// The spellings that are looked for everywhere, and whether only as a whole word.
    searched: Option<AhoCorasick>,
    whole_words: Vec<bool>,
    /// Lines that hold a secret without showing it.
    lines: HashMap<String, Vec<Range<usize>>>,
    /// The names of the files that the secrets stand in.
    files: FileNames,
}

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
        Self::collect_in(texts, std::iter::empty())
    }

    /// All secrets of these texts, which stand in files of these names. The name of a file or a folder is no secret, even if somebody
    /// took it for a password: then it is one only where it is the value.
    pub fn collect_in<'a>(
        texts: impl Iterator<Item = &'a str>,
        files: impl Iterator<Item = &'a str>,
    ) -> Self {
        let files = FileNames::new(files);
        let mut found = collect::Found::default();
        let texts: Vec<&str> = texts.collect();
        for text in &texts {
            collect::collect(text, &mut found);
        }
        if !found.sources.is_empty() {
            texts.iter().for_each(|text| collect::collect_sources(text, &mut found));
        }
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
        let whole_words = spellings.iter().map(|text| reach(text) == Reach::Word).collect();
        // A set of patterns beyond the limits of the automaton is split by nobody: the lines still show their secrets.
        let searched = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&spellings).ok();
        Self(Arc::new(Known { searched, whole_words, meanings, lines: found.lines, files }))
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
        for hit in searched.find_iter(line) {
            if !self.0.whole_words[hit.pattern().as_usize()] || is_whole_word(line, hit.range()) {
                ranges.push(hit.range());
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
const ORDINARY: [&str; 48] = [
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
    "database",
    "db",
    "default",
    "demo",
    "dev",
    "docker",
    "example",
    "guest",
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
];

fn is_whole_word(line: &str, range: Range<usize>) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !line[..range.start].chars().next_back().is_some_and(is_word)
        && !line[range.end..].chars().next().is_some_and(is_word)
}

#[cfg(test)]
mod tests;

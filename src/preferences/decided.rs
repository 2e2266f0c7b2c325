//! Files of decisions: what was said in one review, for use on other files. `docs/decisions.schema.json` describes them.

mod save;

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, anyhow, bail, ensure};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
pub use save::{Reviewed, save};

use super::written::{at, entries, items, only};
use super::{known_param, named_id, suggest};
use crate::day;
use crate::document::{Kind, Limits, Node, Reader, Value, Yaml};
use crate::plan::{Recorded, Replay, Said, Transform};
use crate::project::shown;

/// The version of the files that are read and written.
const VERSION: i128 = 1;

/// More than people decide.
const LIMIT: u64 = 5_000_000;

const KEYS: [&str; 10] = ["id", "setting", "state", "path", "at", "answer", "values", "by", "why", "expires"];

/// A file of decisions.
#[derive(Debug, Default)]
pub struct Decided {
    /// Those that are in force.
    pub replay: Arc<Replay>,
    /// Those that are not any more: the line, the id, and until when they were.
    pub expired: Vec<(usize, &'static str, String)>,
    /// The file, as shown.
    pub file: String,
}

impl Decided {
    /// Reads and checks a file. A rule in it may be one of another repository: its decision matches nothing here.
    ///
    /// # Errors
    /// A file that cannot be read, or whatever in it is not as it has to be, with line and column.
    pub fn open(path: &FilePath, transforms: &[Transform]) -> anyhow::Result<Self> {
        let file = shown(path);
        let read = || -> anyhow::Result<Self> {
            // As text: that it cannot be read is a wrong use, not a failed run.
            let bytes = bytes_of(path)?;
            Self::read(&bytes, &file, &day::day(day::now()), transforms)
        };
        read().map_err(|error| anyhow!("decisions {file}: {error:#}"))
    }

    fn read(bytes: &[u8], file: &str, today: &str, transforms: &[Transform]) -> anyhow::Result<Self> {
        let yaml = Yaml::from_bytes(bytes, &Limits::default())?;
        let mut found = Self { file: file.to_owned(), ..Self::default() };
        let mut replay = Replay::default();
        let (mut version, mut list) = (None, None);
        let root = only(&yaml)?.context("it is empty; it needs `version: 1` and `decisions:`")?;
        for (key, value) in entries(root, "the file")? {
            match &*key.text() {
                "version" => version = Some(value),
                "decisions" => list = Some(value),
                name => bail!("{}", unknown(key, name, &["version", "decisions"])),
            }
        }
        let version = version.context("line 1, column 1: `version: 1` is missing")?;
        let is_known = matches!(version.value(Reader::PyYaml), Value::Int(VERSION));
        ensure!(is_known, "{}: version 1 is what this release reads", at(version));
        for item in list.map(|list| items(list, "decisions")).transpose()?.unwrap_or_default() {
            let (entry, expires) = entry(item, file, transforms)?;
            match expires.filter(|date| date.as_str() < today) {
                Some(date) => found.expired.push((item.position().0, entry.id, date)),
                None => replay.entries.push(entry),
            }
        }
        found.replay = Arc::new(replay);
        Ok(found)
    }
}

fn bytes_of(path: &FilePath) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes));
    read.map_err(|error| anyhow!("{error}"))?;
    ensure!(bytes.len() as u64 <= LIMIT, "it is larger than {LIMIT} bytes");
    Ok(bytes)
}

fn unknown(key: Node<'_>, name: &str, known: &[&str]) -> String {
    format!("{}: unknown key {}{}", at(key), super::quoted(name), suggest(name, known.iter().copied()))
}

fn entry(item: Node<'_>, file: &str, transforms: &[Transform]) -> anyhow::Result<(Recorded, Option<String>)> {
    let mut texts: [Option<(String, Node<'_>)>; KEYS.len()] = Default::default();
    let mut values = None;
    for (key, value) in entries(item, "a decision")? {
        let name = key.text();
        let Some(number) = KEYS.iter().position(|known| *known == name) else {
            bail!("{}", unknown(key, &name, &KEYS));
        };
        if name == "values" {
            values = Some(value);
            continue;
        }
        ensure!(value.resolve().kind() == Kind::Scalar, "{}: `{name}` must be a text", at(value));
        if !value.is_null(Reader::PyYaml) {
            texts[number] = Some((value.resolve().text().into_owned(), value));
        }
    }
    let text = |name: &str| KEYS.iter().position(|known| *known == name).and_then(|at| texts[at].as_ref());
    let needed = |name: &str| {
        text(name)
            .filter(|(text, _)| !text.trim().is_empty())
            .with_context(|| format!("{}: a decision needs `{name}`", at(item)))
    };
    let (id, place) = needed("id")?;
    let id = named_id(id, transforms, true).with_context(|| at(*place))?;
    let said = match needed("answer")? {
        (word, _) if matches!(word.as_str(), "yes" | "true") => Said::Yes(params(id, values, transforms)?),
        (_, place) if values.is_some() => bail!("{}: only a `yes` has `values`", at(*place)),
        (word, _) if matches!(word.as_str(), "no" | "false") => Said::No,
        (word, _) if word == "ignored" => Said::Ignored,
        (_, place) => bail!("{}: `answer` is yes, no or ignored", at(*place)),
    };
    let (pattern, place) = needed("path")?;
    let path = compiled(pattern).with_context(|| format!("{}: `path` is no pattern", at(*place)))?;
    let expires = match text("expires") {
        None => None,
        Some((text, place)) => {
            ensure!(day::is_day(text), "{}: `expires` is a day, such as 2027-01-31", at(*place));
            Some(text.clone())
        }
    };
    let why = text("why").map(|(text, _)| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let why = why.filter(|text| !text.is_empty());
    ensure!(said != Said::Ignored || why.is_some(), "{}: what is ignored needs `why`", at(item));
    let entry = Recorded {
        id,
        setting: needed("setting")?.0.clone(),
        state: needed("state")?.0.clone(),
        exact: is_exact(pattern),
        path,
        at: text("at").map(|(text, _)| text.clone()),
        said,
        why,
        written: format!("{file}:{}", item.position().0),
        used: AtomicBool::new(false),
    };
    Ok((entry, expires))
}

/// The edited values of a yes.
fn params(
    id: &'static str,
    values: Option<Node<'_>>,
    transforms: &[Transform],
) -> anyhow::Result<Vec<(String, Value)>> {
    let mut all = Vec::new();
    for (param, value) in values.map(|node| entries(node, "values")).transpose()?.unwrap_or_default() {
        known_param(id, &param.text(), transforms).with_context(|| at(param))?;
        all.push((param.text().into_owned(), value.value(Reader::PyYaml)));
    }
    Ok(all)
}

/// Whether only one file can match.
fn is_exact(pattern: &str) -> bool {
    let mut chars = pattern.chars();
    let mut special = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '*' | '?' | '[' | '{' | '!' => special = true,
            _ => {}
        }
    }
    // As in `.gitignore`, a name without a folder is that name in every folder, and one that ends with `/` a whole folder.
    !special && pattern.trim_end().trim_end_matches('/') == pattern && pattern.contains('/')
}

/// A pattern as in `.gitignore`, of paths from the root of a repository.
fn compiled(pattern: &str) -> anyhow::Result<Gitignore> {
    let mut builder = GitignoreBuilder::new(PathBuf::new());
    builder.add_line(None, pattern)?;
    let made = builder.build()?;
    ensure!(made.num_ignores() == 1, "it matches nothing");
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "version: 1\ndecisions:\n- id: debug_mode\n  setting: litellm_log\n  state: debug\n  path: '**/compose.yaml'\n  answer: yes\n";

    fn read(text: &str) -> anyhow::Result<Decided> {
        Decided::read(text.as_bytes(), "d.yaml", "2026-11-27", &crate::transforms::registry())
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, wrong) in [
            ("", "it is empty"),
            ("decisions: []\n", "`version: 1` is missing"),
            ("version: 2\n", "line 1, column 10: version 1"),
            (
                "version: 1\ndecision: []\n",
                "line 2, column 1: unknown key `decision`; did you mean `decisions`?",
            ),
            (&format!("{ENTRY}  answer: no\n"), "line 8, column 3: this key is there twice"),
            (&format!("{ENTRY}decisions: []\n"), "line 8, column 1: this key is there twice"),
            (
                &format!("{ENTRY}---\n{ENTRY}"),
                "line 9, column 1: it is one document, and here another one begins",
            ),
            (
                &ENTRY.replace("answer", "anser"),
                "line 7, column 3: unknown key `anser`; did you mean `answer`?",
            ),
            (&ENTRY.replace("debug_mode", "debug_mod"), "line 3, column 7: there is no fix `debug_mod`"),
            (
                &ENTRY.replace("answer: yes", "answer: perhaps"),
                "line 7, column 11: `answer` is yes, no or ignored",
            ),
            (
                &ENTRY.replace("answer: yes", "answer: ignored"),
                "line 3, column 3: what is ignored needs `why`",
            ),
            (&ENTRY.replace("  state: debug\n", ""), "line 3, column 3: a decision needs `state`"),
            (&format!("{ENTRY}  expires: tomorrow\n"), "line 8, column 12: `expires` is a day"),
            (&format!("{ENTRY}  values: {{volume: x}}\n"), "has no parameter"),
            (&ENTRY.replace("answer: yes", "answer: no\n  values: {}"), "only a `yes` has `values`"),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.contains(wrong), "{text}\n{error}");
        }
    }

    #[test]
    fn expired_decisions_are_set_aside() {
        let until = |day: &str| read(&format!("{ENTRY}  expires: {day}\n")).unwrap();
        assert_eq!(until("2026-11-26").expired, [(3, "debug_mode", "2026-11-26".to_owned())]);
        assert!(until("2026-11-27").expired.is_empty());
        assert_eq!(until("2026-11-27").replay.entries.len(), 1);
    }

    #[test]
    fn the_schema_has_the_same_keys() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../docs/decisions.schema.json")).unwrap();
        let described = schema["$defs"]["decision"]["properties"].as_object().unwrap();
        assert_eq!(described.keys().map(String::as_str).collect::<Vec<_>>(), KEYS);
    }

    #[test]
    fn one_file_is_no_pattern() {
        let exact = |path: &str| {
            read(&ENTRY.replace("'**/compose.yaml'", &format!("'{path}'"))).unwrap().replay.entries[0].exact
        };
        assert!(exact("/compose.yaml") && exact("deploy/compose.yaml"));
        assert!(!exact("compose.yaml") && !exact("/deploy/*.yaml") && !exact("**/compose.yaml"));
        assert!(!exact("/deploy/{a,b}.yaml") && !exact("/deploy/[ab].yaml") && exact("/deploy/\\{a\\}.yaml"));
    }
}

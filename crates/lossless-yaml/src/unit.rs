//! The environment of a systemd unit, as `systemd.exec(5)` and `systemd.syntax(7)` have it, or of a container of `podman-systemd.unit(5)`.

use std::ops::Range;
use std::sync::Arc;

use crate::model::refusal::{Refusal, RefusalKind};

/// A systemd unit, or a drop-in of one. It keeps its text; an edit changes one word of an `Environment=`, or adds such a line.
#[derive(Clone, Debug)]
pub struct Unit {
    text: Arc<str>,
    /// The section that describes the process.
    section: String,
    entries: Vec<Entry>,
    variables: Vec<UnitVariable>,
}

/// A variable that an `Environment=` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitVariable {
    /// Its name.
    pub name: String,
    /// Its text; `None` where systemd makes it of something else: a specifier (`%h`) or an escape.
    pub value: Option<String>,
    /// Its line, from 1.
    pub line: usize,
    /// Whether a later one of the name wins, or an empty `Environment=` takes it away.
    pub dead: bool,
    span: Range<usize>,
}

/// An assignment of a unit, with the lines that it goes on in.
#[derive(Clone, Debug)]
struct Entry {
    section: String,
    /// Whether that is the section which describes the process.
    own: bool,
    key: String,
    /// Its value: the parts of its lines, without what makes them go on.
    parts: Vec<Range<usize>>,
    line: usize,
    /// Where its last line ends.
    end: usize,
}

impl Unit {
    /// Reads a unit whose process is described in this section (`Service`, `Container`); what is no assignment is passed over, as systemd does.
    pub fn read(text: impl Into<Arc<str>>, section: &str) -> Self {
        let text = text.into();
        let mut entries = entries(&text);
        entries.iter_mut().for_each(|entry| entry.own = entry.section == section);
        let variables = variables(&text, &entries);
        Self { text, section: section.to_owned(), entries, variables }
    }

    /// Whether it takes away the variables that what is read before it gives.
    pub fn resets(&self) -> bool {
        self.values("Environment").iter().any(|(value, _)| value.is_empty())
    }

    /// The text as it is.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as it is, shared.
    pub fn shared_text(&self) -> Arc<str> {
        self.text.clone()
    }

    /// The variables of all `Environment=`, in text order.
    pub fn variables(&self) -> &[UnitVariable] {
        &self.variables
    }

    /// The one of this name that is in force.
    pub fn get(&self, name: &str) -> Option<&UnitVariable> {
        self.variables.iter().find(|one| one.name == name && !one.dead)
    }

    /// The values of a key of the section, each with its line from 1. For systemd an empty one takes those before it away.
    pub fn values(&self, key: &str) -> Vec<(String, usize)> {
        let own = self.entries.iter().filter(|entry| entry.own && entry.key == key);
        own.map(|entry| {
            let parts: Vec<&str> = entry.parts.iter().map(|part| self.text[part.clone()].trim()).collect();
            (parts.join(" ").trim().to_owned(), entry.line)
        })
        .collect()
    }

    /// The unit with another text for a variable, or with a line for one that it has not. What an empty `Environment=` takes away is added anew.
    ///
    /// # Errors
    /// [`RefusalKind::Form`] where the name or the text cannot be written there, [`RefusalKind::Place`] where the section is
    /// not there, and [`RefusalKind::Proof`] if the result is not what was meant.
    pub fn set(&self, name: &str, value: &str) -> Result<Unit, Refusal> {
        let word = word(name, value)?;
        let (at, replacement) = match self.get(name) {
            Some(known) if known.value.is_none() => {
                let reason = format!("systemd makes {name} of a specifier or an escape");
                return Err(Refusal::new(RefusalKind::Form, reason));
            }
            Some(known) => (known.span.clone(), quoted_as(&self.text[known.span.clone()], &word)),
            None => {
                let place = self.place()?;
                let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
                let ends = place == 0 || self.text[..place].ends_with('\n');
                let line = format!("Environment={word}{newline}");
                (place..place, if ends { line } else { format!("{newline}{}", line.trim_end()) })
            }
        };
        let text = format!("{}{replacement}{}", &self.text[..at.start], &self.text[at.end..]);
        let after = Unit::read(text, &self.section);
        self.prove(&after, name, value)?;
        Ok(after)
    }

    /// Behind the last `Environment=` of the section, else behind the last line of it that says something.
    fn place(&self) -> Result<usize, Refusal> {
        let all: Vec<&Entry> = self.entries.iter().filter(|entry| entry.own).collect();
        let given = all.iter().rfind(|entry| entry.key == "Environment");
        match given.or(all.last()) {
            Some(entry) => Ok(entry.end),
            None => {
                Err(Refusal::new(RefusalKind::Place, "there is no section [Service] with anything in it"))
            }
        }
    }

    /// That the result has this variable, and is otherwise what it was.
    fn prove(&self, after: &Unit, name: &str, value: &str) -> Result<(), Refusal> {
        let failed = |reason: &str| Err(Refusal::new(RefusalKind::Proof("unit"), reason));
        let rest = |unit: &Unit| {
            let others = unit.variables.iter().filter(|one| one.name != name && !one.dead);
            others.map(|one| (one.name.clone(), one.value.clone())).collect::<Vec<_>>()
        };
        let keys = |unit: &Unit| {
            let others = unit.entries.iter().filter(|entry| entry.key != "Environment");
            others
                .map(|entry| {
                    let parts: Vec<String> =
                        entry.parts.iter().map(|part| unit.text[part.clone()].to_owned()).collect();
                    (entry.section.clone(), entry.key.clone(), parts)
                })
                .collect::<Vec<_>>()
        };
        if after.get(name).and_then(|one| one.value.as_deref()) != Some(value) {
            return failed("the variable would not have this text");
        }
        if rest(self) != rest(after) || keys(self) != keys(after) {
            return failed("something else would change");
        }
        Ok(())
    }
}

/// An assignment as a word of `Environment=`.
fn word(name: &str, value: &str) -> Result<String, Refusal> {
    let refuse = |reason: &str| Err(Refusal::new(RefusalKind::Form, reason));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return refuse("systemd takes letters, digits and _ in the name of a variable");
    }
    if value.contains(['\n', '\r', '\\', '"', '\'']) {
        return refuse("a text with quotes, backslashes or line breaks is not written into a unit");
    }
    let value = value.replace('%', "%%");
    let quoted = value.is_empty() || value.contains(char::is_whitespace) || value.contains(['#', ';']);
    Ok(if quoted { format!("\"{name}={value}\"") } else { format!("{name}={value}") })
}

/// A word with the quotes of another one.
fn quoted_as(other: &str, word: &str) -> String {
    let is_quote = |c: &char| matches!(c, '"' | '\'');
    let bare = word.trim_matches('"');
    let behind = other.split_once('=').and_then(|(_, value)| value.chars().next());
    match (other.chars().next().filter(is_quote), behind.filter(is_quote), bare.split_once('=')) {
        (Some(quote), _, _) => format!("{quote}{bare}{quote}"),
        (None, Some(quote), Some((name, value))) => format!("{name}={quote}{value}{quote}"),
        _ => word.to_owned(),
    }
}

fn entries(text: &str) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let (mut section, mut open) = (String::new(), false);
    let mut start = 0;
    for (index, line) in text.split('\n').enumerate() {
        let (from, end) = (start, (start + line.len() + 1).min(text.len()));
        start += line.len() + 1;
        let content = line.trim_end_matches('\r');
        let comment = content.trim_start().starts_with(['#', ';']);
        // A comment between lines that go on is passed over.
        if comment {
            continue;
        }
        let goes_on = content.ends_with('\\');
        let stop = from + content.len() - usize::from(goes_on);
        if open {
            if let Some(entry) = found.last_mut() {
                entry.parts.push(from..stop);
                entry.end = end;
            }
            open = goes_on;
            continue;
        }
        let trimmed = content.trim_start_matches('\u{feff}').trim();
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, _)) = content.split_once('=') {
            let value = from + key.len() + 1;
            found.push(Entry {
                section: section.clone(),
                own: false,
                key: key.trim().to_owned(),
                parts: std::iter::once(value..stop.max(value)).collect(),
                line: index + 1,
                end,
            });
            open = goes_on;
        }
    }
    found
}

fn variables(text: &str, entries: &[Entry]) -> Vec<UnitVariable> {
    let mut found: Vec<UnitVariable> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.own && entry.key == "Environment") {
        let empty = entry.parts.iter().all(|part| text[part.clone()].trim().is_empty());
        if empty {
            found.iter_mut().for_each(|one| one.dead = true);
        }
        for (index, part) in entry.parts.iter().enumerate() {
            for span in words(text, part.clone()) {
                let source = &text[span.clone()];
                let Some((name, value)) = assignment(source) else { continue };
                found.iter_mut().filter(|one| one.name == name).for_each(|one| one.dead = true);
                let line = entry.line + index;
                found.push(UnitVariable { name, value, line, dead: false, span });
            }
        }
    }
    found
}

/// The words of a part of a value, quotes and all.
fn words(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut quote, mut escaped) = (None, None, false);
    for (offset, c) in text[part.clone()].char_indices() {
        let at = part.start + offset;
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (_, '\\') => {
                escaped = true;
                start = start.or(Some(at));
            }
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => {
                quote = Some(c);
                start = start.or(Some(at));
            }
            (None, c) if c.is_whitespace() => found.extend(start.take().map(|from| from..at)),
            (None, _) => start = start.or(Some(at)),
        }
    }
    found.extend(start.map(|from| from..part.end));
    found
}

/// The name and the text of a word; no text where systemd makes it of something else.
fn assignment(word: &str) -> Option<(String, Option<String>)> {
    let bare: String = word.chars().filter(|c| !matches!(c, '"' | '\'')).collect();
    let mixed = word.contains('"') && word.contains('\'');
    let (name, value) = bare.split_once('=')?;
    let literal = value.replace("%%", "");
    let open = ['"', '\''].iter().any(|quote| word.matches(*quote).count() % 2 == 1);
    let made = mixed || open || value.contains('\\') || literal.contains('%');
    Some((name.to_owned(), (!made).then(|| value.replace("%%", "%"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: &str = "[Unit]\nDescription=x\n\n[Service]\n# why\nEnvironment=A=1 \"B=two words\" 'C=3'\nEnvironment=D=%h E=50%% \\\n  F=6\nExecStart=/usr/bin/app \\\n    --flag\n\n[Install]\nWantedBy=multi-user.target\n";

    fn text(unit: &Unit, name: &str) -> Option<String> {
        unit.get(name)?.value.clone()
    }

    #[test]
    fn assignments_are_read_as_systemd_reads_them() {
        let unit = Unit::read(UNIT, "Service");
        let all = [("A", "1"), ("B", "two words"), ("C", "3"), ("E", "50%"), ("F", "6")];
        for (name, value) in all {
            assert_eq!(text(&unit, name).as_deref(), Some(value), "{name}");
        }
        assert!(unit.get("D").is_some() && text(&unit, "D").is_none());
        assert_eq!(unit.get("F").map(|one| one.line), Some(8));
        assert_eq!(unit.values("ExecStart"), [("/usr/bin/app --flag".to_owned(), 9)]);
        let unit = Unit::read(
            "[Service]\nEnvironment=A=1\nEnvironment=A=2 B=1\nEnvironment=\nEnvironment=B=2\n",
            "Service",
        );
        assert!(unit.get("A").is_none());
        assert_eq!(text(&unit, "B").as_deref(), Some("2"));
    }

    #[test]
    fn one_word_changes_or_one_line_comes() {
        let unit = Unit::read(UNIT, "Service");
        let after = |name, value| unit.set(name, value).map(|unit| unit.text().to_owned());
        let changed = UNIT.replace("\"B=two words\"", "\"B=2\"");
        assert_eq!(after("B", "2").ok(), Some(changed));
        let changed = UNIT.replace("A=1", "\"A=1 2\"");
        assert_eq!(after("A", "1 2").ok(), Some(changed));
        let changed = UNIT.replace("  F=6\n", "  F=6\nEnvironment=NEW=5%%\n");
        assert_eq!(after("NEW", "5%").ok(), Some(changed));
        assert!(after("D", "x").is_err() && after("NEW", "a\"b").is_err() && after("A-B", "1").is_err());
    }

    #[test]
    fn a_line_comes_behind_what_the_section_says() {
        let of = |text: &str| Unit::read(text, "Service").set("A", "1").map(|unit| unit.text().to_owned());
        assert_eq!(
            of("[Service]\nExecStart=x\n\n[Install]\n").ok().as_deref(),
            Some("[Service]\nExecStart=x\nEnvironment=A=1\n\n[Install]\n")
        );
        assert_eq!(
            of("[Service]\nExecStart=x").ok().as_deref(),
            Some("[Service]\nExecStart=x\nEnvironment=A=1")
        );
        assert_eq!(
            of("[Service]\r\nExecStart=x\r\n").ok().as_deref(),
            Some("[Service]\r\nExecStart=x\r\nEnvironment=A=1\r\n")
        );
        assert!(of("[Unit]\nDescription=x\n").is_err());
    }
}

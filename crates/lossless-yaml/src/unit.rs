//! The environment of a systemd unit, as `systemd.exec(5)` and `systemd.syntax(7)` have it, or of a container of `podman-systemd.unit(5)`.

#[cfg(test)]
mod tests;

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
    /// Where its word stands, quotes and all; `None` where that goes on in another line.
    span: Option<Range<usize>>,
}

/// An assignment of a unit, with the lines that it goes on in.
#[derive(Clone, Debug)]
struct Entry {
    section: String,
    /// Whether that is the section which describes the process.
    own: bool,
    key: String,
    /// Its value: what each of its lines has of it, without what makes it go on.
    parts: Vec<Part>,
    line: usize,
    /// Where its last line ends.
    end: usize,
}

/// What one line has of a value.
#[derive(Clone, Debug)]
struct Part {
    span: Range<usize>,
    line: usize,
}

/// A word of a value, without its quotes.
struct Word {
    text: String,
    line: usize,
    span: Option<Range<usize>>,
    /// Whether a backslash stands in it.
    escaped: bool,
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

    /// The one of this name that is effective.
    pub fn get(&self, name: &str) -> Option<&UnitVariable> {
        self.variables.iter().find(|one| one.name == name && !one.dead)
    }

    /// The values of a key of the section, each with its line from 1. For systemd an empty one takes those before it away.
    pub fn values(&self, key: &str) -> Vec<(String, usize)> {
        self.values_in(&self.section, key)
    }

    /// The same of a key of another section.
    pub fn values_in(&self, section: &str, key: &str) -> Vec<(String, usize)> {
        let own = self.entries.iter().filter(|entry| entry.section == section && entry.key == key);
        own.map(|entry| {
            let parts: Vec<&str> =
                entry.parts.iter().map(|part| self.text[part.span.clone()].trim()).collect();
            (parts.join(" ").trim().to_owned(), entry.line)
        })
        .collect()
    }

    /// The words of a command line, without their quotes.
    pub fn words(command: &str) -> Vec<String> {
        words(command, &[Part { span: 0..command.len(), line: 1 }])
            .into_iter()
            .map(|word| word.text)
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
            Some(known) => match &known.span {
                Some(span) => (span.clone(), quoted_as(&self.text[span.clone()], &word)),
                None => {
                    let reason = format!("the text of {name} goes on over several lines");
                    return Err(Refusal::new(RefusalKind::Form, reason));
                }
            },
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
                        entry.parts.iter().map(|part| unit.text[part.span.clone()].to_owned()).collect();
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
    if !is_name(name) {
        return refuse("systemd takes letters, digits and _ in the name of a variable, and no digit first");
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
        // A backslash that another one escapes makes nothing go on.
        let backslashes = content.len() - content.trim_end_matches('\\').len();
        let goes_on = backslashes % 2 == 1;
        let stop = from + content.len() - usize::from(goes_on);
        if open {
            if let Some(entry) = found.last_mut() {
                entry.parts.push(Part { span: from..stop, line: index + 1 });
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
                parts: vec![Part { span: value..stop.max(value), line: index + 1 }],
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
        let empty = entry.parts.iter().all(|part| text[part.span.clone()].trim().is_empty());
        if empty {
            found.iter_mut().for_each(|one| one.dead = true);
        }
        for word in words(text, &entry.parts) {
            // systemd passes over what is no assignment of a name that a shell would take.
            let Some((name, value)) = word.text.split_once('=').filter(|(name, _)| is_name(name)) else {
                continue;
            };
            let made = word.escaped || value.replace("%%", "").contains('%');
            let value = (!made).then(|| value.replace("%%", "%"));
            found.iter_mut().filter(|one| one.name == name).for_each(|one| one.dead = true);
            let Word { line, span, .. } = word;
            found.push(UnitVariable { name: name.to_owned(), value, line, dead: false, span });
        }
    }
    found
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(plain)
}

/// The words of a value. Where lines go on a blank stands between them, and of a word with a quote that nothing closes, and
/// what is behind it, systemd takes nothing.
fn words(text: &str, parts: &[Part]) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let (mut open, mut quote, mut escape): (Option<Word>, Option<char>, bool) = (None, None, false);
    for (index, Part { span, line }) in parts.iter().enumerate() {
        let blank = (index + 1 < parts.len()).then_some((span.end, ' '));
        let own = text[span.clone()].char_indices().map(|(offset, c)| (span.start + offset, c));
        for (at, c) in own.chain(blank) {
            if c.is_ascii_whitespace() && quote.is_none() && !escape {
                found.extend(open.take());
                continue;
            }
            let new = || Word { text: String::new(), line: *line, span: Some(at..at), escaped: false };
            let word = open.get_or_insert_with(new);
            word.span =
                word.span.take().filter(|_| word.line == *line).map(|span| span.start..at + c.len_utf8());
            if std::mem::take(&mut escape) {
                word.text.push(c);
                continue;
            }
            match (quote, c) {
                (_, '\\') => {
                    (escape, word.escaped) = (true, true);
                    word.text.push(c);
                }
                (Some(closing), c) if c == closing => quote = None,
                (None, '"' | '\'') => quote = Some(c),
                _ => word.text.push(c),
            }
        }
    }
    found.extend(open.filter(|_| quote.is_none()));
    found
}

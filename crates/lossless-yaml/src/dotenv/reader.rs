//! What the reader of an env file makes of a value, and how one is written for it.

use std::borrow::Cow;
use std::ops::Range;

use crate::dotenv::file::{Dotenv, EnvEntry};
use crate::dotenv::lines::{Entry, EnvQuote, EnvReader};
use crate::dotenv::safe;
use crate::model::refusal::Refusal;

impl EnvEntry<'_> {
    /// What a reader makes of the value, before any `${…}` in it is resolved.
    pub fn value_for(&self, reader: EnvReader) -> Cow<'_, str> {
        match reader {
            EnvReader::Any | EnvReader::Dotenv => Cow::Borrowed(&self.value),
            EnvReader::Docker => Cow::Borrowed(self.literal),
            EnvReader::Systemd => of_systemd(self.literal).map_or(Cow::Borrowed(&self.value), Cow::Owned),
        }
    }
}

/// What systemd makes of the text behind the `=` of a line; `None` where a quote goes on in the next one: `parse_env_file_internal` in `src/basic/env-file.c` of
/// <https://github.com/systemd/systemd>.
fn of_systemd(literal: &str) -> Option<String> {
    let mut out = String::new();
    // How much of it stays at the end of the line: blanks that nothing quotes go.
    let mut kept = 0;
    let (mut quote, mut bare) = (None, false);
    let mut chars = literal.chars();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (None, '"' | '\'') if !bare => quote = Some(char),
            (None, '\\') => {
                bare = true;
                out.extend(chars.next());
                kept = out.len();
            }
            (None, char) if char.is_ascii_whitespace() => out.extend(bare.then_some(char)),
            (None, char) => {
                bare = true;
                out.push(char);
                kept = out.len();
            }
            (Some(open), char) if open == char => {
                quote = None;
                kept = out.len();
            }
            (Some('"'), '\\') => {
                let next = chars.next();
                out.extend(next.is_none_or(|next| !"\"\\`$".contains(next)).then_some('\\'));
                out.extend(next);
            }
            (Some(_), char) => out.push(char),
        }
    }
    out.truncate(kept);
    quote.is_none().then_some(out)
}

impl Dotenv {
    /// Whether an entry gives its variable this value.
    pub(crate) fn gives(&self, entry: &Entry, value: &str) -> bool {
        if self.reader == EnvReader::Docker {
            return entry.has_equals && self.slice(&entry.literal) == value;
        }
        // Of `NAME= # text` compose makes a value, as older releases of python-dotenv do.
        let unclear = entry.comment.is_some()
            && (self.reader == EnvReader::Systemd
                || (entry.quote == EnvQuote::None && entry.value.is_empty()));
        entry.has_equals && !unclear && self.value(entry) == value
    }

    /// A value as it is written after the `=` of an entry, or of a new one.
    pub(crate) fn written(&self, entry: Option<&Entry>, value: &str) -> Result<String, Refusal> {
        let bare = safe::check_value(value, self.entries().any(|entry| entry.export));
        let quotes = match entry.map_or(EnvQuote::None, |entry| entry.quote) {
            EnvQuote::Single => ['\'', '"'],
            EnvQuote::Double => ['"', '\''],
            EnvQuote::None | EnvQuote::Backtick if bare.is_ok() => return Ok(value.to_owned()),
            EnvQuote::None | EnvQuote::Backtick => ['"', '\''],
        };
        if !self.reader.takes_quotes() {
            return bare.map(|()| value.to_owned());
        }
        safe::check_quoted(value)?;
        match quotes.into_iter().find(|quote| safe::fits(value, *quote)) {
            Some(quote) => Ok(format!("{quote}{value}{quote}")),
            None => Err(safe::both_quotes()),
        }
    }

    /// The value of an entry with its quotes.
    pub(crate) fn quoted(entry: &Entry) -> Range<usize> {
        match entry.quote {
            EnvQuote::Single | EnvQuote::Double => entry.value.start - 1..entry.value.end + 1,
            EnvQuote::None | EnvQuote::Backtick => entry.value.clone(),
        }
    }
}

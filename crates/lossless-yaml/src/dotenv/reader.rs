//! What the reader of an env file makes of a value, and how one is written for it.

use std::ops::Range;

use crate::dotenv::file::Dotenv;
use crate::dotenv::lines::{Entry, EnvQuote, EnvReader};
use crate::dotenv::safe;
use crate::model::refusal::Refusal;

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

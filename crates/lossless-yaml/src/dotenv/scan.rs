//! Reads the lines of an env file, with the grammar of python-dotenv.

use std::collections::HashSet;
use std::ops::Range;

use crate::dotenv::lines::{Entry, EnvQuote, Item, Kind};
use crate::dotenv::quoted;
use crate::model::limits::Limits;
use crate::model::refusal::{Refusal, RefusalKind};

/// The items of the text.
pub(crate) fn scan(text: &str, limits: &Limits) -> Result<Vec<Item>, Refusal> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut scanner = Scanner { text, at: start, line: 1 };
    let mut items = Vec::new();
    while scanner.at < text.len() {
        if items.len() >= limits.max_nodes {
            let reason = format!("the file has more than {} lines", limits.max_nodes);
            return Err(Refusal::new(RefusalKind::Limit, reason));
        }
        items.push(scanner.item()?);
    }
    mark_dead(text, &mut items);
    Ok(items)
}

fn mark_dead(text: &str, items: &mut [Item]) {
    let mut seen = HashSet::new();
    for item in items.iter_mut().rev() {
        if let Kind::Entry(entry) = &mut item.kind {
            entry.dead = !seen.insert(&text[entry.name.clone()]);
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

/// How reading a value ended.
enum Value {
    Read {
        value: Range<usize>,
        quote: EnvQuote,
        comment: Option<Range<usize>>,
        end: usize,
    },
    /// It is unclear what the text after the quote at this offset is.
    Trailing(usize),
    Unclosed,
}

impl Scanner<'_> {
    fn item(&mut self) -> Result<Item, Refusal> {
        let start = self.at;
        let line_end = self.line_end(start);
        let (kind, content_end) = self.kind(start, line_end)?;
        let end = content_end + self.break_len(content_end);
        let last_line = self.line + count_breaks(&self.text[start..content_end]);
        let item = Item { kind, span: start..content_end, end, line: self.line, last_line };
        self.at = end;
        self.line = last_line + 1;
        Ok(item)
    }

    /// What begins at `start`, and where its last line ends.
    fn kind(&self, start: usize, line_end: usize) -> Result<(Kind, usize), Refusal> {
        let line = &self.text[start..line_end];
        let body = line.trim_start();
        let at = line_end - body.len();
        if body.is_empty() {
            return Ok((Kind::Blank, line_end));
        }
        if body.starts_with('#') {
            return Ok((Kind::Comment(at..line_end), line_end));
        }
        if body.starts_with("{{") || body.starts_with("{%") {
            return Ok((Kind::Opaque { name: None, template: true }, line_end));
        }
        let after_export = skip_export(body);
        let at = at + after_export;
        match self.name(at, line_end) {
            Some((name, name_end)) => self.assignment(start, line_end, name, name_end, after_export > 0),
            None => Ok((Kind::Opaque { name: None, template: false }, line_end)),
        }
    }

    /// The name at `at`, and where it ends with its quotes.
    fn name(&self, at: usize, line_end: usize) -> Option<(Range<usize>, usize)> {
        let rest = &self.text[at..line_end];
        if let Some(quoted) = rest.strip_prefix('\'') {
            let len = quoted.find('\'').filter(|len| *len > 0)?;
            return Some((at + 1..at + 1 + len, at + len + 2));
        }
        let len = rest.find(|c: char| c == '=' || c == '#' || c.is_whitespace()).unwrap_or(rest.len());
        (len > 0).then_some((at..at + len, at + len))
    }

    fn assignment(
        &self,
        start: usize,
        line_end: usize,
        name: Range<usize>,
        name_end: usize,
        export: bool,
    ) -> Result<(Kind, usize), Refusal> {
        let rest = self.text[name_end..line_end].trim_start();
        let opaque = Kind::Opaque { name: Some(name.clone()), template: false };
        let column = self.text[start..name.start].chars().count() + 1;
        let mut entry = Entry {
            name,
            name_end,
            value: name_end..name_end,
            literal: name_end..name_end,
            quote: EnvQuote::None,
            export,
            has_equals: rest.starts_with('='),
            column,
            dead: false,
            comment: None,
        };
        if !entry.has_equals {
            let at = line_end - rest.len();
            entry.comment = rest.starts_with('#').then_some(at..line_end);
            let known = rest.is_empty() || entry.comment.is_some();
            return Ok((if known { Kind::Entry(entry) } else { opaque }, line_end));
        }
        entry.literal = line_end - rest.len() + 1..line_end;
        let at = line_end - rest[1..].trim_start().len();
        let templated = self.text[at..line_end].contains("{{");
        match self.value(entry.literal.start, at, line_end) {
            Value::Read { value, quote, comment, end } => {
                (entry.value, entry.quote, entry.comment) = (value, quote, comment);
                Ok((Kind::Entry(entry), end))
            }
            Value::Trailing(_) | Value::Unclosed if templated => {
                entry.value = at..at + self.text[at..line_end].trim_end().len();
                Ok((Kind::Entry(entry), line_end))
            }
            Value::Trailing(quote_at) if quote_at < line_end => Ok((opaque, line_end)),
            Value::Trailing(_) => Err(self.bad_quote(start, at, "ends in the middle of a line below")),
            Value::Unclosed => Err(self.bad_quote(start, at, "is never closed")),
        }
    }

    /// The value whose text begins at `at`, where `equals_end` is the offset after the `=`.
    fn value(&self, equals_end: usize, at: usize, line_end: usize) -> Value {
        let (mark, quote) = match self.text.as_bytes().get(at) {
            Some(b'"') if at < line_end => (b'"', EnvQuote::Double),
            Some(b'\'') if at < line_end => (b'\'', EnvQuote::Single),
            _ => return self.unquoted(equals_end, at, line_end),
        };
        let far = if self.text[at..line_end].contains("{{") { line_end } else { self.text.len() };
        let Some(len) = quoted::closing(&self.text[at + 1..far], mark) else {
            // Older releases of python-dotenv take such a quote as the closing one: `DIR="C:\"`.
            let escaped = memchr::memrchr(mark, &self.text.as_bytes()[at + 1..line_end]);
            return escaped.map_or(Value::Unclosed, |len| Value::Trailing(at + 1 + len));
        };
        let close = at + 1 + len;
        let end = self.line_end(close);
        let rest = self.text[close + 1..end].trim_start();
        let comment = rest.starts_with('#').then_some(end - rest.len()..end);
        if !rest.is_empty() && comment.is_none() {
            return Value::Trailing(close);
        }
        Value::Read { value: at + 1..close, quote, comment, end }
    }

    fn unquoted(&self, equals_end: usize, at: usize, line_end: usize) -> Value {
        let text = &self.text[at..line_end];
        let mut value = text;
        let mut comment = None;
        let empty = text.starts_with('#') && at > equals_end;
        if let Some(hash) = if empty { Some(0) } else { comment_start(text) } {
            comment = Some(at + hash..line_end);
            value = &text[..hash];
        }
        let value = value.trim_end();
        let ticks = value.len() > 1 && value.starts_with('`') && value.ends_with('`');
        let quote = if ticks { EnvQuote::Backtick } else { EnvQuote::None };
        Value::Read { value: at..at + value.len(), quote, comment, end: line_end }
    }

    fn bad_quote(&self, start: usize, at: usize, what: &str) -> Refusal {
        let column = self.text[start..at].chars().count() + 1;
        let reason = format!("the quote that opens here {what}");
        Refusal::at(RefusalKind::Syntax, reason, self.line, column)
    }

    fn line_end(&self, at: usize) -> usize {
        let bytes = &self.text.as_bytes()[at..];
        memchr::memchr2(b'\n', b'\r', bytes).map_or(self.text.len(), |len| at + len)
    }

    fn break_len(&self, at: usize) -> usize {
        match &self.text.as_bytes()[at..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        }
    }
}

fn count_breaks(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}

/// How many bytes an `export` and its blanks take, 0 where there is none.
fn skip_export(body: &str) -> usize {
    match body.strip_prefix("export") {
        Some(rest) if rest.starts_with(char::is_whitespace) => body.len() - rest.trim_start().len(),
        _ => 0,
    }
}

/// The offset of the first `#` that stands after a blank.
fn comment_start(text: &str) -> Option<usize> {
    text.match_indices('#').map(|(at, _)| at).find(|at| text[..*at].ends_with(char::is_whitespace))
}

//! Writing values so that PyYAML, Go and a YAML 1.2 reader all read what is meant.

use crate::model::habits::{Habits, Quote};
use crate::model::refusal::{Refusal, RefusalKind};
use crate::model::value::Value;
use crate::scalar::resolve::is_string_to_all;

/// How strings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strings {
    /// Without quotes where all readers agree.
    Bare,
    /// Always quoted, like the neighbours.
    Quoted,
}

/// Writes values in the habits of a text.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    pub habits: Habits,
    pub strings: Strings,
    /// The line break.
    pub newline: &'static str,
    /// Whether block scalars may be written; not where the text would end in one without a line break.
    pub literals: bool,
    /// What stands between `:` and a value in flow style.
    pub colon_gap: bool,
    /// What stands between `,` and the next entry in flow style.
    pub comma_gap: bool,
    /// A blank inside braces.
    pub padding: bool,
    /// Keys in flow style are quoted.
    pub quoted_keys: bool,
    /// How a short list of scalars is written on one line, if those around it are.
    pub lists: Option<Box<Writer>>,
}

/// The longest line that a list is written on.
const LIST_LINE: usize = 100;

impl Writer {
    pub fn new(habits: Habits, newline: &'static str) -> Self {
        Self {
            habits,
            strings: Strings::Bare,
            newline,
            literals: true,
            colon_gap: true,
            comma_gap: true,
            padding: false,
            quoted_keys: false,
            lists: None,
        }
    }

    /// `key: value` for a block mapping at `column`, without indentation of its first line and final break.
    pub fn entry(&self, key: &str, value: &Value, column: usize, out: &mut String) -> Result<(), Refusal> {
        out.push_str(&self.key(key)?);
        out.push(':');
        self.behind_colon(value, column, out)
    }

    /// A key in block style.
    pub fn key(&self, key: &str) -> Result<String, Refusal> {
        if key.len() > 1000 {
            return Err(Refusal::new(RefusalKind::Form, "the key is too long to be written on one line"));
        }
        let bare = Self { strings: Strings::Bare, ..self.clone() };
        Ok(bare.one_line(key, false))
    }

    /// What follows the colon of an entry of a block mapping at `column`.
    pub fn behind_colon(&self, value: &Value, column: usize, out: &mut String) -> Result<(), Refusal> {
        if let Some(list) = self.list(value, column)? {
            out.push(' ');
            out.push_str(&list);
            return Ok(());
        }
        match value {
            Value::Map(entries) if !entries.is_empty() => self.lines(value, column + self.habits.step, out),
            Value::Seq(items) if !items.is_empty() => self.lines(value, column + self.habits.sequence, out),
            _ => {
                out.push(' ');
                self.inline(value, column, self.habits.step, out)
            }
        }
    }

    /// A list of scalars in brackets, where lists are written so.
    pub fn list(&self, value: &Value, column: usize) -> Result<Option<String>, Refusal> {
        let Some(writer) = &self.lists else { return Ok(None) };
        let scalars =
            |items: &[Value]| !items.iter().any(|item| matches!(item, Value::Seq(_) | Value::Map(_)));
        if !value.as_seq().is_some_and(scalars) {
            return Ok(None);
        }
        let mut text = String::new();
        writer.flow(value, &mut text)?;
        Ok((column + text.len() < LIST_LINE).then_some(text))
    }

    /// The entries or items of a collection, each on a line of its own at `column`, each with a break before it.
    pub fn lines(&self, value: &Value, column: usize, out: &mut String) -> Result<(), Refusal> {
        match value {
            Value::Map(entries) => entries.iter().try_for_each(|(key, value)| {
                self.new_line(column, out);
                self.entry(key, value, column, out)
            }),
            Value::Seq(items) => items.iter().try_for_each(|item| {
                self.new_line(column, out);
                out.push_str("- ");
                self.item(item, column + 2, out)
            }),
            _ => self.inline(value, column, 0, out),
        }
    }

    pub fn new_line(&self, column: usize, out: &mut String) {
        out.push_str(self.newline);
        out.extend(std::iter::repeat_n(' ', column));
    }

    /// What follows the dash of an item; `column` is where it starts.
    pub fn item(&self, value: &Value, column: usize, out: &mut String) -> Result<(), Refusal> {
        match value {
            Value::Map(entries) if !entries.is_empty() => {
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        self.new_line(column, out);
                    }
                    self.entry(key, value, column, out)?;
                }
                Ok(())
            }
            Value::Seq(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        self.new_line(column, out);
                    }
                    out.push_str("- ");
                    self.item(item, column + 2, out)?;
                }
                Ok(())
            }
            _ => self.inline(value, column - 2, 2, out),
        }
    }

    /// A scalar or an empty collection in block context inside a collection at `column`; lines of a block scalar stand
    /// `deeper` than that.
    fn inline(&self, value: &Value, column: usize, deeper: usize, out: &mut String) -> Result<(), Refusal> {
        match value {
            Value::Str(text) if self.literals && is_literal(text) => {
                out.push_str(&literal_header(text, deeper));
                literal_lines(text, column + deeper, self.newline, out);
                Ok(())
            }
            Value::Seq(_) | Value::Map(_) => self.flow(value, out),
            _ => self.scalar(value, false, out),
        }
    }

    /// A scalar on one line.
    pub fn scalar(&self, value: &Value, flow: bool, out: &mut String) -> Result<(), Refusal> {
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
            Value::Int(int) => out.push_str(&int.to_string()),
            Value::Float(float) => out.push_str(&number(*float)),
            Value::Str(text) => out.push_str(&self.one_line(text, flow)),
            _ => return Err(Refusal::new(RefusalKind::Form, "this value cannot be written as a scalar")),
        }
        Ok(())
    }

    /// A value in flow style.
    pub fn flow(&self, value: &Value, out: &mut String) -> Result<(), Refusal> {
        let (open, close, empty) = match value {
            Value::Seq(items) => ('[', ']', items.is_empty()),
            Value::Map(entries) => ('{', '}', entries.is_empty()),
            _ => return self.scalar(value, true, out),
        };
        let padding = self.padding && !empty && open == '{';
        out.push(open);
        out.extend(padding.then_some(' '));
        if let Value::Map(entries) = value {
            for (at, (key, value)) in entries.iter().enumerate() {
                self.comma(at, out);
                self.flow_entry(key, value, out)?;
            }
        }
        for (at, item) in value.as_seq().unwrap_or_default().iter().enumerate() {
            self.comma(at, out);
            self.flow(item, out)?;
        }
        out.extend(padding.then_some(' '));
        out.push(close);
        Ok(())
    }

    /// What stands before the entry or item at an index in flow style.
    pub fn comma(&self, at: usize, out: &mut String) {
        if at > 0 {
            out.push_str(if self.comma_gap { ", " } else { "," });
        }
    }

    /// `key: value` in flow style.
    pub fn flow_entry(&self, key: &str, value: &Value, out: &mut String) -> Result<(), Refusal> {
        self.flow_key(key, out);
        self.flow(value, out)
    }

    /// `key: ` in flow style.
    pub fn flow_key(&self, key: &str, out: &mut String) {
        let strings = if self.quoted_keys { Strings::Quoted } else { Strings::Bare };
        let key = Self { strings, ..self.clone() }.one_line(key, true);
        // Without quotes, only a blank makes a colon of a colon.
        let gap = self.colon_gap || !key.ends_with(['"', '\'']);
        out.push_str(&key);
        out.push_str(if gap { ": " } else { ":" });
    }

    /// A string on one line, quoted if it has to be.
    pub fn one_line(&self, text: &str, flow: bool) -> String {
        if self.strings == Strings::Bare && is_bare(text, flow) {
            return text.to_owned();
        }
        quote(text, self.habits.quote)
    }
}

/// A number that all readers take for the float that it is.
fn number(float: f64) -> String {
    if float.is_nan() {
        return ".nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{float:?}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let dot = if digits.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{digits}{dot}e{sign}{exponent}")
}

/// Whether a character can stand in a file as it is, for all readers.
fn is_printable(c: char) -> bool {
    !matches!(c, '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a string needs no quotes: no reader takes it for anything else, by the rules of YAML 1.1 and 1.2.
pub(crate) fn is_bare(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text[first.len_utf8()..].chars().next();
    let starts = match first {
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
            false
        }
        '-' | '?' | ':' => second.is_some_and(|c| c != ' ' && !(flow && ",[]{}".contains(c))),
        _ => true,
    };
    let flow_safe = !flow || !text.contains([',', '[', ']', '{', '}', ':', '?']);
    starts
        && flow_safe
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && text.chars().all(is_printable)
        && is_string_to_all(text)
}

/// A string in quotes: those asked for, unless the text is easier to read in the others or needs escapes.
pub(crate) fn quote(text: &str, quote: Quote) -> String {
    let plain = text.chars().all(is_printable);
    let awkward = text.contains(['"', '\\']);
    let single = match quote {
        Quote::Single => plain && (!text.contains('\'') || awkward),
        Quote::Double => plain && awkward && !text.contains('\''),
    };
    if single { single_quoted(text) } else { double_quoted(text) }
}

/// A string in the given quotes if they can hold it on one line, else in double ones.
pub(crate) fn quote_in(text: &str, quote: Quote) -> String {
    if quote == Quote::Single && text.chars().all(is_printable) {
        single_quoted(text)
    } else {
        double_quoted(text)
    }
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_printable(c) => out.push(c),
            c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push_str(&format!("\\u{:04x}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// Whether a string is best written as a literal block scalar: several lines, at most one break at the end.
pub(crate) fn is_literal(text: &str) -> bool {
    text.contains('\n') && !text.ends_with("\n\n") && fits_literal(text)
}

/// Whether a string holds nothing that a literal block scalar changes.
pub(crate) fn fits_literal(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().all(|c| matches!(c, '\n' | '\t') || is_printable(c))
        && !text.split('\n').any(|line| !line.is_empty() && line.trim().is_empty())
}

fn needs_digit(text: &str) -> bool {
    text.trim_start_matches('\n').starts_with(' ')
}

/// The header of a literal block scalar.
pub(crate) fn literal_header(text: &str, step: usize) -> String {
    let digit = if needs_digit(text) { step.to_string() } else { String::new() };
    let chomp = match text.len() - text.trim_end_matches('\n').len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    format!("|{digit}{chomp}")
}

/// The lines of a literal block scalar, each with a break before it.
pub(crate) fn literal_lines(text: &str, column: usize, newline: &str, out: &mut String) {
    let body = text.strip_suffix('\n').unwrap_or(text);
    for line in body.split('\n') {
        out.push_str(newline);
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', column));
            out.push_str(line);
        }
    }
}

//! What the text of a scalar means, decoded on demand.

use std::borrow::Cow;

use crate::model::tree::{Style, Tree};

/// The value of a scalar as text.
pub(crate) fn decode<'a>(text: &'a str, tree: &Tree, id: u32) -> Cow<'a, str> {
    let node = tree.node(id);
    let raw = text.get(node.start as usize..node.end as usize).unwrap_or_default();
    match node.style {
        Style::SingleQuoted => quoted(inner(raw), b'\''),
        Style::DoubleQuoted => quoted(inner(raw), b'"'),
        Style::Literal | Style::Folded => {
            let ends = matches!(text.as_bytes().get(node.end as usize), Some(b'\n' | b'\r'));
            Cow::Owned(block(raw, node.style == Style::Folded, tree.indentation(id), ends))
        }
        _ if memchr::memchr2(b'\n', b'\r', raw.as_bytes()).is_some() => Cow::Owned(fold(raw, 0)),
        _ => Cow::Borrowed(raw),
    }
}

fn inner(raw: &str) -> &str {
    raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
}

fn quoted(raw: &str, quote: u8) -> Cow<'_, str> {
    let special = if quote == b'"' { b'\\' } else { b'\'' };
    if memchr::memchr3(special, b'\n', b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(fold(raw, quote))
}

/// Folds lines and undoes the escapes of the quote (0 for plain scalars).
fn fold(raw: &str, quote: u8) -> String {
    let bytes = raw.as_bytes();
    let mut out = String::with_capacity(raw.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' => at = gap(raw, at, false, &mut out),
            b'\\' if quote == b'"' => {
                if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) {
                    at = gap(raw, after_break(bytes, at + 1), true, &mut out);
                } else {
                    at = escape(raw, at + 1, &mut out);
                }
            }
            b'\'' if quote == b'\'' => {
                out.push('\'');
                at += 2;
            }
            _ => {
                let len = bytes[at..]
                    .iter()
                    .position(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\\' | b'\''))
                    .unwrap_or(bytes.len() - at)
                    .max(1);
                out.push_str(raw.get(at..at + len).unwrap_or_default());
                at += len;
            }
        }
    }
    out
}

fn after_break(bytes: &[u8], at: usize) -> usize {
    at + if bytes.get(at..at + 2) == Some(b"\r\n") { 2 } else { 1 }
}

/// Over blanks and line breaks: a lone break is a blank, of several the first goes. After an escaped break, all count.
fn gap(raw: &str, from: usize, escaped: bool, out: &mut String) -> usize {
    let bytes = raw.as_bytes();
    let (mut at, mut breaks) = (from, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' => at += 1,
            b'\n' | b'\r' => {
                at = after_break(bytes, at);
                breaks += 1;
            }
            _ => break,
        }
    }
    match breaks {
        0 if escaped => {}
        0 => out.push_str(raw.get(from..at).unwrap_or_default()),
        1 if !escaped => out.push(' '),
        _ => out.extend(std::iter::repeat_n('\n', breaks - usize::from(!escaped))),
    }
    at
}

/// The escape whose letter stands at `at`; the offset behind it.
fn escape(raw: &str, at: usize, out: &mut String) -> usize {
    let Some(letter) = raw.get(at..).and_then(|rest| rest.chars().next()) else { return raw.len() };
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    let plain = match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    };
    if digits == 0 {
        out.push(plain);
        return at + letter.len_utf8();
    }
    let code = raw.get(at + 1..at + 1 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    out.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
    let mut end = (at + 1 + digits).min(raw.len());
    while !raw.is_char_boundary(end) {
        end += 1;
    }
    end
}

/// A block scalar from its `|` or `>`. `ends`: a line break follows the last line.
fn block(raw: &str, folded: bool, indent: usize, ends: bool) -> String {
    let header_end = memchr::memchr2(b'\n', b'\r', raw.as_bytes());
    let header = raw.get(..header_end.unwrap_or(raw.len())).unwrap_or_default();
    let marks = header.split(['#', ' ', '\t']).next().unwrap_or_default();
    let (strip, keep) = (marks.contains('-'), marks.contains('+'));
    let Some(header_end) = header_end else {
        return String::new();
    };
    let body = raw.get(after_break(raw.as_bytes(), header_end)..).unwrap_or_default();
    let mut block =
        Block { folded, out: String::with_capacity(body.len()), breaks: 0, more: false, any: false };
    let mut rest = body;
    let mut last_breaks = false;
    loop {
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes());
        let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let spaces = line.bytes().take_while(|b| *b == b' ').count().min(indent);
        block.line(line.get(spaces..).unwrap_or_default());
        let Some(end) = end else {
            last_breaks |= ends;
            break;
        };
        block.breaks += 1;
        rest = rest.get(after_break(rest.as_bytes(), end)..).unwrap_or_default();
    }
    let breaks = block.breaks + usize::from(last_breaks);
    match (strip, keep) {
        (true, _) => {}
        (_, true) => block.out.extend(std::iter::repeat_n('\n', breaks)),
        _ if block.any && breaks > 0 => block.out.push('\n'),
        _ => {}
    }
    block.out
}

struct Block {
    folded: bool,
    out: String,
    /// Line breaks since the last line with content.
    breaks: usize,
    /// Whether the last line with content started with a blank, so that its break stays.
    more: bool,
    any: bool,
}

impl Block {
    fn line(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        let more = line.starts_with([' ', '\t']);
        if self.folded && self.any && !self.more && !more {
            match self.breaks {
                1 => self.out.push(' '),
                n => self.out.extend(std::iter::repeat_n('\n', n.saturating_sub(1))),
            }
        } else {
            self.out.extend(std::iter::repeat_n('\n', self.breaks));
        }
        self.out.push_str(line);
        (self.breaks, self.more, self.any) = (0, more, true);
    }
}

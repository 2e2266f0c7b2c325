//! The secrets that one line shows by itself.

use std::ops::Range;

use super::names::{Naming, has_root, naming};
use super::shapes;
use super::values::{can_be_secret, find_outside, looks_random, names_something};

/// The byte ranges of the secrets in one line of a YAML or env file (or in a sentence): ascending, apart from each other.
///
/// Comments, commented-out assignments, flow mappings, lists of `NAME=value`, and flags on a command line count too.
pub fn secrets_in_line(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    shapes::find(line, &mut found);
    if has_root(line) {
        for pair in pairs(line) {
            let value = without_scheme(line, pair.value.clone());
            if pair.names_secret(line) && can_be_secret(&line[value.clone()], pair.quoted) {
                found.push(value);
            }
        }
    }
    merged(found)
}

/// Ascending ranges of which those that touched are one.
pub(super) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// A name and the text that stands as its value in the same line.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// The name, without quotes.
    pub name: Range<usize>,
    /// The value, without quotes; it may be empty.
    pub value: Range<usize>,
    /// Whether quotes stand around the value.
    pub quoted: bool,
    /// Whether a quote opens and does not close in this line.
    pub open: Option<char>,
    /// Whether `:` separates the two.
    pub colon: bool,
}

impl Pair {
    /// Whether the name (or, for `value:`, the `name:` beside it) says that the value is a secret.
    fn names_secret(&self, line: &str) -> bool {
        let value = line[self.value.clone()].trim();
        match naming(&line[self.name.clone()]) {
            Naming::Yes => true,
            Naming::Either => !names_something(value) || value.len() >= 32,
            Naming::Maybe => looks_random(value),
            Naming::No => line[self.name.clone()].eq_ignore_ascii_case("value") && sibling_names_secret(line),
        }
    }
}

/// `{name: LITELLM_MASTER_KEY, value: …}`
fn sibling_names_secret(line: &str) -> bool {
    pairs(line).iter().any(|pair| {
        matches!(&line[pair.name.clone()], "name" | "key")
            && matches!(naming(line[pair.value.clone()].trim()), Naming::Yes)
    })
}

fn without_scheme(line: &str, value: Range<usize>) -> Range<usize> {
    let text = &line[value.clone()];
    for scheme in ["Bearer ", "bearer ", "Basic ", "basic ", "Token "] {
        if text.len() > scheme.len() && text.starts_with(scheme) {
            return value.start + scheme.len()..value.end;
        }
    }
    value
}

/// All `name: value`, `name=value`, `--name value` and `${NAME:-value}` of a line, whatever the names.
pub(super) fn pairs(line: &str) -> Vec<Pair> {
    let bytes = line.as_bytes();
    let mut pairs = Vec::new();
    let mut taken = 0;
    for at in memchr::memchr3_iter(b':', b'=', b'-', bytes) {
        if at < taken {
            continue;
        }
        let pair = match bytes[at] {
            b'-' => flag(line, at).or_else(|| default_of_expansion(line, at)),
            separator => assignment(line, at, separator),
        };
        let Some(pair) = pair else { continue };
        // Only the value of a secret is passed over: what an ordinary name holds may be a whole command line.
        let secret = can_be_secret(&line[pair.value.clone()], pair.quoted);
        if secret && naming(&line[pair.name.clone()]) == Naming::Yes {
            taken = pair.value.end;
        }
        pairs.push(pair);
    }
    pairs
}

fn assignment(line: &str, at: usize, separator: u8) -> Option<Pair> {
    let bytes = line.as_bytes();
    let name = name_before(line, at)?;
    let quoted_name = bytes.get(name.end).is_some_and(|b| matches!(b, b'"' | b'\''));
    let next = bytes.get(at + 1).copied();
    let colon = separator == b':';
    if next == Some(b'=') || next == Some(b':') || (colon && line[at + 1..].starts_with("//")) {
        return None;
    }
    if in_expansion(line, name.start) {
        return None;
    }
    let spaced = next.is_none_or(|b| b.is_ascii_whitespace());
    // `a:b` is no entry in YAML, but it is one in JSON, in headers and in what people write in comments.
    if colon && !spaced && !quoted_name && naming(&line[name.clone()]) != Naming::Yes {
        return None;
    }
    Some(value_after(line, name, at + 1, colon))
}

/// The name that ends before `at`; quotes and blanks between them are passed over.
fn name_before(line: &str, at: usize) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let mut end = line[..at].trim_end_matches([' ', '\t']).len();
    if end > 0 && matches!(bytes[end - 1], b'"' | b'\'') {
        end -= 1;
    }
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/');
    let length = bytes[..end].iter().rev().take(128).take_while(|b| is_name(b)).count();
    (length > 0).then_some(end - length..end)
}

/// Whether the name stands directly after `${`: what follows is a default or a message, not an assignment.
fn in_expansion(line: &str, start: usize) -> bool {
    line[..start].ends_with("${")
}

/// `${NAME:-value}` and `${NAME-value}`; `at` is the position of the `-`.
fn default_of_expansion(line: &str, at: usize) -> Option<Pair> {
    let before = line[..at].strip_suffix(':').unwrap_or(&line[..at]);
    let open = before.rfind("${")?;
    let name = open + 2..before.len();
    if name.is_empty() || !line[name.clone()].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return None;
    }
    let end = at + 1 + find_outside(&line[at + 1..], &['}']);
    Some(Pair { name, value: at + 1..end, quoted: false, open: None, colon: false })
}

/// `--name value`, and `"--name", "value"` in a flow list; `at` is the position of the first `-`.
fn flag(line: &str, at: usize) -> Option<Pair> {
    let bytes = line.as_bytes();
    let starts =
        bytes.get(at + 1) == Some(&b'-') && at.checked_sub(1).is_none_or(|before| bytes[before] != b'-');
    if !starts {
        return None;
    }
    let length =
        bytes[at + 2..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
    let name = at + 2..at + 2 + length;
    if length == 0 {
        return None;
    }
    let mut value = name.end;
    while bytes.get(value).is_some_and(|b| matches!(b, b'"' | b'\'' | b',' | b' ' | b'\t')) {
        value += 1;
    }
    if value == name.end || bytes.get(value).is_none_or(|b| matches!(b, b'-' | b'#' | b'\\' | b']')) {
        return None;
    }
    let end = value + find_outside(&line[value..], &['"', '\'', ' ', ',', ']', '\t', '\r', '\n']);
    Some(Pair { name, value: value..end, quoted: false, open: None, colon: false })
}

fn value_after(line: &str, name: Range<usize>, from: usize, colon: bool) -> Pair {
    let bytes = line.as_bytes();
    let end_of_line = line.trim_end_matches(['\r', '\n']).len();
    let mut start = from;
    while start < end_of_line && bytes[start].is_ascii_whitespace() {
        start += 1;
    }
    start = start.min(end_of_line);
    if colon {
        start = after_properties(line, start, end_of_line);
    }
    let pair = |value: Range<usize>, quoted, open| Pair { name: name.clone(), value, quoted, open, colon };
    match bytes.get(start).copied() {
        Some(quote @ (b'"' | b'\'')) if start < end_of_line => {
            let (end, closed) = quoted_end(line, start + 1, end_of_line, quote);
            let tail = &line[(end + usize::from(closed)).min(end_of_line)..end_of_line];
            // `"a"'b'` in an env file is one value.
            if closed && !colon && !tail.starts_with([' ', '\t', ',', '}', ']']) && !tail.is_empty() {
                let more = tail.find([' ', '\t', ';']).unwrap_or(tail.len());
                return pair(start..end_of_line - tail.len() + more, true, None);
            }
            pair(start + 1..end, true, (!closed).then_some(char::from(quote)))
        }
        Some(b'{' | b'[') if colon => pair(start..start, false, None),
        Some(b'#') if colon => pair(start..start, false, None),
        _ => {
            let end = plain_end(line, &name, start, end_of_line, colon);
            pair(start..end, false, None)
        }
    }
}

/// Passes over an anchor and a tag: `&a !!str value`. A tag of an application (`!Ref NAME`) makes the value a reference.
fn after_properties(line: &str, mut start: usize, end: usize) -> usize {
    while start < end {
        let word_end = line[start..end].find([' ', '\t']).map_or(end, |at| start + at);
        let word = &line[start..word_end];
        let own_tag = word.starts_with('!') && !word.starts_with("!!") && word_end < end;
        if own_tag || (word.starts_with('*') && word_end == end) {
            return end;
        }
        if !(word.starts_with('&') || word.starts_with("!!")) || word_end == end && word.starts_with('!') {
            return start;
        }
        start = word_end + (line[word_end..end].len() - line[word_end..end].trim_start().len());
    }
    start
}

fn quoted_end(line: &str, from: usize, end: usize, quote: u8) -> (usize, bool) {
    let bytes = line.as_bytes();
    let mut at = from;
    while at < end {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            b if b == quote => {
                if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') {
                    at += 1;
                } else {
                    return (at, true);
                }
            }
            _ => {}
        }
        at += 1;
    }
    (end, false)
}

/// Where a value without quotes ends.
fn plain_end(line: &str, name: &Range<usize>, start: usize, end: usize, colon: bool) -> usize {
    let before = &line[..name.start];
    let text = &line[start..end];
    let length = if before.ends_with(['?', '&']) {
        find_outside(text, &['&', '"', '\'', ' ', '\t', '#'])
    } else if let Some(quote) = before.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`')) {
        // `- "NAME=value"`: the quotes stand around the whole. `"name": value` is not this case.
        if line.as_bytes().get(name.end).is_some_and(|b| char::from(*b) == quote) {
            find_outside(text, &[',', '}', ']', ' '])
        } else {
            find_outside(text, &[quote])
        }
    } else if is_whole_line(before) {
        comment_start(text)
    } else if in_flow(before) {
        find_outside(text, &[',', '}', ']']).min(comment_start(text))
    } else if colon {
        find_outside(text, &['"', '`']).min(comment_start(text))
    } else {
        find_outside(text, &[' ', '\t', '"', '\'', '`', ';', ','])
    };
    start + text[..length].trim_end().len()
}

fn comment_start(text: &str) -> usize {
    if text.starts_with('#') {
        return 0;
    }
    let mut rest = text.char_indices().zip(text.chars().skip(1));
    rest.find(|((_, c), next)| matches!(c, ' ' | '\t') && *next == '#').map_or(text.len(), |((at, _), _)| at)
}

/// Whether nothing but indentation, list dashes, comment signs and `export` or `set` stands before the name.
fn is_whole_line(before: &str) -> bool {
    let rest = before.trim_start_matches([' ', '\t', '-', '#', '+', '?', '\u{feff}']);
    matches!(rest.trim_end(), "" | "export" | "set" | "ENV" | "ARG")
}

fn in_flow(before: &str) -> bool {
    let count = |open: char| before.matches(open).count();
    count('{') > count('}') || count('[') > count(']')
}

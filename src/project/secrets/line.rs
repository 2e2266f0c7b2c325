//! The secrets that one line shows by itself.

use std::ops::Range;

use super::names::{Naming, has_root, is_url_parameter, naming};
use super::shapes;
use super::values::{can_be_secret, defaults, find_outside, looks_random, names_something};

/// The byte ranges of the secrets in one line of a YAML or env file (or in a sentence): ascending, apart from each other.
///
/// Comments, commented-out assignments, flow mappings, lists of `NAME=value`, and flags on a command line count too. A line that is made
/// to be looked through for ever is a secret from where the work ends.
pub fn secrets_in_line(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut work = Work::of(line);
    shapes::find(line, &mut work, &mut found);
    if has_root(line) {
        let mut sibling = None;
        let mut names = Names::new(line);
        while let Some(name) = names.next() {
            let written = &line[name.name.clone()];
            let value_of_entry = written.eq_ignore_ascii_case("value");
            let naming = naming(written);
            let signs = name.in_url && is_url_parameter(written);
            if naming == Naming::No && !signs && !value_of_entry {
                continue;
            }
            let pair = names.pair(&name);
            if work.exhausted(pair.value.len()) {
                found.push(name.name.start..line.trim_end().len());
                break;
            }
            if value_of_entry
                && naming == Naming::No
                && !*sibling.get_or_insert_with(|| sibling_names_secret(line))
            {
                continue;
            }
            let value = without_scheme(line, pair.value.clone());
            let text = &line[value.clone()];
            let secret = match naming {
                _ if signs => text.len() >= 8,
                Naming::Yes | Naming::No => true,
                Naming::Either => !names_something(text.trim()) || text.trim().len() >= 32,
                Naming::Maybe => looks_random(text.trim()),
            };
            if secret && can_be_secret(text, pair.quoted) {
                if matches!(naming, Naming::Yes | Naming::No) {
                    names.pass(value.end);
                }
                found.push(value);
            } else if matches!(naming, Naming::Yes | Naming::Either) || value_of_entry {
                found.extend(
                    defaults(text)
                        .into_iter()
                        .map(|inner| value.start + inner.start..value.start + inner.end),
                );
            }
        }
    }
    merged(found)
}

/// The bytes that may be looked at for one line.
pub(super) struct Work {
    left: usize,
}

impl Work {
    pub(super) fn of(line: &str) -> Self {
        Self { left: 16 * line.len() + (1 << 16) }
    }

    /// Takes so many off; whether none are left.
    pub(super) fn exhausted(&mut self, bytes: usize) -> bool {
        self.left = self.left.saturating_sub(bytes + 1);
        self.left == 0
    }
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

/// `{name: LITELLM_MASTER_KEY, value: …}`
fn sibling_names_secret(line: &str) -> bool {
    let mut work = Work::of(line);
    let mut names = Names::new(line);
    while let Some(name) = names.next() {
        if matches!(&line[name.name.clone()], "name" | "key") {
            let value = names.pair(&name).value;
            if work.exhausted(value.len()) || naming(line[value].trim()) == Naming::Yes {
                return true;
            }
        }
    }
    false
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

/// A name with what says where its value begins.
pub(super) struct Name {
    /// The name, without quotes.
    pub name: Range<usize>,
    how: How,
    in_flow: bool,
    /// Whether it is a parameter of a URL.
    in_url: bool,
}

enum How {
    /// `name: value`, `name=value`: the value begins behind this.
    Assigned { at: usize, colon: bool },
    /// `--name value`, with this beginning of the value.
    Flag(usize),
    /// `${NAME:-value}`, with this beginning of the value.
    Default(usize),
}

/// All `name: value`, `name=value`, `--name value` and `${NAME:-value}` of a line, whatever the names. What stands between two of them is
/// looked at once.
pub(super) struct Names<'l> {
    line: &'l str,
    marks: memchr::Memchr3<'l>,
    /// Up to here the brackets are counted.
    counted: usize,
    braces: isize,
    brackets: isize,
    /// Behind the last `${`.
    expansion: Option<usize>,
    passed: usize,
}

impl<'l> Names<'l> {
    fn new(line: &'l str) -> Self {
        let marks = memchr::memchr3_iter(b':', b'=', b'-', line.as_bytes());
        Self { line, marks, counted: 0, braces: 0, brackets: 0, expansion: None, passed: 0 }
    }

    /// The next name.
    fn next(&mut self) -> Option<Name> {
        loop {
            let at = self.marks.next()?;
            if at < self.passed {
                continue;
            }
            self.count_to(at);
            let bytes = self.line.as_bytes();
            let found = match bytes[at] {
                b'-' => self.flag(at).or_else(|| self.default_of_expansion(at)),
                separator => self.assignment(at, separator),
            };
            if let Some((name, how)) = found {
                let in_url = self.line[..name.start].ends_with(['?', '&']);
                let in_flow = self.braces > 0 || self.brackets > 0;
                return Some(Name { name, how, in_flow, in_url });
            }
        }
    }

    /// What begins before this is part of a value.
    fn pass(&mut self, end: usize) {
        self.passed = end;
    }

    /// The name with its value.
    fn pair(&self, name: &Name) -> Pair {
        let line = self.line;
        let plain = |value: Range<usize>| Pair {
            name: name.name.clone(),
            value,
            quoted: false,
            open: None,
            colon: false,
        };
        match name.how {
            How::Assigned { at, colon } => value_after(line, name, at + 1, colon),
            How::Flag(from) => {
                let stops = ['"', '\'', ' ', ',', ']', '\t', '\r', '\n'];
                plain(from..from + find_outside(&line[from..], &stops))
            }
            How::Default(from) => plain(from..from + find_outside(&line[from..], &['}'])),
        }
    }

    fn count_to(&mut self, at: usize) {
        let bytes = self.line.as_bytes();
        for here in self.counted..at {
            match bytes[here] {
                b'{' => {
                    self.braces += 1;
                    if here > 0 && bytes[here - 1] == b'$' {
                        self.expansion = Some(here + 1);
                    }
                }
                b'}' => self.braces -= 1,
                b'[' => self.brackets += 1,
                b']' => self.brackets -= 1,
                _ => {}
            }
        }
        self.counted = at;
    }

    fn assignment(&self, at: usize, separator: u8) -> Option<(Range<usize>, How)> {
        let (line, bytes) = (self.line, self.line.as_bytes());
        let name = name_before(line, at)?;
        let quoted_name = bytes.get(name.end).is_some_and(|b| matches!(b, b'"' | b'\'' | b'\\'));
        let next = bytes.get(at + 1).copied();
        let colon = separator == b':';
        if next == Some(b'=') || next == Some(b':') || (colon && line[at + 1..].starts_with("//")) {
            return None;
        }
        // Directly after `${` stands a name with a default or a message, no assignment.
        if line[..name.start].ends_with("${") {
            return None;
        }
        let spaced = next.is_none_or(|b| b.is_ascii_whitespace());
        // `a:b` is no entry in YAML, but it is one in JSON, in headers and in what people write in comments.
        if colon && !spaced && !quoted_name && naming(&line[name.clone()]) != Naming::Yes {
            return None;
        }
        Some((name, How::Assigned { at, colon }))
    }

    /// `${NAME:-value}` and `${NAME-value}`; `at` is the position of the `-`.
    fn default_of_expansion(&self, at: usize) -> Option<(Range<usize>, How)> {
        let line = self.line;
        let end = if line[..at].ends_with(':') { at - 1 } else { at };
        let name = self.expansion.filter(|open| *open < end && end - open <= LONGEST_NAME)?..end;
        let is_name = line[name.clone()].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        is_name.then_some((name, How::Default(at + 1)))
    }

    /// `--name value`, and `"--name", "value"` in a flow list; `at` is the position of the first `-`.
    fn flag(&self, at: usize) -> Option<(Range<usize>, How)> {
        let bytes = self.line.as_bytes();
        let starts =
            bytes.get(at + 1) == Some(&b'-') && at.checked_sub(1).is_none_or(|before| bytes[before] != b'-');
        if !starts {
            return None;
        }
        let is_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let length = bytes[at + 2..].iter().take(LONGEST_NAME + 1).take_while(is_name).count();
        let name = at + 2..at + 2 + length;
        if length == 0 || length > LONGEST_NAME {
            return None;
        }
        let gap = bytes[name.end..].iter().take(LONGEST_NAME);
        let value = name.end + gap.take_while(|b| matches!(b, b'"' | b'\'' | b',' | b' ' | b'\t')).count();
        if value == name.end || bytes.get(value).is_none_or(|b| matches!(b, b'-' | b'#' | b'\\' | b']')) {
            return None;
        }
        Some((name, How::Flag(value)))
    }
}

/// The longest name that is looked at.
const LONGEST_NAME: usize = 128;

/// The first name of a line with its value.
pub(super) fn first_pair(line: &str) -> Option<Pair> {
    let mut names = Names::new(line);
    let name = names.next()?;
    Some(names.pair(&name))
}

/// The secret names of a line with their values, as many as somebody writes into one.
pub(super) fn secret_pairs(line: &str) -> Vec<Pair> {
    let (mut names, mut work, mut pairs) = (Names::new(line), Work::of(line), Vec::new());
    while let Some(name) = names.next() {
        if matches!(naming(&line[name.name.clone()]), Naming::Yes | Naming::Either) {
            let pair = names.pair(&name);
            if work.exhausted(pair.value.len()) {
                break;
            }
            pairs.push(pair);
        }
    }
    pairs
}

/// The name that ends before `at`; quotes and blanks between them are passed over.
fn name_before(line: &str, at: usize) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let mut end = line[..at].trim_end_matches([' ', '\t']).len();
    if end > 0 && matches!(bytes[end - 1], b'"' | b'\'') {
        end -= 1;
        // JSON inside a quoted text.
        end -= usize::from(end > 0 && bytes[end - 1] == b'\\');
    }
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/');
    let length = bytes[..end].iter().rev().take(LONGEST_NAME).take_while(|b| is_name(b)).count();
    (length > 0).then_some(end - length..end)
}

fn value_after(line: &str, written: &Name, from: usize, colon: bool) -> Pair {
    let name = written.name.clone();
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
    if line[start..].starts_with("\\\"") {
        let end = line[start + 2..end_of_line].find("\\\"").map_or(end_of_line, |at| start + 2 + at);
        return pair(start + 2..end, true, None);
    }
    match bytes.get(start).copied() {
        Some(quote @ (b'"' | b'\'')) => {
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
            let end = plain_end(line, written, start, end_of_line, colon);
            pair(start..end, false, None)
        }
    }
}

/// Passes over an anchor and a tag: `&a !!str value`. A tag of an application (`!Ref NAME`) makes the value a reference.
fn after_properties(line: &str, mut start: usize, end: usize) -> usize {
    loop {
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
fn plain_end(line: &str, written: &Name, start: usize, end: usize, colon: bool) -> usize {
    let name = &written.name;
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
        // `NAME=#value`: a comment has a blank before it.
        let signs =
            if line[..start].ends_with('=') { text.len() - text.trim_start_matches('#').len() } else { 0 };
        signs + comment_start(&text[signs..])
    } else if written.in_flow {
        before_comment(text, &[',', '}', ']'])
    } else if colon {
        before_comment(text, &['"', '`'])
    } else {
        find_outside(text, &[' ', '\t', '"', '\'', '`', ';', ','])
    };
    start + text[..length].trim_end().len()
}

/// Where the text ends at one of these characters or at a comment, whichever is first.
fn before_comment(text: &str, stops: &[char]) -> usize {
    comment_start(&text[..find_outside(text, stops)])
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

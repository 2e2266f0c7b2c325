//! The secrets of whole texts: what single lines show, and what only their surroundings show.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::line::{Pair, first_pair, secret_pairs, secrets_in_line};
use super::names::{Naming, has_root, is_secret_name, naming};
use super::values::{can_be_secret, names_something};

/// What one text gives away.
#[derive(Default)]
pub(super) struct Found {
    /// Every secret value as it is spelt.
    pub values: Vec<String>,
    /// Lines (trimmed) that hold a secret which they do not show by themselves, and where.
    pub lines: HashMap<String, Vec<Range<usize>>>,
    /// The long line that was hidden last.
    long: Option<(usize, usize)>,
    /// The variables that secrets come from, whatever they are called: `LITELLM_MASTER_KEY: ${PROXY}`.
    pub sources: BTreeSet<String>,
}

/// What the lines above say about the next one.
enum Below {
    /// Nothing.
    Nothing,
    /// A block scalar, or an indented value, of a secret key at this indent.
    Block { indent: usize, scalar: bool },
    /// A quoted text that is still open.
    Quote(char),
    /// The body of a private key.
    Pem,
    /// The value of a flag that stood alone as a list item.
    Argument,
    /// The rest of a value that a backslash at the end of the line continues.
    Continued,
    /// `? master_key`: the value stands behind the `:` of the next line.
    Explicit,
    /// `name: X_KEY` at this column: `value:` beside it is a secret.
    Entry { column: usize },
}

pub(super) fn collect(text: &str, found: &mut Found) {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.push("---");
    let mut start = 0;
    for at in 0..lines.len() {
        if lines[at].starts_with("---") && !lines[at].starts_with("-----") {
            collect_document(&lines[start..at], found);
            start = at + 1;
        }
    }
}

fn collect_document(lines: &[&str], found: &mut Found) {
    let is_secret = lines.iter().any(|line| {
        line.strip_prefix("kind:")
            .is_some_and(|kind| kind.split('#').next().is_some_and(|k| k.trim() == "Secret"))
    });
    let mut below = Below::Nothing;
    let mut data = None;
    for (at, line) in lines.iter().enumerate() {
        for secret in secrets_in_line(line) {
            found.values.push(line[secret].to_owned());
        }
        sources(line, &mut found.sources);
        if is_secret {
            data = data_section(line, data);
            if let Some(data) = data {
                manifest_entry(line, data, found);
            }
        }
        below = match continued(line, below, found) {
            Some(below) => below,
            None => announced(line, lines.get(at + 1).copied(), found),
        };
    }
}

/// The variables that the secrets of a line refer to, if their own names do not say what they hold.
fn sources(line: &str, found: &mut BTreeSet<String>) {
    if !line.contains('$') && !line.contains("os.environ/") {
        return;
    }
    for pair in secret_pairs(line) {
        let value = line[pair.value].trim();
        let starts = ["os.environ/", "${", "$(", "$"];
        let Some(rest) = starts.iter().find_map(|start| value.strip_prefix(start)) else { continue };
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end > 0 && !is_secret_name(&rest[..end]) {
            found.insert(rest[..end].to_owned());
        }
    }
}

/// The values that a text gives to the variables that secrets come from.
pub(super) fn collect_sources(text: &str, found: &mut Found) {
    let is_source = |line: &str, sources: &BTreeSet<String>| {
        let entry = line.trim_start().trim_start_matches("- ");
        let entry = entry.strip_prefix("export ").unwrap_or(entry);
        let end = entry.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(entry.len());
        sources.contains(&entry[..end])
    };
    for line in text.lines().filter(|line| is_source(line, &found.sources)).collect::<Vec<_>>() {
        if let Some(pair) = first_pair(line) {
            keep(line, pair.value, pair.quoted, found);
        }
    }
}

/// The section `data:` or `stringData:` of a Secret while it lasts: its indent, and that of its entries.
#[derive(Clone, Copy)]
struct Section {
    indent: usize,
    entries: Option<usize>,
}

fn data_section(line: &str, data: Option<Section>) -> Option<Section> {
    if matches!(line.trim(), "data:" | "stringData:") {
        return Some(Section { indent: indent_of(line), entries: None });
    }
    if line.trim().is_empty() {
        return data;
    }
    let data = data.filter(|data| indent_of(line) > data.indent)?;
    Some(Section { entries: data.entries.or(Some(indent_of(line))), ..data })
}

/// Every value directly in the data of a Secret is one, whatever its key is called.
fn manifest_entry(line: &str, data: Section, found: &mut Found) {
    let Some(pair) = first_pair(line).filter(|pair| pair.colon) else { return };
    if data.entries == Some(indent_of(line)) && !opens_block(line, &pair) {
        keep(line, pair.value, pair.quoted, found);
    }
}

/// What the line is under what the lines above said; `None` where they say nothing of it.
fn continued(line: &str, below: Below, found: &mut Found) -> Option<Below> {
    match below {
        Below::Nothing => None,
        Below::Block { indent, scalar } => in_block(line, indent, scalar, found),
        Below::Entry { column } => in_entry(line, column, found),
        Below::Quote(quote) => {
            let end = line.find(quote).unwrap_or(line.len());
            let start = line[..end].len() - line[..end].trim_start().len();
            keep(line, start..end.max(start), true, found);
            Some(if end < line.len() { Below::Nothing } else { Below::Quote(quote) })
        }
        Below::Pem if line.contains("-----END") => Some(Below::Nothing),
        Below::Pem => {
            keep_item(line, found);
            Some(Below::Pem)
        }
        Below::Argument => {
            keep_item(line, found);
            Some(Below::Nothing)
        }
        Below::Continued => {
            let more = line.trim_end().strip_suffix('\\');
            let body = more.unwrap_or(line).trim_end();
            keep(line, body.len() - body.trim_start().len()..body.len(), true, found);
            Some(if more.is_some() { Below::Continued } else { Below::Nothing })
        }
        Below::Explicit => {
            let value = line.trim().strip_prefix(": ").map(|value| value.trim().trim_matches(['"', '\'']))?;
            let start = line.find(value)?;
            keep(line, start..start + value.len(), true, found);
            Some(Below::Nothing)
        }
    }
}

/// A line of a block scalar, or of a value below its key.
fn in_block(line: &str, indent: usize, scalar: bool, found: &mut Found) -> Option<Below> {
    let trimmed = line.trim();
    if trimmed.is_empty() {
        return Some(Below::Block { indent, scalar });
    }
    let item = !scalar && trimmed.starts_with("- ") && indent_of(line) >= indent;
    if !(indent_of(line) > indent || item) || (!scalar && is_entry(trimmed)) {
        return None;
    }
    keep_item(line, found);
    Some(Below::Block { indent, scalar })
}

/// A line below `name: X_KEY`.
fn in_entry(line: &str, column: usize, found: &mut Found) -> Option<Below> {
    let trimmed = line.trim();
    let pair = first_pair(line);
    match pair.filter(|pair| pair.name.start == column && &line[pair.name.clone()] == "value") {
        Some(pair) if opens_block(line, &pair) => Some(Below::Block { indent: column, scalar: true }),
        Some(pair) => {
            let open = pair.open;
            keep(line, pair.value, pair.quoted, found);
            Some(open.map_or(Below::Nothing, Below::Quote))
        }
        None if indent_of(line) >= column && !trimmed.starts_with("- ") && !is_entry(trimmed) => {
            Some(Below::Entry { column })
        }
        None => None,
    }
}

/// What the line says about those below it.
fn announced(line: &str, next: Option<&str>, found: &mut Found) -> Below {
    if !has_root(line) && !line.contains("value:") {
        return Below::Nothing;
    }
    if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY") && !line.contains("-----END") {
        return Below::Pem;
    }
    if let Some(body) = line.trim_end().strip_suffix('\\') {
        return continued_below(body);
    }
    if let Some(flag) = lone_flag(line) {
        return if is_secret_name(flag) { Below::Argument } else { Below::Nothing };
    }
    let explicit = line.trim_start().strip_prefix("? ").map(|key| key.trim().trim_matches(['"', '\'']));
    if explicit.is_some_and(|key| !key.contains(' ') && is_secret_name(key)) {
        return Below::Explicit;
    }
    let Some(pair) = first_pair(line) else { return Below::Nothing };
    let name = &line[pair.name.clone()];
    if name == "value" && pair.colon {
        value_before_name(line, &pair, next, found);
    }
    if matches!(name, "name" | "key") && matches!(naming(&line[pair.value.clone()]), Naming::Yes) {
        return Below::Entry { column: pair.name.start };
    }
    if !is_secret_name(name) {
        return Below::Nothing;
    }
    if let Some(quote) = pair.open {
        return Below::Quote(quote);
    }
    let value = line[pair.value.clone()].trim();
    let reference = !value.is_empty() && !opens_block(line, &pair) && !can_be_secret(value, pair.quoted);
    let named = naming(name) == Naming::Either && !value.is_empty() && names_something(value);
    if pair.quoted || !pair.colon || reference || named {
        return Below::Nothing;
    }
    Below::Block { indent: pair.name.start.min(indent_of(line)), scalar: opens_block(line, &pair) }
}

/// What a line says about the next one, which continues it.
fn continued_below(body: &str) -> Below {
    let last = body.trim_end();
    let word = last.rsplit([' ', '\t']).next().unwrap_or(last).trim_matches(['"', '\'']);
    if word.strip_prefix("--").is_some_and(is_secret_name) {
        return Below::Argument;
    }
    match secret_pairs(last).pop() {
        Some(pair) if pair.value.end == last.len() && !pair.quoted => Below::Continued,
        _ => Below::Nothing,
    }
}

/// An entry that says `value:` first and `name:` after it.
fn value_before_name(line: &str, pair: &Pair, next: Option<&str>, found: &mut Found) {
    let named = next.is_some_and(|next| {
        first_pair(next).is_some_and(|other| {
            other.name.start == pair.name.start
                && matches!(&next[other.name.clone()], "name" | "key")
                && naming(&next[other.value.clone()]) == Naming::Yes
        })
    });
    if named {
        keep(line, pair.value.clone(), pair.quoted, found);
    }
}

/// `- --api-key`: a flag whose value is the next item of the list.
fn lone_flag(line: &str) -> Option<&str> {
    let item = line.trim().strip_prefix("- ")?.trim().trim_matches(['"', '\'', ',']);
    item.strip_prefix("--").filter(|name| !name.contains([' ', '=', ':']) && name.len() < 64)
}

/// `|`, `>-`, `|2` …: the value stands in the lines below.
fn opens_block(line: &str, pair: &Pair) -> bool {
    let value = line[pair.value.clone()].trim();
    pair.colon
        && !pair.quoted
        && value.starts_with(['|', '>'])
        && value.len() <= 3
        && value[1..].bytes().all(|b| matches!(b, b'+' | b'-' | b'1'..=b'9'))
}

fn is_entry(trimmed: &str) -> bool {
    trimmed.starts_with('#')
        || first_pair(trimmed)
            .is_some_and(|pair| pair.colon && pair.name.start <= 2 && pair.value.start > pair.name.end + 1)
        || trimmed.ends_with(':')
}

/// The line's text, without a list dash and quotes.
fn keep_item(line: &str, found: &mut Found) {
    let start = line.len() - line.trim_start().len();
    let start = if line[start..].starts_with("- ") { start + 2 } else { start };
    let body = line[start..].trim_end();
    let inner = body.trim_matches(['"', '\'']);
    let offset = body.find(inner).unwrap_or(0);
    keep(line, start + offset..start + offset + inner.len(), true, found);
}

/// A line with more bytes is none that a person looks through.
const LONG: usize = 8_192;

pub(super) fn keep(line: &str, secret: Range<usize>, quoted: bool, found: &mut Found) {
    let value = &line[secret.clone()];
    if !can_be_secret(value, quoted) {
        return;
    }
    found.values.push(value.to_owned());
    if line.len() > LONG {
        // Of many secrets in one long line each is hidden best by hiding all of it.
        let this = (line.as_ptr() as usize, line.len());
        if found.long.replace(this) != Some(this) {
            let trimmed = line.trim();
            found.lines.insert(trimmed.to_owned(), std::iter::once(0..trimmed.len()).collect());
        }
        return;
    }
    let (trimmed, before) = (line.trim(), line.len() - line.trim_start().len());
    // Blanks at the end are not part of what is looked up.
    let end = secret.end.min(before + trimmed.len());
    if secret.start >= before && secret.start < end {
        let ranges = found.lines.entry(trimmed.to_owned()).or_default();
        let range = secret.start - before..end - before;
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '#']).len()
}

//! The hunks of a unified diff.

use std::fmt::Write as _;
use std::ops::Range;

use super::lines::{Compared, LineChange};

/// How many unchanged lines stand around a change.
const CONTEXT: usize = 3;

/// A run of changes with the unchanged lines around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Lines of the old text, with context.
    pub old: Range<usize>,
    /// Where the hunk begins in the new text.
    pub new_start: usize,
    /// How many lines it has in the new text.
    pub new_len: usize,
    /// The changes inside, by position in the list that was cut into hunks.
    pub changes: Range<usize>,
}

/// What a line of a hunk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Stands in both texts.
    Context,
    /// Goes.
    Removed,
    /// Comes.
    Added,
}

impl Mark {
    /// What a line of a hunk that begins with this sign does.
    pub fn of(sign: char) -> Option<Self> {
        [Self::Context, Self::Removed, Self::Added].into_iter().find(|mark| mark.sign() == sign)
    }

    /// The sign at the begin of the line.
    pub fn sign(self) -> char {
        match self {
            Self::Context => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// Cuts changes into hunks. Context stops before a line that `hidden` holds back.
pub fn hunks(compared: &Compared<'_>, changes: &[LineChange], hidden: &dyn Fn(&str) -> bool) -> Vec<Hunk> {
    let old = &compared.old;
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut shift = 0isize;
    for (at, change) in changes.iter().enumerate() {
        let floor = at.checked_sub(1).map_or(0, |before| changes[before].old.end);
        let ceiling = changes.get(at + 1).map_or(old.len(), |next| next.old.start);
        let gap = &old[floor..change.old.start];
        let lead = gap.iter().rev().take(CONTEXT).take_while(|line| !hidden(line)).count();
        let trail =
            old[change.old.end..ceiling].iter().take(CONTEXT).take_while(|line| !hidden(line)).count();
        let end = change.old.end + trail;
        let joins = at > 0 && gap.len() <= 2 * CONTEXT && !gap.iter().any(|line| hidden(line));
        if let (true, Some(last)) = (joins, hunks.last_mut()) {
            last.old.end = end;
            last.changes.end = at + 1;
        } else {
            let start = change.old.start - lead;
            let new_start = start.saturating_add_signed(shift);
            hunks.push(Hunk { old: start..end, new_start, new_len: 0, changes: at..at + 1 });
        }
        shift += change.new.len() as isize - change.old.len() as isize;
        if let Some(last) = hunks.last_mut() {
            last.new_len = end.saturating_add_signed(shift) - last.new_start;
        }
    }
    hunks
}

/// The lines of a hunk in order, with their line endings.
pub fn lines<'t>(compared: &Compared<'t>, changes: &[LineChange], hunk: &Hunk) -> Vec<(Mark, &'t str)> {
    let mut lines = Vec::with_capacity(hunk.old.len() + hunk.new_len);
    let mut at = hunk.old.start;
    for change in &changes[hunk.changes.clone()] {
        lines.extend(compared.old[at..change.old.start].iter().map(|line| (Mark::Context, *line)));
        lines.extend(compared.old[change.old.clone()].iter().map(|line| (Mark::Removed, *line)));
        lines.extend(compared.new[change.new.clone()].iter().map(|line| (Mark::Added, *line)));
        at = change.old.end;
    }
    lines.extend(compared.old[at..hunk.old.end].iter().map(|line| (Mark::Context, *line)));
    lines
}

/// `@@ -1,3 +1,4 @@`
pub fn header(hunk: &Hunk) -> String {
    let side = |start: usize, len: usize| match len {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        len => format!("{},{len}", start + 1),
    };
    format!("@@ -{} +{} @@", side(hunk.old.start, hunk.old.len()), side(hunk.new_start, hunk.new_len))
}

/// `--- a/path` and `+++ b/path`; of a file that is not there yet, `--- /dev/null`.
pub fn file_headers(is_new: bool, path: &str) -> [String; 2] {
    let old = if is_new { "--- /dev/null".to_owned() } else { file_header("---", "a", path) };
    [old, file_header("+++", "b", path)]
}

/// Quoted as git does.
fn file_header(sign: &str, prefix: &str, path: &str) -> String {
    let plain = path.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\');
    if plain {
        // Without the tab a reader takes what follows a blank for a time stamp.
        let tab = if path.contains(' ') { "\t" } else { "" };
        return format!("{sign} {prefix}/{path}{tab}");
    }
    let mut quoted = String::new();
    for b in path.bytes() {
        match b {
            b'"' => quoted.push_str("\\\""),
            b'\\' => quoted.push_str("\\\\"),
            b'\n' => quoted.push_str("\\n"),
            b'\t' => quoted.push_str("\\t"),
            b'\r' => quoted.push_str("\\r"),
            b' '..=b'~' => quoted.push(char::from(b)),
            // Writing to a String cannot fail.
            b => drop(write!(quoted, "\\{b:03o}")),
        }
    }
    format!("{sign} \"{prefix}/{quoted}\"")
}

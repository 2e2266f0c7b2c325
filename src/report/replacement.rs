//! A change as replacements of lines, for programs that apply it themselves.

use std::ops::Range;

use super::lines::{Compared, LineChange};
use super::mask::Masker;
use crate::plan::FileChange;

/// Whole lines of a file that give way to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The first line that goes, or before which the text comes; counted from 1.
    pub line: usize,
    /// Where the lines that go end: a line and a column in characters, both counted from 1, the column behind the last character.
    pub end: (usize, usize),
    /// The same as bytes of the file.
    pub bytes: Range<usize>,
    /// What comes, with its line endings. It holds no secret, unless secrets are to be shown.
    pub text: String,
}

/// The replacements that make a change on the file as it is; see [`super::Diff::replacements`].
pub(super) fn replacements(
    change: &FileChange,
    own: &Compared<'_>,
    masker: &Masker,
) -> Option<Vec<Replacement>> {
    if change.is_new() {
        return None;
    }
    let original = change.original();
    let before = change.before();
    let earlier = (*before != *original).then(|| Compared::new(original, &before));
    let lines = Lines::of(original);
    let replacement = |change: &LineChange| {
        let text = &own.new[change.new.clone()];
        if text.iter().any(|line| masker.reveals(line)) {
            return None;
        }
        let range = match &earlier {
            None => change.old.clone(),
            Some(earlier) => origin(&change.old, &own.old, earlier)?,
        };
        Some(Replacement::new(&lines, range, text.concat()))
    };
    own.changes.iter().map(replacement).collect()
}

/// The same lines of the original, where they and their neighbours are no other.
fn origin(range: &Range<usize>, before: &[&str], earlier: &Compared<'_>) -> Option<Range<usize>> {
    let origin = earlier.origin(range);
    let around = |range: &Range<usize>, lines: &[&str]| {
        let first = range.start.checked_sub(1).and_then(|at| lines.get(at)).map(|line| (*line).to_owned());
        let inner = lines.get(range.clone()).map(<[&str]>::concat);
        (first, inner, lines.get(range.end).map(|line| (*line).to_owned()))
    };
    (origin.start <= origin.end && around(&origin, &earlier.old) == around(range, before)).then_some(origin)
}

/// The lines of a text, and where each begins; where the last ends, too.
struct Lines<'t> {
    lines: Vec<&'t str>,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut starts = vec![0];
        for line in &lines {
            starts.push(starts.last().copied().unwrap_or(0) + line.len());
        }
        Self { lines, starts }
    }
}

impl Replacement {
    fn new(of: &Lines<'_>, range: Range<usize>, text: String) -> Self {
        let end = match of.lines[..range.end].last().filter(|line| !line.ends_with('\n')) {
            Some(last) => (range.end, last.chars().count() + 1),
            None => (range.end + 1, 1),
        };
        let bytes = of.starts[range.start]..of.starts[range.end];
        Self { line: range.start + 1, end, bytes, text }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn of(original: &str, before: &str, after: &str) -> Option<Vec<Replacement>> {
        let change = FileChange::new("f", "f", Arc::from(original), before, after);
        replacements(&change, &Compared::new(before, after), &Masker::default())
    }

    fn applied(original: &str, replacements: &[Replacement]) -> String {
        let mut text = original.to_owned();
        for one in replacements.iter().rev() {
            text.replace_range(one.bytes.clone(), &one.text);
        }
        text
    }

    #[test]
    fn they_make_the_change() {
        for (before, after) in [
            ("a\nb\nc\n", "a\nx\nc\n"),
            ("a\nb\n", "a\nb\nc\n"),
            ("a\nb", "a\nb\nc\n"),
            ("a\r\nb\r\n", "a\r\n"),
            ("", "a\n"),
            ("é\nè", "é\n"),
        ] {
            let found = of(before, before, after).unwrap();
            assert_eq!(applied(before, &found), after, "{found:?}");
        }
        let found = of("a\né", "a\né", "a\nb").unwrap();
        assert_eq!((found[0].line, found[0].end), (2, (2, 2)));
    }

    #[test]
    fn what_rests_on_an_earlier_change_has_its_place_in_the_file_as_it_is_or_none() {
        let found = of("a\nb\nc\nd\n", "new\na\nb\nc\nd\n", "new\na\nb\nx\nd\n").unwrap();
        assert_eq!(applied("a\nb\nc\nd\n", &found), "a\nb\nx\nd\n");
        assert_eq!(of("a\n", "a\nsection:\n", "a\nsection:\n  b: 1\n"), None);
    }

    #[test]
    fn none_shows_a_secret() {
        assert_eq!(of("a: 1\n", "a: 1\n", "a: 1\napi_key: sk-1234567890\n"), None);
    }
}

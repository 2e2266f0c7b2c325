//! Diffs for people: secrets masked, hidden characters visible, colours.

use super::hunks::{self, Mark};
use super::lines::Compared;
use super::paint::{Ink, Paint};
use crate::plan::FileChange;

/// Longer lines of context are cut; changed lines never are.
const LONGEST_CONTEXT: usize = 400;

/// Writes the diff of one file, each line after `indent`. Without `headers` (one file, already named) the hunks only.
pub(crate) fn write_diff(
    out: &mut String,
    change: &FileChange,
    headers: bool,
    indent: &str,
    paint: &Paint<'_>,
) {
    let (before, after) = (change.before(), change.after());
    let compared = Compared::new(&before, &after);
    if headers {
        for header in hunks::file_headers(change.is_new(), &paint.text(&change.patched)) {
            push(out, indent, &paint.ink(Ink::Strong, header.trim_end()));
        }
    }
    for hunk in hunks::hunks(&compared, &compared.changes, &|_| false) {
        push(out, indent, &paint.ink(Ink::Place, &hunks::header(&hunk)));
        for (mark, line) in hunks::lines(&compared, &compared.changes, &hunk) {
            let mut text = paint.line(line);
            if mark == Mark::Context && text.len() > LONGEST_CONTEXT {
                text = text.chars().take(LONGEST_CONTEXT).chain(['…']).collect();
            }
            let ink = match mark {
                Mark::Context => Ink::Plain,
                Mark::Removed => Ink::Bad,
                Mark::Added => Ink::Good,
            };
            push(out, indent, &paint.ink(ink, format!("{}{text}", mark.sign()).trim_end()));
            if !line.ends_with('\n') {
                push(out, indent, &paint.ink(Ink::Faint, "\\ No newline at end of file"));
            }
        }
    }
}

/// The diff as plain text, masked: for JSON.
pub(crate) fn masked(change: &FileChange, paint: &Paint<'_>) -> String {
    let (before, after) = (change.before(), change.after());
    let compared = Compared::new(&before, &after);
    let shown = paint.masker.mask(&change.patched);
    let mut text = hunks::file_headers(change.is_new(), &shown).join("\n") + "\n";
    for hunk in hunks::hunks(&compared, &compared.changes, &|_| false) {
        text.push_str(&hunks::header(&hunk));
        text.push('\n');
        for (mark, line) in hunks::lines(&compared, &compared.changes, &hunk) {
            text.push(mark.sign());
            text.push_str(&paint.masker.mask_lines(line));
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// How many lines a change takes away and adds.
pub(crate) fn stat(change: &FileChange) -> (usize, usize) {
    let (before, after) = (change.before(), change.after());
    let compared = Compared::new(&before, &after);
    compared
        .changes
        .iter()
        .fold((0, 0), |(old, new), change| (old + change.old.len(), new + change.new.len()))
}

fn push(out: &mut String, indent: &str, line: &str) {
    if !line.is_empty() {
        out.push_str(indent);
        out.push_str(line);
    }
    out.push('\n');
}

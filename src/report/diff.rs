//! Unified diffs for reading: secrets masked.

use super::hunks::{self, Mark};
use super::lines::Compared;
use super::mask::Masker;
use super::paint::{Ink, Paint};
use super::replacement::{Replacement, replacements};
use crate::plan::FileChange;

/// Longer lines of context are cut where people read; changed lines never are.
const LONGEST_CONTEXT: usize = 400;

/// What changes in one file, as it may be shown.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The path as shown.
    pub file: String,
    /// The path from the root of the repository.
    pub path: String,
    /// The unified diff, masked.
    pub text: String,
    /// How many lines go.
    pub removed: usize,
    /// How many lines come.
    pub added: usize,
    /// The same as replacements of lines of the file as it is; `None` where one of them would show a secret, the file is new, or
    /// the change rests on another.
    pub replacements: Option<Vec<Replacement>>,
    /// The lines of the file before that change, counted from 1: the first of each change, and how many.
    pub lines: Vec<(usize, usize)>,
}

impl Diff {
    /// The lines that go and come, with their signs without blank ones and what is around them.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        // The first two lines name the file.
        let changes = |line: &&str| line.strip_prefix(['+', '-']).is_some_and(|rest| !rest.trim().is_empty());
        self.text.split_terminator('\n').skip(2).filter(changes)
    }

    /// The diff of a change.
    pub fn new(change: &FileChange, masker: &Masker) -> Self {
        let (before, after) = (change.before(), change.after());
        let compared = Compared::new(&before, &after);
        let file = masker.mask(&change.shown).into_owned();
        let path = masker.mask(&change.patched).into_owned();
        let mut text = hunks::file_headers(change.is_new(), &path).join("\n") + "\n";
        for hunk in hunks::hunks(&compared, &compared.changes, &|_| false) {
            text.push_str(&hunks::header(&hunk));
            text.push('\n');
            for (mark, line) in hunks::lines(&compared, &compared.changes, &hunk) {
                text.push(mark.sign());
                text.push_str(&masker.mask_lines(line));
                if !line.ends_with('\n') {
                    text.push_str("\n\\ No newline at end of file\n");
                }
            }
        }
        Self {
            file,
            path,
            text,
            replacements: replacements(change, &compared, masker),
            removed: compared.changes.iter().map(|change| change.old.len()).sum(),
            added: compared.changes.iter().map(|change| change.new.len()).sum(),
            lines: compared.changes.iter().map(|change| (change.old.start + 1, change.old.len())).collect(),
        }
    }

    /// Writes it for people, each line after `indent`: hidden characters visible, colours.
    pub(crate) fn write(&self, out: &mut String, indent: &str, paint: &Paint<'_>) {
        for (at, line) in self.text.split_terminator('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let mark = line.chars().next().and_then(Mark::of);
            let ink = match mark {
                _ if at < 2 => Ink::Strong,
                Some(Mark::Removed) => Ink::Bad,
                Some(Mark::Added) => Ink::Good,
                Some(Mark::Context) => Ink::Plain,
                None if line.starts_with('@') => Ink::Place,
                None => Ink::Faint,
            };
            let mut text = paint.text(line);
            if mark == Some(Mark::Context) && text.len() > LONGEST_CONTEXT {
                text = text.chars().take(LONGEST_CONTEXT).chain(['…']).collect();
            }
            push(out, indent, &paint.ink(ink, text.trim_end()));
        }
    }
}

fn push(out: &mut String, indent: &str, line: &str) {
    if !line.is_empty() {
        out.push_str(indent);
        out.push_str(line);
    }
    out.push('\n');
}

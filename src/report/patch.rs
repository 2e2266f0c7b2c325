//! The combined change as a unified diff that `git apply` accepts, without a secret in it.

use std::collections::HashSet;
use std::ops::Range;

use super::hunks::{self, Hunk};
use super::lines::{Compared, LineChange};
use super::mask::Masker;
use crate::plan::{Fate, FileChange, Item, Plan};

/// A unified diff, and the fixes that it leaves out because a secret would show.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// The text; empty if nothing changes.
    pub text: String,
    /// The items left out, by position in the plan.
    pub left_out: Vec<usize>,
    /// Files of which changes were left out that belong to no item.
    pub other_files: Vec<String>,
}

struct FilePart<'p> {
    change: &'p FileChange,
    compared: Compared<'p>,
    left_out: Vec<bool>,
}

/// The diff of [`Plan::changes`].
pub fn patch(plan: &Plan, masker: &Masker) -> Patch {
    let texts: Vec<_> = plan.changes.iter().map(|change| (change.before(), change.after())).collect();
    let mut files: Vec<FilePart<'_>> = plan
        .changes
        .iter()
        .zip(&texts)
        .map(|(change, (before, after))| FilePart::new(change, before, after))
        .collect();
    let mut touched: Option<Vec<Touched>> = None;
    let mut result = Patch::default();
    let mut items = HashSet::new();
    loop {
        let hidden: Vec<(usize, usize)> = (0..files.len())
            .flat_map(|file| files[file].unshowable(masker).into_iter().map(move |change| (file, change)))
            .collect();
        if hidden.is_empty() {
            break;
        }
        let touched = touched.get_or_insert_with(|| touched_by(&plan.items, &files));
        for (file, change) in hidden {
            leave_out(file, change, &mut files, touched, &mut items);
            if !touched.iter().any(|touched| touched.file == file && touched.change == change) {
                result.other_files.push(files[file].change.shown.clone());
            }
        }
    }
    for file in &files {
        file.write(masker, &mut result.text);
    }
    result.left_out = items.into_iter().collect();
    result.left_out.sort_unstable();
    result.other_files.dedup();
    result
}

/// Leaves a change out, and with it all of every fix that it belongs to.
fn leave_out(
    file: usize,
    change: usize,
    files: &mut [FilePart<'_>],
    touched: &[Touched],
    items: &mut HashSet<usize>,
) {
    let mut open = vec![(file, change)];
    while let Some((file, change)) = open.pop() {
        if std::mem::replace(&mut files[file].left_out[change], true) {
            continue;
        }
        for owner in touched.iter().filter(|owner| owner.file == file && owner.change == change) {
            if items.insert(owner.item) {
                let whole = touched.iter().filter(|other| other.item == owner.item);
                open.extend(whole.map(|other| (other.file, other.change)));
            }
        }
    }
}

/// A change of a file that belongs to an item.
struct Touched {
    item: usize,
    file: usize,
    change: usize,
}

fn touched_by(items: &[Item], files: &[FilePart<'_>]) -> Vec<Touched> {
    let mut touched = Vec::new();
    for (item, own) in items.iter().enumerate().filter(|(_, item)| item.fate == Fate::Applied) {
        for part in &own.changes {
            let Some(file) = files.iter().position(|file| file.change.path == part.path) else { continue };
            let ranges = ranges_on_original(part, &files[file].change.before());
            for (change, combined) in files[file].compared.changes.iter().enumerate() {
                if ranges
                    .iter()
                    .any(|range| range.start <= combined.old.end && combined.old.start <= range.end)
                {
                    touched.push(Touched { item, file, change });
                }
            }
        }
    }
    touched
}

/// Where a fix touches the original file, also if its part was computed on the result of earlier fixes.
fn ranges_on_original(part: &FileChange, original: &str) -> Vec<Range<usize>> {
    let (before, after) = (part.before(), part.after());
    let own = Compared::new(&before, &after);
    let ranges = own.changes.iter().map(|change| change.old.clone());
    if before == original {
        return ranges.collect();
    }
    let earlier = Compared::new(original, &before);
    ranges.map(|range| earlier.origin(&range)).collect()
}

impl<'p> FilePart<'p> {
    fn new(change: &'p FileChange, before: &'p str, after: &'p str) -> Self {
        let compared = Compared::new(before, after);
        let left_out = vec![false; compared.changes.len()];
        Self { change, compared, left_out }
    }

    /// The changes that are shown, with their positions among all.
    fn kept(&self) -> (Vec<LineChange>, Vec<usize>) {
        let kept = self.compared.changes.iter().enumerate().filter(|(at, _)| !self.left_out[*at]);
        kept.map(|(at, change)| (change.clone(), at)).unzip()
    }

    /// The changes that cannot be shown: a changed line shows a secret, or no context is left that `git apply` accepts.
    fn unshowable(&self, masker: &Masker) -> Vec<usize> {
        if masker.shows_all() {
            return Vec::new();
        }
        let (kept, positions) = self.kept();
        let hunks = hunks::hunks(&self.compared, &kept, &|line| masker.reveals(line));
        let mut found = Vec::new();
        for hunk in hunks {
            let starved = self.lacks_context(&kept, &hunk);
            for at in hunk.changes.clone() {
                let change = &kept[at];
                let old = &self.compared.old[change.old.clone()];
                let new = &self.compared.new[change.new.clone()];
                if (starved && at + 1 == hunk.changes.end)
                    || old.iter().chain(new).any(|line| masker.reveals(line))
                {
                    found.push(positions[at]);
                }
            }
        }
        found
    }

    /// `git apply` takes a hunk without trailing context for one at the end of the file, and one that begins at line 1
    /// for one at the start.
    fn lacks_context(&self, kept: &[LineChange], hunk: &Hunk) -> bool {
        let Some(last) = kept.get(hunk.changes.end - 1) else { return true };
        let trails = hunk.old.end > last.old.end;
        let at_end = hunk.old.end == self.compared.old.len();
        (!trails && !at_end) || (hunk.old.is_empty() && hunk.old.start == 1)
    }

    fn write(&self, masker: &Masker, text: &mut String) {
        let (kept, _) = self.kept();
        if kept.is_empty() {
            return;
        }
        text.push_str(&hunks::file_headers(self.change.is_new(), &self.change.patched).join("\n"));
        text.push('\n');
        for hunk in hunks::hunks(&self.compared, &kept, &|line| masker.reveals(line)) {
            text.push_str(&hunks::header(&hunk));
            text.push('\n');
            for (mark, line) in hunks::lines(&self.compared, &kept, &hunk) {
                text.push(mark.sign());
                text.push_str(line);
                if !line.ends_with('\n') {
                    text.push_str("\n\\ No newline at end of file\n");
                }
            }
        }
    }
}

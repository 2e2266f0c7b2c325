//! The result of planning: every finding with what became of it, and the files as they would be.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::document::TextEdit;
use crate::plan::finding::{Finding, Severity};
use crate::plan::said::admits::Admits;
use crate::plan::said::decision::Decisions;
use crate::project::{Files, Spot};

/// Every finding with its fate, and the combined change of all that is applied.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The worst first, then by file, line and column; at one place in the order of installations and of the registry.
    pub items: Vec<Item>,
    /// The files that change, in path order: what `--write` with the same options writes.
    pub changes: Vec<FileChange>,
    /// Suppression comments that silenced nothing although their id ran.
    pub unused_suppressions: Vec<Unused>,
    /// Findings that the baseline knows, which are neither shown nor mended; [`None`] without a baseline.
    pub known: Option<Vec<Open>>,
    /// What is open once [`Plan::changes`] are written, without what the baseline knows.
    pub left: Vec<Open>,
    /// The fingerprints of the items that change files, in the order in which they do: each [`Item::changes`] rests on those before it.
    pub order: Vec<String>,
    /// The files with [`Plan::changes`]. New files are not among them.
    pub after: Files,
    /// What decisions of before say to the fixes: the answers that a review begins with.
    pub recorded: Decisions,
}

/// An open finding, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The id of the transform.
    pub id: &'static str,
    /// The installation, by position.
    pub installation: usize,
    /// How much it hurts.
    pub severity: Severity,
}

/// A finding and what became of it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The id of the transform.
    pub id: &'static str,
    /// The installation, by position.
    pub installation: usize,
    /// A stable name of the finding: equal for the same gap at the same place in every run, whatever lines moved.
    pub fingerprint: String,
    /// The finding, on the files as they are.
    pub finding: Finding,
    /// Its place as shown.
    pub spot: Spot,
    /// Its related places as shown, each with its word of explanation.
    pub related: Vec<(Spot, String)>,
    /// What became of it.
    pub fate: Fate,
    /// The files that its fix changes, alone on the original; empty for advice. For an applied fix, its own part.
    pub changes: Vec<FileChange>,
}

/// What became of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its fix is part of [`Plan::changes`].
    Applied,
    /// An earlier fix of this plan already mended it: the id of that fix.
    Mended(&'static str),
    /// Its fix is proven, but left out: what would admit it.
    LeftOut(Admits),
    /// The user said no.
    Declined,
    /// There is nothing to apply: the finding carries advice.
    Advice,
    /// A fix existed but may not be made here (alias, template, outside the given paths, …): why. It is shown as advice.
    Refused(String),
    /// The proof rejected the fix: which check, on which file, and why. An error of this program.
    Failed(String),
    /// A suppression comment or the preferences ignore it: the reason given there.
    Suppressed(String),
}

/// One file before and after.
///
/// A plan holds one of these for each fix, and the file may be large: so both texts are kept as what differs from one shared
/// original, and spelt out on demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The file to write.
    pub path: PathBuf,
    /// The path as shown, relative to where the user stands, with `/`.
    pub shown: String,
    /// The path that a diff names, with `/`: from the root of the repository, where `git apply` is run.
    pub patched: String,
    is_new: bool,
    original: Arc<str>,
    before: Option<TextEdit>,
    after: Option<TextEdit>,
}

impl Plan {
    /// The items that change files, in the order in which they do.
    pub fn steps(&self) -> impl Iterator<Item = &Item> {
        let all: HashMap<&str, &Item> =
            self.items.iter().map(|item| (item.fingerprint.as_str(), item)).collect();
        let steps: Vec<&Item> = self.order.iter().filter_map(|one| all.get(one.as_str()).copied()).collect();
        steps.into_iter()
    }
}

impl Item {
    /// Whether it is open today: it is neither suppressed nor ignored.
    pub fn is_open(&self) -> bool {
        !matches!(self.fate, Fate::Suppressed(_))
    }

    /// The item, in short.
    pub fn open(&self) -> Open {
        Open { id: self.id, installation: self.installation, severity: self.finding.severity }
    }
}

impl FileChange {
    /// A change from `before` to `after`, where `original` is the file on disk.
    pub fn new(
        path: impl Into<PathBuf>,
        shown: impl Into<String>,
        original: Arc<str>,
        before: &str,
        after: &str,
    ) -> Self {
        let (before, after) = (difference(&original, before), difference(&original, after));
        let (path, shown) = (path.into(), shown.into());
        Self { path, patched: shown.clone(), shown, is_new: false, original, before, after }
    }

    /// The same change, with the path that a diff names; without it that is the path as shown.
    #[must_use]
    pub fn patching(self, patched: impl Into<String>) -> Self {
        Self { patched: patched.into(), ..self }
    }

    /// A file that is not there yet.
    pub fn created(path: impl Into<PathBuf>, shown: impl Into<String>, text: &str) -> Self {
        Self { is_new: true, ..Self::new(path, shown, Arc::from(""), "", text) }
    }

    /// Whether the file is not there yet.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// The whole text as it stands on disk.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// The whole text as it is without the fix.
    pub fn before(&self) -> Cow<'_, str> {
        spelt_out(&self.original, self.before.as_ref())
    }

    /// The whole text as it would be.
    pub fn after(&self) -> Cow<'_, str> {
        spelt_out(&self.original, self.after.as_ref())
    }
}

/// The one span in which two texts differ, if they do.
fn difference(original: &str, text: &str) -> Option<TextEdit> {
    if original == text {
        return None;
    }
    let same = |pair: &(u8, u8)| pair.0 == pair.1;
    let mut start = original.bytes().zip(text.bytes()).take_while(same).count();
    while !original.is_char_boundary(start) || !text.is_char_boundary(start) {
        start -= 1;
    }
    let (old, new) = (&original[start..], &text[start..]);
    let mut tail = old.bytes().rev().zip(new.bytes().rev()).take_while(same).count();
    while !old.is_char_boundary(old.len() - tail) || !new.is_char_boundary(new.len() - tail) {
        tail -= 1;
    }
    Some(TextEdit::new(start..original.len() - tail, &new[..new.len() - tail]))
}

fn spelt_out<'t>(original: &'t str, edit: Option<&TextEdit>) -> Cow<'t, str> {
    match edit {
        None => Cow::Borrowed(original),
        Some(edit) => {
            let (head, tail) = (&original[..edit.span.start], &original[edit.span.end..]);
            Cow::Owned([head, &edit.replacement, tail].concat())
        }
    }
}

/// A suppression comment that silenced nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Where the comment stands.
    pub spot: Spot,
    /// The id that it names.
    pub id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_texts_come_back() {
        for (original, before, after) in [
            ("", "", "a"),
            ("aé", "aè", "aéé"),
            ("a\na\n", "a\n", "a\na\na\n"),
            ("abc", "abc", ""),
            ("é", "è", "e"),
        ] {
            let change = FileChange::new("f", "f", Arc::from(original), before, after);
            assert_eq!((&*change.before(), &*change.after()), (before, after));
        }
    }
}

//! The result of planning: every finding with what became of it, and the files as they would be.

use std::path::PathBuf;
use std::sync::Arc;

use super::finding::Finding;
use crate::project::Spot;

/// Every finding with its fate, and the combined change of all that is applied.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// In the order of installations, then of the registry, then of places.
    pub items: Vec<Item>,
    /// The files that change, in path order: what `--write` with the same options writes.
    pub changes: Vec<FileChange>,
    /// Suppression comments that silenced nothing although their id ran.
    pub unused_suppressions: Vec<Unused>,
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
    /// Its fix is proven, but the options leave it out: what admits it (`--include-review`, `--select litellm_log`, …).
    LeftOut(String),
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The file to write.
    pub path: PathBuf,
    /// The path as shown, relative to where the user stands, with `/`.
    pub shown: String,
    /// The whole text as it is.
    pub before: Arc<str>,
    /// The whole text as it would be.
    pub after: Arc<str>,
}

/// A suppression comment that silenced nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Where the comment stands.
    pub spot: Spot,
    /// The id that it names.
    pub id: String,
}

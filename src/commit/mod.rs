//! Writes files, all of them or none, and takes it back.
//!
//! [`commit`] replaces each file by a finished one (a temporary file beside it, in a folder that git passes over, with its mode, owner
//! and, on Linux, its access list and other extended attributes, synced; then the two change places), so a kill leaves each file old or new, and what somebody else wrote meanwhile goes back. Before that, a
//! [`Journal`] outside the tree holds the old and the new bytes. With it the next run completes what a killed one left behind ([`Journal::recover`]): where
//! all files are new already, the run counts as done; else the new ones are put back, because half a change is a
//! state that nobody has looked at. It does so only in the paths that it is given. [`Journal::undo`] takes back the last run.
//!
//! A file with several hard links is refused: a rename would leave the other names with the old text, and writing in
//! place could tear it (and would change a backup made of hard links). So is one whose owner, group or extended attributes cannot be kept.
//!
//! Runs with different journals keep out of each other's way by locks on the folders, and tell their own files from others with the same
//! bytes by what the file system calls them.

#[cfg(target_os = "linux")]
mod attributes;
mod files;
pub mod git;
mod journal;
mod place;
mod record;
mod recovery;
mod transaction;
mod trees;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
pub use journal::Journal;
pub use record::Committed;
pub use recovery::{Ending, Pending, Recovered, UndoReport};

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file, as it is shown to the user. May be, or lie behind, a symbolic link.
    pub path: PathBuf,
    /// What the file must still hold; `None` where there must be no file yet.
    pub before: Option<Arc<[u8]>>,
    /// What it shall hold.
    pub after: Arc<[u8]>,
}

impl Change {
    /// The change of a file that exists.
    pub fn new(path: impl Into<PathBuf>, before: impl Into<Arc<[u8]>>, after: impl Into<Arc<[u8]>>) -> Self {
        Self { path: path.into(), before: Some(before.into()), after: after.into() }
    }

    /// A new file, in a directory that exists.
    pub fn created(path: impl Into<PathBuf>, after: impl Into<Arc<[u8]>>) -> Self {
        Self { path: path.into(), before: None, after: after.into() }
    }
}

/// A file that is not written, and that the changes rest on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The file, as it is shown to the user.
    pub path: PathBuf,
    /// What it must still hold.
    pub text: Arc<str>,
}

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The files written, as they were named.
    pub files: Vec<PathBuf>,
    /// The run's name in the journal; `None` where there was nothing to write.
    pub run: Option<String>,
}

/// A moment of a commit, for tests that make it fail or stop there.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The journal is complete; no file of the user has been touched.
    Journaled,
    /// The temporary file of this change is complete.
    Staged(usize),
    /// This change is about to take its place.
    Replacing(usize),
    /// This change has taken its place.
    Replaced(usize),
    /// All changes have, but the journal does not say so yet.
    Complete,
}

/// Writes all changes, or none.
///
/// # Errors
///
/// Nothing is written where a file no longer holds its `before`, is read-only, has several hard links, is named
/// twice, or lies (links followed) outside `root`; where the journal lies inside `root`, another run holds it, or a
/// killed one had the same files and was not recovered yet. An error in the middle puts back what was written; should even that fail, the error names the files and where their
/// old bytes are.
pub fn commit(changes: &[Change], root: &Path, journal: &Journal) -> Result<Receipt> {
    commit_observed(changes, root, journal, &mut |_| Ok(()))
}

/// As [`commit`], for changes that rest on other files too: what was planned on a state that is gone is not written.
///
/// # Errors
///
/// As [`commit`], and where one of these files has changed.
pub fn commit_resting_on(
    seen: &[Witness],
    changes: &[Change],
    root: &Path,
    journal: &Journal,
) -> Result<Receipt> {
    // The threads of one process wait for each other, however long that takes; other processes wait a moment and give up.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    locked(seen, changes, root, journal, &mut |_| Ok(()))
}

/// As [`commit`]; `on_step` is told of each step, and an error from it counts as one of the file system.
///
/// # Errors
///
/// As [`commit`].
#[doc(hidden)]
pub fn commit_observed(
    changes: &[Change],
    root: &Path,
    journal: &Journal,
    on_step: &mut dyn FnMut(Moment) -> io::Result<()>,
) -> Result<Receipt> {
    locked(&[], changes, root, journal, on_step)
}

fn locked(
    seen: &[Witness],
    changes: &[Change],
    root: &Path,
    journal: &Journal,
    on_step: &mut dyn FnMut(Moment) -> io::Result<()>,
) -> Result<Receipt> {
    if changes.is_empty() {
        return Ok(Receipt { files: Vec::new(), run: None });
    }
    let real_root = real_root(root)?;
    journal.check_outside(&real_root)?;
    let _lock = journal.lock()?;
    // Old runs that stay for another day are no reason not to write.
    let _ = journal.prune();
    let targets = files::resolve(changes, &real_root)?;
    let _trees = trees::lock(targets.iter().map(|target| target.real.clone()))?;
    journal.check_recovered(&targets)?;
    seen.iter().try_for_each(files::check_seen)?;
    let run = transaction::execute(&targets, &real_root, None, journal, on_step)?;
    Ok(Receipt { files: changes.iter().map(|change| change.path.clone()).collect(), run: Some(run) })
}

fn real_root(root: &Path) -> Result<PathBuf> {
    root.canonicalize().with_context(|| format!("cannot find {}", root.display()))
}

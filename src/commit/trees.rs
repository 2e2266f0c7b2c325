//! Locks on the folders that are written to, for runs that have different journals: of two users, or of two containers on one volume.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};

use super::journal::PATIENCE;

/// Held while files of these folders are written.
pub(super) struct Locks(#[expect(dead_code, reason = "held, not read")] Vec<File>);

/// Locks the folders of these files, always in the same order, and waits a moment for other runs to end. Where the file system knows no
/// locks, files are still compared with what was read before each is replaced.
pub(super) fn lock(files: impl Iterator<Item = PathBuf>) -> Result<Locks> {
    let folders: BTreeSet<PathBuf> = files.filter_map(|file| file.parent().map(Path::to_owned)).collect();
    let deadline = Instant::now() + PATIENCE;
    let mut locks = Vec::new();
    for folder in folders {
        let Ok(file) = File::open(&folder) else { continue };
        loop {
            match file.try_lock() {
                Ok(()) => break locks.push(file),
                Err(TryLockError::Error(_)) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    thread::sleep(std::time::Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => {
                    bail!("another litellm-fix is writing in {}; try again later", folder.display())
                }
            }
        }
    }
    Ok(Locks(locks))
}

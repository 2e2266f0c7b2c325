//! Taking the place of a file, so that nothing is lost that somebody else writes in the same moment.
//!
//! A file that was looked at can be another one when the next call replaces it. So the two change places in one step, and what came out is looked
//! at then: if it is not what was read, they change back. Where the system or the file system knows no such step, a moment between the look
//! and the rename remains.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::files::{self, Target};

/// Puts what is staged (or, without new bytes, nothing) in the place of the target, which must hold its old bytes; else everything stays as it is.
pub(super) fn take(temp: &Path, target: &Target) -> Result<()> {
    match (&target.old, &target.new) {
        (None, None) => return Ok(()),
        (None, Some(_)) => match into_gap(temp, &target.real) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                bail!("{} exists already", target.shown.display())
            }
            moved => return Ok(moved?),
        },
        (Some(_), Some(_)) => exchange(temp, &target.real)?,
        (Some(_), None) => {
            files::make_room(temp)?;
            into_gap(&target.real, temp)?;
        }
    }
    let as_read = |out: Held| matches!(out, Held::Bytes(bytes) if target.old.as_deref() == Some(&bytes));
    if held(temp).is_none_or(as_read) {
        return Ok(());
    }
    give_back(temp, target)?;
    Err(files::changed(target))
}

/// What stands somewhere.
enum Held {
    Bytes(Vec<u8>),
    /// A folder, a link, a pipe, or what cannot be read.
    Other,
}

fn held(path: &Path) -> Option<Held> {
    let bytes = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Ok(meta) if meta.is_file() => fs::read(path).ok(),
        _ => None,
    };
    Some(bytes.map_or(Held::Other, Held::Bytes))
}

/// Gives the place back to what somebody else had put there.
pub(super) fn give_back(temp: &Path, target: &Target) -> Result<()> {
    let given = match fs::symlink_metadata(&target.real) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => into_gap(temp, &target.real),
        _ => exchange(temp, &target.real),
    };
    let kept = || format!("what somebody else wrote to {} is in {}", target.shown.display(), temp.display());
    given.with_context(kept)?;
    if is_strange(temp, target) {
        bail!("{}", kept());
    }
    Ok(())
}

/// Whether this temporary file holds what nobody of us wrote. What a kill broke off is the beginning of the old or the new bytes.
pub(super) fn is_strange(temp: &Path, target: &Target) -> bool {
    match held(temp) {
        None => false,
        Some(Held::Other) => true,
        Some(Held::Bytes(bytes)) => {
            [&target.old, &target.new].into_iter().flatten().all(|ours| !ours.starts_with(&bytes))
        }
    }
}

/// Makes a change of places last, and removes what is left of it.
pub(super) fn settle(temp: &Path, target: &Target) -> io::Result<()> {
    files::sync_dir(target.real.parent().unwrap_or(Path::new(".")))?;
    discard(temp, target);
    Ok(())
}

/// Removes a temporary file with its folder, if they are there; not what somebody else wrote.
pub(super) fn discard(temp: &Path, target: &Target) {
    if !is_strange(temp, target) {
        files::remove_room(temp);
    }
}

/// Two files change places; where that cannot be done, the first takes the place of the second.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(temp: &Path, real: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, temp, CWD, real, RenameFlags::EXCHANGE) {
        Err(error) if is_unknown(error) => fs::rename(temp, real),
        exchanged => Ok(exchanged?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(temp: &Path, real: &Path) -> io::Result<()> {
    fs::rename(temp, real)
}

/// Moves a file to where none is.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn into_gap(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(error) if is_unknown(error) => into_seen_gap(from, to),
        moved => Ok(moved?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn into_gap(from: &Path, to: &Path) -> io::Result<()> {
    into_seen_gap(from, to)
}

fn into_seen_gap(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn is_unknown(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP].contains(&error)
}

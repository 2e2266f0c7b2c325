//! Single files: where they really are, whether they may be written, and how one is replaced.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Error, Result, anyhow, bail, ensure};

use super::record::private_dir;
use super::{Change, Witness};

/// A file that a run replaces (or creates, or removes).
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// As the user knows it.
    pub shown: PathBuf,
    /// Links followed.
    pub real: PathBuf,
    /// The bytes before the run; `None`: no file.
    pub old: Option<Arc<[u8]>>,
    /// The bytes after the run; `None`: no file.
    pub new: Option<Arc<[u8]>>,
}

impl Target {
    /// The way back.
    pub(super) fn reversed(self) -> Self {
        Self { old: self.new, new: self.old, ..self }
    }
}

/// The targets of the changes, once each is known to be writable and as expected.
pub(super) fn resolve(changes: &[Change], real_root: &Path) -> Result<Vec<Target>> {
    let mut targets: Vec<Target> = Vec::with_capacity(changes.len());
    for change in changes {
        let real = real_path(&change.path, change.before.is_none())?;
        ensure!(
            real.starts_with(real_root),
            "{} is really {}, outside {}: not written; name that folder to include it",
            change.path.display(),
            real.display(),
            real_root.display()
        );
        if let Some(other) = targets.iter().find(|target| target.real == real) {
            bail!("{} and {} are the same file", other.shown.display(), change.path.display());
        }
        let target = Target {
            shown: change.path.clone(),
            real,
            old: change.before.clone(),
            new: Some(change.after.clone()),
        };
        check(&target)?;
        targets.push(target);
    }
    Ok(targets)
}

fn real_path(path: &Path, new: bool) -> Result<PathBuf> {
    let name = path.file_name().filter(|_| new);
    let Some(name) = name else {
        return path.canonicalize().with_context(|| format!("cannot write {}", path.display()));
    };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = parent.canonicalize().with_context(|| format!("cannot create {}", path.display()))?;
    Ok(parent.join(name))
}

/// Refuses a target that is not as it was read, or that must not be replaced.
pub(super) fn check(target: &Target) -> Result<()> {
    let shown = target.shown.display();
    if target.old.is_none() {
        // Not the same as being readable: a link to nowhere exists too.
        ensure!(fs::symlink_metadata(&target.real).is_err(), "{shown} exists already");
        return Ok(());
    }
    let meta = match fs::metadata(&target.real) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!("{shown} is gone; run again"),
        meta => meta.with_context(|| format!("cannot write {shown}"))?,
    };
    ensure!(meta.is_file(), "{shown} is not a regular file");
    check_unchanged(target)?;
    ensure!(!meta.permissions().readonly(), "{shown} is read-only; make it writable first (chmod u+w)");
    let links = hard_links(&meta);
    ensure!(
        links < 2,
        "{shown} has {links} hard links, which writing would tear apart; make it a file of its own first \
         (cp -p FILE FILE.new && mv FILE.new FILE)"
    );
    OpenOptions::new().append(true).open(&target.real).with_context(|| format!("{shown} is not writable"))?;
    Ok(())
}

/// Refuses a target that does not hold its old bytes.
pub(super) fn check_unchanged(target: &Target) -> Result<()> {
    let shown = target.shown.display();
    let present = read(&target.real).with_context(|| format!("cannot read {shown}"))?;
    match (&present, &target.old) {
        (Some(_), None) => bail!("{shown} exists already"),
        (None, Some(_)) => bail!("{shown} is gone; run again"),
        (present, old) if present.as_deref() != old.as_deref() => Err(changed(target)),
        _ => Ok(()),
    }
}

/// Refuses where a file that the changes rest on is not as it was read.
pub(super) fn check_seen(seen: &Witness) -> Result<()> {
    // What has become a pipe would be waited for.
    let plain = fs::metadata(&seen.path).is_ok_and(|meta| meta.is_file());
    ensure!(
        plain && read(&seen.path)?.as_deref() == Some(seen.text.as_bytes()),
        "{} has changed since it was read; run again",
        seen.path.display()
    );
    Ok(())
}

pub(super) fn changed(target: &Target) -> Error {
    anyhow!("{} has changed since it was read; run again", target.shown.display())
}

/// The bytes of a file; `None` where there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a complete temporary file that shall take the place of `real`, with the mode, owner, access list and attributes of that. It lies
/// in a folder of its own, which only the user can look into and which git passes over: what it will hold may be secret, and a kill
/// leaves it there.
pub(super) fn stage(temp: &Path, real: &Path, bytes: &[u8]) -> Result<()> {
    let like = match fs::metadata(real) {
        Ok(meta) => Some(meta),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let failed = || {
        let folder = real.parent().unwrap_or(real).display();
        format!("cannot create a temporary file in {folder} (is the folder writable?)")
    };
    make_room(temp).with_context(failed)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    if like.is_some() {
        // Its final mode is set only once the owner is right.
        private(&mut options);
    }
    let mut file = options.open(temp).with_context(failed)?;
    file.write_all(bytes)?;
    if let Some(like) = like {
        keep_owner(&file, &like)?;
        #[cfg(target_os = "linux")]
        super::attributes::keep(&file, real)?;
        file.set_permissions(like.permissions())?;
    }
    file.sync_all()?;
    Ok(())
}

const PASSED_OVER: &str = ".gitignore";

/// Makes the folder of a temporary file.
pub(super) fn make_room(temp: &Path) -> io::Result<()> {
    let folder = temp.parent().unwrap_or(temp);
    private_dir(folder, false)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).open(folder.join(PASSED_OVER))?.write_all(b"*\n")
}

/// Removes a temporary file with its folder, if they are there.
pub(super) fn remove_room(temp: &Path) {
    let folder = temp.parent().unwrap_or(temp);
    // Nothing depends on them, and the error that led here matters more than these.
    let _ = fs::remove_file(temp);
    let _ = fs::remove_file(folder.join(PASSED_OVER));
    let _ = fs::remove_dir(folder);
}

/// What tells a file from another one with the same bytes in the same place.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> io::Result<String> {
    use std::os::unix::fs::MetadataExt;
    let meta = fs::symlink_metadata(path)?;
    Ok(format!("{} {}", meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
pub(super) fn identity(_: &Path) -> io::Result<String> {
    Ok(String::new())
}

/// Makes `options` create files that only their owner can read.
#[cfg(unix)]
pub(super) fn private(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

#[cfg(not(unix))]
pub(super) fn private(_: &mut OpenOptions) {}

#[cfg(unix)]
fn hard_links(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(meta)
}

#[cfg(not(unix))]
fn hard_links(_: &Metadata) -> u64 {
    1
}

#[cfg(unix)]
fn keep_owner(file: &File, like: &Metadata) -> Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let mine = file.metadata()?;
    let uid = (mine.uid() != like.uid()).then_some(like.uid());
    let gid = (mine.gid() != like.gid()).then_some(like.gid());
    if uid.is_some() || gid.is_some() {
        fchown(file, uid, gid).with_context(|| {
            format!(
                "it belongs to user {} and group {}, which cannot be kept; run as that user",
                like.uid(),
                like.gid()
            )
        })?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> Result<()> {
    Ok(())
}

/// Makes a rename in this folder last.
#[cfg(unix)]
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
pub(super) fn sync_dir(_: &Path) -> io::Result<()> {
    Ok(())
}

//! Reading files that strangers may have made: plain files only, and each with a limit.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Why a file was not read.
#[derive(Debug)]
pub enum NotRead {
    /// It is a link, where links are not followed.
    Link,
    /// It is a folder, a device, a pipe or a socket.
    Special,
    /// It has more bytes than the limit.
    TooLarge {
        /// Its bytes, as far as they are known.
        size: u64,
        /// The limit.
        limit: usize,
    },
    /// Links lead out of the repository.
    Outside,
    /// It holds what no text does.
    Binary,
    /// It has a name that no report or diff could tell.
    Name,
    /// The walk through the folders did not get there.
    Walk(ignore::Error),
    /// The system says why.
    Io(io::Error),
}

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => write!(f, "it is a symbolic link, and links are not followed here"),
            Self::Special => write!(f, "it is not a regular file"),
            Self::TooLarge { size, limit } => {
                write!(
                    f,
                    "{size} bytes are more than the limit of {limit} (--max-file-size), so it was not read"
                )
            }
            Self::Outside => write!(f, "it is outside the repository"),
            Self::Binary => write!(f, "contains NUL bytes, so it is not text"),
            Self::Name => write!(f, "its name is not UTF-8, so no report or diff could name it"),
            Self::Walk(error) => error.fmt(f),
            Self::Io(error) => write!(f, "{error}"),
        }
    }
}

impl NotRead {
    /// What to do, where `otherwise` is for what the size is not to blame for.
    pub fn remedy(&self, otherwise: &'static str) -> &'static str {
        match self {
            Self::TooLarge { .. } => "raise --max-file-size, or leave it out with --exclude",
            Self::Name => "rename it, or leave it out with --exclude",
            _ => otherwise,
        }
    }
}

impl From<io::Error> for NotRead {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The bytes of a plain file, links followed.
///
/// # Errors
/// See [`NotRead`].
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, NotRead> {
    // To open a device can already do something, so it is looked at first.
    if !std::fs::metadata(path)?.is_file() {
        return Err(NotRead::Special);
    }
    whole(open(path, Links::Followed)?, limit)
}

/// The bytes of a plain file that is no link itself.
///
/// # Errors
/// See [`NotRead`].
pub fn read_unlinked(path: &Path, limit: usize) -> Result<Vec<u8>, NotRead> {
    whole(open_unlinked(path)?, limit)
}

/// The first bytes of a plain file that is no link itself, at most so many.
///
/// # Errors
/// See [`NotRead`].
pub fn head(path: &Path, most: u64) -> Result<Vec<u8>, NotRead> {
    let mut bytes = Vec::new();
    open_unlinked(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The root of the git work tree that holds a path, links followed; `None` where there is none.
pub fn repository(path: &Path) -> Option<PathBuf> {
    let real = std::fs::canonicalize(path).ok()?;
    real.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

fn open_unlinked(path: &Path) -> Result<File, NotRead> {
    let kind = std::fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Err(NotRead::Link);
    }
    if !kind.is_file() {
        return Err(NotRead::Special);
    }
    open(path, Links::Refused)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Links {
    Followed,
    Refused,
}

/// Opens a file that was plain a moment ago; it does not wait for a pipe that took its place since.
fn open(path: &Path, links: Links) -> Result<File, NotRead> {
    let mut options = OpenOptions::new();
    options.read(true);
    careful(&mut options, links);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(NotRead::Special) }
}

#[cfg(unix)]
fn careful(options: &mut OpenOptions, links: Links) {
    use rustix::fs::OFlags;
    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    if links == Links::Refused {
        flags |= OFlags::NOFOLLOW;
    }
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn careful(_: &mut OpenOptions, _: Links) {}

fn whole(file: File, limit: usize) -> Result<Vec<u8>, NotRead> {
    let size = file.metadata()?.len();
    if size > limit as u64 {
        return Err(NotRead::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // It may grow while it is read.
    file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(NotRead::TooLarge { size: bytes.len() as u64, limit });
    }
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_plain_files_are_read_and_no_more_than_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("plain"), "12345").unwrap();
        symlink("plain", at("link")).unwrap();
        symlink("/dev/zero", at("zero")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), rustix::fs::Mode::RWXU).unwrap();
        assert_eq!(read(&at("plain"), 5).unwrap(), b"12345");
        assert_eq!(read(&at("link"), 5).unwrap(), b"12345");
        assert!(matches!(read_unlinked(&at("link"), 5), Err(NotRead::Link)));
        assert!(matches!(read(&at("plain"), 4), Err(NotRead::TooLarge { size: 5, limit: 4 })));
        for name in ["zero", "socket", "pipe", "."] {
            assert!(matches!(read(&at(name), 5), Err(NotRead::Special)), "{name}");
        }
        for name in ["socket", "pipe", "."] {
            assert!(matches!(read_unlinked(&at(name), 5), Err(NotRead::Special)), "{name}");
        }
        assert!(matches!(read(&at("dangling"), 5), Err(NotRead::Io(_))));
        assert_eq!(head(&at("plain"), 3).unwrap(), b"123");
    }
}

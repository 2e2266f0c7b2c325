//! Which files git tracks: read from the index, without running git.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::project::repository::reading::{self, NotRead};

/// More than the index of the largest repositories has.
const LIMIT: usize = 512_000_000;

/// Answers for files of any repository; each index is read once.
#[derive(Debug, Default)]
pub struct Tracked {
    repositories: HashMap<PathBuf, Index>,
}

/// What an index names, by the sums of paths from the root of its repository with `/`; `None` if it cannot be told.
///
/// The names themselves could be much larger than the index: it shortens each by what it has in common with the one before. Two names
/// of one sum would make a file count as tracked that is not, which is the careful side.
type Index = Option<HashSet<u128>>;

impl Tracked {
    /// Whether git tracks a file. What cannot be told counts as tracked: a secret may then not be written there.
    pub fn tracks(&mut self, path: &Path) -> bool {
        let Ok(real) = std::fs::canonicalize(path) else { return true };
        let Some(root) = root_of(&real) else { return false };
        let Ok(inside) = real.strip_prefix(root) else { return true };
        let name: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        self.index(root).as_ref().is_none_or(|names| names.contains(&sum(name.join("/").as_bytes())))
    }

    /// Whether git tracks anything in the repository of a file, so that it tells what is kept out. What cannot be told counts as no.
    pub fn is_in_use(&mut self, path: &Path) -> bool {
        let Ok(real) = std::fs::canonicalize(path) else { return false };
        root_of(&real).is_some_and(|root| self.index(root).as_ref().is_some_and(|names| !names.is_empty()))
    }

    fn index(&mut self, root: &Path) -> &Index {
        self.repositories.entry(root.to_owned()).or_insert_with(|| read(&root.join(".git")))
    }
}

/// The folder above a file that has a `.git`.
fn root_of(real: &Path) -> Option<&Path> {
    real.ancestors().skip(1).find(|folder| folder.join(".git").exists())
}

fn read(git: &Path) -> Index {
    match reading::read_unlinked(&folder(git)?.join("index"), LIMIT) {
        Ok(bytes) => parse(&bytes),
        Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Some(HashSet::new()),
        Err(_) => None,
    }
}

/// The folder that a `.git` is or leads to.
fn folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() { Some(git.to_owned()) } else { linked(git) }
}

/// The file with what git leaves out in one repository only.
pub(in crate::project) fn exclude_file(git: &Path) -> Option<PathBuf> {
    Some(common(git)?.join("info/exclude"))
}

/// The folder of a repository that its worktrees share.
fn common(git: &Path) -> Option<PathBuf> {
    let folder = folder(git)?;
    let common = reading::read_unlinked(&folder.join("commondir"), 4_096).ok();
    let common = common.and_then(|bytes| String::from_utf8(bytes).ok()).map(|text| folder.join(text.trim()));
    Some(common.unwrap_or(folder))
}

/// The addresses of the remotes of the repository at a root, as its configuration has them.
pub(in crate::project) fn remotes(root: &Path) -> Vec<String> {
    let config = common(&root.join(".git")).map(|folder| folder.join("config"));
    let bytes = config.and_then(|path| reading::read_unlinked(&path, 1 << 20).ok());
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let mut of_remote = false;
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        match line.split_once('=') {
            _ if line.starts_with('[') => of_remote = line.starts_with("[remote "),
            Some((key, url)) if of_remote && key.trim() == "url" => found.push(url.trim().to_owned()),
            _ => {}
        }
    }
    found
}

/// Where the `.git` file of a worktree or a submodule leads.
fn linked(git: &Path) -> Option<PathBuf> {
    let text = String::from_utf8(reading::read_unlinked(git, 4_096).ok()?).ok()?;
    Some(git.parent()?.join(text.strip_prefix("gitdir:")?.trim()))
}

/// The names in an index of version 2, 3 or 4: <https://git-scm.com/docs/index-format>. An index that is split, or of a
/// repository with SHA-256, gives `None`.
fn parse(bytes: &[u8]) -> Index {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let version = number(4).filter(|version| bytes.starts_with(b"DIRC") && (2..=4).contains(version))?;
    // The sums of the last name's beginnings, so that a name costs no more than what is written of it.
    let (mut at, mut names, mut last) = (12, HashSet::new(), vec![EMPTY]);
    for _ in 0..number(8)? {
        let flags = u16::from_be_bytes(bytes.get(at + 60..at + 62)?.try_into().ok()?);
        let start = at + if flags & 0x4000 == 0 { 62 } else { 64 };
        let (kept, from) = if version == 4 { shared(bytes, start)? } else { (usize::MAX, start) };
        let rest = bytes.get(from..)?;
        let end = memchr::memchr(0, rest)?;
        last.truncate(if version == 4 { last.len().checked_sub(kept).filter(|left| *left > 0)? } else { 1 });
        for byte in &rest[..end] {
            last.push(add(*last.last()?, *byte));
        }
        let announced = usize::from(flags & 0xfff);
        if announced < 0xfff && announced != last.len() - 1 {
            return None;
        }
        names.insert(*last.last()?);
        // Before version 4, one to eight NULs make the entry's length a multiple of eight.
        at = if version == 4 { from + end + 1 } else { at + (from + end - at) / 8 * 8 + 8 };
    }
    (bytes.get(at..at + 4) != Some(b"link")).then_some(names)
}

/// An index of version 2 that names these files and says nothing else of them.
pub fn index_of(names: &[String]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02".to_vec();
    bytes.extend(u32::try_from(names.len()).unwrap_or(u32::MAX).to_be_bytes());
    for name in names {
        let start = bytes.len();
        bytes.extend([0; 60]);
        bytes.extend(u16::try_from(name.len().min(0xfff)).unwrap_or(0xfff).to_be_bytes());
        bytes.extend(name.as_bytes());
        let length = (bytes.len() - start) / 8 * 8 + 8;
        bytes.resize(start + length, 0);
    }
    bytes
}

/// The sum of no bytes, and that of some and one more: FNV-1a with 128 bits.
const EMPTY: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

fn add(sum: u128, byte: u8) -> u128 {
    (sum ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
}

fn sum(bytes: &[u8]) -> u128 {
    bytes.iter().fold(EMPTY, |sum, byte| add(sum, *byte))
}

/// How many bytes of the name before are dropped, and where the rest of the name stands.
fn shared(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = (value.checked_add(1)?.checked_mul(128)?) | usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

/// An installed program: never one in a folder that is named relative to where the user stands.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn an_index_of_each_version_is_read() {
        for version in ["2", "4"] {
            let folder = tempfile::tempdir().unwrap();
            let git = |words: &[&str]| {
                let ran = Command::new("git").current_dir(&folder).args(words).output().unwrap();
                assert!(ran.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
            };
            git(&["init", "-q"]);
            let long = "long/".repeat(20);
            for name in ["a", "deploy/.env", "deploy/prod.env", "deploy/é.env", &format!("{long}x"), "left"]
            {
                let path = folder.path().join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "A=b\n").unwrap();
            }
            git(&["add", "a", "deploy", "long"]);
            git(&["update-index", "--index-version", version]);
            let mut tracked = Tracked::default();
            let mut tracks = |name: &str| tracked.tracks(&folder.path().join(name));
            for name in ["a", "deploy/.env", "deploy/prod.env", "deploy/é.env", &format!("{long}x")] {
                assert!(tracks(name), "{name} in version {version}");
            }
            assert!(!tracks("left"), "version {version}");
        }
    }

    #[test]
    fn an_index_that_is_made_is_read() {
        let names = ["a".to_owned(), "b/1234567.yaml".to_owned(), "x".repeat(5_000)];
        let read = parse(&index_of(&names)).unwrap();
        assert_eq!(read, names.iter().map(|name| sum(name.as_bytes())).collect());
        assert_eq!(parse(&index_of(&[])), Some(HashSet::new()));
    }

    #[test]
    fn what_cannot_be_told_counts_as_tracked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".env");
        std::fs::write(&file, "A=b\n").unwrap();
        std::fs::create_dir(folder.path().join(".git")).unwrap();
        assert!(!Tracked::default().tracks(&file), "no index, so nothing is tracked");
        for broken in [&b"DIRC"[..], b"DIRC\0\0\0\x05\0\0\0\0", b"DIRC\0\0\0\x02\0\0\0\x01short", b"no index"]
        {
            std::fs::write(folder.path().join(".git/index"), broken).unwrap();
            assert!(Tracked::default().tracks(&file), "{broken:?}");
        }
        assert!(Tracked::default().tracks(&folder.path().join("missing")));
    }
}

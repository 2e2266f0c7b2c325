//! One run in the journal: a folder with a header (`run.json`), the old and new bytes of each file (`0.old`, `0.new`,
//! …), and the mark that it is done.
//!
//! The header is written last, so a folder without one belongs to a run that had not touched any file yet.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use super::files::{self, Target};
use super::journal::ELSEWHERE;

const VERSION: u32 = 1;
const HEADER: &str = "run.json";
const DONE: &str = "done";
const DROPPED: &str = "dropped";
const COMMITS: &str = "commits.json";

#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    version: u32,
    /// The folder the run was about, links followed.
    pub root: StoredPath,
    /// The run that this one takes back.
    pub undoes: Option<String>,
    files: Vec<StoredFile>,
}

#[derive(Serialize, Deserialize)]
struct StoredFile {
    real: StoredPath,
    has_old: bool,
    has_new: bool,
}

/// A path in JSON, whatever its bytes.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum StoredPath {
    Text(String),
    Bytes(Vec<u8>),
}

impl StoredPath {
    pub fn new(path: &Path) -> Self {
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
        }
    }

    pub fn to_path(&self) -> PathBuf {
        match self {
            Self::Text(text) => PathBuf::from(text),
            #[cfg(unix)]
            Self::Bytes(bytes) => {
                PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
            }
            #[cfg(not(unix))]
            Self::Bytes(bytes) => PathBuf::from(String::from_utf8_lossy(bytes).into_owned()),
        }
    }
}

/// A commit of git that holds what a run wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The root of the repository, links followed.
    pub root: PathBuf,
    /// The name of the commit.
    pub hash: String,
}

/// The folder of one run.
pub(super) struct Run {
    dir: PathBuf,
    /// Its name: when it began, in milliseconds, and the process.
    pub id: String,
}

impl Run {
    /// A new folder in the journal.
    pub fn create(journal: &Path) -> Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::create_at(journal, now.as_millis())
    }

    /// A new folder that is named for this moment, or for the first one after it that is free.
    fn create_at(journal: &Path, mut millis: u128) -> Result<Self> {
        loop {
            let id = format!("{millis:015}-{}", std::process::id());
            let dir = journal.join(&id);
            match private_dir(&dir, false) {
                Ok(()) => return Ok(Self { dir, id }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => millis += 1,
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("cannot write the journal {}; {ELSEWHERE}", dir.display()));
                }
            }
        }
    }

    /// All runs of the journal, the oldest first.
    pub fn all(journal: &Path) -> Result<Vec<Self>> {
        let entries = match fs::read_dir(journal) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot read the journal {}; {ELSEWHERE}", journal.display()));
            }
        };
        let mut runs = Vec::new();
        for entry in entries {
            let entry = entry
                .with_context(|| format!("cannot read the journal {}; {ELSEWHERE}", journal.display()))?;
            if let Some(id) = entry.file_name().to_str().filter(|id| began(id).is_some()) {
                runs.push(Self { dir: entry.path(), id: id.to_owned() });
            }
        }
        runs.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(runs)
    }

    /// When it began.
    pub fn began(&self) -> SystemTime {
        began(&self.id).unwrap_or(UNIX_EPOCH)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The temporary file of the target with this number, in a folder of its own beside that.
    pub fn temp(&self, number: usize, real: &Path) -> PathBuf {
        real.with_file_name(format!(".litellm-fix-{}-{number}.tmp", self.id)).join("new")
    }

    /// Notes that this file is about to take the place of another one.
    pub fn note_made(&self, temp: &Path) -> Result<()> {
        let noted = files::identity(temp).and_then(|made| {
            let mut options = OpenOptions::new();
            options.append(true).create(true);
            files::private(&mut options);
            let mut file = options.open(self.made_list())?;
            file.write_all(format!("{made}\n").as_bytes())?;
            file.sync_all()
        });
        noted.with_context(|| format!("cannot write the journal {}; {ELSEWHERE}", self.dir.display()))
    }

    /// Whether the file that stands there was put there by a run of this journal. One with the same bytes may be of a run with another
    /// journal: of another user, or of another container on the same volume.
    pub fn made(&self, real: &Path) -> bool {
        let (Ok(list), Ok(present)) = (fs::read_to_string(self.made_list()), files::identity(real)) else {
            return false;
        };
        list.lines().any(|made| made == present)
    }

    fn made_list(&self) -> PathBuf {
        self.dir.with_file_name("made")
    }

    /// Writes down all that is needed to finish the run or to take it back.
    pub fn write(&self, targets: &[Target], root: &Path, undoes: Option<&str>) -> Result<()> {
        let failed = || format!("cannot write the journal {}; {ELSEWHERE}", self.dir.display());
        let mut stored = Vec::with_capacity(targets.len());
        for (number, target) in targets.iter().enumerate() {
            for (bytes, kind) in [(&target.old, "old"), (&target.new, "new")] {
                if let Some(bytes) = bytes {
                    self.put(&format!("{number}.{kind}"), bytes).with_context(failed)?;
                }
            }
            stored.push(StoredFile {
                real: StoredPath::new(&target.real),
                has_old: target.old.is_some(),
                has_new: target.new.is_some(),
            });
        }
        let (root, undoes) = (StoredPath::new(root), undoes.map(ToOwned::to_owned));
        let header = Header { version: VERSION, root, undoes, files: stored };
        let header = serde_json::to_vec_pretty(&header)?;
        self.put("header.tmp", &header).with_context(failed)?;
        fs::rename(self.dir.join("header.tmp"), self.dir.join(HEADER)).with_context(failed)?;
        files::sync_dir(&self.dir).with_context(failed)?;
        files::sync_dir(self.dir.parent().unwrap_or(&self.dir)).with_context(failed)
    }

    /// The header; `None` where the run was killed before it had one.
    pub fn header(&self) -> Result<Option<Header>> {
        let path = self.dir.join(HEADER);
        let unreadable =
            || format!("cannot read the journal {}; look into it or remove it", self.dir.display());
        let Some(bytes) = files::read(&path).with_context(unreadable)? else { return Ok(None) };
        let header: Header = serde_json::from_slice(&bytes).with_context(unreadable)?;
        ensure!(
            header.version == VERSION,
            "the journal {} is from another version of this program",
            path.display()
        );
        Ok(Some(header))
    }

    /// The files of the run, with their bytes.
    pub fn targets(&self, header: &Header) -> Result<Vec<Target>> {
        let bytes = |number: usize, kind: &str| -> Result<Option<Arc<[u8]>>> {
            let path = self.dir.join(format!("{number}.{kind}"));
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read the journal {}", path.display()))?;
            Ok(Some(bytes.into()))
        };
        let files = header.files.iter().enumerate();
        files
            .map(|(number, file)| {
                let real = file.real.to_path();
                Ok(Target {
                    shown: shown(&real),
                    real,
                    old: if file.has_old { bytes(number, "old")? } else { None },
                    new: if file.has_new { bytes(number, "new")? } else { None },
                })
            })
            .collect()
    }

    /// The files of the run, links followed.
    pub fn paths(header: &Header) -> impl Iterator<Item = PathBuf> {
        header.files.iter().map(|file| file.real.to_path())
    }

    pub fn is_done(&self) -> bool {
        self.dir.join(DONE).exists()
    }

    /// Marks the run as done: it is not looked at again, except to be taken back.
    pub fn mark_done(&self) -> Result<()> {
        let marked = self.put(DONE, b"").and_then(|()| files::sync_dir(&self.dir));
        marked.with_context(|| format!("cannot write the journal {}", self.dir.display()))
    }

    /// Whether it is not to be taken back any more.
    pub fn is_dropped(&self) -> bool {
        self.dir.join(DROPPED).exists()
    }

    /// Marks the run as one that is not to be taken back; its bytes stay as long as those of others.
    pub fn mark_dropped(&self) -> Result<()> {
        let marked = self.put(DROPPED, b"").and_then(|()| files::sync_dir(&self.dir));
        marked.with_context(|| format!("cannot write the journal {}; {ELSEWHERE}", self.dir.display()))
    }

    /// Notes the commits of git that hold what the run wrote.
    pub fn note_commits(&self, commits: &[Committed]) -> Result<()> {
        let stored: Vec<_> = commits.iter().map(|one| (StoredPath::new(&one.root), &one.hash)).collect();
        let noted = self.put(COMMITS, &serde_json::to_vec_pretty(&stored)?);
        noted.with_context(|| format!("cannot write the journal {}; {ELSEWHERE}", self.dir.display()))
    }

    /// The commits of git that hold what the run wrote.
    pub fn commits(&self) -> Vec<Committed> {
        let stored = files::read(&self.dir.join(COMMITS)).ok().flatten();
        let stored =
            stored.and_then(|bytes| serde_json::from_slice::<Vec<(StoredPath, String)>>(&bytes).ok());
        let commits = stored.unwrap_or_default().into_iter();
        commits.map(|(root, hash)| Committed { root: root.to_path(), hash }).collect()
    }

    /// Forgets the run.
    pub fn remove(&self) -> Result<()> {
        // Without its header first, a half-removed folder can never be taken for a run that is to be rolled back.
        let _ = fs::remove_file(self.dir.join(HEADER));
        fs::remove_dir_all(&self.dir)
            .with_context(|| format!("cannot clear the journal {}", self.dir.display()))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        files::private(&mut options);
        let mut file = options.open(self.dir.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()
    }
}

/// The path as seen from the current folder, which need not be the one where the run was started.
pub(super) fn shown(real: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let below = here.and_then(|here| real.strip_prefix(here).ok().map(Path::to_owned));
    below.unwrap_or_else(|| real.to_owned())
}

fn began(id: &str) -> Option<SystemTime> {
    let (millis, process) = id.split_once('-')?;
    process.parse::<u32>().ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(millis.parse().ok()?))
}

/// Creates a folder that only its owner can look into.
pub(super) fn private_dir(dir: &Path, parents: bool) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(parents);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_has_a_folder_of_its_own() {
        let journal = tempfile::tempdir().unwrap();
        assert!(Run::create_at(&journal.path().join("missing"), 7).is_err());
        let ids = [(); 3].map(|()| Run::create_at(journal.path(), 7).unwrap().id);
        let name = |millis: u128| format!("{millis:015}-{}", std::process::id());
        assert_eq!(ids, [name(7), name(8), name(9)]);
    }
}

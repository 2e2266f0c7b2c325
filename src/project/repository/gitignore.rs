//! What `.gitignore`, `.ignore` and git's own exclude file leave out of a walk. They are read here and not by the walker, which would
//! follow links and wait for pipes; git follows no link there either.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::project::repository::git;
use crate::project::repository::reading::{self, NotRead};

/// More bytes than any list of files that people write.
const LIMIT: usize = 1_000_000;

/// The rules of all folders walked, each folder's read once.
#[derive(Debug)]
pub(in crate::project) struct IgnoreFiles {
    /// The given folders as typed, and where they really are.
    bases: Vec<(PathBuf, PathBuf)>,
    /// The roots of their repositories: no folder above is asked.
    borders: Vec<PathBuf>,
    /// What the user's own git leaves out everywhere.
    global: Gitignore,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    levels: HashMap<PathBuf, Arc<Level>>,
    unread: Vec<(PathBuf, NotRead)>,
}

/// The rules that stand in one folder.
#[derive(Debug)]
struct Level {
    above: Option<Arc<Level>>,
    any: Gitignore,
    git: Gitignore,
    exclude: Gitignore,
    /// Whether a repository begins here: what git is told above says nothing of it.
    is_repository: bool,
}

impl IgnoreFiles {
    pub(in crate::project) fn new<'p>(folders: impl Iterator<Item = &'p Path>) -> Self {
        let real = |folder: &Path| std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let bases: Vec<_> = folders.map(|folder| (folder.to_owned(), real(folder))).collect();
        let border =
            |(_, real): &(PathBuf, PathBuf)| reading::repository(real).unwrap_or_else(|| real.clone());
        let borders = bases.iter().map(border).collect();
        Self { bases, borders, global: Gitignore::global().0, state: Mutex::default() }
    }

    /// Whether an entry of the walk is left out; `base` is the given folder that it was found in.
    pub(in crate::project) fn ignores(&self, base: &Path, path: &Path, is_dir: bool) -> bool {
        let Some((_, real)) = self.bases.iter().find(|(typed, _)| typed == base) else { return false };
        let path = real.join(path.strip_prefix(base).unwrap_or(path));
        let Some(level) = path.parent().map(|folder| self.level(folder)) else { return false };
        level.judge(&path, is_dir).or(self.global.matched(&path, is_dir).map(|_| ())).is_ignore()
    }

    /// The files of rules that could not be read.
    pub(in crate::project) fn unread(&self) -> Vec<(PathBuf, NotRead)> {
        std::mem::take(&mut self.state().unread)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn level(&self, folder: &Path) -> Arc<Level> {
        if let Some(level) = self.state().levels.get(folder) {
            return Arc::clone(level);
        }
        let inside = !self.borders.iter().any(|border| border == folder);
        let above = folder.parent().filter(|_| inside).map(|up| self.level(up));
        let is_repository = folder.join(".git").exists();
        let exclude = if is_repository { git::exclude_file(&folder.join(".git")) } else { None };
        let level = Arc::new(Level {
            above,
            any: self.rules(folder, &folder.join(".ignore")),
            git: self.rules(folder, &folder.join(".gitignore")),
            exclude: exclude.map_or_else(Gitignore::empty, |file| self.rules(folder, &file)),
            is_repository,
        });
        self.state().levels.insert(folder.to_owned(), Arc::clone(&level));
        level
    }

    fn rules(&self, folder: &Path, file: &Path) -> Gitignore {
        let bytes = match reading::read_unlinked(file, LIMIT) {
            Ok(bytes) => bytes,
            Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                return Gitignore::empty();
            }
            Err(unread) => {
                let typed = self.typed(file);
                let unread_now = &mut self.state().unread;
                if unread_now.iter().all(|(known, _)| *known != typed) {
                    unread_now.push((typed, unread));
                }
                return Gitignore::empty();
            }
        };
        let mut builder = GitignoreBuilder::new(folder);
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        for line in bytes.split(|b| *b == b'\n').filter_map(|line| std::str::from_utf8(line).ok()) {
            // A line that is no glob leaves nothing out, as in git.
            let _ = builder.add_line(None, line.strip_suffix('\r').unwrap_or(line));
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }

    /// A file as the user would type it, where it lies below what was typed.
    fn typed(&self, file: &Path) -> PathBuf {
        let below =
            self.bases.iter().find_map(|(typed, real)| Some(typed.join(file.strip_prefix(real).ok()?)));
        below.unwrap_or_else(|| file.to_owned())
    }
}

impl Level {
    fn judge(&self, path: &Path, is_dir: bool) -> Match<()> {
        let (mut any, mut git, mut exclude, mut in_repository) =
            (Match::None, Match::None, Match::None, true);
        let mut next = Some(self);
        while let Some(level) = next {
            let judged = |before: Match<()>, rules: &Gitignore| match before {
                Match::None => rules.matched(path, is_dir).map(|_| ()),
                known => known,
            };
            any = judged(any, &level.any);
            if in_repository {
                git = judged(git, &level.git);
                exclude = judged(exclude, &level.exclude);
            }
            in_repository &= !level.is_repository;
            next = level.above.as_deref();
        }
        any.or(git).or(exclude)
    }
}

//! The journal: what was written, to finish or take it back.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail, ensure};

use super::files;
use super::record::{Run, private_dir};

const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The way out where the journal cannot be written.
pub(super) const ELSEWHERE: &str =
    "set LITELLM_FIX_STATE_DIR to a folder that you can write to, outside the repository";
/// How long a run waits for others to end.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// A folder with the runs of the last 30 days: the old and the new bytes of every file written. Only its owner can
/// read it.
#[derive(Clone, Debug)]
pub struct Journal {
    dir: PathBuf,
}

/// Held while files are written. The operating system frees it when the process ends, however that happens.
pub(super) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

impl Journal {
    /// The user's journal: in `$LITELLM_FIX_STATE_DIR`, else `$XDG_STATE_HOME/litellm-fix`, else
    /// `~/.local/state/litellm-fix`. Creates nothing yet.
    ///
    /// # Errors
    ///
    /// Where neither variable is set and there is no home directory.
    pub fn open_default() -> Result<Self> {
        let state =
            state_dir(env::var_os("LITELLM_FIX_STATE_DIR"), env::var_os("XDG_STATE_HOME"), env::home_dir());
        match state {
            Some(state) => Ok(Self::open(state)),
            None => {
                bail!("there is no home directory for the journal; set LITELLM_FIX_STATE_DIR to a folder")
            }
        }
    }

    /// The journal in this folder. Creates nothing yet.
    pub fn open(state_dir: impl AsRef<Path>) -> Self {
        Self { dir: state_dir.as_ref().join("journal") }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Refuses to keep old bytes, secrets among them, where they could end up in the repository.
    pub(super) fn check_outside(&self, real_root: &Path) -> Result<()> {
        let dir = std::path::absolute(&self.dir)?;
        // It need not exist yet, and is not created just to be refused.
        let existing = dir.ancestors().find_map(|dir| dir.canonicalize().ok()).unwrap_or(dir);
        let whole_home = env::home_dir().and_then(|home| home.canonicalize().ok());
        let whole_home = whole_home.is_some_and(|home| home.starts_with(real_root));
        ensure!(
            whole_home || !existing.starts_with(real_root),
            "the journal {} lies inside {}; set LITELLM_FIX_STATE_DIR to a folder outside",
            self.dir.display(),
            real_root.display()
        );
        Ok(())
    }

    fn create(&self) -> Result<()> {
        if self.dir.is_dir() {
            return Ok(());
        }
        private_dir(&self.dir, true)
            .with_context(|| format!("cannot create the journal {}; {ELSEWHERE}", self.dir.display()))?;
        // Should the folder lie in some repository after all (dotfiles kept in one), nothing of it gets tracked.
        fs::write(self.dir.join(".gitignore"), "*\n")
            .with_context(|| format!("cannot write the journal {}; {ELSEWHERE}", self.dir.display()))
    }

    /// Waits a moment for other runs to end.
    pub(super) fn lock(&self) -> Result<Lock> {
        self.lock_within(PATIENCE)
    }

    fn lock_within(&self, patience: Duration) -> Result<Lock> {
        self.create()?;
        let path = self.dir.join("lock");
        let failed = || format!("cannot lock the journal {}; {ELSEWHERE}", path.display());
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        files::private(&mut options);
        let file = options.open(&path).with_context(failed)?;
        let deadline = SystemTime::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
                Err(TryLockError::WouldBlock) if SystemTime::now() < deadline => {
                    thread::sleep(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => {
                    bail!("another litellm-fix is writing (it holds {}); try again later", path.display())
                }
            }
        }
    }

    pub(super) fn runs(&self) -> Result<Vec<Run>> {
        Run::all(&self.dir)
    }

    /// Forgets the runs that are done and older than 30 days.
    pub(super) fn prune(&self) -> Result<()> {
        let now = SystemTime::now();
        for run in self.runs()? {
            let old = now.duration_since(run.began()).is_ok_and(|age| age > KEPT);
            if old && run.is_done() {
                run.remove()?;
            }
        }
        Ok(())
    }
}

fn state_dir(named: Option<OsString>, xdg: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let named = named.filter(|dir| !dir.is_empty()).map(PathBuf::from);
    // The XDG specification says that relative paths are to be ignored.
    let xdg = xdg.map(PathBuf::from).filter(|dir| dir.is_absolute());
    let home = home.filter(|home| home.is_absolute());
    named
        .or_else(|| xdg.map(|dir| dir.join("litellm-fix")))
        .or_else(|| home.map(|home| home.join(".local/state/litellm-fix")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_folder_is_the_named_one_else_that_of_the_desktop_else_below_home() {
        let found = |named: &str, xdg: &str, home: &str| {
            let some = |text: &str| (text != "-").then(|| OsString::from(text));
            state_dir(some(named), some(xdg), some(home).map(PathBuf::from))
        };
        assert_eq!(found("/n", "/x", "/h"), Some("/n".into()));
        assert_eq!(found("", "/x", "/h"), Some("/x/litellm-fix".into()));
        assert_eq!(found("-", "x", "/h"), Some("/h/.local/state/litellm-fix".into()));
        assert_eq!(found("-", "", ""), None);
    }

    #[test]
    fn a_run_waits_for_another_one_to_end() {
        let state = tempfile::tempdir().unwrap();
        let journal = Journal::open(state.path());
        let held = journal.lock().unwrap();
        thread::scope(|scope| {
            // However slow the machine is.
            let waits = scope.spawn(|| journal.lock_within(Duration::from_secs(3600)).is_ok());
            thread::sleep(Duration::from_millis(200));
            drop(held);
            assert!(waits.join().unwrap());
        });
    }
}

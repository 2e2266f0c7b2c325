//! Completing killed runs, and taking back finished ones.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Result, bail, ensure};

use super::files::{self, Target};
use super::record::{self, Committed, Header, Run};
use super::transaction::{self, list};
use super::{Journal, place, real_root, trees};

/// What was done about a killed run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// When the run began.
    pub began: SystemTime,
    /// Its files, links followed, as seen from the current folder.
    pub files: Vec<PathBuf>,
    /// What was done.
    pub outcome: Ending,
}

/// See [`Recovered`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All files were new: the run counts as done, and can be undone.
    Finished,
    /// Only some were new, or none: all files are as before the run.
    RolledBack,
    /// These files have been changed by somebody else since, so nothing was touched. The old bytes stay in this
    /// folder of the journal for 30 days.
    Left {
        /// The files.
        changed: Vec<PathBuf>,
        /// Where other versions of them are that somebody wrote in the moment of the kill.
        kept: Vec<PathBuf>,
        /// The folder.
        journal: PathBuf,
    },
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = list(&self.files);
        match &self.outcome {
            Ending::Finished => write!(f, "a killed run had written all its files: {files}"),
            Ending::RolledBack => write!(f, "a killed run was rolled back: {files} as before it"),
            Ending::Left { changed, kept, journal } => {
                write!(f, "a killed run was left as it is ({files}), because ")?;
                if !changed.is_empty() {
                    write!(f, "{} changed since; ", list(changed))?;
                }
                if !kept.is_empty() {
                    write!(f, "somebody wrote what is now in {}; ", list(kept))?;
                }
                write!(f, "the old bytes are in {}", journal.display())
            }
        }
    }
}

/// A killed run that is not recovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its files, links followed, as seen from the current folder.
    pub files: Vec<PathBuf>,
    /// Where it has to be recovered, if that is not in the paths asked about.
    pub root: Option<PathBuf>,
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = list(&self.files);
        write!(f, "a killed run (or one that is still going) left {files} half done; ")?;
        match &self.root {
            None => write!(f, "the next --write puts them right first"),
            Some(root) => write!(f, "a --write of all of {} puts them right first", root.display()),
        }
    }
}

/// What an undo did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoReport {
    /// When the run that was taken back began.
    pub began: SystemTime,
    /// The files that are again as before that run, links followed, as seen from the current folder.
    pub files: Vec<PathBuf>,
    /// The commits of git that hold what the run wrote: they are still there.
    pub commits: Vec<Committed>,
}

impl Journal {
    /// Killed runs that have not been recovered yet and touched files in these files and folders (links followed). Changes nothing; a run
    /// that is still going counts too.
    ///
    /// # Errors
    ///
    /// Where the journal cannot be read.
    pub fn pending(&self, within: &[PathBuf]) -> Result<Vec<Pending>> {
        let mut all = Vec::new();
        for run in self.runs()?.iter().filter(|run| !run.is_done()) {
            let Some(header) = run.header()? else { continue };
            let files: Vec<PathBuf> = Run::paths(&header).collect();
            if files.iter().any(|file| is_within(file, within)) {
                let whole = files.iter().all(|file| is_within(file, within));
                let files = files.iter().map(|file| record::shown(file)).collect();
                all.push(Pending { files, root: (!whole).then(|| header.root.to_path()) });
            }
        }
        Ok(all)
    }

    /// Completes killed runs all of whose files lie in these files and folders (links followed): rolled back, unless all their files
    /// are new. Runs elsewhere are none of this one's business.
    ///
    /// # Errors
    ///
    /// Where another run is going on, the journal cannot be read, or a file cannot be put back.
    pub fn recover(&self, within: &[PathBuf]) -> Result<Vec<Recovered>> {
        if self.runs()?.is_empty() {
            return Ok(Vec::new());
        }
        let _lock = self.lock()?;
        let mut recovered = Vec::new();
        for run in self.runs()?.iter().filter(|run| !run.is_done()) {
            match run.header()? {
                Some(header) if Run::paths(&header).all(|file| is_within(&file, within)) => {
                    let _trees = trees::lock(Run::paths(&header))?;
                    recovered.push(recover(run, &header)?);
                }
                Some(_) => {}
                None => run.remove()?,
            }
        }
        self.prune()?;
        Ok(recovered)
    }

    /// Takes back the last run that wrote under `root` and was not undone yet.
    ///
    /// # Errors
    ///
    /// Where there is no such run; where it also wrote outside `root`; where one of its files has changed since
    /// (then none is touched); and as [`commit`](super::commit()).
    pub fn undo(&self, root: &Path) -> Result<UndoReport> {
        let real_root = real_root(root)?;
        let _lock = self.lock()?;
        let Some((run, header)) = self.last_under(&real_root)? else {
            bail!("there is nothing to undo in {} (runs are kept for 30 days)", root.display());
        };
        self.take(&run, &header, root, &real_root)
    }

    /// Takes back this run, which must be the last one that wrote under `root`.
    ///
    /// # Errors
    ///
    /// As [`Journal::undo`], and where the last run is another one.
    pub fn take_back(&self, id: &str, root: &Path) -> Result<UndoReport> {
        let real_root = real_root(root)?;
        let _lock = self.lock()?;
        match self.last_under(&real_root)? {
            Some((run, header)) if run.id == id => self.take(&run, &header, root, &real_root),
            _ => bail!("another run has written in {} since", root.display()),
        }
    }

    /// Makes one run of these, which followed each other, so that they are taken back together; `commits` hold what they wrote.
    ///
    /// # Errors
    ///
    /// Where the journal cannot be read or written.
    pub fn join(&self, ids: &[String], root: &Path, commits: &[Committed]) -> Result<()> {
        let _lock = self.lock()?;
        let runs: Vec<Run> = self.runs()?.into_iter().filter(|run| ids.contains(&run.id)).collect();
        let mut targets: Vec<Target> = Vec::new();
        for run in &runs {
            let Some(header) = run.header()? else { continue };
            for target in run.targets(&header)? {
                match targets.iter_mut().find(|known| known.real == target.real) {
                    Some(known) => known.new = target.new,
                    None => targets.push(target),
                }
            }
        }
        let joined = Run::create(self.dir())?;
        joined.note_commits(commits)?;
        joined.write(&targets, &real_root(root)?, None)?;
        // A kill here leaves a run all of whose files are new: the next one counts it as done.
        runs.iter().try_for_each(Run::remove)?;
        joined.mark_done()
    }

    fn take(&self, run: &Run, header: &Header, root: &Path, real_root: &Path) -> Result<UndoReport> {
        let targets: Vec<_> = run.targets(header)?.into_iter().map(Target::reversed).collect();
        let _trees = trees::lock(Run::paths(header))?;
        let theirs = |target: &&Target| {
            files::check_unchanged(target).is_err() || target.old.is_some() && !run.made(&target.real)
        };
        let shown =
            |targets: Vec<&Target>| list(&targets.iter().map(|t| t.shown.clone()).collect::<Vec<_>>());
        let outside: Vec<_> = targets.iter().filter(|target| !target.real.starts_with(real_root)).collect();
        ensure!(
            outside.is_empty(),
            "the last run also wrote outside {}: {}; undo it as a whole, from {}",
            root.display(),
            shown(outside),
            header.root.to_path().display()
        );
        let changed: Vec<_> = targets.iter().filter(theirs).collect();
        ensure!(
            changed.is_empty(),
            "nothing was undone, because of changes since the last run ({}) in: {}; the bytes from before it are in {}. `litellm-fix undo --drop {}` leaves its files as they are and lets undo go on with the run before it",
            run.id,
            shown(changed),
            run.dir().display(),
            run.id
        );
        self.check_recovered(&targets)?;
        for target in &targets {
            files::check(target)?;
        }
        transaction::execute(&targets, real_root, Some(&run.id), self, &mut |_| Ok(()))?;
        let files = targets.into_iter().map(|target| target.shown).collect();
        Ok(UndoReport { began: run.began(), files, commits: run.commits() })
    }

    /// Leaves the last run that wrote under `root` as it is, so that the one before it can be taken back. `id` names it, so that none
    /// is dropped that nobody has seen.
    ///
    /// # Errors
    ///
    /// Where the last run is another one, or there is none, or the journal cannot be written.
    pub fn drop_run(&self, id: &str, root: &Path) -> Result<UndoReport> {
        let real_root = real_root(root)?;
        let _lock = self.lock()?;
        let Some((run, header)) = self.last_under(&real_root)? else {
            bail!("there is nothing to drop in {} (runs are kept for 30 days)", root.display());
        };
        ensure!(
            run.id == id,
            "the last run in {} is {}; only that one can be dropped",
            root.display(),
            run.id
        );
        run.mark_dropped()?;
        let files = Run::paths(&header).map(|real| record::shown(&real)).collect();
        Ok(UndoReport { began: run.began(), files, commits: run.commits() })
    }

    /// Refuses files of a killed run that is not recovered: what they hold is half a change.
    pub(super) fn check_recovered(&self, targets: &[Target]) -> Result<()> {
        for run in self.runs()?.iter().filter(|run| !run.is_done()) {
            let Some(header) = run.header()? else { continue };
            for real in Run::paths(&header) {
                let free = targets.iter().all(|target| target.real != real);
                ensure!(free, "a killed run left {} half done; it has to be recovered first", real.display());
            }
        }
        Ok(())
    }

    fn last_under(&self, real_root: &Path) -> Result<Option<(Run, Header)>> {
        let mut undone = HashSet::new();
        for run in self.runs()?.into_iter().rev().filter(Run::is_done) {
            let Some(header) = run.header()? else { continue };
            if let Some(id) = header.undoes {
                undone.insert(id);
                continue;
            }
            let here = Run::paths(&header).any(|real| real.starts_with(real_root));
            if here && !undone.contains(&run.id) && !run.is_dropped() {
                return Ok(Some((run, header)));
            }
        }
        Ok(None)
    }
}

fn is_within(file: &Path, within: &[PathBuf]) -> bool {
    within.iter().any(|folder| file.starts_with(folder))
}

/// Whether what stands there, with the new bytes, was put there by a run of this journal.
fn is_ours(run: &Run, target: &Target) -> bool {
    target.new.is_none() || target.old == target.new || run.made(&target.real)
}

/// The kill came after a file of somebody else had been taken out of its place, and before it was put back.
fn put_theirs_back(temp: &Path, run: &Run, target: &Target) -> Result<()> {
    let present = files::read(&target.real)?;
    let free = present.as_deref() == target.new.as_deref() && is_ours(run, target);
    ensure!(free, "its place is taken");
    place::give_back(temp, target)
}

fn recover(run: &Run, header: &Header) -> Result<Recovered> {
    let targets = run.targets(header)?;
    let (mut changed, mut kept) = (Vec::new(), Vec::new());
    let mut new = 0;
    for (number, target) in targets.iter().enumerate() {
        let temp = run.temp(number, &target.real);
        if place::is_strange(&temp, target) {
            kept.extend(put_theirs_back(&temp, run, target).err().map(|_| record::shown(&temp)));
        }
        place::discard(&temp, target);
        match files::read(&target.real) {
            Ok(present) if present.as_deref() == target.new.as_deref() && is_ours(run, target) => new += 1,
            Ok(present) if present.as_deref() == target.old.as_deref() => {}
            _ => changed.push(target.shown.clone()),
        }
    }
    let outcome = if !(changed.is_empty() && kept.is_empty()) {
        run.mark_done()?;
        Ending::Left { changed, kept, journal: run.dir().to_owned() }
    } else if new == targets.len() {
        run.mark_done()?;
        Ending::Finished
    } else {
        for (number, target) in targets.iter().enumerate() {
            transaction::roll_back(target, run, number)?;
        }
        run.remove()?;
        Ending::RolledBack
    };
    let files = targets.into_iter().map(|target| target.shown).collect();
    Ok(Recovered { began: run.began(), files, outcome })
}

//! `--commit`: what is written becomes commits of git, fix by fix or all in one.
//!
//! Each fix is written, then committed, before the next one is written: so a hook sees the very files that its commit holds. A commit that is
//! refused is taken back: the files are as after the one before it.

mod steps;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use steps::{Step, steps};

use super::{check_inside, root};
use crate::cli::{CommitArg, RunArgs};
use crate::commit::git::{Dirt, WorkTree};
use crate::commit::{Change, Committed, Journal, Witness, commit_resting_on};
use crate::plan::{Admits, Fate, FileChange, Item, Plan};
use crate::project::{repository, shown};
use crate::report::{Commit, Masker, ReportedProblem};

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The files written, as shown.
    pub(super) written: Vec<String>,
    /// The commits.
    pub(super) commits: Vec<Commit>,
    /// What the user has to know.
    pub(super) problems: Vec<ReportedProblem>,
    /// Where it stopped before the end: the fingerprints of what was not written.
    pub(super) left: Option<HashSet<String>>,
}

impl Done {
    /// Leaves out of a plan what was not written, if it stopped before the end.
    pub(super) fn cut(&self, plan: &mut Plan) {
        let Some(left) = &self.left else { return };
        plan.order.retain(|fingerprint| !left.contains(fingerprint));
        let mut changes: BTreeMap<PathBuf, FileChange> = BTreeMap::new();
        for change in plan.steps().flat_map(|item| &item.changes) {
            let (original, after) = (change.original(), change.after());
            let whole = FileChange::new(&change.path, &*change.shown, Arc::from(original), original, &after);
            changes.insert(change.path.clone(), whole.patching(&*change.patched));
        }
        for change in std::mem::take(&mut plan.changes) {
            if self.written.contains(&change.shown) {
                changes.entry(change.path.clone()).or_insert(change);
            }
        }
        plan.changes = changes.into_values().collect();
        for item in plan.items.iter_mut().filter(|item| left.contains(&item.fingerprint)) {
            item.fate = Fate::LeftOut(Admits::Commit);
            plan.left.push(item.open());
        }
    }
}

/// The repositories of what changes, by their roots, and where each file of it is.
#[derive(Default)]
struct Repositories {
    trees: BTreeMap<PathBuf, WorkTree>,
    homes: HashMap<PathBuf, Home>,
}

/// Where a file is or will be, links followed, and in which repository.
struct Home {
    real: PathBuf,
    root: PathBuf,
}

impl Repositories {
    fn holds(&self, root: &Path, change: &FileChange) -> bool {
        self.homes.get(&change.path).is_some_and(|home| home.root == root)
    }

    /// A file as git is told of it: where it is, and whether it is new.
    fn file(&self, change: &FileChange) -> Option<(PathBuf, bool)> {
        Some((self.homes.get(&change.path)?.real.clone(), change.is_new()))
    }
}

/// Refuses what could not be committed, before anything is asked or written: files with changes of the user, and repositories in the middle
/// of something. With `only_changed`, files that git does not know pass: of a review nobody knows yet whether their fixes are taken.
///
/// # Errors
/// All such files, with what to do.
pub(super) fn check<'i>(items: impl Iterator<Item = &'i Item>, only_changed: bool) -> anyhow::Result<()> {
    let items: Vec<&Item> = items.collect();
    let changes = items.iter().flat_map(|item| &item.changes);
    clean(changes, &ids_by_file(&items), only_changed).map(|_| ())
}

fn ids_by_file(items: &[&Item]) -> HashMap<PathBuf, Vec<&'static str>> {
    let mut ids: HashMap<PathBuf, Vec<&'static str>> = HashMap::new();
    for (item, change) in items.iter().flat_map(|item| item.changes.iter().map(move |change| (item, change)))
    {
        let of_file = ids.entry(change.path.clone()).or_default();
        if !of_file.contains(&item.id) {
            of_file.push(item.id);
        }
    }
    ids
}

fn clean<'c>(
    changes: impl Iterator<Item = &'c FileChange>,
    ids: &HashMap<PathBuf, Vec<&'static str>>,
    only_changed: bool,
) -> anyhow::Result<Repositories> {
    let mut found = Repositories::default();
    let mut named: HashMap<PathBuf, &FileChange> = HashMap::new();
    let mut files: BTreeMap<PathBuf, Vec<(PathBuf, bool)>> = BTreeMap::new();
    let mut refused = Vec::new();
    for change in changes {
        if found.homes.contains_key(&change.path) {
            continue;
        }
        let real = real(&change.path)?;
        let is_known = named.insert(real.clone(), change).is_some();
        let Some(root) = repository(real.parent().unwrap_or(&real)) else {
            if !is_known {
                refused.push(format!("{} is in no git repository", change.shown));
            }
            continue;
        };
        if !found.trees.contains_key(&root) {
            found.trees.insert(root.clone(), WorkTree::open(&root)?);
        }
        if !is_known {
            files.entry(root.clone()).or_default().push((real.clone(), change.is_new()));
        }
        found.homes.insert(change.path.clone(), Home { real, root });
    }
    for (root, files) in &files {
        for (real, dirt) in found.trees[root].dirt(files)? {
            if only_changed && dirt != Dirt::Changed {
                continue;
            }
            let change = named[&real];
            let by = ids.get(&change.path).map(|ids| format!(" (for {})", ids.join(", ")));
            refused.push(format!("{}{} {}", change.shown, by.unwrap_or_default(), dirt.words()));
        }
    }
    if !refused.is_empty() {
        bail!(
            "--commit would mix its commits with what is not committed, so nothing was written:\n  {}\n--ignore ID leaves out a fix; --write without --commit writes all the same",
            refused.join("\n  ")
        );
    }
    Ok(found)
}

/// Where a file is or will be, links followed.
fn real(path: &Path) -> anyhow::Result<PathBuf> {
    if let Ok(real) = fs::canonicalize(path) {
        return Ok(real);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().with_context(|| path.display().to_string())?;
    Ok(fs::canonicalize(folder).with_context(|| path.display().to_string())?.join(name))
}

/// Writes and commits what a plan changes. `seen` are the files of each installation: what is written rests on them.
///
/// # Errors
/// What is wrong before anything is written. What goes wrong later is a problem among what was done.
pub(super) fn write(
    args: &RunArgs,
    plan: &Plan,
    how: CommitArg,
    seen: &[Vec<Witness>],
    masker: &Masker,
) -> anyhow::Result<Done> {
    let mut done = Done::default();
    if plan.changes.is_empty() {
        return Ok(done);
    }
    for change in &plan.changes {
        check_inside(args, &change.path)?;
    }
    let ids = ids_by_file(&plan.steps().collect::<Vec<_>>());
    let repositories = clean(plan.changes.iter(), &ids, false)?;
    done.problems.extend(repositories.trees.values().filter_map(remark));
    let steps = steps(plan, how, &repositories, masker)?;
    let (root, journal) = (root(args, plan)?, Journal::open_default()?);
    let mut work = Work {
        seen: seen.to_vec(),
        repositories: &repositories,
        root,
        journal,
        runs: Vec::new(),
        made: Vec::new(),
        commits: Vec::new(),
        changed: Vec::new(),
    };
    for (at, step) in steps.iter().enumerate() {
        let stopped = work.take(step).err();
        if stopped.as_ref().is_none_or(|stopped| stopped.stays_written) {
            let files = step.changes.iter().map(|change| &change.shown);
            let new: Vec<String> = files.filter(|file| !done.written.contains(file)).cloned().collect();
            done.written.extend(new);
        }
        if let Some(stopped) = stopped {
            done.problems.push(stopped.problem(at, steps.len()));
            let left = steps[at + usize::from(stopped.stays_written)..].iter();
            done.left = Some(left.flat_map(|step| step.fingerprints.iter().cloned()).collect());
            break;
        }
    }
    done.commits = std::mem::take(&mut work.commits);
    done.problems.append(&mut work.changed);
    if !work.runs.is_empty()
        && let Err(error) = work.journal.join(&work.runs, &work.root, &work.made)
    {
        done.problems.push(ReportedProblem {
            reason: format!("{error:#}"),
            remedy: "`litellm-fix undo` takes back one fix at a time".into(),
            ..ReportedProblem::default()
        });
    }
    Ok(done)
}

/// Whether a file is not what was written any more.
fn is_other(change: &FileChange) -> bool {
    fs::read(&change.path).is_ok_and(|now| now != change.after().as_bytes())
}

fn by_hook(change: &FileChange) -> ReportedProblem {
    ReportedProblem {
        file: change.shown.clone(),
        reason: "a hook of git changed it while it was committed: it is not what the diff shows".into(),
        remedy: "`git show` has what is committed".into(),
        ..ReportedProblem::default()
    }
}

/// What somebody has to know who goes on with the commits of a repository.
fn remark(tree: &WorkTree) -> Option<ReportedProblem> {
    let (reason, remedy) = if tree.detached {
        ("no branch is checked out: the commits are on none", "`git switch -c NAME` keeps them")
    } else if tree.is_submodule() {
        (
            "it is a submodule: the repository around it still names the commit before",
            "`git add` it there and commit that",
        )
    } else {
        return None;
    };
    let (reason, remedy) = (reason.to_owned(), remedy.to_owned());
    Some(ReportedProblem { file: shown(tree.root()), reason, remedy, ..ReportedProblem::default() })
}

/// Why there is no further commit.
struct Stopped {
    error: anyhow::Error,
    /// Whether the files of the commit that was refused hold its fix all the same.
    stays_written: bool,
}

impl From<anyhow::Error> for Stopped {
    fn from(error: anyhow::Error) -> Self {
        Self { error, stays_written: false }
    }
}

impl Stopped {
    fn problem(&self, made: usize, all: usize) -> ReportedProblem {
        let remedy = if self.stays_written {
            "`git diff` shows what is not committed, `litellm-fix undo` takes that back"
        } else if made == 0 {
            "nothing was written"
        } else {
            "the commits before it stay, and their files; mend that, and run the same again for the rest"
        };
        ReportedProblem {
            reason: format!("{made} of {all} commits made: {:#}", self.error),
            remedy: remedy.into(),
            fatal: true,
            ..ReportedProblem::default()
        }
    }
}

/// Writing and committing, step by step.
struct Work<'w> {
    /// The files of each installation as they are now.
    seen: Vec<Vec<Witness>>,
    repositories: &'w Repositories,
    root: PathBuf,
    journal: Journal,
    runs: Vec<String>,
    made: Vec<Committed>,
    commits: Vec<Commit>,
    /// What hooks did to the files.
    changed: Vec<ReportedProblem>,
}

impl Work<'_> {
    /// Writes the files of a step and commits them.
    fn take(&mut self, step: &Step<'_>) -> Result<(), Stopped> {
        let change = |change: &&FileChange| {
            let before = (!change.is_new()).then(|| change.before().as_bytes().into());
            Change { path: change.path.clone(), before, after: change.after().as_bytes().into() }
        };
        let changes: Vec<Change> = step.changes.iter().map(change).collect();
        let writes = |file: &Witness| changes.iter().any(|change| change.path == file.path);
        let touched = self.seen.iter().filter(|files| files.iter().any(writes));
        let others: Vec<Witness> = touched.flatten().filter(|file| !writes(file)).cloned().collect();
        let receipt = commit_resting_on(&others, &changes, &self.root, &self.journal)?;
        let run = receipt.run.context("there was nothing to write")?;
        self.commit(step, &run)?;
        self.runs.push(run);
        for change in &step.changes {
            let text: Arc<str> = Arc::from(&*change.after());
            let same = self.seen.iter_mut().flatten().filter(|file| file.path == change.path);
            same.for_each(|file| file.text = text.clone());
        }
        Ok(())
    }

    /// Commits what the run wrote for a step, in each repository its own.
    fn commit(&mut self, step: &Step<'_>, run: &str) -> Result<(), Stopped> {
        let before = self.made.len();
        for (root, tree) in &self.repositories.trees {
            let own = step.changes.iter().copied().filter(|change| self.repositories.holds(root, change));
            let own: Vec<&FileChange> = own.collect();
            if own.is_empty() {
                continue;
            }
            let files: Vec<_> = own.iter().filter_map(|change| self.repositories.file(change)).collect();
            let hash = match tree.commit(&files, &step.message) {
                Ok(hash) => hash,
                Err(error) if self.made.len() > before => {
                    let error = error.context("another repository has the commit of the same fix");
                    return Err(Stopped { error, stays_written: true });
                }
                Err(error) => return Err(self.back(run, error)),
            };
            self.changed.extend(own.iter().filter(|change| is_other(change)).map(|change| by_hook(change)));
            self.made.push(Committed { root: root.clone(), hash: hash.clone() });
            self.commits.push(Commit {
                repository: shown(root),
                hash,
                title: step.title.clone(),
                ids: step.ids.clone(),
                files: own.iter().map(|change| change.shown.clone()).collect(),
            });
        }
        Ok(())
    }

    /// Takes back what was written for a commit that was refused.
    fn back(&self, run: &str, error: anyhow::Error) -> Stopped {
        match self.journal.take_back(run, &self.root) {
            Ok(_) => error.context("the files of the next commit are as before it").into(),
            Err(other) => {
                let error = anyhow!("{error:#}; its files stay written, since {other:#}");
                Stopped { error, stays_written: true }
            }
        }
    }
}

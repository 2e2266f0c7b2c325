//! Commits of git, made by the installed git as the user would make them: with the hooks, the signing and the identity of the user, and in the
//! repository of the files only.
//!
//! No value of a file becomes an argument: the message goes in by standard input, the paths by a list. What else is staged stays staged
//! (`git commit --only`).

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::project::installed;

/// What points git at another repository than the one that it is called in, or changes what a path means. A hook that calls this program
/// has them set.
const ELSEWHERE: [&str; 15] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// What git leaves in its folder while something is under way, and how that is called.
const UNDER_WAY: [(&str, &str); 6] = [
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("BISECT_LOG", "a bisect"),
];

/// A git work tree in which commits can be made.
#[derive(Clone, Debug)]
pub struct WorkTree {
    root: PathBuf,
    git: PathBuf,
    /// Whether no branch is checked out: commits are on none then.
    pub detached: bool,
}

/// Why a file is not one that a commit of a fix alone could hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dirt {
    /// It has changes that are not committed, staged or not.
    Changed,
    /// It is not tracked.
    Untracked,
    /// It is not tracked, and git is told to ignore it.
    Ignored,
    /// Git is told to pass over changes of it (assume-unchanged, skip-worktree, or a sparse checkout).
    PassedOver,
}

impl Dirt {
    /// In words, and what to do.
    pub fn words(self) -> &'static str {
        match self {
            Self::Changed => "has changes that are not committed: commit or stash them first",
            Self::Untracked => "is not tracked: `git add` and commit it first, or leave out the fix",
            Self::Ignored => "is ignored by git, so no commit can hold it: leave out the fix",
            Self::PassedOver => {
                "is passed over by git (assume-unchanged, skip-worktree or a sparse checkout): undo that first, or leave out the fix"
            }
        }
    }
}

impl WorkTree {
    /// The work tree with this root, links followed.
    ///
    /// # Errors
    /// No git, no repository there, no commit in it yet, something under way (a merge, a rebase, …), or nobody to commit as.
    pub fn open(root: &Path) -> Result<Self> {
        let git = installed("git").context("--commit needs git, which is not in PATH")?;
        let mut tree = Self { root: root.to_owned(), git, detached: false };
        let top = tree.text(&["rev-parse", "--show-toplevel"])?;
        ensure!(
            fs::canonicalize(&top).is_ok_and(|top| top == root),
            "the work tree of {} is {top}, as git sees it; run this there",
            root.display()
        );
        ensure!(
            tree.ask(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?.status.success(),
            "{} has no commit yet: make the first one yourself",
            root.display()
        );
        for (name, what) in UNDER_WAY {
            let path = tree.text(&["rev-parse", "--git-path", name])?;
            ensure!(
                !root.join(path).exists(),
                "{what} is under way in {}: finish or abort it first",
                root.display()
            );
        }
        for who in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            tree.text(&["var", who]).with_context(|| {
                format!(
                    "git does not know whom to name in commits of {}; set user.name and user.email",
                    root.display()
                )
            })?;
        }
        tree.detached = !tree.ask(&["symbolic-ref", "--quiet", "HEAD"])?.status.success();
        Ok(tree)
    }

    /// The root, links followed.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether another repository holds this one as a submodule.
    pub fn is_submodule(&self) -> bool {
        self.text(&["rev-parse", "--show-superproject-working-tree"]).is_ok_and(|around| !around.is_empty())
    }

    /// Which of these files (links followed; `new` are not there yet) a commit of a fix alone could not hold.
    ///
    /// # Errors
    /// Git that fails.
    pub fn dirt(&self, files: &[(PathBuf, bool)]) -> Result<Vec<(PathBuf, Dirt)>> {
        let listed = self.run(&["ls-files", "-z", "-v"], &[])?;
        let mut tracked: HashMap<&[u8], u8> = HashMap::new();
        for entry in listed.split(|byte| *byte == 0).filter(|entry| entry.len() > 2) {
            tracked.insert(&entry[2..], entry[0]);
        }
        let status = [
            "status",
            "--porcelain",
            "-z",
            "--untracked-files=no",
            "--no-renames",
            "--ignore-submodules=all",
        ];
        let changed = self.run(&status, &[])?;
        let changed = changed.split(|byte| *byte == 0).filter(|entry| entry.len() > 3);
        let changed: HashSet<&[u8]> = changed.map(|entry| &entry[3..]).collect();
        let mut found = Vec::new();
        for (file, new) in files {
            let name = self.name(file)?;
            let dirt = match tracked.get(name.as_slice()) {
                _ if changed.contains(name.as_slice()) => Dirt::Changed,
                Some(tag) if *tag == b'S' || tag.is_ascii_lowercase() => Dirt::PassedOver,
                Some(_) => continue,
                None if self.ignores(&name)? => Dirt::Ignored,
                None if *new => continue,
                None => Dirt::Untracked,
            };
            found.push((file.clone(), dirt));
        }
        Ok(found)
    }

    /// Commits these files as they are now, and nothing else; gives the name of the commit. `new` are files that git does not know yet.
    ///
    /// # Errors
    /// Git that fails, or a hook that refuses: the index is as before then.
    pub fn commit(&self, files: &[(PathBuf, bool)], message: &str) -> Result<String> {
        let new = self.list(files.iter().filter(|(_, new)| *new))?;
        let list = self.list(files.iter())?;
        let listed = tempfile::NamedTempFile::new().context("no list of files could be made for git")?;
        fs::write(listed.path(), &list)?;
        const BY_LIST: [&str; 2] = ["--pathspec-from-file=-", "--pathspec-file-nul"];
        if !new.is_empty() {
            self.run(&["add", "--intent-to-add", BY_LIST[0], BY_LIST[1]], &new)?;
        }
        let mut command = self.command();
        command.args([
            "commit",
            "--quiet",
            "--only",
            "--cleanup=whitespace",
            "--file=-",
            "--pathspec-file-nul",
        ]);
        let mut from = std::ffi::OsString::from("--pathspec-from-file=");
        from.push(listed.path());
        let made = given(command.arg(from), message.as_bytes());
        let refused = match made {
            Ok(output) if output.status.success() => None,
            Ok(output) => Some(said(&output)),
            Err(error) => Some(format!("{error:#}")),
        };
        if let Some(refused) = refused {
            if !new.is_empty() {
                // The error that led here matters more.
                let _ = self.run(&["reset", "--quiet", BY_LIST[0], BY_LIST[1]], &new);
            }
            bail!("git, or a hook of it, refused the commit: {refused}");
        }
        // What a hook staged is in the commit and not in the index, which would take it back. That this fails undoes no commit.
        let _ = self.run(&["reset", "--quiet", BY_LIST[0], BY_LIST[1]], &list);
        self.text(&["rev-parse", "--short", "HEAD"])
    }

    /// The name of a file in the repository.
    fn name(&self, file: &Path) -> Result<Vec<u8>> {
        let below = file.strip_prefix(&self.root)?;
        let name = below
            .to_str()
            .with_context(|| format!("{} is no text that git takes everywhere", file.display()))?;
        Ok(if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() }.into_bytes())
    }

    /// The files as git takes them in a list: each by its name and nothing else.
    fn list<'f>(&self, files: impl Iterator<Item = &'f (PathBuf, bool)>) -> Result<Vec<u8>> {
        let mut list = Vec::new();
        for (file, _) in files {
            list.extend(b":(top,literal)");
            list.extend(self.name(file)?);
            list.push(0);
        }
        Ok(list)
    }

    fn ignores(&self, name: &[u8]) -> Result<bool> {
        let output = given(self.command().args(["check-ignore", "-z", "--stdin"]), &[name, b"\0"].concat())?;
        Ok(output.status.success())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.git);
        ELSEWHERE.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.arg("-C").arg(&self.root).arg("--no-pager");
        command
    }

    fn ask(&self, words: &[&str]) -> Result<Output> {
        given(self.command().args(words), &[])
    }

    fn text(&self, words: &[&str]) -> Result<String> {
        let output = self.run(words, &[])?;
        let text = String::from_utf8(output).context("git gave a name that is no text")?;
        Ok(text.trim_end_matches(['\n', '\r']).to_owned())
    }

    fn run(&self, words: &[&str], input: &[u8]) -> Result<Vec<u8>> {
        let output = given(self.command().args(words), input)?;
        ensure!(
            output.status.success(),
            "git {} failed in {}: {}",
            words[0],
            self.root.display(),
            said(&output)
        );
        Ok(output.stdout)
    }
}

/// The name of who runs this, as git knows them.
pub fn who(folder: &Path) -> Option<String> {
    let tree = WorkTree { root: folder.to_owned(), git: installed("git")?, detached: false };
    tree.text(&["config", "user.name"]).ok().filter(|name| !name.is_empty())
}

/// Runs git with this on its standard input.
fn given(command: &mut Command, input: &[u8]) -> Result<Output> {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut git = piped.context("git could not be run")?;
    let mut stdin = git.stdin.take().context("git could not be asked")?;
    // At the same time: a hook may say more than a pipe holds before git reads the message.
    let (sent, output) = std::thread::scope(|scope| {
        let sending = scope.spawn(move || stdin.write_all(input));
        let output = git.wait_with_output();
        (sending.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())), output)
    });
    let output = output.context("git could not be waited for")?;
    // One that ends before it has read all has its own reasons, which it tells.
    if output.status.success() {
        sent.context("git did not read what it was given")?;
    }
    Ok(output)
}

/// The last lines that git, or a hook, said.
fn said(output: &Output) -> String {
    const MOST: usize = 8;
    let text =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => "it says nothing".to_owned(),
        lines => lines[lines.len().saturating_sub(MOST)..].join("\n  "),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_hook_that_says_much_before_git_reads_does_not_stop_both() {
        let (done, is_done) = mpsc::channel();
        std::thread::spawn(move || {
            let mut command = Command::new("sh");
            command.args(["-c", "head -c 300000 /dev/zero >&2; cat > /dev/null"]);
            done.send(given(&mut command, &[b'x'; 300_000]).map(|output| output.stderr.len()))
        });
        let said = is_done.recv_timeout(Duration::from_secs(60));
        assert_eq!(said.unwrap().unwrap(), 300_000);
    }
}

//! The files of a revision, read through the installed git into a private folder.
//!
//! A repository may belong to a stranger, and its configuration names programs. So git is only asked what runs none of them (`rev-parse`,
//! `ls-tree`, `cat-file` of blobs as they are stored), with monitors, hooks and pagers switched off, without locks, prompts and the
//! network, and with an environment of our own.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, bail, ensure};
use tempfile::TempDir;

use crate::project::{NameKind, index_of, installed, role_of_name};

/// So many files, and so many bytes of them, are taken from one revision.
const MOST_FILES: usize = 200_000;
const MOST_BYTES: u64 = 2_000_000_000;

/// A revision of one or several repositories. Its folder goes when it does.
pub(super) struct Revision {
    name: String,
    git: PathBuf,
    max_file_size: u64,
    folder: TempDir,
    roots: HashSet<PathBuf>,
}

impl Revision {
    /// Nothing is read yet.
    ///
    /// # Errors
    /// A name that git could take for an option, no git, or no room for a private folder.
    pub(super) fn new(name: &str, max_file_size: usize) -> anyhow::Result<Self> {
        let plain = !name.is_empty() && !name.starts_with('-') && !name.chars().any(char::is_control);
        ensure!(plain, "--baseline-ref takes a branch, a tag or a commit, such as origin/main");
        let mut folder = tempfile::Builder::new();
        folder.prefix("litellm-fix-");
        private(&mut folder);
        Ok(Self {
            name: name.to_owned(),
            git: installed("git").context("--baseline-ref needs git, which is not in PATH")?,
            max_file_size: max_file_size as u64,
            folder: folder.tempdir().context("no private folder could be made for --baseline-ref")?,
            roots: HashSet::new(),
        })
    }

    /// Where a file or folder of the disk stands in this revision, if it has it.
    pub(super) fn place_of(&self, real: &Path) -> PathBuf {
        let below = real.components().filter(|part| matches!(part, std::path::Component::Normal(_)));
        self.folder.path().join(below.collect::<PathBuf>())
    }

    /// Reads what may be LiteLLM's from the repository with this root.
    ///
    /// # Errors
    /// A revision that is not there, one with too many files, or git that fails.
    pub(super) fn check_out(&mut self, root: &Path) -> anyhow::Result<()> {
        if !self.roots.insert(root.to_owned()) {
            return Ok(());
        }
        let tree = self.tree(root)?;
        let listed = self.run(root, &["ls-tree", "-r", "-z", "--full-tree", &tree])?;
        let entries = listed.split(|byte| *byte == 0).filter_map(Entry::read);
        let (mut names, mut wanted) = (Vec::new(), Vec::new());
        for entry in entries {
            if entry.is_wanted() {
                wanted.push(entry.clone());
            }
            names.push(entry.name);
        }
        ensure!(
            wanted.len() <= MOST_FILES,
            "{} has more than {MOST_FILES} files that may be LiteLLM's; make a report of it and give that with --baseline",
            self.name
        );
        let place = self.place_of(root);
        fs::create_dir_all(place.join(".git"))?;
        fs::write(place.join(".git/index"), index_of(&names))?;
        self.write_blobs(root, &place, &wanted)
    }

    /// Adds a file that no revision has, unless this one has it.
    ///
    /// # Errors
    /// Input and output.
    pub(super) fn add_beside(&self, real: &Path, text: &str) -> anyhow::Result<()> {
        let place = self.place_of(real);
        if self.roots.iter().any(|root| real.starts_with(root)) && !place.exists() {
            fs::create_dir_all(place.parent().unwrap_or(self.folder.path()))?;
            fs::write(place, text)?;
        }
        Ok(())
    }

    fn tree(&self, root: &Path) -> anyhow::Result<String> {
        let name = format!("{}^{{tree}}", self.name);
        let found = self.run(root, &["rev-parse", "--verify", "--quiet", &name]);
        let tree = found.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let tree = tree.map(|tree| tree.trim().to_owned());
        tree.filter(|tree| !tree.is_empty() && tree.bytes().all(|byte| byte.is_ascii_hexdigit())).with_context(
            || {
                format!(
                    "--baseline-ref {}: git finds no such revision in {} (in a shallow clone, fetch it first)",
                    self.name,
                    root.display()
                )
            },
        )
    }

    fn run(&self, root: &Path, words: &[&str]) -> anyhow::Result<Vec<u8>> {
        let ran = self.command(root).args(words).stdin(Stdio::null()).output();
        let ran = ran.with_context(|| format!("git {} could not be run", words[0]))?;
        if ran.status.success() {
            return Ok(ran.stdout);
        }
        let said = String::from_utf8_lossy(&ran.stderr);
        bail!(
            "git {} failed in {}: {}",
            words[0],
            root.display(),
            said.lines().next().unwrap_or("it says nothing")
        )
    }

    fn command(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.git);
        let kept = ["PATH", "HOME", "SYSTEMROOT", "USERPROFILE"];
        let kept = kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.env_clear().envs(kept).envs([
            ("LC_ALL", "C"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            // Of older releases, which fetch what is missing all the same: no transport is allowed.
            ("GIT_ALLOW_PROTOCOL", "none"),
        ]);
        command.arg("-C").arg(root).arg("--no-pager");
        for setting in [
            "core.fsmonitor=false",
            "core.hooksPath=/dev/null",
            "core.pager=cat",
            "core.sshCommand=false",
            "core.askPass=",
            "credential.helper=",
            "diff.external=",
            "protocol.allow=never",
        ] {
            command.args(["-c", setting]);
        }
        command
    }

    fn write_blobs(&self, root: &Path, place: &Path, wanted: &[Entry]) -> anyhow::Result<()> {
        let mut git = self
            .command(root)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("git cat-file could not be run")?;
        let ends = git.stdin.take().zip(git.stdout.take());
        let (mut ask, answer) = ends.context("git cat-file could not be asked")?;
        let mut answer = BufReader::new(answer);
        let mut total = 0;
        for entry in wanted {
            let failed = || anyhow!("git has no {} of {} here", entry.name, self.name);
            writeln!(ask, "{}", entry.blob).and_then(|()| ask.flush()).map_err(|_| failed())?;
            let mut head = String::new();
            answer.read_line(&mut head).map_err(|_| failed())?;
            let size = head.trim_end().strip_prefix(&format!("{} blob ", entry.blob));
            let size: u64 = size.and_then(|size| size.parse().ok()).ok_or_else(failed)?;
            total += size.min(self.max_file_size);
            ensure!(
                total <= MOST_BYTES,
                "{} has more than {MOST_BYTES} bytes that may be LiteLLM's; make a report of it and give that with --baseline",
                self.name
            );
            // As in the tree, larger files are not read.
            if size > self.max_file_size {
                std::io::copy(&mut (&mut answer).take(size + 1), &mut std::io::sink())?;
                continue;
            }
            let mut bytes = Vec::new();
            (&mut answer).take(size + 1).read_to_end(&mut bytes)?;
            ensure!(bytes.len() as u64 == size + 1, failed());
            bytes.pop();
            entry.write(place, &bytes)?;
        }
        drop(ask);
        git.wait()?;
        Ok(())
    }
}

#[cfg(unix)]
fn private(folder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    folder.permissions(fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
fn private(_: &mut tempfile::Builder<'_, '_>) {}

/// A file of a tree.
#[derive(Clone)]
struct Entry {
    is_plain: bool,
    blob: String,
    name: String,
}

impl Entry {
    /// `100644 blob <hash>\t<path>`; nothing of a name that is no UTF-8.
    fn read(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?;
        let (head, name) = line.split_once('\t')?;
        let mut words = head.split(' ');
        let (mode, kind, blob) = (words.next()?, words.next()?, words.next()?);
        let is_plain = kind == "blob" && mode.starts_with("100");
        Some(Self { is_plain, blob: blob.to_owned(), name: name.to_owned() })
    }

    /// Whether it may be LiteLLM's, by its name. Links are left out.
    fn is_wanted(&self) -> bool {
        let last = self.name.rsplit('/').next().unwrap_or_default();
        let read = role_of_name(last) != NameKind::Other || matches!(last, ".gitignore" | ".ignore");
        let sign = self.name == "litellm/proxy/proxy_server.py";
        self.is_plain && (read || sign) && self.is_below()
    }

    /// Whether the name leads nowhere else: a tree can be made by hand.
    fn is_below(&self) -> bool {
        self.name.split('/').all(|part| {
            !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git") && !part.contains('\\')
        })
    }

    fn write(&self, place: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        let path = place.join(&self.name);
        fs::create_dir_all(path.parent().unwrap_or(place))?;
        // Two names of a tree may be one on this disk; the first stays.
        match fs::File::create_new(&path) {
            Ok(mut file) => Ok(file.write_all(bytes)?),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_left_out() {
        let entry = |name: &str| Entry::read(format!("100644 blob abc\t{name}").as_bytes()).unwrap();
        for name in [
            "../a.yaml",
            "a/../../b.yaml",
            "/etc/a.yaml",
            ".git/x.yaml",
            ".GIT/x.yaml",
            "a\\b.yaml",
            "a//b.yaml",
        ] {
            assert!(!entry(name).is_wanted(), "{name}");
        }
        for name in ["a.yaml", "deploy/.env", "deploy/Dockerfile", ".litellm-fix.yaml", "x/.gitignore"] {
            assert!(entry(name).is_wanted(), "{name}");
        }
        assert!(!Entry::read(b"120000 blob abc\ta.yaml").unwrap().is_wanted());
        assert!(!Entry::read(b"160000 commit abc\tsub.yaml").unwrap().is_wanted());
    }

    #[test]
    fn a_revision_is_no_option() {
        for name in ["", "-x", "--output=x", "a\nb"] {
            assert!(Revision::new(name, 1).is_err(), "{name:?}");
        }
    }
}

//! `--commit`: commits of git, with the hooks, the signing and the index of the user.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

mod common;
use common::{Ran, command};

const CONFIG: &str = "model_list:\n  - model_name: a\n    litellm_params: {model: openai/gpt-4o, api_key: os.environ/KEY}\nlitellm_settings:\n  set_verbose: true # loud\n  request_timeout: 6000\ngeneral_settings:\n  master_key: sk-canary-0001-of-a-test\n";
const COMPOSE: &str = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.80.15-stable\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n    environment:\n      LITELLM_LOG: DEBUG\n";
const ALL: [&str; 4] = ["--write", "--select", "debug_mode,request_timeout", "--commit"];

struct Repo {
    folder: TempDir,
    state: TempDir,
}

impl Repo {
    fn new() -> Self {
        let repo = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        make(repo.path());
        repo
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command().args(arguments))
    }

    fn command(&self) -> Command {
        let mut command = command(self.path(), self.state.path());
        quiet(&mut command);
        command
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    /// The first lines of the messages, the oldest first, without that of the first commit.
    fn log(&self) -> Vec<String> {
        log(self.path())
    }

    fn hook(&self, name: &str, script: &str) {
        let path = self.path().join(".git/hooks").join(name);
        executable(&path, script);
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// Refused with this in the message, before anything is written.
    fn is_refused(&self, with: &[&str]) {
        let before = common::read_all(self.path());
        let commits = self.log();
        let ran = self.run(&ALL);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(with.iter().all(|text| ran.err.contains(text)), "{with:?}: {}", ran.err);
        assert_eq!(common::read_all(self.path()), before);
        assert_eq!(self.log(), commits);
    }
}

fn make(folder: &Path) {
    fs::write(folder.join("config.yaml"), CONFIG).unwrap();
    fs::write(folder.join("compose.yaml"), COMPOSE).unwrap();
    git(folder, &["init", "-q", "-b", "main"]);
    git(folder, &["config", "user.name", "Ann"]);
    git(folder, &["config", "user.email", "ann@example.com"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "-m", "first"]);
}

fn quiet(command: &mut Command) {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    quiet(command.args(["-c", "protocol.file.allow=always"]).args(arguments).current_dir(folder));
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn log(folder: &Path) -> Vec<String> {
    let log = git(folder, &["log", "--reverse", "--format=%s"]);
    log.lines().skip(1).map(str::to_owned).collect()
}

fn executable(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// In one line, however it was wrapped.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const EACH: [&str; 3] =
    ["Set LITELLM_LOG to ERROR", "Set set_verbose to false", "Set request_timeout to 600"];

fn sorted(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    all
}

#[test]
fn each_fix_is_a_commit_of_its_files_and_what_else_is_staged_stays() {
    let repo = Repo::new();
    fs::write(repo.path().join("notes.txt"), "mine\n").unwrap();
    repo.git(&["add", "notes.txt"]);
    let ran = repo.run(&ALL);
    assert_eq!(ran.code, 0, "{ran:?}");
    let made = sorted(repo.log());
    assert_eq!(made.len(), EACH.len(), "{made:?}");
    assert!(
        made.iter().zip(sorted(EACH.map(str::to_owned).to_vec())).all(|(a, b)| a.starts_with(&b)),
        "{made:?}"
    );
    assert_eq!(ran.out.matches("committed ").count(), 3, "{}", ran.out);
    assert_eq!(repo.git(&["status", "--short"]), "A  notes.txt\n");
    for number in 0..3 {
        let files = repo.git(&["show", "--format=", "--name-only", &format!("HEAD~{number}")]);
        assert_eq!(files.lines().count(), 1, "{files}");
    }
    let body = repo.git(&["log", "--format=%B", "HEAD~3..HEAD"]);
    assert!(body.lines().all(|line| line.chars().count() <= 72), "{body}");
    for part in [
        "What: ",
        "Why: ",
        "Where: config.yaml:5 (litellm_settings.set_verbose)",
        "Risk: review",
        "Rollback: ",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(body.contains("\n\nLitellm-Fix: debug_mode\n"), "{body}");
    assert_eq!(repo.git(&["log", "-1", "--format=%an <%ae>"]), "Ann <ann@example.com>\n");
    // A second run has nothing to do.
    assert_eq!(repo.run(&ALL).code, 0);
    assert_eq!(repo.log().len(), 3);
}

#[test]
fn one_commit_may_hold_all() {
    let repo = Repo::new();
    let ran =
        repo.run(&["--write", "--select", "debug_mode,request_timeout", "--commit=one", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(repo.log(), ["Make 3 changes of litellm-fix in 2 files"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["commits"][0]["files"], serde_json::json!(["compose.yaml", "config.yaml"]));
    assert_eq!(report["commits"][0]["hash"], repo.git(&["rev-parse", "--short", "HEAD"]).trim());
    assert_eq!(repo.git(&["status", "--short"]), "");
}

#[test]
fn files_that_are_not_committed_are_refused() {
    let repo = Repo::new();
    fs::write(repo.path().join("config.yaml"), format!("# mine\n{CONFIG}")).unwrap();
    repo.is_refused(&["config.yaml (for ", "changes that are not committed", "commit or stash"]);
    repo.git(&["add", "config.yaml"]);
    repo.is_refused(&["config.yaml (for ", "changes that are not committed"]);
    // Staged, and taken back in the file.
    fs::write(repo.path().join("config.yaml"), CONFIG).unwrap();
    repo.is_refused(&["config.yaml (for ", "changes that are not committed"]);
    repo.git(&["reset", "-q", "--hard"]);
    repo.git(&["rm", "-q", "--cached", "config.yaml"]);
    repo.git(&["commit", "-q", "-m", "untracked"]);
    repo.is_refused(&["config.yaml (for ", "is not tracked"]);
    // What no fix touches may be as it is, and without --commit nothing is refused.
    let ran = repo.run(&["--write", "--select", "debug_mode", "--exclude", "config.yaml", "--commit"]);
    assert_eq!((ran.code, repo.log().len()), (0, 2), "{ran:?}");
    assert_eq!(repo.run(&["--write", "--select", "request_timeout"]).code, 0);
    assert_ne!(repo.text("config.yaml"), CONFIG);
}

#[test]
fn files_that_git_ignores_are_refused() {
    let repo = Repo::new();
    let compose = COMPOSE.replace("    environment:\n      LITELLM_LOG: DEBUG\n", "    env_file: .env\n");
    fs::write(repo.path().join("compose.yaml"), compose).unwrap();
    fs::write(repo.path().join(".env"), "LITELLM_LOG=DEBUG\n").unwrap();
    fs::write(repo.path().join(".gitignore"), ".env\n").unwrap();
    repo.git(&["add", "."]);
    repo.git(&["commit", "-q", "-m", "ignored"]);
    repo.is_refused(&[".env (for debug_mode) is ignored by git"]);
    let ran = repo.run(&["--write", "--select", "request_timeout", "--commit"]);
    assert_eq!((ran.code, repo.log().len()), (0, 2), "{ran:?}");
}

#[test]
fn files_that_git_passes_over_are_refused() {
    for word in ["--assume-unchanged", "--skip-worktree"] {
        let repo = Repo::new();
        repo.git(&["update-index", word, "config.yaml"]);
        repo.is_refused(&["config.yaml (for ", "passed over by git"]);
    }
}

#[test]
fn a_repository_in_the_middle_of_something_is_refused() {
    let repo = Repo::new();
    repo.git(&["switch", "-q", "-c", "other"]);
    fs::write(repo.path().join("x"), "1").unwrap();
    repo.git(&["add", "x"]);
    repo.git(&["commit", "-q", "-m", "x"]);
    repo.git(&["switch", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "other"]);
    repo.is_refused(&["a merge is under way", "finish or abort it"]);
    repo.git(&["merge", "--abort"]);
    repo.git(&["cherry-pick", "-n", "other"]);
    repo.git(&["reset", "-q", "--hard"]);
    fs::create_dir(repo.path().join(".git/rebase-merge")).unwrap();
    repo.is_refused(&["a rebase is under way"]);
}

#[test]
fn a_repository_without_a_commit_or_a_name_is_refused() {
    let repo = Repo::new();
    repo.git(&["config", "user.useConfigOnly", "true"]);
    repo.git(&["config", "--unset", "user.email"]);
    repo.is_refused(&["set user.name and user.email"]);
    fs::remove_dir_all(repo.path().join(".git")).unwrap();
    let ran = repo.run(&ALL);
    assert!(ran.code == 2 && ran.err.contains("is in no git repository"), "{ran:?}");
    repo.git(&["init", "-q"]);
    repo.git(&["add", "."]);
    let ran = repo.run(&ALL);
    assert!(ran.code == 2 && ran.err.contains("has no commit yet"), "{ran:?}");
    assert_eq!(repo.text("config.yaml"), CONFIG);
}

#[test]
fn commits_on_no_branch_are_said_to_be_so() {
    let repo = Repo::new();
    repo.git(&["checkout", "-q", "--detach"]);
    let ran = repo.run(&ALL);
    assert_eq!((ran.code, repo.log().len()), (0, 3), "{ran:?}");
    assert!(ran.out.contains("no branch is checked out") && ran.out.contains("git switch -c"), "{}", ran.out);
}

#[test]
fn a_hook_that_refuses_leaves_the_fix_before_it() {
    let repo = Repo::new();
    let script = "#!/bin/sh\n[ $(git rev-list --count HEAD) -lt 2 ] && exit 0\necho 'policy: sk-canary-0001-of-a-test says no' >&2\nexit 1\n";
    repo.hook("pre-commit", script);
    let ran = repo.run(&ALL);
    assert_eq!((ran.code, repo.log().len()), (4, 1), "{ran:?}");
    assert!(ran.out.contains("1 of 3 commits made") && ran.out.contains("policy:"), "{}", ran.out);
    assert!(ran.out.contains("1 fix applied in 1 file"), "{}", ran.out);
    assert!(!ran.out.contains("sk-canary") && ran.out.contains("the commits before it stay"), "{}", ran.out);
    assert_eq!(repo.git(&["status", "--short"]), "");
    // With the first one refused nothing is written at all.
    let repo = Repo::new();
    repo.hook("pre-commit", "#!/bin/sh\nexit 1\n");
    let ran = repo.run(&ALL);
    assert_eq!((ran.code, repo.log().len()), (4, 0), "{ran:?}");
    assert!(ran.out.contains("nothing was written") && !ran.out.contains("committed "), "{}", ran.out);
    assert_eq!((repo.text("config.yaml").as_str(), repo.text("compose.yaml").as_str()), (CONFIG, COMPOSE));
}

/// As formatters do: the file that it leaves is somebody's work, and stays.
#[test]
fn a_hook_that_writes_into_the_file_and_refuses_keeps_its_work() {
    let repo = Repo::new();
    repo.hook(
        "pre-commit",
        "#!/bin/sh\nfor f in config.yaml compose.yaml; do echo '# formatted' >> $f; done\nexit 1\n",
    );
    let ran = repo.run(&ALL);
    assert_eq!((ran.code, repo.log().len()), (4, 0), "{ran:?}");
    assert!(spaced(&ran.out).contains("its files stay written"), "{}", ran.out);
    assert!(repo.text("config.yaml").ends_with("# formatted\n"));
}

/// A hook that stages what it changes does so for its commit alone: the index must not take it back.
#[test]
fn what_a_hook_stages_is_committed_and_told() {
    for how in ["--commit", "--commit=one"] {
        let repo = Repo::new();
        repo.hook("pre-commit", "#!/bin/sh\necho '# formatted' >> config.yaml\ngit add config.yaml\n");
        let options = ["--write", "--select", "debug_mode,request_timeout", how, "config.yaml"];
        let ran = repo.run(&options);
        assert_eq!(repo.git(&["status", "--short"]), "", "{ran:?}");
        assert!(repo.git(&["show", "HEAD:config.yaml"]).ends_with("# formatted\n"));
        assert!(spaced(&ran.out).contains("a hook of git changed it while it was committed"), "{}", ran.out);
        // A fix that follows was planned on another text: it waits for the next run.
        let (code, made) = if how == "--commit" { (4, 1) } else { (0, 1) };
        assert_eq!((ran.code, repo.log().len()), (code, made), "{ran:?}");
        repo.run(&options);
        assert_eq!((repo.run(&options).code, repo.git(&["status", "--short"]).as_str()), (0, ""));
    }
}

#[test]
fn hooks_and_signing_of_the_user_are_on() {
    let repo = Repo::new();
    repo.hook("commit-msg", "#!/bin/sh\necho 'Reviewed-By: hook' >> \"$1\"\n");
    let signer = repo.state.path().join("gpg");
    let answer = "#!/bin/sh\ncat > /dev/null\nprintf '\\n[GNUPG:] SIG_CREATED \\n' >&2\nprintf -- '-----BEGIN PGP SIGNATURE-----\\nx\\n-----END PGP SIGNATURE-----\\n'\n";
    executable(&signer, answer);
    repo.git(&["config", "gpg.program", signer.to_str().unwrap()]);
    repo.git(&["config", "commit.gpgSign", "true"]);
    let ran = repo.run(&ALL);
    assert_eq!(ran.code, 0, "{ran:?}");
    let raw = repo.git(&["cat-file", "commit", "HEAD"]);
    assert!(raw.contains("gpgsig -----BEGIN PGP") && raw.contains("Reviewed-By: hook"), "{raw}");
}

#[test]
fn no_value_of_a_file_is_an_argument_and_no_other_repository_is_touched() {
    let (repo, other) = (Repo::new(), Repo::new());
    let (tools, log) = (repo.state.path().join("bin"), repo.state.path().join("log"));
    let real = String::from_utf8(Command::new("sh").args(["-c", "command -v git"]).output().unwrap().stdout)
        .unwrap();
    let script =
        format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >> {}\nexec {} \"$@\"\n", log.display(), real.trim());
    executable(&tools.join("git"), &script);
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let mut command = repo.command();
    command.args(ALL).env("PATH", path).env("GIT_DIR", other.path().join(".git"));
    command.env("GIT_INDEX_FILE", other.path().join(".git/index")).env("GIT_WORK_TREE", other.path());
    let ran = Ran::of(&mut command);
    assert_eq!((ran.code, repo.log().len(), other.log().len()), (0, 3, 0), "{ran:?}");
    let log = fs::read_to_string(log).unwrap();
    for value in ["canary", "DEBUG", "verbose", "config.yaml", "6000", "Litellm-Fix"] {
        assert!(!log.contains(value), "{value}: {log}");
    }
}

#[test]
fn each_repository_has_its_own_commits() {
    let place = tempfile::tempdir().unwrap();
    let state = tempfile::tempdir().unwrap();
    let folders: Vec<PathBuf> = ["one", "two"].iter().map(|name| place.path().join(name)).collect();
    for folder in &folders {
        fs::create_dir(folder).unwrap();
        make(folder);
    }
    let mut command = command(place.path(), state.path());
    quiet(&mut command);
    let ran = Ran::of(command.args(ALL).args(["one", "two"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    for folder in &folders {
        assert_eq!((log(folder).len(), git(folder, &["status", "--short"]).as_str()), (3, ""));
    }
}

#[test]
fn a_submodule_is_committed_in_and_the_repository_around_it_is_not() {
    let (repo, inner) = (Repo::new(), Repo::new());
    repo.git(&["submodule", "--quiet", "add", inner.path().to_str().unwrap(), "inner"]);
    repo.git(&["commit", "-q", "-m", "submodule"]);
    let sub = repo.path().join("inner");
    git(&sub, &["config", "user.name", "Ann"]);
    git(&sub, &["config", "user.email", "ann@example.com"]);
    let ran = Ran::of(repo.command().args(ALL).arg("inner"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("it is a submodule"), "{}", ran.out);
    assert_eq!((log(&sub).len(), repo.log().len()), (3, 1));
    assert_eq!(repo.git(&["status", "--short"]), " M inner\n");
}

/// One commit for all is one in each repository: what one of them refuses takes back nothing of another.
#[test]
fn a_repository_that_refuses_takes_back_its_own_files_only() {
    let (repo, other) = (Repo::new(), Repo::new());
    repo.git(&["submodule", "--quiet", "add", other.path().to_str().unwrap(), "inner"]);
    repo.git(&["commit", "-q", "-m", "submodule"]);
    let inner = repo.path().join("inner");
    git(&inner, &["config", "user.name", "Ann"]);
    git(&inner, &["config", "user.email", "ann@example.com"]);
    repo.hook("../modules/inner/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    let ran = repo.run(&["--write", "--select", "debug_mode,request_timeout", "--commit=one"]);
    assert_eq!((ran.code, repo.log().len(), log(&inner).len()), (4, 2, 0), "{ran:?}");
    assert!(ran.out.contains("1 of 2 commits made") && ran.out.contains("committed"), "{}", ran.out);
    assert!(repo.log()[1].starts_with("Make 3 changes of litellm-fix in 2 files"), "{:?}", repo.log());
    for folder in [repo.path(), &inner] {
        assert_eq!(git(folder, &["status", "--short"]), "");
    }
    assert_eq!(fs::read_to_string(inner.join("config.yaml")).unwrap(), CONFIG);
}

#[test]
fn a_sparse_checkout_is_committed_in() {
    let repo = Repo::new();
    fs::create_dir(repo.path().join("far")).unwrap();
    fs::write(repo.path().join("far/x"), "x").unwrap();
    repo.git(&["add", "."]);
    repo.git(&["commit", "-q", "-m", "far"]);
    repo.git(&["sparse-checkout", "set", "near"]);
    let ran = repo.run(&ALL);
    assert_eq!((ran.code, repo.log().len()), (0, 4), "{ran:?}");
    assert!(repo.git(&["ls-tree", "-r", "--name-only", "HEAD"]).contains("far/x"));
}

/// As LFS stores a file: by a filter that git runs on what is written.
#[test]
fn a_filter_of_git_is_run() {
    let repo = Repo::new();
    repo.git(&["config", "filter.up.clean", "tr a-z A-Z"]);
    repo.git(&["config", "filter.up.smudge", "tr A-Z a-z"]);
    fs::write(repo.path().join(".gitattributes"), "compose.yaml filter=up\n").unwrap();
    repo.git(&["add", "--renormalize", "."]);
    repo.git(&["add", "."]);
    repo.git(&["commit", "-q", "-m", "filter"]);
    let ran = repo.run(&["--write", "--select", "debug_mode", "--commit"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let stored = repo.git(&["show", "HEAD:compose.yaml"]) + &repo.git(&["show", "HEAD~1:compose.yaml"]);
    assert!(stored.contains("LITELLM_LOG: ERROR") && !stored.contains("services:"), "{stored}");
    assert_eq!(repo.git(&["status", "--short"]), "");
}

#[test]
fn undo_says_that_the_commits_stay() {
    let repo = Repo::new();
    assert_eq!(repo.run(&ALL).code, 0);
    let ran = repo.run(&["undo"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!((repo.text("config.yaml").as_str(), repo.text("compose.yaml").as_str()), (CONFIG, COMPOSE));
    let head = repo.git(&["rev-parse", "--short", "HEAD"]);
    assert!(ran.out.contains(head.trim()) && ran.out.contains("git revert"), "{}", ran.out);
    assert_eq!(repo.log().len(), 3);
}

#[test]
fn a_message_can_be_had_alone() {
    let repo = Repo::new();
    let options = ["--select", "debug_mode,request_timeout", "--format", "commit-message", "--show-secrets"];
    let ran = repo.run(&options);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.starts_with("Make 3 changes of litellm-fix in 2 files\n\n1. "), "{}", ran.out);
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 72) && !ran.out.contains("canary"),
        "{}",
        ran.out
    );
    let fixed = repo.run(&["--only", "master_key", "--select", "debug_mode", "--format", "commit-message"]);
    assert_eq!(fixed.code, 2);
    assert_eq!(repo.run(&["--only", "litellm_mode", "--format", "commit-message"]).out, "");
}

#[test]
fn a_commit_wants_something_to_be_written() {
    let repo = Repo::new();
    let ran = repo.run(&["--commit"]);
    assert!(ran.code == 2 && ran.err.contains("needs --write or --interactive"), "{ran:?}");
}

#[test]
fn the_commands_of_the_readme_commit() {
    let readme = include_str!("../README.md");
    let block = readme.split("**As commits**").nth(1).unwrap().split("```sh\n").nth(1).unwrap();
    let lines: Vec<&str> = block.split("```").next().unwrap().lines().collect();
    assert_eq!(lines.len(), 3);
    for line in lines {
        let repo = Repo::new();
        let message = repo.state.path().join("message");
        let program = format!("{} --include-review", env!("CARGO_BIN_EXE_litellm-fix"));
        let line = line.replace("litellm-fix --write", &format!("{program} --write"));
        let line = line.replace("/tmp/m", message.to_str().unwrap());
        let mut shell = Command::new("sh");
        quiet(
            shell
                .args(["-c", &line])
                .current_dir(repo.path())
                .env("LITELLM_FIX_STATE_DIR", repo.state.path()),
        );
        let ran = Ran::of(&mut shell);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        assert!(
            !repo.log().is_empty() && repo.git(&["status", "--short"]).is_empty(),
            "{line}: {:?}",
            repo.log()
        );
    }
}

//! What reads the reports: a virtual environment below `target/` with pinned packages, and Microsoft's validator where npm is there.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/requirements.txt");
const MULTITOOL: &str = "@microsoft/sarif-multitool-linux@5.7.0";
const RENOVATE: &str = "renovate@41.173.1";

/// Whether nothing of others is asked. Says so, past the capture of the test runner.
pub fn skipped() -> bool {
    let skip = std::env::var_os("LITELLM_FIX_SKIP_FORMATS").is_some_and(|value| value == "1");
    if skip {
        said("LITELLM_FIX_SKIP_FORMATS=1: no report is read by programs of others");
    }
    skip
}

fn said(text: &str) {
    use std::io::Write;
    static SAID: OnceLock<()> = OnceLock::new();
    SAID.get_or_init(|| drop(writeln!(std::io::stderr(), "{text}")));
}

/// A program of the environment, to be run.
pub fn program(name: &str) -> Command {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = MADE
        .get_or_init(|| make().map_err(|error| format!("{error} (LITELLM_FIX_SKIP_FORMATS=1 goes without)")));
    let bin = made.as_ref().unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new(bin.join(name));
    // Neither does it ask a network, nor write into a home.
    command.env("PRE_COMMIT_HOME", bin.join("../pre-commit")).env("MPLCONFIGDIR", bin.join("../matplotlib"));
    command
}

/// Runs it, and fails where it fails.
pub fn passes(command: &mut Command) -> String {
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}: {status}\n{out}{err}");
    format!("{out}{err}")
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

fn make() -> Result<PathBuf, String> {
    let venv = target().join("formats");
    let bin = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let (marker, wanted) = (venv.join("complete"), fs::read_to_string(REQUIREMENTS).unwrap());
    let lock = File::create(target().join("formats.lock")).unwrap();
    lock.lock().unwrap();
    if fs::read_to_string(&marker).is_ok_and(|made_of| made_of == wanted) {
        return Ok(bin);
    }
    if venv.exists() {
        fs::remove_dir_all(&venv).map_err(|error| error.to_string())?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let quiet = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"];
    run(Command::new(bin.join("python")).args(quiet).args(["-r", REQUIREMENTS]))?;
    fs::write(marker, wanted).map_err(|error| error.to_string())?;
    Ok(bin)
}

/// Microsoft's validator of SARIF, which is a program for Linux in a package of npm; [`None`] where there is no npm to get it.
pub fn multitool() -> Option<PathBuf> {
    let folder = target().join("sarif-multitool");
    let tool = folder.join("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
    let lock = File::create(target().join("sarif-multitool.lock")).unwrap();
    lock.lock().unwrap();
    let npm = Command::new("npm").arg("--version").output().is_ok();
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) || (!npm && !tool.exists()) {
        said("no npm, or not Linux: SARIF is checked against its schema, and not by Microsoft's validator");
        return None;
    }
    if !folder.join("complete").exists() {
        fs::create_dir_all(&folder).unwrap();
        let quiet =
            ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", MULTITOOL, "--prefix"];
        run(Command::new("npm").args(quiet).arg(&folder).current_dir(&folder)).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&tool, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        fs::write(folder.join("complete"), MULTITOOL).unwrap();
    }
    Some(tool)
}

/// Renovate's validator of its configurations, out of npm; [`None`] where there is no npm to get it. It is 380 MB, fetched once.
pub fn renovate() -> Option<Command> {
    let folder = target().join("renovate");
    let tool = folder.join("node_modules/renovate/dist/config-validator.js");
    let lock = File::create(target().join("renovate.lock")).unwrap();
    lock.lock().unwrap();
    if Command::new("npm").arg("--version").output().is_err() {
        said("no npm: the configuration of Renovate is not read by its validator");
        return None;
    }
    if !fs::read_to_string(folder.join("complete")).is_ok_and(|made| made == RENOVATE) {
        fs::create_dir_all(&folder).unwrap();
        let quiet =
            ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", RENOVATE, "--prefix"];
        run(Command::new("npm").args(quiet).arg(&folder).current_dir(&folder)).unwrap();
        fs::write(folder.join("complete"), RENOVATE).unwrap();
    }
    let mut command = Command::new("node");
    command.arg(tool);
    Some(command)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let error = || format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(()) } else { Err(error()) }
}

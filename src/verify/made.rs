//! Environments that are made for a version of LiteLLM, in the user's cache folder.

use std::env;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::project::Version;

/// The interpreter of the environment for a version; the first call makes it. Another process waits meanwhile.
///
/// # Errors
/// There is no cache folder, neither `uv` nor Python, or the installation fails.
pub fn environment(version: Version) -> anyhow::Result<PathBuf> {
    let cache = cache().context("there is no cache folder for the environment; set XDG_CACHE_HOME")?;
    let folder = cache.join(format!("litellm-{version}"));
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let whole = folder.join("complete");
    fs::create_dir_all(&cache).with_context(|| cache.display().to_string())?;
    let lock = File::create(cache.join(format!("litellm-{version}.lock")))?;
    lock.lock()?;
    if whole.exists() && python.exists() {
        return Ok(python);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    install(&folder, &python, version)?;
    fs::write(whole, version.to_string())?;
    Ok(python)
}

fn install(folder: &Path, python: &Path, version: Version) -> anyhow::Result<()> {
    let wanted = [format!("litellm[proxy]=={version}"), "prometheus-client".to_owned()];
    let uv = Command::new("uv").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if uv.is_ok_and(|status| status.success()) {
        run(Command::new("uv").args(["venv", "--quiet"]).arg(folder))?;
        return run(Command::new("uv")
            .args(["pip", "install", "--quiet", "--python"])
            .arg(python)
            .args(wanted));
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    run(Command::new(system).args(["-m", "venv"]).arg(folder))?;
    let quiet = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
    run(Command::new(python).args(quiet).args(wanted))
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output().with_context(|| shown.clone())?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let end: Vec<&str> = text.lines().rev().take(5).collect();
    bail!("{shown}: {}: {}", output.status, end.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

/// The folder of this program in the user's cache: `$XDG_CACHE_HOME`, `%LOCALAPPDATA%`, `~/Library/Caches`, `~/.cache`.
fn cache() -> Option<PathBuf> {
    let given = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let of_system = if cfg!(windows) { given("LOCALAPPDATA") } else { None };
    let below = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    let home = || env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(below));
    Some(given("XDG_CACHE_HOME").or(of_system).or_else(home)?.join("litellm-fix"))
}

/// A number that nobody can guess, in hexadecimal digits: what the standard library keys its maps with.
pub fn random() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

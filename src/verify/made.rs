//! Environments that are made for a version of LiteLLM, in the user's cache folder.

use std::env;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::project::{Version, installed};

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
    if let Some(uv) = installed("uv").filter(|uv| works(uv)) {
        run(apart(&uv).args(["venv", "--quiet"]).arg(folder))?;
        return run(apart(&uv).args(["pip", "install", "--quiet", "--python"]).arg(python).args(wanted));
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    let system = installed(system)
        .with_context(|| format!("--install needs uv or {system}, and neither is on the PATH"))?;
    run(apart(&system).args(["-I", "-m", "venv"]).arg(folder))?;
    let quiet = ["-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
    run(apart(python).args(quiet).args(wanted))
}

/// What `pyenv` puts on the PATH need not be there in each of its versions.
fn works(uv: &Path) -> bool {
    let mut asked = apart(uv);
    asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

/// A program that neither takes its settings nor its modules from where the user stands, which may be a repository of a stranger.
fn apart(program: &Path) -> Command {
    let mut command = Command::new(program);
    // No folder is above it that could have settings.
    command.current_dir(if cfg!(windows) { "C:\\" } else { "/" });
    command
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

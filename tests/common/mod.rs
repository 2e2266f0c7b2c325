//! The real program in a folder of its own.
#![allow(dead_code, reason = "each test file takes what it needs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like the test")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

/// Texts by the names of their files, which have `/` between folders.
pub type Files = BTreeMap<String, String>;

/// A folder with files, and the program's state outside it.
pub struct Place {
    pub folder: TempDir,
    pub state: TempDir,
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Ran {
    /// -1 where a signal ended it.
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new<N: AsRef<Path>, T: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, T)>) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        // Preferences are looked for up to here.
        fs::create_dir(place.folder.path().join(".git")).unwrap();
        for (name, text) in files {
            let path = place.folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        place
    }

    pub fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Ran {
        Ran::of(command(self.folder.path(), self.state.path()).args(arguments))
    }

    /// What stands in the folder now.
    pub fn files(&self) -> Files {
        let files = read_all(self.folder.path()).into_iter();
        files.map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
    }
}

impl Ran {
    pub fn of(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).output().unwrap().into()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The program, to be run in a folder, without colours.
pub fn command(folder: &Path, state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_litellm-fix"));
    command.current_dir(folder).env("LITELLM_FIX_STATE_DIR", state).env("NO_COLOR", "1");
    command
}

/// The script in a shell that finds the program, and scripts of these names and texts.
#[cfg(unix)]
pub fn shell(
    folder: &Path,
    state: &Path,
    script: &str,
    env: &[(&str, &str)],
    programs: &[(&str, &str)],
) -> Ran {
    use std::os::unix::fs::PermissionsExt;
    let bin = state.join("bin");
    fs::create_dir_all(&bin).unwrap();
    for (name, text) in programs {
        let path = bin.join(name);
        fs::write(&path, format!("#!/usr/bin/env bash\nset -eu\n{text}\n")).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let own = Path::new(env!("CARGO_BIN_EXE_litellm-fix")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([bin, own].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut command = Command::new("bash");
    command.current_dir(folder).args(["-e", "-c", script]).env("PATH", path);
    command.env("LITELLM_FIX_STATE_DIR", state).env("NO_COLOR", "1").envs(env.iter().copied());
    Ran::of(&mut command)
}

/// Every file below a folder, without git's own and without links.
pub fn read_all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() && !path.ends_with(".git") {
                folders.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// The pages of the transforms, by name.
pub fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transforms");
    let mut pages: Vec<PathBuf> = read_all(&folder).into_keys().map(|name| folder.join(name)).collect();
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    pages.sort_by_key(|page| page.file_name().map(ToOwned::to_owned));
    pages
}

/// What `each` makes of all, in their order, made on all processors.
pub fn in_parallel<T: Sync, R: Send>(all: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(at) else { return done };
            done.push((at, each(one)));
        }
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

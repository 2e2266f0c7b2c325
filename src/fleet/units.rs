//! Which repositories a run is about.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::shard::Shard;
use crate::cli::ShardArg;
use crate::project::{repositories_below, repository};

/// A list of paths is no longer than this.
const LIMIT: u64 = 64_000_000;

/// A repository, as far as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// What it is called: the path as it was given.
    pub(crate) name: String,
    /// What was given of it.
    pub(crate) paths: Vec<PathBuf>,
    /// What others are of that lie below it, links followed.
    pub(crate) below: Vec<PathBuf>,
    /// Whether it is what a given folder holds beside its repositories, which is worth no word if that is nothing.
    pub(crate) is_rest: bool,
}

/// Whether these paths hold several git work trees, each of which is then judged by itself.
pub(crate) fn hold_several(paths: &[PathBuf]) -> bool {
    let mut roots = BTreeSet::new();
    for path in paths {
        match repository(path) {
            Some(root) => drop(roots.insert(root)),
            None if path.is_dir() => roots.extend(repositories_below(path)),
            None => {}
        }
    }
    roots.len() > 1
}

/// The paths that a list names, one a line; `-` is standard input. Blank lines and lines that begin with `#` are passed by.
///
/// # Errors
/// A list that cannot be read.
pub(crate) fn paths_in(list: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut text = String::new();
    let read = if list == Path::new("-") {
        std::io::stdin().take(LIMIT + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(list).and_then(|file| file.take(LIMIT + 1).read_to_string(&mut text))
    };
    // As text: that it cannot be read is a wrong use, not a failed run.
    read.map_err(|error| anyhow!("--from-file {}: {error}", list.display()))?;
    if text.len() as u64 > LIMIT {
        bail!("--from-file {}: it is larger than {LIMIT} bytes", list.display());
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(PathBuf::from).collect())
}

/// The repositories that these paths stand for, in their order: the work tree that a path lies in, those below a folder that lies in
/// none, and what such a folder holds beside them; else the folder itself, or that of a file.
pub(crate) fn units(paths: &[PathBuf]) -> Vec<Unit> {
    let mut units = Found::default();
    for path in paths {
        if let Some(root) = repository(path) {
            units.add(root, path, false);
            continue;
        }
        let real = std::fs::canonicalize(path).ok();
        let below = if path.is_dir() { repositories_below(path) } else { Vec::new() };
        for repository in &below {
            units.add(
                std::fs::canonicalize(repository).unwrap_or_else(|_| repository.clone()),
                repository,
                false,
            );
        }
        let own = match real {
            Some(real) if real.is_file() => real.parent().map_or_else(|| real.clone(), Path::to_owned),
            Some(real) => real,
            None => path.clone(),
        };
        units.add(own, path, !below.is_empty());
    }
    units.nested()
}

/// Those of a share.
///
/// # Errors
/// `auto` where the environment does not say which.
pub(crate) fn share(mut units: Vec<Unit>, shard: ShardArg) -> anyhow::Result<Vec<Unit>> {
    let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let shard = Shard::of(shard, variable).context("which share this is")?;
    units.retain(|unit| shard.has(&unit.name));
    Ok(units)
}

#[derive(Default)]
struct Found {
    all: Vec<Unit>,
    by_root: HashMap<PathBuf, usize>,
    names: HashSet<String>,
}

impl Found {
    fn add(&mut self, root: PathBuf, path: &Path, is_rest: bool) {
        if let Some(at) = self.by_root.get(&root) {
            let unit = &mut self.all[*at];
            if !unit.paths.iter().any(|known| known == path) {
                unit.paths.push(path.to_owned());
                unit.name = common(&unit.name, &name_of(path));
            }
            return;
        }
        let mut name = name_of(path);
        if !self.names.insert(name.clone()) {
            name = format!("{name} ({})", root.display());
        }
        self.by_root.insert(root, self.all.len());
        self.all.push(Unit { name, paths: vec![path.to_owned()], below: Vec::new(), is_rest });
    }

    /// All, each with what lies below it: no file is judged, and written, by two at a time.
    fn nested(mut self) -> Vec<Unit> {
        let mut below: Vec<(usize, PathBuf)> = Vec::new();
        for (at, unit) in self.all.iter().enumerate() {
            for real in unit.paths.iter().filter_map(|path| std::fs::canonicalize(path).ok()) {
                let around =
                    real.ancestors().filter_map(|up| self.by_root.get(up)).filter(|other| **other != at);
                below.extend(around.map(|other| (*other, real.clone())));
            }
        }
        below.into_iter().for_each(|(at, real)| self.all[at].below.push(real));
        self.all
    }
}

/// The path without detours; of the current folder its name.
fn name_of(path: &Path) -> String {
    let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    if !plain.as_os_str().is_empty() {
        return plain.display().to_string();
    }
    let real = std::fs::canonicalize(path).ok();
    let name = real.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| ".".to_owned())
}

/// The folder that two paths of a repository lie in.
fn common(one: &str, other: &str) -> String {
    let parts = Path::new(one).components().zip(Path::new(other).components());
    let same: PathBuf = parts.take_while(|(one, other)| one == other).map(|(one, _)| one).collect();
    if same.as_os_str().is_empty() { one.to_owned() } else { same.display().to_string() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn place(repositories: &[&str], files: &[&str]) -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        for name in repositories {
            fs::create_dir_all(place.path().join(name).join(".git")).unwrap();
        }
        for name in files {
            let path = place.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        place
    }

    #[test]
    fn what_paths_stand_for() {
        let place =
            place(&["all/b", "all/team/a", "all/b/vendored"], &["all/c.yaml", "one/d.yaml", "one/e.yaml"]);
        let seen = |names: &[&str]| -> Vec<(String, usize, bool)> {
            let paths: Vec<PathBuf> = names.iter().map(|name| place.path().join(name)).collect();
            let short = |name: &str| name.replace(&format!("{}/", place.path().display()), "");
            units(&paths).iter().map(|unit| (short(&unit.name), unit.paths.len(), unit.is_rest)).collect()
        };
        let unit = |name: &str, paths, is_rest| (name.to_owned(), paths, is_rest);
        assert_eq!(
            seen(&["all"]),
            [unit("all/b", 1, false), unit("all/team/a", 1, false), unit("all", 1, true)]
        );
        assert_eq!(
            seen(&["all/b/x", "all/b/y"]),
            [unit("all/b/x", 1, false), unit("all/b/y", 1, false)],
            "gone"
        );
        assert_eq!(seen(&["one/d.yaml", "one/e.yaml"]), [unit("one", 2, false)]);
        assert_eq!(seen(&["all/team/a", "all/b", "all/team/a/."]).len(), 2);
        let holds = |names: &[&str]| {
            hold_several(&names.iter().map(|name| place.path().join(name)).collect::<Vec<_>>())
        };
        assert!(holds(&["all"]) && holds(&["all/b", "all/team"]));
        assert!(!holds(&["all/b"]) && !holds(&["one", "all/b"]) && !holds(&["one"]) && !holds(&["gone"]));
    }

    #[test]
    fn lists_have_comments() {
        let place = place(&[], &[]);
        let list = place.path().join("list");
        fs::write(&list, "# all of them\n\n a/b \r\nc d\n").unwrap();
        assert_eq!(paths_in(&list).unwrap(), [PathBuf::from("a/b"), PathBuf::from("c d")]);
        assert!(paths_in(&place.path().join("gone")).unwrap_err().to_string().contains("--from-file"));
    }
}

//! Which preferences are in force where: each file read once, and only where it may be trusted.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, bail};

use super::FILE;
use super::written::Preferences;
use crate::plan::Transform;
use crate::project::{NotRead, read_unlinked, repository};

/// More than preferences that people write have.
const LIMIT: usize = 1_000_000;

/// The preferences of a folder, and the folder that they stand in.
type Nearest = Option<Rc<(PathBuf, Preferences)>>;

/// The preferences of a run.
#[derive(Debug, Default)]
pub struct Standing {
    /// The given folders, and those of given files, links followed.
    given: Vec<PathBuf>,
    nearest: RefCell<HashMap<PathBuf, Nearest>>,
    texts: RefCell<Vec<String>>,
    misnamed: RefCell<BTreeSet<PathBuf>>,
}

impl Standing {
    /// The preferences for these files and folders.
    pub fn new(paths: &[PathBuf]) -> Self {
        let folder = |path: &PathBuf| {
            let real = std::fs::canonicalize(path).ok()?;
            if real.is_dir() { Some(real) } else { real.parent().map(Path::to_owned) }
        };
        Self { given: paths.iter().filter_map(folder).collect(), ..Self::default() }
    }

    /// The preferences nearest to a folder, looked for upwards to the root of its repository; without one, to the given folder. With
    /// the folder where they stand, if there are any.
    ///
    /// # Errors
    /// A file that is not to be trusted, cannot be read, or has an unknown key, id, parameter or tier.
    pub fn nearest(&self, folder: &Path, transforms: &[Transform]) -> anyhow::Result<Nearest> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let start = std::fs::canonicalize(folder)?;
        let border = repository(&start)
            .or_else(|| self.given.iter().find(|given| start.starts_with(given)).cloned())
            .unwrap_or_else(|| start.clone());
        let mut passed = Vec::new();
        let mut found: Nearest = None;
        for folder in start.ancestors() {
            if let Some(known) = self.nearest.borrow().get(folder) {
                found.clone_from(known);
                break;
            }
            passed.push(folder.to_owned());
            self.misnamed.borrow_mut().extend(misnamed_in(folder));
            let path = folder.join(FILE);
            if std::fs::symlink_metadata(&path).is_ok() {
                let preferences =
                    self.read(&path, &border, transforms).with_context(|| path.display().to_string())?;
                found = Some(Rc::new((folder.to_owned(), preferences)));
                break;
            }
            if folder == border {
                break;
            }
        }
        self.nearest.borrow_mut().extend(passed.into_iter().map(|folder| (folder, found.clone())));
        Ok(found)
    }

    /// Files that look as if they were meant to be preferences, and are not read.
    pub fn misnamed(&self) -> Vec<PathBuf> {
        self.misnamed.borrow().iter().cloned().collect()
    }

    /// The texts read so far: what an error quotes of them must be masked.
    pub fn texts(&self) -> Vec<String> {
        self.texts.borrow().clone()
    }

    fn read(&self, path: &Path, border: &Path, transforms: &[Transform]) -> anyhow::Result<Preferences> {
        let bytes = match read_unlinked(path, LIMIT) {
            Ok(bytes) => bytes,
            Err(NotRead::Io(error)) => return Err(error.into()),
            Err(why) => bail!("{why}; preferences are read from a plain file of at most {LIMIT} bytes"),
        };
        trusted(path, border)?;
        self.texts.borrow_mut().push(String::from_utf8_lossy(&bytes).into_owned());
        Preferences::read(&bytes, transforms)
    }
}

fn misnamed_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(is_misnamed));
    names.map(|entry| entry.path()).collect()
}

/// `.litellm-fix.yml`, `litellm-fix.yaml`, `.litellm_fix.yaml.yaml`: a name that differs from the one that is read in its dots, its dash,
/// or what makes it YAML. Copies (`.bak`, `~`, `.example`) are none.
fn is_misnamed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let bare = lower.trim_start_matches('.');
    let rest = bare.strip_prefix("litellm-fix").or_else(|| bare.strip_prefix("litellmfix"));
    let is_ending = |part: &str| matches!(part, "yaml" | "yml" | "toml" | "txt");
    name != FILE
        && rest.and_then(|rest| rest.strip_prefix('.')).is_some_and(|rest| rest.split('.').all(is_ending))
}

/// Refuses a file that somebody else put there: it decides what is written.
#[cfg(unix)]
fn trusted(path: &Path, border: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let owner = std::fs::symlink_metadata(path)?.uid();
    let trusted = [std::fs::metadata(border)?.uid(), rustix::process::geteuid().as_raw()];
    if !trusted.contains(&owner) {
        bail!(
            "it belongs to user {owner}, who neither owns {} nor runs this; remove it, or give it to one of them",
            border.display()
        );
    }
    Ok(())
}

#[cfg(not(unix))]
fn trusted(_: &Path, _: &Path) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_nearly_right() {
        for name in [
            ".litellm-fix.yml",
            "litellm-fix.yaml",
            ".litellm-fix.yaml.yaml",
            ".litellm_fix.yaml",
            ".litellmfix.yml",
            ".LiteLLM-fix.yaml",
            ".litellm-fix.yaml.txt",
            "..litellm-fix.yaml",
        ] {
            assert!(is_misnamed(name), "{name}");
        }
        for name in [
            FILE,
            ".litellm-fix.yaml.bak",
            ".litellm-fix.yaml~",
            ".litellm-fix.example.yaml",
            "litellm-fix.json",
            "litellm-fix.patch",
            "litellm-fix",
            "litellm.yaml",
            "litellm-fixtures.yaml",
        ] {
            assert!(!is_misnamed(name), "{name}");
        }
    }
}

//! What the user gave to look at: where it is, what may be read around it, and what may be written.

use std::path::{Path as FilePath, PathBuf};

use crate::project::repository::file::Reach;
use crate::project::repository::reading;

/// A path as the user gave it.
struct Ground {
    typed: PathBuf,
    /// Where it really is.
    real: PathBuf,
    /// What may be read around it: its repository; without one, what was given, of a file its folder.
    border: PathBuf,
}

/// All the paths that the user gave.
pub(in crate::project) struct Grounds(Vec<Ground>);

impl Grounds {
    pub(in crate::project) fn of(paths: &[PathBuf]) -> Self {
        Self(paths.iter().map(|path| Ground::new(path)).collect())
    }

    /// The innermost folder around a file, as it is on disk, of which all may be read; `None` where the file is outside of all.
    pub(in crate::project) fn border(&self, real: &FilePath) -> Option<&FilePath> {
        let around = self.0.iter().map(|ground| &*ground.border).filter(|border| real.starts_with(border));
        around.max()
    }

    /// Whether a file may be written: it lies under a given path, and not in a folder of samples or of a vendored chart that the path
    /// does not name.
    pub(in crate::project) fn reach(&self, path: &FilePath) -> Reach {
        let mut reach = Reach::Outside;
        let real = std::fs::canonicalize(path).unwrap_or_default();
        // By its name and by where it really is: a link in a given path may lead elsewhere.
        for ground in self.0.iter().filter(|ground| real.starts_with(&ground.real)) {
            let rest = if ground.typed == FilePath::new(".") {
                path
            } else {
                match path.strip_prefix(&ground.typed) {
                    Ok(rest) => rest,
                    Err(_) => continue,
                }
            };
            match sample_folder(&ground.typed, rest) {
                Some(folder) => reach = Reach::Sample(folder),
                None => return Reach::Writable,
            }
        }
        reach
    }
}

impl Ground {
    fn new(typed: &FilePath) -> Self {
        let real = std::fs::canonicalize(typed).unwrap_or_else(|_| typed.to_owned());
        let folder = if real.is_dir() { &real } else { real.parent().unwrap_or(&real) };
        let border = reading::repository(folder).unwrap_or_else(|| folder.to_owned());
        Self { typed: typed.strip_prefix("./").unwrap_or(typed).to_owned(), real, border }
    }
}

/// The first folder of a path below a given one that holds samples, or that is a chart vendored into another one.
fn sample_folder(given: &FilePath, rest: &FilePath) -> Option<String> {
    let is_chart = |folder: &FilePath| folder.join("Chart.yaml").is_file();
    let folders: Vec<_> =
        rest.parent()?.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let sample = folders.iter().find(|name| {
        matches!(
            name.as_str(),
            "tests"
                | "test"
                | "fixtures"
                | "examples"
                | "example"
                | "samples"
                | "sample"
                | "docs"
                | "doc"
                | "archive"
                | "archives"
                | "backup"
                | "backups"
                | "vendor"
                | "third_party"
        )
    });
    sample.cloned().or_else(|| {
        folders
            .windows(2)
            .enumerate()
            .filter(|(_, pair)| pair[0] == "charts" && pair[1].starts_with("litellm"))
            .find(|(at, _)| is_chart(&given.join(folders[..*at].iter().collect::<PathBuf>())))
            .map(|(_, pair)| pair.join("/"))
    })
}

/// The folders that hold context for the given paths: for a file its own folder, and for all of them every folder above, up to the one with `.git`.
pub(in crate::project) fn context_folders(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for path in paths {
        let start = if path.is_file() {
            path.parent().map(FilePath::to_owned).unwrap_or_default()
        } else {
            path.clone()
        };
        let Ok(real) =
            std::fs::canonicalize(if start.as_os_str().is_empty() { FilePath::new(".") } else { &start })
        else {
            continue;
        };
        if path.is_file() {
            folders.push(normal(&start));
        }
        let Some(height) = real.ancestors().position(|folder| folder.join(".git").exists()) else { continue };
        let mut up = start.clone();
        for _ in 0..height {
            up.push("..");
            folders.push(normal(&up));
        }
    }
    folders.dedup();
    folders
}

fn normal(path: &FilePath) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

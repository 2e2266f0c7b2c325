//! The paths that diffs name: from the root of the repository, where `git apply` is run, whatever path was given.

use std::path::{Path, PathBuf};

use crate::project::{Files, Reach, SourceFile, shown};

/// The folder that the paths of a run's diffs start from.
#[derive(Clone, Debug, Default)]
pub(in crate::plan) struct PatchRoot {
    /// Where files of several repositories may be written: the folder around all of these.
    around: Option<PathBuf>,
}

impl PatchRoot {
    pub(in crate::plan) fn of(files: &Files) -> Self {
        let writable = files.iter().map(|(_, file)| file).filter(|file| file.reach == Reach::Writable);
        let mut roots: Vec<&Path> = writable.map(|file| &*file.repository.root).collect();
        roots.sort_unstable();
        roots.dedup();
        let Some((first, others)) = roots.split_first().filter(|(_, others)| !others.is_empty()) else {
            return Self::default();
        };
        let around = first.ancestors().find(|up| others.iter().all(|root| root.starts_with(up)));
        Self { around: around.map(Path::to_owned) }
    }

    /// The path of a file from there, with `/`.
    pub(in crate::plan) fn name(&self, file: &SourceFile) -> String {
        let root = &file.repository.root;
        let below = self.around.as_ref().and_then(|around| root.strip_prefix(around).ok());
        below.map_or_else(|| file.inside.clone(), |below| shown(&below.join(&file.inside)))
    }
}

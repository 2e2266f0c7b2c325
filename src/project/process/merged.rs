//! Which compose files are merged into one project: those that `COMPOSE_FILE` names, else the one that compose finds by itself and its
//! override.
//!
//! See <https://docs.docker.com/compose/how-tos/environment-variables/envvars/#compose_file> and
//! <https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/>. What `COMPOSE_FILE` names is looked for where compose is
//! started, beside the `.env`; all other paths start from the folder of the first file (run with compose 2.40 and 5.6).

use std::path::{Path as FilePath, PathBuf};

use super::included::{self, Included};
use crate::project::platform::written::resolve;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::OVERRIDES;
use crate::project::repository::place::{FileId, Place};

/// The variable that names the files.
pub(in crate::project) const VARIABLE: &str = "COMPOSE_FILE";

/// Names of files that compose finds by itself, in the order in which it looks for them.
pub(in crate::project) const BASES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The files of each project.
#[derive(Debug)]
pub(in crate::project) struct Merged {
    told: Vec<List>,
    pub(super) included: Vec<Included>,
}

/// Compose files that are merged, the weakest first.
#[derive(Clone, Debug)]
pub(in crate::project) struct List {
    /// The names as written, each with the file if it is here.
    named: Vec<(String, Option<FileId>)>,
    /// The `.env` that names them; `None` where compose finds them by itself.
    pub env: Option<FileId>,
}

impl List {
    /// Those that are here.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.named.iter().filter_map(|(_, file)| *file)
    }

    /// Where those are named that are not here, and their names.
    pub fn missing(&self) -> Option<(Place, String)> {
        let place = Place::env(self.env?, VARIABLE);
        let names: Vec<&str> =
            self.named.iter().filter(|(_, file)| file.is_none()).map(|(name, _)| &**name).collect();
        (!names.is_empty()).then(|| (place, names.join(", ")))
    }

    /// Those of them over a file, the weakest first.
    pub fn over(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.files().skip_while(move |one| *one != file).skip(1)
    }
}

impl Merged {
    /// The projects among the files.
    pub fn new(files: &Files) -> Self {
        let env_files =
            files.iter().filter(|(_, file)| file.path.file_name().is_some_and(|name| name == ".env"));
        Self {
            told: env_files.filter_map(|(id, _)| told(files, id)).collect(),
            included: included::all(files),
        }
    }

    /// The files that compose merges with this one; `None` where it takes this one alone.
    pub fn with(&self, files: &Files, file: FileId) -> Option<List> {
        let naming = self.told.iter().filter(|list| list.files().any(|one| one == file));
        let near = |list: &&List| list.env.map_or(0, |env| files.get(env).path.components().count());
        naming
            .max_by_key(near)
            .cloned()
            .or_else(|| self.together(files, file))
            .or_else(|| self.found(files, file))
    }

    /// Whether compose takes a file without being given its name.
    pub fn takes(&self, files: &Files, file: FileId) -> bool {
        self.with(files, file).is_some() || is_base(files, file)
    }

    /// Several files that another one includes as one.
    fn together(&self, files: &Files, file: FileId) -> Option<List> {
        let mut all = self.included.iter().filter(|one| one.files.len() > 1);
        let named = all.find(|one| one.files.contains(&file))?.files.iter();
        Some(List { named: named.map(|id| (files.get(*id).shown.clone(), Some(*id))).collect(), env: None })
    }

    /// A file that compose finds by itself, and its override: where nothing names others.
    fn found(&self, files: &Files, file: FileId) -> Option<List> {
        let here = folder(files, file);
        if self.told.iter().any(|list| list.env.is_some_and(|env| folder(files, env) == here)) {
            return None;
        }
        let first = |names: &[&str]| names.iter().find_map(|name| files.find(&here.join(name)));
        let named = [first(&BASES)?, first(&OVERRIDES)?].map(|id| (files.get(id).shown.clone(), Some(id)));
        named.iter().any(|(_, id)| *id == Some(file)).then(|| List { named: named.into(), env: None })
    }
}

/// The files that an env file tells compose to merge.
fn told(files: &Files, env: FileId) -> Option<List> {
    let written = names(files, env)?;
    let file = |name: &String| path(folder(files, env), name).and_then(|path| files.find(&path));
    Some(List {
        named: written.into_iter().map(|name| (name.clone(), file(&name))).collect(),
        env: Some(env),
    })
}

/// The paths of the compose files that an env file names.
pub(in crate::project) fn paths(files: &Files, env: FileId) -> Vec<PathBuf> {
    let of = |name: String| path(folder(files, env), &name);
    names(files, env).into_iter().flatten().filter_map(of).collect()
}

fn names(files: &Files, env: FileId) -> Option<Vec<String>> {
    let text = |name: &str| files.env(env)?.get(name).map(|entry| entry.value.into_owned());
    let written = text(VARIABLE).filter(|text| !text.is_empty())?;
    let separator = text("COMPOSE_PATH_SEPARATOR").filter(|text| !text.is_empty());
    // On Windows it is `;`.
    let usual = if written.contains(':') { ":" } else { ";" };
    Some(written.split(separator.as_deref().unwrap_or(usual)).map(str::to_owned).collect())
}

/// What a name stands for; `None` where something is filled in.
fn path(folder: &FilePath, name: &str) -> Option<PathBuf> {
    resolve(folder, name).filter(|_| name.trim() == name)
}

/// Whether compose finds a file without being told.
fn is_base(files: &Files, file: FileId) -> bool {
    files.get(file).path.file_name().is_some_and(|name| BASES.iter().any(|base| name == *base))
}

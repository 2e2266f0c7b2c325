//! Compose files that another one includes: in which folder the paths start that they name, and which env files fill them in.
//!
//! See <https://docs.docker.com/reference/compose-file/include/> (run with compose 2.40 and 5.6).

use std::path::{Path as FilePath, PathBuf};

use crate::document::{Kind, Node, Path};
use crate::project::platform::compose::MOST;
use crate::project::platform::nodes::scalar;
use crate::project::platform::written::resolve;
use crate::project::process::merged::{List, Merged};
use crate::project::repository::file::{Files, folder};
use crate::project::repository::place::FileId;

/// An item of `include:`.
#[derive(Debug)]
pub(in crate::project) struct Included {
    /// The file that says it.
    by: FileId,
    /// The files that it names and that are here, the weakest first.
    pub files: Vec<FileId>,
    folder: PathBuf,
    /// The env files that fill them in, the strongest first.
    env_files: Vec<PathBuf>,
}

/// What compose files include.
pub(in crate::project) fn all(files: &Files) -> Vec<Included> {
    let lists = files.iter().filter_map(|(id, _)| Some((id, files.node(id, 0, &Path::keys(["include"]))?)));
    let items = lists.flat_map(|(id, list)| list.resolve().items().map(move |item| (id, item.resolve())));
    items.filter_map(|(id, item)| included(files, id, item)).collect()
}

fn included(files: &Files, by: FileId, item: Node<'_>) -> Option<Included> {
    let here = folder(files, by);
    let named = |key: &str| item.get(key).map(|node| texts(here, node)).unwrap_or_default();
    let paths = if item.kind() == Kind::Scalar { texts(here, item) } else { named("path") };
    let beside = || Some(paths.first()?.parent().unwrap_or(FilePath::new("")).to_owned());
    let folder = match scalar(item, "project_directory") {
        Some(written) => resolve(here, &written)?,
        None => beside()?,
    };
    let env_files = match named("env_file") {
        none if none.is_empty() => vec![folder.join(".env")],
        all => all.into_iter().rev().collect(),
    };
    let found = paths.iter().filter_map(|path| files.find(path)).collect();
    Some(Included { by, files: found, folder, env_files })
}

/// The paths in a text, or in a list of them.
fn texts(folder: &FilePath, node: Node<'_>) -> Vec<PathBuf> {
    let node = node.resolve();
    let texts: Vec<_> = match node.kind() {
        Kind::Sequence => node.items().map(|item| item.resolve().text().into_owned()).collect(),
        _ => vec![node.text().into_owned()],
    };
    texts.iter().filter_map(|text| resolve(folder, text)).collect()
}

impl Merged {
    /// The folder in which the paths of a project start whose first file this is, and the env files that fill it in, the strongest first:
    /// where compose is started, then in that folder. What is included gets what fills in the file that includes it before its own.
    pub fn around(&self, files: &Files, first: FileId, list: Option<&List>) -> (PathBuf, Vec<FileId>) {
        self.around_at(files, first, list, 0)
    }

    fn around_at(
        &self,
        files: &Files,
        first: FileId,
        list: Option<&List>,
        depth: usize,
    ) -> (PathBuf, Vec<FileId>) {
        let told = list.and_then(|list| list.env);
        let by = self.included.iter().find(|one| one.files.contains(&first));
        let (own, mut fillers, env_files) = match by.filter(|_| told.is_none() && depth < MOST) {
            None => {
                let own = folder(files, first).to_owned();
                let beside = vec![own.join(".env")];
                (own, told.into_iter().collect(), beside)
            }
            Some(one) => {
                let list = self.with(files, one.by);
                let first = list.iter().flat_map(List::files).next().unwrap_or(one.by);
                let (_, fillers) = self.around_at(files, first, list.as_ref(), depth + 1);
                (one.folder.clone(), fillers, one.env_files.clone())
            }
        };
        fillers.extend(env_files.iter().filter_map(|path| files.find(path)));
        fillers.retain(|id| files.env(*id).is_some());
        fillers.dedup();
        (own, fillers)
    }
}

//! What Kubernetes objects are called.

use crate::document::{Node, Path, Step};

use crate::project::platform::nodes::scalar;
use crate::project::repository::discover::is_sample_name;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::place::{At, FileId, Place};

/// The path of the object that a path leads into.
pub fn object_of(path: &Path) -> Path {
    match path.steps() {
        [list @ Step::Key(key), item @ Step::Index(_), ..] if key == "items" => {
            Path(vec![list.clone(), item.clone()])
        }
        _ => Path::root(),
    }
}

/// What an object is called: its kind, name and namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The kind.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The namespace, if the object says one.
    pub namespace: Option<String>,
}

/// What an object is called, if it says so.
pub fn called(object: Node<'_>) -> Option<Called> {
    let metadata = object.get("metadata")?.resolve();
    let namespace = scalar(metadata, "namespace");
    Some(Called { kind: scalar(object, "kind")?, name: scalar(metadata, "name")?, namespace })
}

/// What the object around a path is called.
pub fn called_around(files: &Files, file: FileId, doc: usize, path: &Path) -> Option<Called> {
    called(files.node(file, doc, &object_of(path))?)
}

/// An object among the files.
#[derive(Clone, Debug)]
pub struct NamedObject {
    /// The file.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// The object.
    pub path: Path,
    /// The namespace, if it says one.
    pub namespace: Option<String>,
}

/// Those of some objects of one name that something in the object around a place may mean: of its repository and namespace, and the one
/// beside it, if only one is.
pub fn meant<'o>(
    files: &Files,
    from: &Place,
    named: impl Iterator<Item = &'o NamedObject>,
) -> Vec<&'o NamedObject> {
    let At::Yaml { doc, path } = &from.at else { return Vec::new() };
    let space = called_around(files, from.file, *doc, path).and_then(|called| called.namespace);
    let here = |one: &&NamedObject| {
        files.same_repository(one.file, from.file)
            && !is_sample(files, one.file, from.file)
            && (one.namespace.is_none() || space.is_none() || one.namespace == space)
    };
    let found: Vec<&NamedObject> = named.filter(here).collect();
    let beside = |one: &&&NamedObject| folder(files, one.file) == folder(files, from.file);
    let near: Vec<&NamedObject> = found.iter().filter(beside).copied().collect();
    if near.len() == 1 { near } else { found }
}

/// Whether a file only shows people what to make themselves, and the one that names it does not.
fn is_sample(files: &Files, file: FileId, from: FileId) -> bool {
    let named = |id: FileId| {
        let name = files.get(id).path.file_name().map(|name| name.to_string_lossy());
        name.is_some_and(|name| is_sample_name(&name))
    };
    named(file) && !named(from)
}

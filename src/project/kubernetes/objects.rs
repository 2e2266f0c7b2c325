//! What Kubernetes objects are called.

use crate::document::{Node, Path, Step};

use crate::project::platform::nodes::scalar;
use crate::project::repository::file::Files;
use crate::project::repository::place::FileId;

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

//! Kubernetes objects in a document: the document itself, or the items of a `kind: List`.

use crate::document::{Kind, Node, Path};

use crate::project::platform::nodes::scalar;

/// The objects of a document, each with its path.
pub fn objects(root: Node<'_>) -> Vec<(Path, Node<'_>)> {
    let is_list = scalar(root, "kind").is_some_and(|kind| kind == "List");
    let items = root.get("items").filter(|items| is_list && items.kind() == Kind::Sequence);
    match items {
        Some(items) => {
            let path = Path::keys(["items"]);
            items.items().enumerate().map(|(index, item)| (path.child(index), item)).collect()
        }
        None => vec![(Path::root(), root)],
    }
}

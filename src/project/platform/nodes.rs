//! How what stands in a document is looked up: keys, texts, paths.

use crate::document::{Kind, Node, Path};

/// The node at a path, aliases not followed.
pub(in crate::project) fn descend<'a>(root: Node<'a>, path: &Path) -> Option<Node<'a>> {
    path.steps().iter().try_fold(root, |node, step| match step {
        crate::document::Step::Key(key) => node.get(key),
        crate::document::Step::Index(index) => node.items().nth(*index),
        crate::document::Step::Inside => None,
    })
}

/// The value of a key in a mapping: its own, or what a merge key brings; of an alias in what that stands for.
pub fn get<'a>(mapping: Node<'a>, key: &str) -> Option<Node<'a>> {
    let mapping = mapping.resolve();
    mapping.get(key).or_else(|| mapping.merged(key))
}

/// The text of a scalar below a mapping.
pub fn scalar(node: Node<'_>, key: &str) -> Option<String> {
    let value = node.get(key)?.resolve();
    (value.kind() == Kind::Scalar && !value.text().is_empty()).then(|| value.text().into_owned())
}

/// Whether an image reference is LiteLLM's proxy (and not the database or a sidecar that merely has it in its name's path).
pub fn is_litellm_image(image: &str) -> bool {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rsplit('/').next().unwrap_or(name);
    let repository = last.split(':').next().unwrap_or(last);
    repository.starts_with("litellm") || repository.ends_with("litellm")
}

/// Whether an expression without quotes stands for all of a node: a mapping in a mapping, until the template is filled in.
pub fn is_expression(node: Node<'_>) -> bool {
    node.kind() == Kind::Mapping && node.source().starts_with("{{")
}

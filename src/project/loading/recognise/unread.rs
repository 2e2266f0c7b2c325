//! What runs LiteLLM in a shape that is not read.

use crate::document::{Kind, Node, Path};

use super::{OFFICIAL, Role, What, scalar};
use crate::project::platform::nodes::is_litellm_image;

/// Kinds that mention an image or a chart and run nothing by it.
const IDLE: [&str; 9] = [
    "ConfigMap",
    "Secret",
    "Job",
    "CronJob",
    "ImageRepository",
    "ImagePolicy",
    "ImageUpdateAutomation",
    "HelmRepository",
    "OCIRepository",
];

/// The document as something that runs LiteLLM, if an image or a chart of LiteLLM's says so; `shape` names it for humans.
pub(super) fn process(root: Node<'_>, doc: usize, shape: &str) -> Option<Role> {
    // Steps of a build run it for tests only.
    let build = ["jobs", "stages", "steps", "pipelines"].iter().any(|key| root.get(key).is_some());
    if IDLE.contains(&shape) || build {
        return None;
    }
    let custom = shape == "LiteLLMProxy";
    let runs = custom || has_image(root, 0) || has_chart(root, 0);
    let article = if shape == "values" { "values of an unknown chart" } else { shape };
    runs.then(|| Role { doc, path: Path::root(), what: What::UnreadProcess, why: article.to_owned() })
}

/// So deep may an image stand.
const DEPTH: usize = 16;

fn has_image(node: Node<'_>, depth: usize) -> bool {
    let is_image = |key: Node<'_>, value: Node<'_>| {
        let value = value.resolve();
        key.text() == "image"
            && match value.kind() {
                Kind::Scalar => is_litellm_image(&value.text()),
                _ => scalar(value, "repository").is_some_and(|repository| is_litellm_image(&repository)),
            }
    };
    depth < DEPTH
        && (node.entries().any(|(key, value)| is_image(key, value) || has_image(value, depth + 1))
            || node.items().any(|item| has_image(item, depth + 1)))
}

fn has_chart(node: Node<'_>, depth: usize) -> bool {
    let is_chart = |key: Node<'_>, value: Node<'_>| {
        matches!(&*key.text(), "chart" | "name")
            && value.kind() == Kind::Scalar
            && value.text().rsplit('/').next() == Some(OFFICIAL)
    };
    depth < DEPTH
        && (node.entries().any(|(key, value)| is_chart(key, value) || has_chart(value, depth + 1))
            || node.items().any(|item| has_chart(item, depth + 1)))
}

//! `HelmRelease` of Flux: values files of the chart, then `valuesFrom` in its order, then `values`:
//! <https://fluxcd.io/flux/components/helm/helmreleases/#values>.

use crate::document::{Node, Path};

use super::{Envelope, ValuesKind, called};
use crate::project::platform::ObjectKind;
use crate::project::platform::nodes::{is_expression, scalar};

/// What says what is merged.
const MERGES: [&str; 7] =
    ["chart", "spec", "valuesFiles", "valuesFile", "valuesFrom", "values", "postRenderers"];

/// The release of a document.
pub fn all(root: Node<'_>) -> Vec<Envelope> {
    let spec = root.get("spec").map(Node::resolve);
    let Some(spec) = spec.filter(|_| scalar(root, "kind").as_deref() == Some("HelmRelease")) else {
        return Vec::new();
    };
    let chart = spec.get("chart").and_then(|chart| chart.resolve().get("spec")).map(Node::resolve);
    let at = Path::keys(["spec"]);
    let in_chart = at.join(&Path::keys(["chart", "spec"]));
    let mut release = Envelope {
        called: called(root),
        // A path in a repository may lead to any folder.
        chart: chart
            .and_then(|chart| scalar(chart, "chart"))
            .filter(|name| !name.starts_with('.') || name.ends_with("litellm-helm")),
        version: in_chart.child("version"),
        ..Envelope::new("Flux HelmRelease", at.clone(), &MERGES)
    };
    for key in ["valuesFiles", "valuesFile"] {
        if let Some(files) = chart.and_then(|chart| chart.get(key)) {
            release.add(in_chart.child(key), ValuesKind::Unread(super::listed(files)));
        }
    }
    release.each(spec.get("valuesFrom"), &at.child("valuesFrom"), from);
    release.here(root, at.child("values"));
    if spec.get("postRenderers").is_some_and(|node| !node.resolve().is_empty()) {
        release.patched.push(at.child("postRenderers"));
    }
    vec![release]
}

/// What an item of `valuesFrom` gives.
fn from(item: Node<'_>) -> Option<ValuesKind> {
    let name = scalar(item, "name").unwrap_or_default();
    let object = format!("{} {name}", scalar(item, "kind").unwrap_or_else(|| "an object".into()));
    let object = object.trim().to_owned();
    let target = scalar(item, "targetPath");
    if target.is_some() || item.get("targetPath").is_some_and(is_expression) {
        return Some(super::parameter(target, None, Some(object)));
    }
    let key = scalar(item, "valuesKey").unwrap_or_else(|| "values.yaml".into());
    Some(match ObjectKind::of(item) {
        Some(kind) => ValuesKind::Entry { kind, name, key },
        None => ValuesKind::Unread(object),
    })
}

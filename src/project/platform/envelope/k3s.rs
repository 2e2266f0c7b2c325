//! `HelmChart` of k3s and RKE2: `valuesContent`, then `valuesSecrets`, then `set`, which are Helm's `--values` and `--set`. The values of a
//! `HelmChartConfig` with the same name come between: <https://docs.k3s.io/add-ons/helm#helmchart-field-definitions>.

use crate::document::{Node, Path};

use super::{Envelope, Typed, ValuesKind, called};
use crate::project::platform::nodes::scalar;

/// The release of a document.
pub fn all(root: Node<'_>) -> Vec<Envelope> {
    let kind = scalar(root, "kind").unwrap_or_default();
    let spec = root.get("spec").map(Node::resolve);
    let Some(spec) = spec.filter(|_| matches!(&*kind, "HelmChart" | "HelmChartConfig")) else {
        return Vec::new();
    };
    let at = Path::keys(["spec"]);
    let mut release = Envelope {
        called: called(root),
        chart: scalar(spec, "chart"),
        version: at.child("version"),
        over: kind == "HelmChartConfig",
        ..Envelope::new("HelmChart of k3s", at.clone(), &["valuesContent", "valuesSecrets", "set"])
    };
    release.here(root, at.child("valuesContent"));
    release.each(spec.get("valuesSecrets"), &at.child("valuesSecrets"), |item| {
        Some(ValuesKind::Unread(format!("Secret {}", scalar(item, "name").unwrap_or_default())))
    });
    for (name, value) in spec.get("set").map(Node::resolve).into_iter().flat_map(Node::entries) {
        let name = name.text().into_owned();
        let value = value.resolve();
        // Plain numbers go with `--set`, and so do the words that mean something to it; other texts with `--set-string`.
        let word = matches!(value.text().to_ascii_lowercase().as_str(), "true" | "false" | "null");
        let plain = value.style() == crate::document::Style::Plain;
        let text = value.text().into_owned();
        let typed =
            if word || (plain && text.parse::<i64>().is_ok()) { Typed::Set(text) } else { Typed::Text(text) };
        let at = at.child("set").child(&*name);
        release.add(at, super::parameter(Some(name), Some(typed), None));
    }
    vec![release]
}

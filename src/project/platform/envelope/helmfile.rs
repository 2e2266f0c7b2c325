//! Releases of helmfile: the items of `values` in order, then the files of `secrets`, then `set`:
//! <https://helmfile.readthedocs.io/en/latest/#configuration>.

use crate::document::{Kind, Node, Path};

use super::{Envelope, Typed, ValuesKind, beside, is_template};
use crate::project::platform::nodes::{get, scalar};

/// What says what is merged.
const MERGES: [&str; 11] = [
    "inherit",
    "values",
    "valuesTemplate",
    "secrets",
    "set",
    "setTemplate",
    "setString",
    "<<",
    "strategicMergePatches",
    "jsonPatches",
    "transformers",
];

/// The releases of a document.
pub fn all(root: Node<'_>) -> Vec<Envelope> {
    if root.get("kind").is_some() {
        return Vec::new();
    }
    let list = root.get("releases").map(Node::resolve).into_iter().flat_map(Node::items).enumerate();
    let of = |(index, release): (usize, Node<'_>)| {
        let release = release.resolve();
        let chart = get(release, "chart").map(|chart| chart.resolve().text().into_owned())?;
        Some(of_chart(root, release, &Path::keys(["releases"]).child(index), chart))
    };
    list.filter_map(of).collect()
}

fn of_chart(root: Node<'_>, node: Node<'_>, at: &Path, chart: String) -> Envelope {
    let mut release =
        Envelope { version: at.child("version"), ..Envelope::new("helmfile", at.clone(), &MERGES) };
    if chart.starts_with('.') {
        let path = format!("{}/values.yaml", chart.trim_end_matches('/'));
        release.add(at.child("chart"), ValuesKind::Default(beside(path)));
        release.folder = Some(beside(chart));
    } else {
        release.chart = Some(chart);
    }
    // What a template of releases gives comes first.
    for key in ["<<", "inherit"] {
        let brings = match node.get(key).map(Node::resolve) {
            Some(merged) if key == "<<" => {
                node.get("values").is_none()
                    && (merged.get("values").is_some() || merged.kind() != Kind::Mapping)
            }
            other => other.is_some(),
        };
        if brings {
            release.add(at.child(key), ValuesKind::Unread(format!("`{key}` of the release")));
        }
    }
    let values = at.child("values");
    for (index, item) in node.get("values").map(Node::resolve).into_iter().flat_map(Node::items).enumerate() {
        match item.kind() {
            Kind::Scalar => release.add(values.child(index), file(&item.text())),
            Kind::Mapping => release.here(root, values.child(index)),
            _ => {}
        }
    }
    for key in ["valuesTemplate", "secrets"] {
        release.each(node.get(key), &at.child(key), |item| {
            let name = item.text().into_owned();
            let named = item.kind() == Kind::Scalar && !name.is_empty();
            Some(ValuesKind::Unread(if named { name } else { format!("an item of `{key}`") }))
        });
    }
    for key in ["set", "setTemplate", "setString"] {
        let own = |item| parameter(item, key);
        release.each(node.get(key), &at.child(key), own);
    }
    let patches = ["strategicMergePatches", "jsonPatches", "transformers"];
    release.patched =
        patches.iter().filter(|key| node.get(key).is_some()).map(|key| at.child(*key)).collect();
    release
}

/// A file of values; a template of one, a pattern or an address is not read.
fn file(written: &str) -> ValuesKind {
    let elsewhere = written.contains("://") || written.contains("::") || written.starts_with('/');
    match is_template(written) || elsewhere || written.contains('*') || written.ends_with(".gotmpl") {
        true => ValuesKind::Unread(written.to_owned()),
        false => ValuesKind::File(beside(written)),
    }
}

fn parameter(item: Node<'_>, key: &str) -> Option<ValuesKind> {
    let value = item.get("value").map(Node::resolve).filter(|value| value.kind() == Kind::Scalar);
    let value = value.map(|value| value.text().into_owned());
    let value = value.filter(|value| key != "setTemplate" && !is_template(value));
    let typed = if key == "setString" { Typed::Text } else { Typed::Set };
    Some(super::parameter(scalar(item, "name"), value.map(typed), None))
}

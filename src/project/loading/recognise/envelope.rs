//! What wraps the values of a chart: a release of Flux, an application of Argo CD, a chart of k3s, a file of helmfile.

use crate::document::{Kind, Node, Path, Style, Yaml};

use super::{OFFICIAL, scalar};

/// Where values of a chart stand in a document.
pub(super) struct Envelope {
    /// The mapping, or the text that holds it.
    pub path: Path,
    /// What wraps them, for humans.
    pub wrapper: &'static str,
    /// Whether the chart is named that runs everything in one pod.
    pub official: bool,
}

/// The values in a document, apart from a document that is nothing but values.
pub(super) fn all(root: Node<'_>) -> Vec<Envelope> {
    let Some(kind) = scalar(root, "kind") else { return helmfile(root) };
    let spec = root.get("spec").map(Node::resolve);
    match kind.as_str() {
        "HelmRelease" => {
            let chart = spec.and_then(|spec| spec.get("chart")?.get("spec"));
            let official = chart.is_some_and(|chart| names_official(chart, "chart"));
            vec![Envelope { path: Path::keys(["spec", "values"]), wrapper: "Flux HelmRelease", official }]
        }
        "HelmChart" | "HelmChartConfig" => {
            let official = spec.is_some_and(|spec| names_official(spec, "chart"));
            let path = Path::keys(["spec", "valuesContent"]);
            vec![Envelope { path, wrapper: "HelmChart of k3s", official }]
        }
        "Application" => argo(root, &Path::keys(["spec"]), "Argo CD application"),
        "ApplicationSet" => argo(root, &Path::keys(["spec", "template", "spec"]), "Argo CD application set"),
        _ => Vec::new(),
    }
}

/// The values, as a mapping, at the place of an envelope.
pub(super) fn values(yaml: &Yaml, doc: usize, envelope: &Envelope) -> Option<(Path, bool)> {
    let node = yaml.get(doc, &envelope.path)?;
    let text = node.style() == Style::Literal;
    Some((
        if text { envelope.path.child(crate::document::Step::Inside) } else { envelope.path.clone() },
        text,
    ))
}

fn names_official(node: Node<'_>, key: &str) -> bool {
    scalar(node, key).is_some_and(|name| name.trim_end_matches('/').rsplit('/').next() == Some(OFFICIAL))
}

/// The values of each source of an application.
fn argo(root: Node<'_>, spec: &Path, wrapper: &'static str) -> Vec<Envelope> {
    let Some(node) = crate::project::platform::nodes::descend(root, spec) else { return Vec::new() };
    let mut sources: Vec<(Path, Node<'_>)> =
        node.get("source").map(|source| (spec.child("source"), source)).into_iter().collect();
    let list = node.get("sources").into_iter().flat_map(Node::items).enumerate();
    sources.extend(list.map(|(index, source)| (spec.child("sources").child(index), source)));
    let of = |(path, source): (Path, Node<'_>)| {
        let official = names_official(source, "chart") || names_official(source, "path");
        ["values", "valuesObject"].map(|key| Envelope {
            path: path.join(&Path::keys(["helm", key])),
            wrapper,
            official,
        })
    };
    sources.into_iter().flat_map(of).collect()
}

/// The values that stand in a helmfile itself.
fn helmfile(root: Node<'_>) -> Vec<Envelope> {
    let releases = root.get("releases").into_iter().flat_map(Node::items).enumerate();
    let of = |(index, release): (usize, Node<'_>)| {
        let official = names_official(release, "chart");
        let path = Path::keys(["releases"]).child(index).child("values");
        let items = release.get("chart").and(release.get("values"));
        let items: Vec<(usize, Node<'_>)> = items.into_iter().flat_map(Node::items).enumerate().collect();
        let mappings = items.iter().filter(|(_, item)| item.kind() == Kind::Mapping).count();
        // Of several that are merged, the one with the configuration stands for all.
        let main = |(_, item): &(usize, Node<'_>)| {
            mappings == 1
                || ["proxy_config", "controllers", "gateway"].iter().any(|key| item.get(key).is_some())
        };
        let main = items.into_iter().filter(main);
        main.map(|(item, _)| Envelope { path: path.child(item), wrapper: "helmfile", official })
            .collect::<Vec<_>>()
    };
    releases.flat_map(of).collect()
}

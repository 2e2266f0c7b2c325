//! Applications of Argo CD: the chart's own values, then `valueFiles`, then `valuesObject` or else `values`, then `parameters`:
//! <https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-value-precedence>.

use crate::document::{Node, Path};

use super::{Envelope, StartsAt, Typed, ValuesKind, Written, called, is_template};
use crate::project::platform::nodes::{descend, scalar};

/// A release for each source of an application with a chart.
pub fn all(root: Node<'_>) -> Vec<Envelope> {
    let (wrapper, spec) = match scalar(root, "kind").as_deref() {
        Some("Application") => ("Argo CD application", Path::keys(["spec"])),
        Some("ApplicationSet") => ("Argo CD application set", Path::keys(["spec", "template", "spec"])),
        _ => return Vec::new(),
    };
    let Some(node) = descend(root, &spec) else { return Vec::new() };
    let patches = patches(root);
    let mut sources: Vec<(Path, Node<'_>)> =
        node.get("source").map(|source| (spec.child("source"), source.resolve())).into_iter().collect();
    let list = node.get("sources").into_iter().flat_map(Node::items).enumerate();
    sources.extend(list.map(|(index, source)| (spec.child("sources").child(index), source.resolve())));
    let all: Vec<Node<'_>> = sources.iter().map(|(_, source)| *source).collect();
    let of = |(path, source): &(Path, Node<'_>)| {
        let mut release = Envelope {
            called: called(root),
            at: spec.clone(),
            ..release(root, wrapper, path, *source, &all)
        };
        let patch = |key: &Path| ValuesKind::Unread(format!("`{}`", key.last_key().unwrap_or_default()));
        patches.iter().for_each(|key| release.add(key.clone(), patch(key)));
        release
    };
    sources.iter().filter(|(_, source)| is_chart(*source)).map(of).collect()
}

/// What an application set puts over the sources of its applications: <https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Template/>.
fn patches(root: Node<'_>) -> Vec<Path> {
    let spec = Path::keys(["spec"]);
    let generators = spec.child("generators");
    let list = descend(root, &generators).into_iter().flat_map(Node::items).enumerate();
    let of_generator = |(index, generator): (usize, Node<'_>)| {
        let at = generators.child(index);
        let kinds = generator.resolve().entries();
        kinds.map(|(kind, _)| at.child(&*kind.text()).child("template")).collect::<Vec<_>>()
    };
    let all = list.flat_map(of_generator).chain([spec.child("templatePatch")]);
    all.filter(|path| descend(root, path).is_some_and(|node| node.source().contains("source"))).collect()
}

/// What says what is merged.
const MERGES: [&str; 8] =
    ["source", "sources", "helm", "valueFiles", "valuesObject", "values", "parameters", "fileParameters"];

/// Whether a source may be a chart.
fn is_chart(source: Node<'_>) -> bool {
    source.get("chart").is_some() || source.get("helm").is_some()
}

fn release(root: Node<'_>, wrapper: &'static str, at: &Path, source: Node<'_>, all: &[Node<'_>]) -> Envelope {
    let text = |key: &str| scalar(source, key);
    let folder = text("path").zip(text("repoURL")).filter(|_| source.get("chart").is_none());
    let folder = folder.map(|(path, url)| Written { path, from: StartsAt::Repository(url) });
    let mut release = Envelope {
        chart: text("chart"),
        version: at.child("targetRevision"),
        ..Envelope::new(wrapper, at.clone(), &MERGES)
    };
    if let Some(folder) = &folder {
        release.version = Path::root();
        let path = format!("{}/values.yaml", folder.path.trim_end_matches('/'));
        release.add(at.child("path"), ValuesKind::Default(Written { path, from: folder.from.clone() }));
    }
    let helm = source.get("helm").map(Node::resolve);
    let here = at.child("helm");
    let files = helm.and_then(|helm| helm.get("valueFiles"));
    release.each(files, &here.child("valueFiles"), |item| Some(file(&item.text(), folder.as_ref(), all)));
    release.folder = folder;
    let object = helm.is_some_and(|helm| helm.get("valuesObject").is_some_and(|node| !node.is_empty()));
    release.here(root, here.child(if object { "valuesObject" } else { "values" }));
    let list = |key: &str| helm.and_then(|helm| helm.get(key));
    release.each(list("parameters"), &here.child("parameters"), parameter);
    release.each(list("fileParameters"), &here.child("fileParameters"), |item| {
        Some(super::parameter(scalar(item, "name"), None, None))
    });
    release
}

fn parameter(item: Node<'_>) -> Option<ValuesKind> {
    let value = item.get("value").map(|value| value.resolve().text().into_owned());
    let typed = match scalar(item, "forceString").as_deref() {
        Some("true") => Typed::Text,
        _ => Typed::Set,
    };
    let value = value.filter(|value| !is_template(value)).map(typed);
    Some(super::parameter(scalar(item, "name"), value, None))
}

/// The file of an item: `$ref/path` in the repository of that source, `/path` from the root of the chart's, else below its folder.
fn file(written: &str, folder: Option<&Written>, all: &[Node<'_>]) -> ValuesKind {
    let unread = || ValuesKind::Unread(written.to_owned());
    let of_reference = |name: &str| {
        let named = all.iter().find(|source| scalar(**source, "ref").as_deref() == Some(name));
        named.and_then(|source| scalar(*source, "repoURL"))
    };
    let (path, url) = match (written.strip_prefix('$').and_then(|rest| rest.split_once('/')), folder) {
        (Some((name, path)), _) => (Some(path.to_owned()), of_reference(name)),
        (None, Some(Written { path, from: StartsAt::Repository(url) })) => {
            let path = match written.strip_prefix('/') {
                Some(rest) => rest.to_owned(),
                None => format!("{}/{written}", path.trim_end_matches('/')),
            };
            (Some(path), Some(url.clone()))
        }
        _ => (None, None),
    };
    match path.zip(url) {
        Some((path, url)) if !is_template(&path) && !path.contains("://") => {
            ValuesKind::File(Written { path, from: StartsAt::Repository(url) })
        }
        _ => unread(),
    }
}

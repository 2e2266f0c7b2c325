//! Releases that hand values to a chart: Flux `HelmRelease`, Argo CD `Application` and `ApplicationSet`.

use std::collections::HashMap;
use std::path::Path as FilePath;

use crate::document::{Kind, Node, Path, Step};

use super::{Covers, PROCESS, Part, SourceKind, Unseen};
use crate::project::installation::links::holder as object_around;
use crate::project::installation::parts::{Layer, Parts, values_scalar};
use crate::project::platform::ObjectKind;
use crate::project::platform::nodes::scalar;
use crate::project::process::Process;
use crate::project::repository::file::Files;
use crate::project::repository::kind::{Flavor, What as Kinds};
use crate::project::repository::place::{FileId, Place};

/// The sources that stand beside the values of a release.
pub fn around(files: &Files, parts: &Parts) -> Vec<Unseen> {
    let of_process = |process: &Process| {
        let values = process.platform.values(&process.path)?;
        let layer = Layer { file: process.file, doc: process.doc, base: values.clone(), config: values };
        Some(beside(files, &layer).into_iter().filter_map(to_process).collect::<Vec<_>>())
    };
    let processes = parts.processes.iter().filter_map(of_process).flatten();
    parts.layers.iter().flat_map(|layer| beside(files, layer)).chain(processes).collect()
}

/// A source beside the values that describe a process: what it can set of that.
fn to_process(one: Unseen) -> Option<Unseen> {
    let parts = match &one.covers {
        Covers::All => PROCESS.to_vec(),
        Covers::Parts(parts) => parts.iter().copied().filter(|part| PROCESS.contains(part)).collect(),
        Covers::Values(path) => {
            let mut keys = path.steps().iter().filter_map(|step| match step {
                Step::Key(key) => Some(part_of_word(key)),
                _ => None,
            });
            let last = keys.rfind(|parts| parts.len() == 1);
            last.map_or_else(|| PROCESS.to_vec(), <[Part]>::to_vec)
        }
    };
    (!parts.is_empty()).then_some(Unseen { covers: Covers::Parts(parts), ..one })
}

fn beside(files: &Files, layer: &Layer) -> Vec<Unseen> {
    let Some(root) = files.node(layer.file, layer.doc, &Path::root()) else { return Vec::new() };
    let Some((holder, values)) = holder(&layer.base) else { return Vec::new() };
    let Some(node) = files.node(layer.file, layer.doc, &holder) else { return Vec::new() };
    let place = |path: Path| Place::yaml(layer.file, layer.doc, path);
    match scalar(root, "kind").as_deref() {
        Some("HelmRelease") => flux(node, &holder, &values, &place),
        Some("Application" | "ApplicationSet") => argo(node, &holder, &values, &place),
        Some("HelmChart" | "HelmChartConfig") => k3s(node, &holder, &values, &place),
        None => helmfile(node, &holder, &values, &place),
        _ => Vec::new(),
    }
}

/// The mapping that holds the values of a release (`spec`, `helm`), and the path of the values themselves.
fn holder(base: &Path) -> Option<(Path, Path)> {
    let at = base.steps().iter().position(
        |step| matches!(step, Step::Key(key) if matches!(key.as_str(), "values" | "valuesObject" | "valuesInline" | "valuesContent")),
    )?;
    let inside = matches!(base.steps().get(at + 1), Some(Step::Inside | Step::Index(_)));
    let values = Path(base.steps()[..=at + usize::from(inside)].to_vec());
    Some((Path(base.steps()[..at].to_vec()), values))
}

/// Flux merges `valuesFrom` in order, and the inline values over all of it:
/// <https://fluxcd.io/flux/components/helm/helmreleases/#values>.
fn flux(spec: Node<'_>, holder: &Path, values: &Path, place: &dyn Fn(Path) -> Place) -> Vec<Unseen> {
    let mut found = Vec::new();
    let list = spec.get("valuesFrom").map(Node::resolve);
    for (index, item) in list.into_iter().flat_map(Node::items).enumerate() {
        let text = |key: &str| scalar(item.resolve(), key);
        let object = format!(
            "{} {}",
            text("kind").unwrap_or_else(|| "an object".into()),
            text("name").unwrap_or_default()
        );
        let covers = match text("targetPath") {
            Some(target) => Covers::Values(values.join(&parameter(&target))),
            None => Covers::All,
        };
        let place = place(holder.child("valuesFrom").child(index));
        found.push(Unseen {
            covers,
            wins: false,
            what: SourceKind::ValuesFrom(object.trim().to_owned()),
            place,
        });
    }
    let chart = spec.get("chart").and_then(|chart| chart.resolve().get("spec")).map(Node::resolve);
    let own = chart.and_then(|chart| chart.get("valuesFiles").or(chart.get("valuesFile")));
    if let Some(own) = own {
        let path = holder.child("chart").child("spec").child("valuesFiles");
        let what = SourceKind::ValuesFiles(shown_list(own));
        found.push(Unseen { covers: Covers::All, wins: false, what, place: place(path) });
    }
    if let Some(renderers) = spec.get("postRenderers").filter(|node| !node.resolve().is_empty()) {
        let parts = super::kustomize::touched(renderers.resolve());
        if !parts.is_empty() {
            let place = place(holder.child("postRenderers"));
            found.push(Unseen {
                covers: Covers::Parts(parts),
                wins: true,
                what: SourceKind::PostRenderer,
                place,
            });
        }
    }
    found
}

/// Parameters win over inline values, and those over the files:
/// <https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-value-precedence>.
fn argo(helm: Node<'_>, holder: &Path, values: &Path, place: &dyn Fn(Path) -> Place) -> Vec<Unseen> {
    let mut found = Vec::new();
    if let Some(list) = helm.get("valueFiles").filter(|list| !list.resolve().is_empty()) {
        let what = SourceKind::ValuesFiles(shown_list(list));
        let place = place(holder.child("valueFiles"));
        found.push(Unseen { covers: Covers::All, wins: false, what, place });
    }
    for key in ["parameters", "fileParameters"] {
        let list = helm.get(key).map(Node::resolve);
        for (index, item) in list.into_iter().flat_map(Node::items).enumerate() {
            let Some(name) = scalar(item.resolve(), "name") else { continue };
            let covers = Covers::Values(values.join(&parameter(&name)));
            let place = place(holder.child(key).child(index));
            found.push(Unseen { covers, wins: true, what: SourceKind::Parameter(name), place });
        }
    }
    found
}

/// `set` wins over the text of values, as with Helm's own options; Secrets with values stand beside it:
/// <https://docs.k3s.io/add-ons/helm#helmchart-field-definitions>.
fn k3s(spec: Node<'_>, holder: &Path, values: &Path, place: &dyn Fn(Path) -> Place) -> Vec<Unseen> {
    let mut found = Vec::new();
    for (name, _) in spec.get("set").map(Node::resolve).into_iter().flat_map(Node::entries) {
        let (name, place) = (name.text().into_owned(), place(holder.child("set").child(&*name.text())));
        let covers = Covers::Values(values.join(&parameter(&name)));
        found.push(Unseen { covers, wins: true, what: SourceKind::Parameter(name), place });
    }
    for (index, item) in
        spec.get("valuesSecrets").map(Node::resolve).into_iter().flat_map(Node::items).enumerate()
    {
        let object = format!("Secret {}", scalar(item.resolve(), "name").unwrap_or_default());
        let place = place(holder.child("valuesSecrets").child(index));
        found.push(Unseen { covers: Covers::All, wins: true, what: SourceKind::ValuesFrom(object), place });
    }
    found
}

/// The items of `values` are merged in order, then come the files of `secrets`, then `set`:
/// <https://helmfile.readthedocs.io/en/latest/#configuration>.
fn helmfile(release: Node<'_>, holder: &Path, values: &Path, place: &dyn Fn(Path) -> Place) -> Vec<Unseen> {
    let Some(Step::Index(own)) = values.steps().last() else { return Vec::new() };
    let mut found = Vec::new();
    for key in ["values", "secrets"] {
        for (index, item) in release.get(key).map(Node::resolve).into_iter().flat_map(Node::items).enumerate()
        {
            if key == "values" && index == *own {
                continue;
            }
            let what = match item.kind() {
                Kind::Scalar => SourceKind::ValuesFiles(item.text().into_owned()),
                _ => SourceKind::ValuesFiles(format!("item {} of `{key}`", index + 1)),
            };
            let wins = key == "secrets" || index > *own;
            found.push(Unseen {
                covers: Covers::All,
                wins,
                what,
                place: place(holder.child(key).child(index)),
            });
        }
    }
    for (index, item) in release.get("set").map(Node::resolve).into_iter().flat_map(Node::items).enumerate() {
        let Some(name) = scalar(item.resolve(), "name") else { continue };
        let covers = Covers::Values(values.join(&parameter(&name)));
        let place = place(holder.child("set").child(index));
        found.push(Unseen { covers, wins: true, what: SourceKind::Parameter(name), place });
    }
    found
}

/// The path of a parameter: `envVars.LITELLM_LOG`, `extraEnvVars[0].value`. What stands behind an index counts as the whole list.
fn parameter(name: &str) -> Path {
    let mut keys = vec![String::new()];
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => keys.last_mut().into_iter().for_each(|key| key.extend(chars.next())),
            '.' => keys.push(String::new()),
            '[' => break,
            c => keys.last_mut().into_iter().for_each(|key| key.push(c)),
        }
    }
    Path(keys.into_iter().filter(|key| !key.is_empty()).map(Step::Key).collect())
}

fn shown_list(list: Node<'_>) -> String {
    let list = list.resolve();
    match list.kind() {
        Kind::Sequence => {
            list.items().map(|item| item.resolve().text().into_owned()).collect::<Vec<_>>().join(", ")
        }
        _ => list.text().into_owned(),
    }
}

/// A list of values files in a release.
pub struct ValuesFiles {
    release: FileId,
    place: Place,
    /// The files here that its items name.
    files: Vec<Option<FileId>>,
    /// Whether values or parameters come over them.
    inline: bool,
}

/// The lists of values files in all releases.
pub fn lists_of_values(files: &Files) -> Vec<ValuesFiles> {
    let of = |(id, doc): (FileId, usize)| {
        let root = files.node(id, doc, &Path::root())?;
        let lists = values_files(root).into_iter().map(move |(path, written, inline)| ValuesFiles {
            release: id,
            place: Place::yaml(id, doc, path),
            files: written.iter().map(|one| find(files, id, root, one)).collect(),
            inline,
        });
        Some(lists)
    };
    files.with_role(Kinds::Release).map(|(id, role)| (id, role.doc)).filter_map(of).flatten().collect()
}

/// A release that merges the values in a file of this installation with others.
pub fn merged(files: &Files, all: &[ValuesFiles], parts: &Parts) -> Vec<Unseen> {
    let layers: Vec<FileId> = parts.layers.iter().map(|layer| layer.file).collect();
    let main = parts.main();
    let others =
        |list: &[Option<FileId>]| list.iter().any(|one| one.is_none_or(|one| !layers.contains(&one)));
    let mut found = Vec::new();
    for list in all {
        let Some(at) = list.files.iter().rposition(|one| *one == Some(main.file)) else { continue };
        if !files.same_repository(list.release, main.file) {
            continue;
        }
        let later = list.inline || others(&list.files[at + 1..]);
        if later || others(&list.files[..at]) {
            found.push(Unseen {
                covers: Covers::All,
                wins: later,
                what: SourceKind::MergedInto(files.get(list.release).shown.clone()),
                place: list.place.clone(),
            });
        }
    }
    found
}

/// The Flux release that takes the values of this installation through an object which kustomize generates from their file.
pub fn takes_generated(files: &Files, parts: &Parts) -> Option<Unseen> {
    let main = parts.main();
    let same = |id: &FileId| files.same_repository(*id, main.file);
    let of = |what: Kinds| files.with_role(what).map(|(id, role)| (id, role.doc)).filter(|(id, _)| same(id));
    let mut taking: Vec<FileId> = of(Kinds::Kustomization).map(|(id, _)| id).collect();
    taking.dedup();
    let names: Vec<(ObjectKind, String)> = taking
        .into_iter()
        .flat_map(|id| crate::project::kubernetes::kustomize::generated(files, id, main.file))
        .collect();
    if names.is_empty() {
        return None;
    }
    of(Kinds::Release).find_map(|(id, doc)| {
        let spec = files.node(id, doc, &Path::keys(["spec"]))?.resolve();
        let object = |item: Node<'_>| Some((ObjectKind::of(item)?, scalar(item, "name")?));
        let from: Vec<_> =
            spec.get("valuesFrom")?.resolve().items().filter_map(|item| object(item.resolve())).collect();
        let at = from.iter().rposition(|object| names.contains(object))?;
        let inline = spec.get("values").is_some_and(|values| !values.resolve().is_empty());
        let wins = inline || at + 1 < from.len();
        let what = SourceKind::MergedInto(files.get(id).shown.clone());
        let covers = if wins || at > 0 { Covers::All } else { Covers::Parts(Vec::new()) };
        Some(Unseen { covers, wins, what, place: Place::yaml(id, doc, Path::root()) })
    })
}

/// Each list of values files in a release: where it stands, its items, and whether values or parameters come over them.
pub fn values_files(root: Node<'_>) -> Vec<(Path, Vec<String>, bool)> {
    let mut found = Vec::new();
    lists(root, &Path::root(), &mut found);
    found
}

fn lists(node: Node<'_>, path: &Path, found: &mut Vec<(Path, Vec<String>, bool)>) {
    for (key, value) in node.entries() {
        let here = path.child(key.text().into_owned());
        if key.text() == "valueFiles" && value.resolve().kind() == Kind::Sequence {
            let over = ["values", "valuesObject", "parameters", "fileParameters"];
            let inline = over.iter().any(|key| {
                node.get(key).is_some_and(|value| {
                    let value = value.resolve();
                    (value.kind() == Kind::Scalar || !value.is_empty()) && !value.source().is_empty()
                })
            });
            let items = value.resolve().items().map(|item| item.resolve().text().into_owned()).collect();
            found.push((here, items, inline));
        } else {
            lists(value, &here, found);
        }
    }
    for (index, item) in node.items().enumerate() {
        lists(item, &path.child(index), found);
    }
}

/// The file that a release names: `$ref/path` and `/path` from the root of a repository, else below the path of a source.
fn find(files: &Files, release: FileId, root: Node<'_>, written: &str) -> Option<FileId> {
    let from_root = match written.strip_prefix('$') {
        Some(rest) => rest.split_once('/')?.1,
        None => written.strip_prefix('/').unwrap_or(written),
    };
    let bases: Vec<String> = if written.starts_with(['$', '/']) {
        vec![String::new()]
    } else {
        let spec = root.get("spec").map(Node::resolve)?;
        let template =
            spec.get("template").and_then(|template| template.resolve().get("spec")).map(Node::resolve);
        let spec = template.unwrap_or(spec);
        let sources = spec.get("sources").map(Node::resolve).into_iter().flat_map(Node::items);
        spec.get("source")
            .into_iter()
            .chain(sources)
            .filter_map(|one| scalar(one.resolve(), "path"))
            .collect()
    };
    bases.iter().find_map(|base| {
        let wanted = crate::project::platform::written::resolve(FilePath::new(base), from_root)?;
        files
            .iter()
            .find(|(id, file)| files.same_repository(*id, release) && file.path.ends_with(&wanted))
            .map(|(id, _)| id)
    })
}

/// The names of ConfigMaps that values of litellm-helm take their configuration from: which installation's they are, and where it is named.
pub type Named = HashMap<String, Vec<(usize, Place)>>;

/// All ConfigMaps that values name.
pub fn named(files: &Files, all: &[Parts]) -> Named {
    let mut named = Named::new();
    for (at, other) in all.iter().enumerate().filter(|(_, other)| other.is_litellm_helm()) {
        if let Some((name, place)) = values_scalar(files, other, &["proxyConfigMap", "name"]) {
            named.entry(name).or_default().push((at, place));
        }
    }
    named
}

/// Those that name the ConfigMap of this installation.
fn naming<'n>(
    files: &'n Files,
    named: &'n Named,
    parts: &'n Parts,
) -> impl Iterator<Item = &'n (usize, Place)> {
    let own = object_around(files, parts).filter(|(kind, _)| *kind == ObjectKind::ConfigMap);
    let own = own.filter(|_| parts.flavor == Flavor::ConfigMap);
    let all = own.and_then(|(_, own)| named.get(&own)).into_iter().flatten();
    all.filter(|(_, place)| files.same_repository(place.file, parts.main().file))
}

/// The values that name the ConfigMap of this installation: their release runs it.
pub fn names(files: &Files, named: &Named, parts: &Parts) -> Option<Unseen> {
    let (_, place) = naming(files, named, parts).next()?;
    Some(Unseen {
        covers: Covers::Parts(PROCESS.to_vec()),
        wins: false,
        what: SourceKind::Release(files.get(place.file).shown.clone()),
        place: place.clone(),
    })
}

/// The installation whose release runs the configuration of this one; [`None`] too where several may.
pub fn runs(files: &Files, named: &Named, parts: &Parts) -> Option<usize> {
    let mut all = naming(files, named, parts);
    all.next().filter(|_| all.next().is_none()).map(|(at, _)| *at)
}

/// The part that a word in a patch belongs to.
pub(super) fn part_of_word(word: &str) -> &'static [Part] {
    match word {
        "env" | "envFrom" | "envVars" | "extraEnvVars" | "environmentSecrets" => &[Part::Environment],
        "image" | "images" | "newTag" | "digest" => &[Part::Image],
        "replicas" | "replicaCount" => &[Part::Replicas],
        "args" | "command" => &[Part::Command],
        "data" | "proxy_config" => &[Part::Config],
        "ServiceMonitor" | "serviceMonitor" => &[Part::ServiceMonitor],
        "livenessProbe"
        | "readinessProbe"
        | "startupProbe"
        | "resources"
        | "terminationGracePeriodSeconds" => &[Part::Pod],
        "values" => &[Part::Config, Part::Environment, Part::Command, Part::Image, Part::Replicas, Part::Pod],
        _ => &[],
    }
}

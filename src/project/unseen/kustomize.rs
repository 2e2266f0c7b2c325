//! Kustomizations: what they change in the files that they take.

use std::collections::BTreeSet;
use std::path::{Path as FilePath, PathBuf};

use crate::document::{Kind, Node, Path};

use super::super::file::Files;
use super::super::kind::{What as Kinds, is_litellm_image, scalar};
use super::super::parts::{Parts, folder};
use super::super::place::{FileId, Place};
use super::super::process::resolve;
use super::release::part_of_word;
use super::{Covers, Part, Unseen, What};

/// What the kustomizations that take a file of this installation, directly or through others, change in it.
pub fn changes(files: &Files, parts: &Parts) -> Vec<Unseen> {
    let mut own: Vec<FileId> = parts.layers.iter().chain(&parts.includes).map(|layer| layer.file).collect();
    own.extend(parts.processes.iter().map(|process| process.file));
    let mut all: Vec<(FileId, Node<'_>)> = files
        .with_role(Kinds::Kustomization)
        .filter(|(id, _)| files.same_repository(*id, parts.main().file))
        .filter_map(|(id, _)| Some((id, files.node(id, 0, &Path::root())?)))
        .collect();
    if all.is_empty() {
        return Vec::new();
    }
    all.dedup_by_key(|(id, _)| *id);
    let mut paths: BTreeSet<PathBuf> = own.iter().map(|id| files.get(*id).path.clone()).collect();
    let mut taking: Vec<FileId> = Vec::new();
    loop {
        let next = all.iter().find(|(id, node)| {
            !taking.contains(id) && takes(folder(files, *id), *node).iter().any(|path| paths.contains(path))
        });
        let Some((id, node)) = next else { break };
        taking.push(*id);
        // What takes this folder, takes what it takes; a component changes what its user takes.
        paths.insert(folder(files, *id).to_owned());
        let components = node.get("components").map(Node::resolve);
        for component in components.into_iter().flat_map(Node::items) {
            let Some(path) = resolve(folder(files, *id), &component.text()) else { continue };
            taking.extend(all.iter().map(|(id, _)| *id).filter(|id| folder(files, *id) == path));
        }
    }
    taking.dedup();
    let of = |id: &FileId| {
        let node = files.node(*id, 0, &Path::root())?;
        let found = changed(node);
        (!found.is_empty()).then(|| Unseen {
            covers: Covers::Parts(found),
            wins: true,
            what: What::Kustomization(files.get(*id).shown.clone()),
            place: Place::yaml(*id, 0, Path::root()),
        })
    };
    taking.iter().filter_map(of).collect()
}

/// The files and folders that a kustomization takes.
pub fn takes(folder: &FilePath, root: Node<'_>) -> Vec<PathBuf> {
    let mut written: Vec<String> = Vec::new();
    let texts = |node: Node<'_>| -> Vec<String> {
        node.resolve().items().map(|item| item.resolve().text().into_owned()).collect()
    };
    for key in ["resources", "bases", "components"] {
        written.extend(root.get(key).into_iter().flat_map(texts));
    }
    let generators = root.get("configMapGenerator").map(Node::resolve);
    for generator in generators.into_iter().flat_map(Node::items) {
        let files = generator.resolve().get("files").into_iter().flat_map(texts);
        written.extend(files.map(|file| file.rsplit('=').next().unwrap_or_default().to_owned()));
    }
    written.iter().filter_map(|one| resolve(folder, one)).collect()
}

/// The names of the ConfigMaps that a kustomization generates from a file.
pub(super) fn generated(files: &Files, kustomization: FileId, file: FileId) -> Vec<String> {
    let Some(root) = files.node(kustomization, 0, &Path::root()) else { return Vec::new() };
    let here = folder(files, kustomization);
    let generators = root.get("configMapGenerator").map(Node::resolve);
    let of = |generator: Node<'_>| {
        let list = generator.get("files")?.resolve();
        let takes = list.items().any(|item| {
            let text = item.resolve().text().into_owned();
            let written = text.rsplit('=').next().unwrap_or_default().to_owned();
            resolve(here, &written).and_then(|path| files.find(&path)) == Some(file)
        });
        scalar(generator, "name").filter(|_| takes)
    };
    generators.into_iter().flat_map(Node::items).filter_map(|item| of(item.resolve())).collect()
}

/// The parts that a kustomization changes in what it takes.
fn changed(root: Node<'_>) -> Vec<Part> {
    let mut found = Vec::new();
    let list = |key: &str| root.get(key).map(Node::resolve).into_iter().flat_map(Node::items);
    for key in ["patches", "patchesStrategicMerge", "patchesJson6902"] {
        found.extend(list(key).flat_map(|patch| of_patch(patch.resolve())));
    }
    let image = |item: Node<'_>| scalar(item.resolve(), "name").is_some_and(|name| is_litellm_image(&name));
    if list("images").any(image) {
        found.push(Part::Image);
    }
    if list("replicas").next().is_some() {
        found.push(Part::Replicas);
    }
    let overlaid =
        |item: Node<'_>| matches!(scalar(item.resolve(), "behavior").as_deref(), Some("merge" | "replace"));
    if list("configMapGenerator").any(|item| overlaid(item) && item.resolve().get("files").is_some()) {
        found.push(Part::Config);
    }
    if list("configMapGenerator").chain(list("secretGenerator")).any(overlaid) {
        found.push(Part::Environment);
    }
    if ["replacements", "transformers"].iter().any(|key| list(key).next().is_some()) {
        found.extend(EVERYTHING);
    }
    found.dedup();
    found
}

const EVERYTHING: [Part; 6] =
    [Part::Config, Part::Environment, Part::Command, Part::Image, Part::Replicas, Part::Pod];

/// What a patch touches; one in a file of its own may touch everything.
fn of_patch(patch: Node<'_>) -> Vec<Part> {
    let kind = patch.get("target").and_then(|target| scalar(target.resolve(), "kind"));
    let ours = [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "Pod",
        "ConfigMap",
        "HelmRelease",
        "Application",
        "HelmChart",
        "ServiceMonitor",
    ];
    if kind.is_some_and(|kind| !ours.iter().any(|one| kind.contains(one))) {
        return Vec::new();
    }
    let inline =
        if patch.kind() == Kind::Scalar { patch.text().contains('\n') } else { patch.get("patch").is_some() };
    if inline { touched(patch) } else { EVERYTHING.to_vec() }
}

/// The parts whose keys stand in a text, also in the paths of a JSON patch.
pub(super) fn touched(node: Node<'_>) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let text = node.source();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        for part in part_of_word(word) {
            if !found.contains(part) {
                found.push(*part);
            }
        }
    }
    found
}

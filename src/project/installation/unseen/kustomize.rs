//! Kustomizations: what they change in the files that they take.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::document::{Kind, Node, Path};

use super::release::part_of_word;
use super::{Covers, Part, SourceKind, Unseen};
use crate::project::installation::parts::Parts;
use crate::project::kubernetes::autoscalers::{self, Naming};
use crate::project::kubernetes::kustomize::patches::{KustomizePatch, is_plain};
use crate::project::kubernetes::kustomize::{self, Kustomizations, patches, takes};
use crate::project::kubernetes::objects::called;
use crate::project::platform::nodes::{is_litellm_image, scalar};
use crate::project::platform::objects::objects;
use crate::project::platform::written::resolve;
use crate::project::process::Process;
use crate::project::process::autoscaler::AutoscalerKind;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::{Flavor, What as Kinds};
use crate::project::repository::place::{FileId, Place};

/// What the kustomizations that take a file of this installation, directly or through others, change in it; of one result those alone
/// that make it.
pub fn changes(
    files: &Files,
    kustomizations: &Kustomizations,
    parts: &Parts,
    result: Option<FileId>,
) -> Vec<Unseen> {
    let mut own: Vec<FileId> = parts.layers.iter().chain(&parts.includes).map(|layer| layer.file).collect();
    own.extend(parts.processes.iter().map(|process| process.file));
    let charts: Vec<FileId> = parts.deployed.iter().map(|release| release.file).collect();
    own.extend(&charts);
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
    // What changes the objects of a kustomization changes those of its charts.
    let mut taking: Vec<FileId> = all.iter().map(|(id, _)| *id).filter(|id| charts.contains(id)).collect();
    paths.extend(taking.iter().map(|id| folder(files, *id).to_owned()));
    let makes: BTreeSet<FileId> = own
        .iter()
        .flat_map(|file| kustomizations.stacks(files, *file))
        .filter(|stack| stack.last().copied() == result)
        .flatten()
        .collect();
    loop {
        let next = all.iter().find(|(id, node)| {
            !taking.contains(id)
                && (result.is_none() || makes.contains(id))
                && takes(folder(files, *id), *node).iter().any(|path| paths.contains(path))
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
    // A configuration that is generated here is the one that is deployed, or another installation.
    let generated =
        parts.flavor == Flavor::Config && kustomizations.deploying(files, parts.main().file).is_some();
    let scaling = autoscalers::all_naming(files, kustomizations, parts.containers());
    // The containers for which all that this kustomization does is looked up.
    let read = |id: FileId| -> Vec<&Process> {
        let all = parts.containers().all(|one| one.stack.contains(&id));
        parts.containers().filter(|_| all).collect()
    };
    let of = |id: &FileId| {
        let node = files.node(*id, 0, &Path::root())?;
        let mut found = changed(files, *id, node, &read(*id), &scaling);
        let scales = read(*id).is_empty() && scaling.iter().any(|one| one.in_some_results.contains(id));
        if scales && !found.contains(&Part::Replicas) {
            found.push(Part::Replicas);
        }
        if !generated && overlaid(node).any(|one| one.get("files").is_some()) {
            found.push(Part::Config);
        }
        (!found.is_empty()).then(|| Unseen {
            covers: Covers::Parts(found),
            wins: true,
            weaker: Vec::new(),
            what: SourceKind::Kustomization(files.get(*id).shown.clone()),
            place: Place::yaml(*id, 0, Path::root()),
        })
    };
    taking.iter().filter_map(of).collect()
}

/// Whether a kustomization, one of its patches or of its env files has a word.
pub fn says(files: &Files, id: FileId, word: &str) -> bool {
    let Some(root) = files.node(id, 0, &Path::root()) else { return false };
    let named = kustomize::names(folder(files, id), root);
    let found = named.iter().filter_map(|path| files.find(path));
    std::iter::once(id).chain(found).any(|id| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        files.text(id).split(|c| !is_part(c)).any(|own| own == word)
    })
}

/// The parts that a kustomization changes in what it takes, apart from what is looked up for these containers.
fn changed(files: &Files, id: FileId, root: Node<'_>, read: &[&Process], scaling: &[Naming]) -> Vec<Part> {
    let mut found = Vec::new();
    let list = |key: &str| root.get(key).map(Node::resolve).into_iter().flat_map(Node::items);
    for patch in patches::patches(files, id, root) {
        let followed = || read.iter().all(|process| patches::is_read(files, &patch, process));
        if scales_others(files, &patch, scaling) {
            continue;
        }
        if read.is_empty() || !followed() || !patch.is_of_workload(files) {
            let entry = files.node(id, 0, &patch.entry).map(Node::resolve);
            found.extend(entry.into_iter().flat_map(|entry| of_patch(entry, patch.content(files))));
        }
    }
    let image = |item: Node<'_>| scalar(item.resolve(), "name").is_some_and(|name| is_litellm_image(&name));
    if read.is_empty() && list("images").any(image) {
        found.push(Part::Image);
    }
    if read.is_empty() && list("replicas").next().is_some() {
        found.push(Part::Replicas);
    }
    if read.is_empty() && overlaid(root).next().is_some() {
        found.push(Part::Environment);
    }
    if ["replacements", "transformers"].iter().any(|key| list(key).next().is_some()) {
        found.extend(EVERYTHING);
    }
    found.dedup();
    found
}

/// What a kustomization generates over what those below it generate.
fn overlaid<'a>(root: Node<'a>) -> impl Iterator<Item = Node<'a>> + use<'a> {
    let over = |item: &Node<'_>| matches!(scalar(*item, "behavior").as_deref(), Some("merge" | "replace"));
    kustomize::generators(root).map(|(_, one)| one).filter(over)
}

/// Whether a patch is for autoscalers alone, and for none that is for a workload of ours.
fn scales_others(files: &Files, patch: &KustomizePatch, scaling: &[Naming]) -> bool {
    let ours = |name: &str| scaling.iter().any(|one| one.name == name);
    let is_autoscaler = |kind: &str| AutoscalerKind::ALL.iter().any(|one| one.name() == kind);
    let entry = files.node(patch.kustomization, 0, &patch.entry).map(Node::resolve);
    if let Some(target) = entry.and_then(|entry| entry.get("target")).map(Node::resolve) {
        let other = scalar(target, "name").is_some_and(|name| is_plain(&name) && !ours(&name));
        return other && scalar(target, "kind").is_some_and(|kind| is_autoscaler(&kind));
    }
    let of_another = |object| called(object).is_some_and(|one| is_autoscaler(&one.kind) && !ours(&one.name));
    patch.content(files).is_some_and(|root| objects(root).into_iter().all(|(_, object)| of_another(object)))
}

const EVERYTHING: [Part; 6] =
    [Part::Config, Part::Environment, Part::Command, Part::Image, Part::Replicas, Part::Pod];

/// What a patch touches; one in a file that is not read may touch everything.
fn of_patch(patch: Node<'_>, content: Option<Node<'_>>) -> Vec<Part> {
    let kind = patch.get("target").and_then(|target| scalar(target.resolve(), "kind"));
    let ours = [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "Pod",
        "ConfigMap",
        "Secret",
        "HelmRelease",
        "Application",
        "HelmChart",
        "ServiceMonitor",
        AutoscalerKind::Horizontal.name(),
        AutoscalerKind::ScaledObject.name(),
    ];
    if kind.is_some_and(|kind| !ours.iter().any(|one| kind.contains(one))) {
        return Vec::new();
    }
    let inline =
        if patch.kind() == Kind::Scalar { patch.text().contains('\n') } else { patch.get("patch").is_some() };
    match content {
        Some(content) => touched(content),
        None if inline => touched(patch),
        None => EVERYTHING.to_vec(),
    }
}

/// The parts whose keys stand in a text, also in the paths of a JSON patch.
pub(super) fn touched(node: Node<'_>) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let text = node.source();
    let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let is_name = |word: &str| {
        let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        word.len() > 1 && word.bytes().all(is_part) && word.starts_with(|c: char| c.is_ascii_uppercase())
    };
    // Entries of an object are variables where they have such names.
    let entries: &[Part] =
        if words().any(is_name) { &[Part::Config, Part::Environment] } else { &[Part::Config] };
    for word in words() {
        let of_entries = matches!(word, "data" | "stringData");
        for part in if of_entries { entries } else { part_of_word(word) } {
            if !found.contains(part) {
                found.push(*part);
            }
        }
    }
    found
}

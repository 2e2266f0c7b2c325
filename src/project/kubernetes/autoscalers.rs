//! Which autoscalers decide how many pods of a process there are.

use crate::document::{Node, Path};

use crate::project::kubernetes::kustomize::{Kustomizations, Stack, all_patch_files};
use crate::project::kubernetes::objects::{NamedObject, called, called_around, meant};
use crate::project::platform::nodes::scalar;
use crate::project::platform::objects::objects;
use crate::project::platform::{self, Aspect, Runtime};
use crate::project::process::Process;
use crate::project::process::autoscaler::{Autoscaler, AutoscalerKind, target};
use crate::project::repository::file::Files;
use crate::project::repository::kind::{Role, What};
use crate::project::repository::place::FileId;

/// A workload as an autoscaler names it: its kind and its name.
type Target = (String, String);

/// The autoscalers of a document, each with its path.
pub fn of_document(root: Node<'_>) -> Vec<(Path, AutoscalerKind)> {
    let of = |(path, object): (Path, Node<'_>)| Some((path, AutoscalerKind::of(object)?));
    objects(root).into_iter().filter_map(of).collect()
}

/// Whether a text may hold one.
pub fn mentioned(bytes: &[u8]) -> bool {
    AutoscalerKind::ALL.iter().any(|kind| memchr::memmem::find(bytes, kind.name().as_bytes()).is_some())
}

/// The names of the workloads that run LiteLLM.
pub fn wanted(files: &Files) -> Vec<String> {
    let platforms = platform::ALL.into_iter().filter(|one| one.runtime() == Runtime::Kubernetes);
    let roles = platforms.flat_map(|platform| files.with_role(What::Process(platform)));
    let named = roles.filter_map(|(file, role)| called_around(files, file, role.doc, &role.path));
    named.map(|called| called.name).collect()
}

/// Looks up the autoscalers of the processes.
pub fn find<'p>(
    files: &Files,
    kustomizations: &Kustomizations,
    processes: impl Iterator<Item = &'p mut Process>,
) {
    let all = all(files);
    for process in processes.filter(|_| !all.is_empty()) {
        let deployed = |one: &&NamedObject| is_deployed(files, kustomizations, process, one.file);
        let ours = naming(files, kustomizations, &all, process).into_iter().filter(deployed);
        let found = meant(files, &process.place(), ours).into_iter().filter_map(|one| {
            let kind = AutoscalerKind::of(files.node(one.file, one.doc, &one.path)?)?;
            Some(Autoscaler { kind, file: one.file, doc: one.doc, path: one.path.clone() })
        });
        let found = found.collect();
        process.autoscalers = found;
    }
}

/// An autoscaler that names the workload of a process, be it deployed with it or not.
#[derive(Debug)]
pub struct Naming {
    /// What it is called.
    pub name: String,
    /// The kustomizations that take it, where not all results of the process have one.
    pub in_some_results: Vec<FileId>,
}

/// Those that name the workloads of processes.
pub fn all_naming<'p>(
    files: &Files,
    kustomizations: &Kustomizations,
    processes: impl Iterator<Item = &'p Process>,
) -> Vec<Naming> {
    let all = all(files);
    let of = |process: &Process| {
        let naming = naming(files, kustomizations, &all, process).into_iter();
        let found = naming.filter_map(|one| {
            let name = called(files.node(one.file, one.doc, &one.path)?)?.name;
            let lacking = process.autoscalers.is_empty();
            let stacks = if lacking { kustomizations.stacks(files, one.file) } else { Vec::new() };
            Some(Naming { name, in_some_results: stacks.concat() })
        });
        found.collect::<Vec<_>>()
    };
    processes.flat_map(of).collect()
}

/// All autoscalers among the files, each with what it is for. A patch is none.
fn all(files: &Files) -> Vec<(Target, NamedObject)> {
    let mut roles = files.with_role(What::Autoscaler).peekable();
    let patches = if roles.peek().is_some() { all_patch_files(files) } else { Vec::new() };
    let of = |(file, role): (FileId, &Role)| {
        let object = files.node(file, role.doc, &role.path)?;
        let namespace = called(object).and_then(|called| called.namespace);
        let place = NamedObject { file, doc: role.doc, path: role.path.clone(), namespace };
        Some((target(AutoscalerKind::of(object)?, object)?, place))
    };
    roles.filter(|(file, _)| !patches.contains(file)).filter_map(of).collect()
}

/// Those that are for the workload of a process, as it is called in what kustomizations make of it.
fn naming<'o>(
    files: &Files,
    kustomizations: &Kustomizations,
    all: &'o [(Target, NamedObject)],
    process: &Process,
) -> Vec<&'o NamedObject> {
    let called = called_around(files, process.file, process.doc, &process.path);
    let Some(called) = called.filter(|_| process.describes(Aspect::Replicas)) else { return Vec::new() };
    let stacks = stacks(files, kustomizations, process);
    let mut names: Vec<String> =
        stacks.iter().flat_map(|stack| renamed(files, stack, &called.name)).collect();
    names.push(called.name);
    let ours = all.iter().filter(|((kind, name), _)| *kind == called.kind && names.contains(name));
    ours.map(|(_, object)| object).collect()
}

/// The names that the kustomizations of a result give an object, one after the other.
fn renamed(files: &Files, stack: &Stack, name: &str) -> Vec<String> {
    let mut name = name.to_owned();
    let next = |id: &FileId| {
        let root = files.node(*id, 0, &Path::root())?;
        let part = |key: &str| scalar(root, key).unwrap_or_default();
        name = format!("{}{name}{}", part("namePrefix"), part("nameSuffix"));
        Some(name.clone())
    };
    stack.iter().filter_map(next).collect()
}

/// Whether the results that a process is looked at in have a file, or nothing shows that some have it and others not.
fn is_deployed(files: &Files, kustomizations: &Kustomizations, process: &Process, file: FileId) -> bool {
    let theirs = kustomizations.tops(files, file);
    let own = stacks(files, kustomizations, process);
    theirs.is_empty() || own.iter().all(|stack| stack.last().is_some_and(|top| theirs.contains(top)))
}

/// The results that a process is looked at in: one, or all where it is what they have in common.
fn stacks(files: &Files, kustomizations: &Kustomizations, process: &Process) -> Vec<Stack> {
    let mut stacks = kustomizations.stacks(files, process.file);
    if stacks.contains(&process.stack) {
        stacks.retain(|stack| *stack == process.stack);
    }
    stacks
}

//! Kustomizations as layers: which ones take a file, in which order, and what they generate.

pub mod patches;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path as FilePath, PathBuf};

use crate::document::{Node, Path};

use crate::project::platform::ObjectKind;
use crate::project::platform::nodes::scalar;
use crate::project::platform::written::resolve;
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::What;
use crate::project::repository::place::{FileId, Place};

/// So many results of one file are told apart.
const MOST: usize = 64;

/// All kustomizations, by what they take.
#[derive(Debug, Default)]
pub struct Kustomizations {
    /// The kustomizations that take a file or folder.
    users: HashMap<PathBuf, Vec<FileId>>,
}

/// The kustomizations that make one result of a file, the one nearest to the file first.
pub type Stack = Vec<FileId>;

impl Kustomizations {
    /// Those among the files.
    pub fn new(files: &Files) -> Self {
        let mut users: HashMap<PathBuf, Vec<FileId>> = HashMap::new();
        for (id, role) in files.with_role(What::Kustomization) {
            let root = files.node(id, role.doc, &Path::root()).filter(|_| role.doc == 0);
            for path in root.into_iter().flat_map(|root| takes(folder(files, id), root)) {
                let known = users.entry(path).or_default();
                if !known.contains(&id) {
                    known.push(id);
                }
            }
        }
        Self { users }
    }

    /// The results that a file is part of; empty where no kustomization takes it.
    pub fn stacks(&self, files: &Files, file: FileId) -> Vec<Stack> {
        let mut found = Vec::new();
        self.climb(files, &files.get(file).path, &mut Vec::new(), &mut found);
        found
    }

    /// The kustomization at the top of each result that a file is part of.
    pub fn tops(&self, files: &Files, file: FileId) -> Vec<FileId> {
        self.stacks(files, file).into_iter().filter_map(|stack| stack.last().copied()).collect()
    }

    /// Whether two files are parts of one result.
    pub fn join(&self, files: &Files, one: FileId, other: FileId) -> bool {
        let tops = self.tops(files, one);
        self.tops(files, other).iter().any(|top| tops.contains(top))
    }

    /// The kustomizations at the top of the results that deploy a file, which none over it takes the place of; `None` where no kustomization
    /// takes it.
    pub fn deploying(&self, files: &Files, file: FileId) -> Option<BTreeSet<FileId>> {
        let stacks = self.stacks(files, file);
        let deployed = stacks.iter().filter(|stack| replacing(files, stack, file).is_none());
        (!stacks.is_empty()).then(|| deployed.filter_map(|stack| stack.last().copied()).collect())
    }

    /// Where a kustomization takes the place of what those below it generate from a file, if that is so in every result.
    pub fn replacing(&self, files: &Files, file: FileId) -> Option<Place> {
        let stacks = self.stacks(files, file);
        let all: Option<Vec<Place>> = stacks.iter().map(|stack| replacing(files, stack, file)).collect();
        all?.into_iter().next()
    }

    /// The ConfigMaps and Secrets that kustomizations generate from a file for a workload, by their names.
    pub fn generated(&self, files: &Files, file: FileId, workload: FileId) -> Vec<(ObjectKind, String)> {
        let tops = self.tops(files, workload);
        if tops.is_empty() {
            return Vec::new();
        }
        let stacks = self.stacks(files, file);
        let shared = stacks.into_iter().filter(|stack| {
            stack.last().is_some_and(|top| tops.contains(top)) && replacing(files, stack, file).is_none()
        });
        let makers = shared.filter_map(|stack| stack.first().copied());
        let mut names: Vec<_> = makers.flat_map(|id| generated(files, id, file)).collect();
        names.sort();
        names.dedup();
        names
    }

    fn climb(&self, files: &Files, path: &FilePath, below: &mut Stack, found: &mut Vec<Stack>) {
        let users = self.users.get(path).map(Vec::as_slice).unwrap_or_default();
        let mut ended = !below.is_empty();
        for user in users.iter().filter(|user| !below.contains(user)).copied().collect::<Vec<_>>() {
            if found.len() >= MOST {
                return;
            }
            ended = false;
            below.push(user);
            self.climb(files, folder(files, user), below, found);
            below.pop();
        }
        if ended {
            found.push(below.clone());
        }
    }
}

/// The files and folders that a kustomization takes as resources, components or content of a generator.
pub fn takes(folder: &FilePath, root: Node<'_>) -> Vec<PathBuf> {
    let mut written: Vec<String> = Vec::new();
    for key in ["resources", "bases", "components"] {
        written.extend(texts(root, key));
    }
    for (_, generator) in generators(root) {
        written.extend(generator_files(generator).into_iter().map(|(_, file)| file));
    }
    written.iter().filter_map(|one| resolve(folder, one)).collect()
}

/// The files of patches and the env files that a kustomization names.
pub fn names(folder: &FilePath, root: Node<'_>) -> Vec<PathBuf> {
    let mut written: Vec<String> = patch_files(root);
    for (_, generator) in generators(root) {
        written.extend(env_files(generator));
    }
    written.iter().filter_map(|one| resolve(folder, one)).collect()
}

/// The files of patches, as written.
pub fn patch_files(root: Node<'_>) -> Vec<String> {
    let of_path = ["patches", "patchesJson6902"].into_iter().flat_map(|key| items(root, key));
    let mut written: Vec<String> = of_path.filter_map(|patch| scalar(patch, "path")).collect();
    written.extend(texts(root, "patchesStrategicMerge").into_iter().filter(|text| !text.contains('\n')));
    written
}

/// All files that are patches of kustomizations: they describe nothing of their own.
pub fn all_patch_files(files: &Files) -> Vec<FileId> {
    let of = |(id, _): (FileId, _)| {
        let root = files.node(id, 0, &Path::root())?;
        let here = folder(files, id);
        let found = patch_files(root).into_iter().filter_map(|one| files.find(&resolve(here, &one)?));
        Some(found.collect::<Vec<_>>())
    };
    files.with_role(What::Kustomization).filter_map(of).flatten().collect()
}

/// The kustomizations that all results have in common, from the nearest on.
pub fn common(stacks: &[Stack]) -> Stack {
    let Some((first, others)) = stacks.split_first() else { return Vec::new() };
    let shared = |at: &usize| others.iter().all(|other| other.get(*at) == first.get(*at));
    (0..first.len()).take_while(shared).map(|at| first[at]).collect()
}

/// The ConfigMaps and Secrets that a kustomization generates from a file, by their names.
pub fn generated(files: &Files, kustomization: FileId, file: FileId) -> Vec<(ObjectKind, String)> {
    let Some(root) = files.node(kustomization, 0, &Path::root()) else { return Vec::new() };
    let here = folder(files, kustomization);
    let is_it = |written: &String| resolve(here, written).and_then(|path| files.find(&path)) == Some(file);
    let of = |(kind, generator): (ObjectKind, Node<'_>)| {
        let takes = generator_files(generator).iter().any(|(_, written)| is_it(written));
        Some((kind, scalar(generator, "name").filter(|_| takes)?))
    };
    generators(root).filter_map(of).collect()
}

/// Where a kustomization over the one that generates something from a file has other content for it: a generator of the same name that
/// replaces it, or that merges an entry of the same key.
/// <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/>.
fn replacing(files: &Files, stack: &Stack, file: FileId) -> Option<Place> {
    let (maker, above) = stack.split_first()?;
    let names = generated(files, *maker, file);
    above.iter().find_map(|id| {
        let root = files.node(*id, 0, &Path::root())?;
        let over = generators(root).find(|(kind, one)| {
            scalar(*one, "name").is_some_and(|name| names.contains(&(*kind, name)))
                && match scalar(*one, "behavior").as_deref() {
                    Some("replace") => true,
                    Some("merge") => {
                        let keys = generator_files(*one);
                        entries(files, *maker, file).iter().any(|own| keys.iter().any(|(key, _)| key == own))
                    }
                    _ => false,
                }
        });
        Some(Place::yaml(*id, 0, over?.1.path()))
    })
}

/// The keys that a kustomization generates from a file.
fn entries(files: &Files, kustomization: FileId, file: FileId) -> Vec<String> {
    let Some(root) = files.node(kustomization, 0, &Path::root()) else { return Vec::new() };
    let here = folder(files, kustomization);
    let is_it = |written: &str| resolve(here, written).and_then(|path| files.find(&path)) == Some(file);
    let all = generators(root).flat_map(|(_, one)| generator_files(one));
    all.filter(|(_, written)| is_it(written)).map(|(key, _)| key).collect()
}

/// What a kustomization generates ConfigMaps and Secrets of.
pub fn generators<'a>(root: Node<'a>) -> impl Iterator<Item = (ObjectKind, Node<'a>)> + use<'a> {
    ObjectKind::ALL
        .into_iter()
        .flat_map(move |kind| items(root, kind.generator()).map(move |one| (kind, one)))
}

/// The files of a generator: the key of each, and the file as written.
pub fn generator_files(generator: Node<'_>) -> Vec<(String, String)> {
    let named = |text: String| match text.split_once('=') {
        Some((key, file)) => (key.to_owned(), file.to_owned()),
        None => (text.rsplit('/').next().unwrap_or_default().to_owned(), text),
    };
    texts(generator, "files").into_iter().map(named).collect()
}

/// The env files of a generator, as written.
pub fn env_files(generator: Node<'_>) -> Vec<String> {
    texts(generator, "envs").into_iter().chain(scalar(generator, "env")).collect()
}

/// The items of a list below a mapping, aliases followed.
pub fn items<'a>(root: Node<'a>, key: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
    root.get(key).map(Node::resolve).into_iter().flat_map(Node::items).map(Node::resolve)
}

fn texts(node: Node<'_>, key: &str) -> Vec<String> {
    items(node, key).map(|item| item.text().into_owned()).collect()
}

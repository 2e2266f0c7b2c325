//! ConfigMaps whose entries a process takes as variables: objects, and what kustomizations generate.

use std::collections::HashMap;

use crate::document::{Kind, Node, Path, Reader, Syntax};

use crate::project::kubernetes::kustomize::{self, Kustomizations};
use crate::project::kubernetes::objects::{called, called_around, object_of};
use crate::project::platform::nodes::scalar;
use crate::project::platform::objects::objects;
use crate::project::platform::written::resolve;
use crate::project::platform::{self, Block, Runtime};
use crate::project::process::Process;
use crate::project::process::taken::{Entries, Taken};
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::What;
use crate::project::repository::place::{At, FileId, Place};

/// An object: the file, the document, the path and the namespace.
type Object = (FileId, usize, Path, Option<String>);

/// The ConfigMaps among the files.
pub struct ConfigMaps<'a> {
    files: &'a Files,
    kustomizations: &'a Kustomizations,
    /// The objects of each name: the file, the document, the path and the namespace.
    objects: HashMap<String, Vec<Object>>,
    /// What takes the ConfigMap of a name: the file, the document, and the list or reference.
    users: HashMap<String, Vec<(FileId, usize, Path)>>,
}

impl<'a> ConfigMaps<'a> {
    /// Those among the files, and who takes them.
    pub fn new(files: &'a Files, kustomizations: &'a Kustomizations) -> Self {
        let mut maps = Self { files, kustomizations, objects: HashMap::new(), users: HashMap::new() };
        for (id, _) in files.iter() {
            let Some(yaml) = files.yaml(id) else { continue };
            for doc in 0..yaml.documents() {
                let Some(root) = yaml.root(doc) else { continue };
                if root.kind() != Kind::Mapping || root.get("kind").is_none() {
                    continue;
                }
                for (path, object) in objects(root) {
                    maps.add(id, doc, path, object);
                }
            }
        }
        maps
    }

    fn add(&mut self, id: FileId, doc: usize, path: Path, object: Node<'_>) {
        match called(object) {
            Some(called) if called.kind == "ConfigMap" => {
                let known = self.objects.entry(called.name).or_default();
                known.push((id, doc, path, called.namespace));
            }
            _ => {
                for (name, at) in references(object) {
                    self.users.entry(name).or_default().push((id, doc, at));
                }
            }
        }
    }

    /// The ConfigMap that something in the object around a place names, if it is among the files.
    fn find(&self, from: &Place, named: Named) -> Option<Taken> {
        let Named { name, prefix, at, whole: all } = named;
        let stacks = self.kustomizations.stacks(self.files, from.file);
        let common = kustomize::common(&stacks);
        let Generated { mut entries, hashed: whole, mut partial } = self.generated(&common, &name);
        let hashed = !entries.is_empty() && whole.is_some_and(|hashed| hashed);
        if whole.is_none() {
            let object = self.object(from, &name);
            partial |= object.is_empty();
            entries.extend(object);
        }
        if entries.is_empty() {
            return None;
        }
        let users = self.users.get(&name).into_iter().flatten();
        let mut others = users.map(|(file, doc, path)| Place::yaml(*file, *doc, path.clone()));
        let own = |place: &Place| place.file == from.file && around(place) == around(from);
        let same = |place: &Place| self.files.same_repository(place.file, from.file);
        let other = others.find(|place| *place != at && !own(place) && same(place));
        Some(Taken { name, prefix, entries, partial, whole: all, hashed, other })
    }

    /// What kustomizations generate under a name.
    fn generated(&self, stack: &[FileId], name: &str) -> Generated {
        let mut made = Generated { entries: Vec::new(), hashed: None, partial: false };
        for id in stack.iter().rev() {
            let Some(root) = self.files.node(*id, 0, &Path::root()) else { continue };
            let all = root.get("configMapGenerator").map(Node::resolve);
            for (index, generator) in all.into_iter().flat_map(Node::items).enumerate() {
                let generator = generator.resolve();
                if scalar(generator, "name").is_none_or(|own| own != name) {
                    continue;
                }
                let path = Path::keys(["configMapGenerator"]).child(index).child("literals");
                made.entries.push(Entries::Block {
                    file: *id,
                    doc: 0,
                    block: Block { path, syntax: Syntax::Pairs },
                });
                let here = folder(self.files, *id);
                for written in kustomize::env_files(generator).iter().rev() {
                    let file = resolve(here, written).and_then(|path| self.files.find(&path));
                    let file = file.filter(|id| self.files.env(*id).is_some());
                    made.partial |= file.is_none();
                    made.entries.extend(file.map(Entries::EnvFile));
                }
                made.partial |= has_variable_of_a_file(generator);
                if scalar(generator, "behavior").is_none_or(|behavior| behavior != "merge") {
                    let unhashed = [Some(root), Some(generator)].into_iter().flatten().any(|node| {
                        ["generatorOptions", "options"].iter().any(|key| {
                            let options = node.get(key).map(Node::resolve);
                            let text = options.and_then(|node| scalar(node, "disableNameSuffixHash"));
                            text.is_some_and(|text| text == "true")
                        })
                    });
                    return Generated { hashed: Some(!unhashed), ..made };
                }
            }
        }
        made
    }

    /// The object of a name in the namespace of a process.
    fn object(&self, from: &Place, name: &str) -> Vec<Entries> {
        let At::Yaml { doc, path } = &from.at else { return Vec::new() };
        let space = called_around(self.files, from.file, *doc, path).and_then(|called| called.namespace);
        let here = |(file, _, _, own): &&Object| {
            self.files.same_repository(*file, from.file)
                && (own.is_none() || space.is_none() || *own == space)
        };
        let found: Vec<_> = self.objects.get(name).into_iter().flatten().filter(here).collect();
        // Of several of a name it is not visible which one is deployed with the process: the one beside it, if only one is.
        let beside = |one: &&&Object| folder(self.files, one.0) == folder(self.files, from.file);
        let near: Vec<_> = found.iter().filter(beside).collect();
        let one = match (found.as_slice(), near.as_slice()) {
            ([one], _) => one,
            (_, [one]) => one,
            _ => return Vec::new(),
        };
        let (file, doc, path, _) = one;
        let block = Block { path: path.child("data"), syntax: Syntax::Map };
        vec![Entries::Block { file: *file, doc: *doc, block }]
    }
}

/// What kustomizations generate under a name.
struct Generated {
    /// The strongest first.
    entries: Vec<Entries>,
    /// Where one makes it and does not only change it, whether its name gets a hash.
    hashed: Option<bool>,
    /// Whether a part of it is not read.
    partial: bool,
}

/// Whether a generator gives a key that can be a variable the content of a whole file.
fn has_variable_of_a_file(generator: Node<'_>) -> bool {
    kustomize::items(generator, "files").any(|item| {
        let text = item.text();
        let own = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        let key = text.split_once('=').map_or_else(|| own(&text), |(key, _)| key.to_owned());
        // `config.yaml` is no name of a variable.
        !key.contains('.')
    })
}

/// A ConfigMap as it is named.
struct Named {
    name: String,
    prefix: String,
    at: Place,
    whole: bool,
}

/// Finds the ConfigMaps that the processes name.
pub fn take<'p>(
    files: &Files,
    kustomizations: &Kustomizations,
    processes: impl Iterator<Item = &'p mut Process>,
) {
    // Most name none, and then there is nothing to look for.
    let mut maps = None;
    for process in processes.filter(|process| !process.is_compose()) {
        let (from, named) = (process.place(), of_process(files, process));
        if !named.is_empty() {
            let maps = maps.get_or_insert_with(|| ConfigMaps::new(files, kustomizations));
            process.taken = named.into_iter().filter_map(|one| maps.find(&from, one)).collect();
        }
    }
}

/// The names of the ConfigMaps that processes may take variables from.
pub fn wanted(files: &Files) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for platform in platform::ALL.into_iter().filter(|one| one.runtime() == Runtime::Kubernetes) {
        for (file, role) in files.with_role(What::Process(platform)) {
            let node = files.node(file, role.doc, &role.path);
            names.extend(node.into_iter().flat_map(references).map(|(name, _)| name));
        }
    }
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

/// The ConfigMaps that a container names, in order.
fn of_process(files: &Files, process: &Process) -> Vec<Named> {
    let mut found = Vec::new();
    let list = |key: &str| process.node(files).and_then(|node| node.get(key)).map(Node::resolve);
    for (index, item) in list("env").into_iter().flat_map(Node::items).enumerate() {
        let from = item.resolve().get("valueFrom").and_then(|from| from.resolve().get("configMapKeyRef"));
        let Some(name) = from.and_then(|from| scalar(from.resolve(), "name")) else { continue };
        let at = process.place().child("env").item(index).child("valueFrom").child("configMapKeyRef");
        found.push(Named { name, prefix: String::new(), at, whole: false });
    }
    for (index, item) in list("envFrom").into_iter().flat_map(Node::items).enumerate() {
        let from = item.resolve().get("configMapRef");
        let Some(name) = from.and_then(|from| scalar(from.resolve(), "name")) else { continue };
        let prefix = scalar(item.resolve(), "prefix").unwrap_or_default();
        let at = process.place().child("envFrom").item(index).child("configMapRef");
        found.push(Named { name, prefix, at, whole: true });
    }
    found
}

/// The document and the object of it around a place.
fn around(place: &Place) -> Option<(usize, Path)> {
    match &place.at {
        At::Yaml { doc, path } => Some((*doc, object_of(path))),
        _ => None,
    }
}

impl Process {
    /// The whole Secrets and ConfigMaps that it takes variables from and that are not among the files, for humans.
    pub fn untaken(&self, files: &Files) -> Vec<String> {
        let list = self.node(files).and_then(|node| node.get("envFrom")).map(Node::resolve);
        let name = |item: Node<'_>| {
            item.entries().find_map(|(key, reference)| {
                let kind = match &*key.text() {
                    "secretRef" => "Secret",
                    "configMapRef" => "ConfigMap",
                    _ => return None,
                };
                let name = scalar(reference.resolve(), "name").unwrap_or_default();
                let taken = kind == "ConfigMap"
                    && self.taken.iter().any(|one| one.whole && !one.partial && one.name == name);
                (!taken).then(|| format!("{kind} {name}"))
            })
        };
        match list {
            Some(list) if list.kind() == Kind::Sequence => {
                list.items().filter_map(|item| name(item.resolve())).collect()
            }
            Some(list) if !list.is_null(Reader::Go) => vec!["Secrets or ConfigMaps".into()],
            _ => Vec::new(),
        }
    }
}

/// The ConfigMaps that an object names, and where.
fn references(object: Node<'_>) -> Vec<(String, Path)> {
    let mut found = Vec::new();
    search(object, 0, &mut found);
    found
}

fn search(node: Node<'_>, depth: usize, found: &mut Vec<(String, Path)>) {
    if depth > 16 {
        return;
    }
    for (key, value) in node.entries() {
        let named = match &*key.text() {
            "configMapRef" | "configMapKeyRef" | "configMap" => {
                scalar(value.resolve(), "name").map(|name| (name, value.path()))
            }
            _ => None,
        };
        match named {
            Some(named) => found.push(named),
            None => search(value, depth + 1, found),
        }
    }
    for item in node.items() {
        search(item, depth + 1, found);
    }
}

//! ConfigMaps and Secrets whose entries a process takes as variables: objects, and what kustomizations generate.

use std::collections::HashMap;
use std::fmt;

use crate::document::{Kind, Node, Path, Reader, Syntax};

use crate::project::kubernetes::kustomize;
use crate::project::kubernetes::objects::{NamedObject, called, meant, object_of};
use crate::project::platform::nodes::scalar;
use crate::project::platform::objects::objects;
use crate::project::platform::written::resolve;
use crate::project::platform::{self, Block, Mounted, Object as MountedObject, ObjectKind, Runtime};
use crate::project::process::Process;
use crate::project::process::taken::{Entries, Taken};
use crate::project::repository::file::{Files, folder};
use crate::project::repository::kind::What;
use crate::project::repository::place::{At, FileId, Place};

/// What something names an object by.
type Key = (ObjectKind, String);

/// The ConfigMaps and Secrets among the files.
struct Objects<'a> {
    files: &'a Files,
    /// Those of each name.
    known: HashMap<Key, Vec<NamedObject>>,
    /// What takes the one of a name: the file, the document, and the list or reference.
    users: HashMap<Key, Vec<(FileId, usize, Path)>>,
}

impl<'a> Objects<'a> {
    /// Those among the files, and who takes them.
    fn new(files: &'a Files) -> Self {
        let mut all = Self { files, known: HashMap::new(), users: HashMap::new() };
        for (id, _) in files.iter() {
            let Some(yaml) = files.yaml(id) else { continue };
            for doc in 0..yaml.documents() {
                let Some(root) = yaml.root(doc) else { continue };
                if root.kind() != Kind::Mapping || root.get("kind").is_none() {
                    continue;
                }
                for (path, object) in objects(root) {
                    all.add(id, doc, path, object);
                }
            }
        }
        all
    }

    fn add(&mut self, id: FileId, doc: usize, path: Path, object: Node<'_>) {
        match (ObjectKind::of(object), called(object)) {
            (Some(kind), Some(called)) => {
                let known = self.known.entry((kind, called.name)).or_default();
                known.push(NamedObject { file: id, doc, path, namespace: called.namespace });
            }
            _ => {
                for (key, at) in references(object) {
                    self.users.entry(key).or_default().push((id, doc, at));
                }
            }
        }
    }

    /// The ConfigMap or Secret that something in the object around a place names, if it is among the files.
    fn find(&self, process: &Process, named: Named) -> Option<Taken> {
        let (from, Named { key, prefix, at, whole: all }) = (&process.place(), named);
        let Generated { mut entries, hashed: whole, mut partial } = self.generated(&process.stack, &key);
        let hashed = !entries.is_empty() && whole.is_some_and(|hashed| hashed);
        let mut encoded = false;
        if whole.is_none() {
            let object = self.object(from, &key);
            encoded =
                object.and_then(|one| self.files.node(one.file, one.doc, &one.path)).is_some_and(has_encoded);
            partial |= object.is_none_or(|one| {
                let data = one.path.child(key.0.texts());
                let template = self.files.get(one.file).template.as_ref();
                template.is_some_and(|template| template.adds_to(one.doc, &data))
            });
            partial |= encoded;
            // Of a Secret that a generator merges with, kustomize keeps `data` alone (run with 5.5 and 5.8).
            let lost = key.0 == ObjectKind::Secret && !entries.is_empty();
            entries.extend(object.filter(|_| !lost).map(|one| {
                let block = Block { path: one.path.child(key.0.texts()), syntax: Syntax::Map };
                Entries::Block { file: one.file, doc: one.doc, block }
            }));
        }
        if entries.is_empty() {
            return None;
        }
        let users = self.users.get(&key).into_iter().flatten();
        let mut others = users.map(|(file, doc, path)| Place::yaml(*file, *doc, path.clone()));
        let own = |place: &Place| place.file == from.file && around(place) == around(from);
        let same = |place: &Place| self.files.same_repository(place.file, from.file);
        let other = others.find(|place| *place != at && !own(place) && same(place));
        let (kind, name) = key;
        Some(Taken { kind, name, prefix, entries, partial, encoded, whole: all, hashed, other })
    }

    /// What kustomizations generate under a name.
    fn generated(&self, stack: &[FileId], (kind, name): &Key) -> Generated {
        let mut made = Generated { entries: Vec::new(), hashed: None, partial: false };
        for id in stack.iter().rev() {
            let Some(root) = self.files.node(*id, 0, &Path::root()) else { continue };
            let all = root.get(kind.generator()).map(Node::resolve);
            for (index, generator) in all.into_iter().flat_map(Node::items).enumerate() {
                let generator = generator.resolve();
                if scalar(generator, "name").is_none_or(|own| own != *name) {
                    continue;
                }
                let path = Path::keys([kind.generator()]).child(index).child("literals");
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

    /// The object of a name in the namespace of a process. Of several it is not visible which one is deployed with it.
    fn object(&self, from: &Place, key: &Key) -> Option<&NamedObject> {
        let named = self.known.get(key).into_iter().flatten();
        let [one] = meant(self.files, from, named)[..] else { return None };
        Some(one)
    }
}

/// Whether an object has entries that are encoded.
fn has_encoded(object: Node<'_>) -> bool {
    ObjectKind::of(object) == Some(ObjectKind::Secret)
        && object.get("data").is_some_and(|data| !data.resolve().is_empty())
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

/// The Secret with encoded entries that a process mounts, by its name.
pub fn encoded(files: &Files, process: &Process) -> Option<String> {
    let names: Vec<String> = secrets(process.mounted(files)).collect();
    let here = files.iter().filter(|(id, _)| !names.is_empty() && files.same_repository(*id, process.file));
    let all = here.flat_map(|(id, _)| {
        let yaml = files.yaml(id).into_iter();
        yaml.flat_map(|yaml| (0..yaml.documents()).filter_map(|doc| yaml.root(doc))).flat_map(objects)
    });
    all.filter(|(_, object)| has_encoded(*object))
        .filter_map(|(_, object)| called(object))
        .find_map(|called| names.contains(&called.name).then_some(called.name))
}

/// A ConfigMap or Secret as it is named.
struct Named {
    key: Key,
    prefix: String,
    at: Place,
    whole: bool,
}

/// Finds the ConfigMaps and Secrets that the processes name.
pub fn take<'p>(files: &Files, processes: impl Iterator<Item = &'p mut Process>) {
    // Most name none, and then there is nothing to look for.
    let mut all = None;
    for process in processes.filter(|process| !process.is_compose()) {
        let named = of_process(files, process);
        if !named.is_empty() {
            let all = all.get_or_insert_with(|| Objects::new(files));
            process.taken = named.into_iter().filter_map(|one| all.find(process, one)).collect();
        }
    }
}

/// The names of the ConfigMaps and Secrets that processes may take variables from, and of the Secrets that they mount.
pub fn wanted(files: &Files) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for platform in platform::ALL.into_iter().filter(|one| one.runtime() == Runtime::Kubernetes) {
        for (file, role) in files.with_role(What::Process(platform)) {
            let look = |path: &Path| files.node(file, role.doc, path);
            names.extend(look(&role.path).into_iter().flat_map(references).map(|((_, name), _)| name));
            names.extend(secrets(platform.mounted(&role.path, &look)));
        }
    }
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

/// The names of the Secrets among what a process mounts.
fn secrets(mounted: Vec<Mounted>) -> impl Iterator<Item = String> {
    let secrets = mounted.into_iter().filter(|one| one.kind == ObjectKind::Secret);
    secrets.filter_map(|one| match one.object {
        MountedObject::Named(name) => Some(name),
        MountedObject::Here(_) => None,
    })
}

/// The ConfigMaps and Secrets that a container names, in order.
fn of_process(files: &Files, process: &Process) -> Vec<Named> {
    let mut found = Vec::new();
    let list = |key: &str| process.node(files).and_then(|node| node.get(key)).map(Node::resolve);
    let env = list("env").into_iter();
    let entries = env.flat_map(|env| env.items().chain(env.entries().map(|(_, entry)| entry)));
    for from in entries.filter_map(|entry| entry.resolve().get("valueFrom")).map(Node::resolve) {
        let entry = |kind: ObjectKind| Some((kind, from.get(kind.entry())?));
        for (kind, one) in ObjectKind::ALL.into_iter().filter_map(entry) {
            let Some(name) = scalar(one.resolve(), "name") else { continue };
            let at = process.at(one.path());
            found.push(Named { key: (kind, name), prefix: String::new(), at, whole: false });
        }
    }
    for item in list("envFrom").into_iter().flat_map(Node::items).map(Node::resolve) {
        let whole = |kind: ObjectKind| Some((kind, item.get(kind.whole())?));
        for (kind, one) in ObjectKind::ALL.into_iter().filter_map(whole) {
            let Some(name) = scalar(one.resolve(), "name") else { continue };
            let prefix = scalar(item, "prefix").unwrap_or_default();
            found.push(Named { key: (kind, name), prefix, at: process.at(one.path()), whole: true });
        }
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

/// What a process takes all its variables from, and that is not among the files, or not read as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untaken {
    /// What it is; `None` where that is not told.
    pub kind: Option<ObjectKind>,
    name: String,
    encoded: bool,
}

impl fmt::Display for Untaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(kind) = self.kind else { return f.write_str("Secrets or ConfigMaps") };
        f.write_str(&kind.called(&self.name))?;
        if self.encoded { f.write_str(" (encoded in `data`)") } else { Ok(()) }
    }
}

impl Process {
    /// The whole Secrets and ConfigMaps that it takes variables from and that are not read.
    pub fn untaken(&self, files: &Files) -> Vec<Untaken> {
        let list = self.node(files).and_then(|node| node.get("envFrom")).map(Node::resolve);
        match list {
            Some(list) if list.kind() == Kind::Sequence => {
                list.items().filter_map(|item| self.untaken_by(item.resolve())).collect()
            }
            Some(list) if !list.is_null(Reader::Go) => {
                vec![Untaken { kind: None, name: String::new(), encoded: false }]
            }
            _ => Vec::new(),
        }
    }

    /// What an item of `envFrom` names, if that is not read.
    fn untaken_by(&self, item: Node<'_>) -> Option<Untaken> {
        ObjectKind::ALL.into_iter().find_map(|kind| {
            let reference = item.get(kind.whole()).map(Node::resolve);
            let named = |one: Node<'_>| scalar(one, "name").or_else(|| scalar(one, "identifier"));
            let name = match reference {
                Some(one) => named(one).unwrap_or_default(),
                // The short form of app-template.
                None => scalar(item, kind.volume())?,
            };
            let of_name = |one: &&Taken| one.whole && (one.kind, &one.name) == (kind, &name);
            let taken = self.taken.iter().find(of_name).filter(|_| reference.is_some());
            let encoded = taken.is_some_and(|one| one.encoded);
            taken.is_none_or(|one| one.partial).then_some(Untaken { kind: Some(kind), name, encoded })
        })
    }
}

/// The ConfigMaps and Secrets that an object names, and where.
fn references(object: Node<'_>) -> Vec<(Key, Path)> {
    let mut found = Vec::new();
    search(object, 0, &mut found);
    found
}

fn search(node: Node<'_>, depth: usize, found: &mut Vec<(Key, Path)>) {
    if depth > 16 {
        return;
    }
    for (key, value) in node.entries() {
        let text = key.text();
        let of_kind = |kind: ObjectKind| {
            let name = match &*text {
                key if key == kind.volume() => kind.named_by(node),
                key if key == kind.whole() || key == kind.entry() => scalar(value.resolve(), "name"),
                _ => None,
            };
            Some(((kind, name?), value.path()))
        };
        match ObjectKind::ALL.into_iter().find_map(of_kind) {
            Some(named) => found.push(named),
            None => search(value, depth + 1, found),
        }
    }
    for item in node.items() {
        search(item, depth + 1, found);
    }
}

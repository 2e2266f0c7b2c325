//! What the patches, `images` and `replicas` of kustomizations put over a workload.

use crate::document::{Kind, Node, Path, Step};

use super::{Kustomizations, Stack, items};
use crate::project::kubernetes::objects::{Called, called, called_around, object_of};
use crate::project::platform::nodes::scalar;
use crate::project::platform::objects::objects;
use crate::project::platform::written::resolve;
use crate::project::process::Process;
use crate::project::process::over::{How, Over};
use crate::project::repository::file::{Files, folder};
use crate::project::repository::place::{FileId, Place};

/// Tells the containers which kustomizations take them in all results.
pub fn follow<'p>(
    files: &Files,
    kustomizations: &Kustomizations,
    processes: impl Iterator<Item = &'p mut Process>,
) {
    for process in processes.filter(|process| !process.is_compose()) {
        process.stack = super::common(&kustomizations.stacks(files, process.file));
    }
}

/// Looks up what the kustomizations that take them put over the containers.
pub fn put<'p>(files: &Files, processes: impl Iterator<Item = &'p mut Process>) {
    for process in processes.filter(|process| !process.is_compose()) {
        (process.over, process.images) =
            over(files, &process.stack, process.file, process.doc, &process.path);
    }
}

/// What the kustomizations of a result put over a container, the strongest first; and the entries of `images` that may name its image, the weakest first.
fn over(files: &Files, stack: &Stack, file: FileId, doc: usize, container: &Path) -> (Vec<Over>, Vec<Place>) {
    let (mut found, mut images) = (Vec::new(), Vec::new());
    let Some(target) = Target::new(files, file, doc, container) else { return (found, images) };
    for id in stack {
        let Some(root) = files.node(*id, 0, &Path::root()) else { continue };
        for patch in patches(files, *id, root) {
            if let Applies::Read(over) = target.apply(files, &patch) {
                found.extend(over);
            }
        }
        found.extend(items(root, "replicas").enumerate().filter_map(|(index, item)| {
            let ours = scalar(item, "name").as_deref() == Some(&*target.called.name);
            let path = Path::keys(["replicas"]).child(index).child("count");
            ours.then(|| Over {
                target: target.spec().child("replicas"),
                file: *id,
                doc: 0,
                path,
                how: How::Instead,
            })
        }));
        let count = items(root, "images").count();
        images.extend((0..count).map(|index| Place::yaml(*id, 0, Path::keys(["images"]).child(index))));
    }
    found.reverse();
    (found, images)
}

/// Whether all that the patches of a kustomization do to a container is read.
pub fn is_read(files: &Files, patch: &KustomizePatch, process: &Process) -> bool {
    Target::new(files, process.file, process.doc, &process.path)
        .is_some_and(|target| !matches!(target.apply(files, patch), Applies::Unknown))
}

/// A patch of a kustomization.
#[derive(Debug)]
pub struct KustomizePatch {
    /// Where it is named in the kustomization: the list and its item.
    pub entry: Path,
    /// The kustomization.
    pub kustomization: FileId,
    /// Where its content stands; `None` where that is not among the files.
    content: Option<(FileId, Path)>,
}

impl KustomizePatch {
    /// What the patch says, if it is among the files and one document.
    pub fn content<'f>(&self, files: &'f Files) -> Option<Node<'f>> {
        let (file, path) = self.content.as_ref()?;
        let yaml = files.yaml(*file)?;
        yaml.get(0, path).filter(|_| !path.steps().is_empty() || yaml.documents() == 1)
    }

    /// Whether it is for workloads alone.
    pub fn is_of_workload(&self, files: &Files) -> bool {
        const KINDS: [&str; 7] =
            ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"];
        let is_workload = |kind: String| KINDS.contains(&&*kind);
        let entry = files.node(self.kustomization, 0, &self.entry).map(Node::resolve);
        if let Some(target) = entry.and_then(|entry| entry.get("target")) {
            return scalar(target.resolve(), "kind").is_some_and(is_workload);
        }
        let Some((file, path)) = &self.content else { return false };
        let Some(yaml) = files.yaml(*file) else { return false };
        let docs = if path.steps().is_empty() { yaml.documents() } else { 1 };
        (0..docs).all(|doc| {
            let root = yaml.get(doc, path);
            let kinds = root.map(|root| objects(root).into_iter().map(|(_, object)| scalar(object, "kind")));
            kinds.is_some_and(|mut kinds| kinds.all(|kind| kind.is_some_and(is_workload)))
        })
    }
}

/// The patches of a kustomization, in order.
pub fn patches(files: &Files, id: FileId, root: Node<'_>) -> Vec<KustomizePatch> {
    let mut found = Vec::new();
    let here = folder(files, id);
    for key in ["patchesStrategicMerge", "patchesJson6902", "patches"] {
        for (index, item) in items(root, key).enumerate() {
            let entry = Path::keys([key]).child(index);
            let written = match item.kind() {
                Kind::Scalar => Some(item.text().into_owned()).filter(|text| !text.contains('\n')),
                _ => scalar(item, "path"),
            };
            let inline = if item.kind() == Kind::Scalar { entry.clone() } else { entry.child("patch") };
            let content = match written {
                Some(written) => {
                    resolve(here, &written).and_then(|path| files.find(&path)).map(|id| (id, Path::root()))
                }
                None => Some((id, inline.child(Step::Inside))),
            };
            found.push(KustomizePatch { entry, kustomization: id, content });
        }
    }
    found
}

/// The container that a patch may apply to.
struct Target<'c> {
    called: Called,
    object: Path,
    container: &'c Path,
    name: Option<String>,
}

enum Applies {
    /// This is what it does; nothing, if it is for something else.
    Read(Vec<Over>),
    /// Something that is not followed here.
    Unknown,
}

impl<'c> Target<'c> {
    fn new(files: &Files, file: FileId, doc: usize, container: &'c Path) -> Option<Self> {
        let called = called_around(files, file, doc, container)?;
        let name = files.node(file, doc, container).and_then(|node| scalar(node, "name"));
        Some(Self { called, object: object_of(container), container, name })
    }

    /// The spec of the object.
    fn spec(&self) -> Path {
        self.object.child("spec")
    }

    fn apply(&self, files: &Files, patch: &KustomizePatch) -> Applies {
        let entry = files.node(patch.kustomization, 0, &patch.entry).map(Node::resolve);
        let target = entry.and_then(|entry| entry.get("target")).map(Node::resolve);
        match target.map(|target| self.selected(target)) {
            Some(Some(false)) => return Applies::Read(Vec::new()),
            Some(None) => return Applies::Unknown,
            Some(Some(true)) | None => {}
        }
        let Some((file, path)) = &patch.content else { return Applies::Unknown };
        let Some(yaml) = files.yaml(*file) else { return Applies::Unknown };
        let mut found = Vec::new();
        for doc in 0..if path.steps().is_empty() { yaml.documents() } else { 1 } {
            let Some(root) = yaml.get(doc, path) else { return Applies::Unknown };
            let read = match root.kind() {
                Kind::Sequence => self.operations(*file, doc, path, root),
                Kind::Mapping => self.merged(*file, doc, path, root, target.is_some()),
                _ => None,
            };
            match read {
                Some(over) => found.extend(over),
                None => return Applies::Unknown,
            }
        }
        Applies::Read(found)
    }

    /// Whether a selector takes the object; `None` where that is not told by kind, name and namespace alone.
    fn selected(&self, target: Node<'_>) -> Option<bool> {
        let mut taken = Some(true);
        for (key, value) in target.entries() {
            let text = value.resolve().text().into_owned();
            let own = match &*key.text() {
                "kind" => Some(&*self.called.kind),
                "name" => Some(&*self.called.name),
                "group" | "version" => continue,
                "namespace" => self.called.namespace.as_deref(),
                _ => None,
            };
            match own {
                Some(own) if is_plain(&text) && own != text => return Some(false),
                Some(own) if own == text || text == ".*" => {}
                _ => taken = None,
            }
        }
        taken
    }

    /// A strategic patch, which names its object itself unless a selector does.
    fn merged(
        &self,
        file: FileId,
        doc: usize,
        at: &Path,
        root: Node<'_>,
        selected: bool,
    ) -> Option<Vec<Over>> {
        let mut found = Vec::new();
        for (path, object) in objects(root) {
            let own = called(object);
            let ours = own.is_some_and(|own| own.kind == self.called.kind && own.name == self.called.name);
            if !ours && !selected {
                continue;
            }
            if object.source().contains("$patch")
                || object.source().contains("$deleteFromPrimitiveList")
                || object.source().contains("$setElementOrder")
            {
                return None;
            }
            let base = at.join(&path);
            let over = |target: Path, path: Path| Over { target, file, doc, path, how: How::Merged };
            // The lists on the way are merged by name: the container has its own place in the patch.
            let (pod, list, _) = self.container_path()?;
            let inside = Path(pod.steps()[self.object.steps().len()..].to_vec()).child(list);
            let containers = descend(object, &inside).map(Node::resolve);
            let ours = containers
                .into_iter()
                .flat_map(Node::items)
                .position(|item| self.name.is_some() && scalar(item.resolve(), "name") == self.name);
            found.push(over(self.object.clone(), base.clone()));
            if let Some(index) = ours {
                found.push(over(self.container.clone(), base.join(&inside).child(index)));
            }
        }
        Some(found)
    }

    /// The operations of a JSON patch, of a selected object.
    fn operations(&self, file: FileId, doc: usize, at: &Path, list: Node<'_>) -> Option<Vec<Over>> {
        let mut found = Vec::new();
        for (index, item) in list.items().enumerate() {
            let item = item.resolve();
            let (op, pointer) = (scalar(item, "op")?, scalar(item, "path")?);
            let mut target = self.object.clone();
            let mut last = String::new();
            for step in pointer.split('/').skip(1) {
                last = step.replace("~1", "/").replace("~0", "~");
                target = match last.parse::<usize>() {
                    Ok(index) => target.child(index),
                    Err(_) => target.child(last.as_str()),
                };
            }
            let path = at.child(index).child("value");
            let in_list = last == "-" || last.parse::<usize>().is_ok();
            let (target, how) = match op.as_str() {
                "test" => continue,
                "add" if in_list => (target.split_last()?.0, How::Appended),
                "add" | "replace" => (target, How::Operation),
                "remove" => (target, How::Removed),
                _ => return None,
            };
            // What is told by position is followed in the list of variables only; words are added to the others.
            let relative = target.steps().get(self.container.steps().len()..).unwrap_or_default();
            let ours = target.steps().starts_with(self.container.steps());
            let clear = match how {
                How::Appended if ours => matches!(relative, [Step::Key(key)] if key == "env"
                    || last == "-" && matches!(key.as_str(), "args" | "command")),
                How::Appended => !target.contains(self.container),
                _ if ours => match relative {
                    [] => false,
                    [Step::Key(key), Step::Index(_), rest @ ..] => {
                        key == "env"
                            && matches!(rest, [] | [Step::Key(_)])
                            && (how != How::Removed || rest.is_empty())
                    }
                    _ => true,
                },
                _ => !target.contains(self.container),
            };
            if !clear {
                return None;
            }
            found.push(Over { target, file, doc, path, how });
        }
        Some(found)
    }

    /// The spec of the pod, the name of the list of containers, and the position in it.
    fn container_path(&self) -> Option<(Path, String, usize)> {
        let (list, Step::Index(index)) = self.container.split_last()? else { return None };
        let index = *index;
        let (pod, Step::Key(name)) = list.split_last()? else { return None };
        let name = name.clone();
        Some((pod, name, index))
    }
}

/// Whether a selector is the text itself, and no pattern.
pub fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

/// The node at a path, aliases followed.
fn descend<'a>(root: Node<'a>, path: &Path) -> Option<Node<'a>> {
    path.steps().iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.resolve().get(key),
        Step::Index(index) => node.resolve().items().nth(*index),
        Step::Inside => None,
    })
}

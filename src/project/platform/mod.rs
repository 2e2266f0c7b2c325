//! The ways in which a process of LiteLLM is described: one file each, and one line in [`ALL`].

mod app_template;
pub mod arguments;
pub mod blocks;
mod compose;
mod workload;

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::document::{Node, Path, Step, Syntax};

use super::file::Files;
use super::place::{FileId, Place};
use super::process::image_tag;

pub use app_template::{AppTemplate, config_texts};
pub use compose::Compose;
pub use workload::Workload;

/// Every platform.
pub static ALL: [&dyn Platform; 3] = [&Compose, &Workload, &AppTemplate];

/// What a platform says about a process, apart from its variables and arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// The image: a text, or a mapping with its tag.
    Image,
    /// How long the process may take to end once it was told to.
    Grace,
    /// How many instances there are.
    Replicas,
    /// CPU and memory.
    Resources,
    /// What happens when the process ends.
    Restart,
    /// Whether its file system can only be read.
    ReadOnlyRoot,
    /// The probe that restarts the process.
    Liveness,
    /// The probe that keeps requests away.
    Readiness,
    /// The probe that lets the process start.
    Startup,
    /// The check of compose.
    Healthcheck,
    /// The ports of the container.
    ContainerPorts,
    /// The ports of the host.
    PublishedPorts,
}

/// What runs containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// Kubernetes.
    Kubernetes,
    /// Compose on one host.
    Compose,
}

/// A block of variables of a process.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Block {
    /// Where it is, or would be.
    pub path: Path,
    /// How its entries are written where it is not there yet.
    pub syntax: Syntax,
}

/// Looks a node up in the document that describes a process.
pub type Look<'l, 'f> = &'l dyn Fn(&Path) -> Option<Node<'f>>;

/// A ConfigMap that a process mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounted {
    /// Which one.
    pub map: ConfigMap,
    /// The only key of it that is mounted, where one is named.
    pub key: Option<String>,
}

/// A ConfigMap as the description of a process names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigMap {
    /// By its name.
    Named(String),
    /// By this place in the same document, which describes it.
    Here(Path),
}

/// The image of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where its tag is written, or the whole reference.
    pub place: Place,
    /// The tag, if one is written.
    pub tag: Option<String>,
    /// Whether a digest says which image it is, whatever the tag.
    pub digest: bool,
}

/// One way in which a process of LiteLLM is described.
pub trait Platform: fmt::Debug + Sync {
    /// What a process is called, for humans and for the list of the files: `compose service`.
    fn id(&self) -> &'static str;

    /// What runs it.
    fn runtime(&self) -> Runtime;

    /// The processes of LiteLLM in a document.
    fn processes(&self, root: Node<'_>) -> Vec<Path>;

    /// The process for humans: `service litellm`.
    fn name(&self, process: Node<'_>) -> String;

    /// Where an aspect of a process is written, the strongest place first; empty where the platform has no such thing.
    fn places(&self, process: &Path, aspect: Aspect) -> Vec<Path>;

    /// An aspect for humans: `` `stop_grace_period` of the compose service ``.
    fn words(&self, aspect: Aspect) -> Option<String>;

    /// The blocks of variables in the description itself, the strongest first.
    fn blocks(&self, process: &Path) -> Vec<Block>;

    /// The keys of the command line in the order in which they make it up, and the one that takes arguments.
    fn command(&self) -> (&'static [&'static str], &'static str);

    /// Whether what stands at one of the places of an aspect, or in one of the blocks, reaches the process.
    fn is_used(&self, _process: &Path, _at: &Path, _look: Look<'_, '_>) -> bool {
        true
    }

    /// The block that takes a variable which nothing gives yet.
    ///
    /// # Errors
    /// Why none does.
    fn takes(&self, process: &Path, _look: Look<'_, '_>) -> Result<Block, String> {
        let first = self.blocks(process).into_iter().next();
        first.ok_or_else(|| format!("a {} takes no variables", self.id()))
    }

    /// The ConfigMaps that the process mounts.
    fn config_maps(&self, _process: &Path, _look: Look<'_, '_>) -> Vec<Mounted> {
        Vec::new()
    }

    /// The values of a chart that describe the process, where such do.
    fn values(&self, _process: &Path) -> Option<Path> {
        None
    }
}

impl PartialEq for dyn Platform {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for dyn Platform {}

impl Hash for dyn Platform {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl PartialOrd for dyn Platform {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for dyn Platform {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id().cmp(other.id())
    }
}

/// The description of one process: a compose service, a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Process {
    /// The file.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// The mapping.
    pub path: Path,
    /// In which way it is described.
    pub platform: &'static dyn Platform,
}

impl Process {
    /// Where it is.
    pub fn place(&self) -> Place {
        Place::yaml(self.file, self.doc, self.path.clone())
    }

    /// A place in its document.
    pub fn at(&self, path: Path) -> Place {
        Place::yaml(self.file, self.doc, path)
    }

    /// The mapping itself.
    pub fn node<'f>(&self, files: &'f Files) -> Option<Node<'f>> {
        files.node(self.file, self.doc, &self.path)
    }

    /// Whether compose runs it.
    pub fn is_compose(&self) -> bool {
        self.platform.runtime() == Runtime::Compose
    }

    /// The first place where an aspect of it is written, with what is there.
    pub fn find<'f>(&self, files: &'f Files, aspect: Aspect) -> Option<(Place, Node<'f>)> {
        let look = |path: &Path| files.node(self.file, self.doc, path);
        let paths = self.platform.places(&self.path, aspect);
        paths.into_iter().find_map(|path| {
            if let Some(node) = look(&path) {
                let used = self.platform.is_used(&self.path, &path, &look);
                return used.then(|| (self.at(path), node));
            }
            let node = referred(look(&Path::root())?, &path)?;
            Some((self.at(node.path()), node))
        })
    }

    /// The blocks of variables in the description that reach it, the strongest first.
    pub fn blocks(&self, files: &Files) -> Vec<Block> {
        let look = |path: &Path| files.node(self.file, self.doc, path);
        let mut blocks = self.platform.blocks(&self.path);
        blocks.retain(|block| self.platform.is_used(&self.path, &block.path, &look));
        blocks
    }

    /// The block that takes a variable which nothing gives yet.
    ///
    /// # Errors
    /// Why none does.
    pub fn takes(&self, files: &Files) -> Result<Block, String> {
        self.platform.takes(&self.path, &|path| files.node(self.file, self.doc, path))
    }

    /// Whether a new variable of it would be an entry of a mapping.
    pub fn maps_variables(&self, files: &Files) -> bool {
        let syntax = self.takes(files).ok().and_then(|block| {
            let variables = files.yaml(self.file)?.variables(self.doc, &block.path, block.syntax).ok()?;
            Some(variables.syntax())
        });
        syntax == Some(Syntax::Map)
    }

    /// The ConfigMaps that it mounts.
    pub fn config_maps(&self, files: &Files) -> Vec<Mounted> {
        self.platform.config_maps(&self.path, &|path| files.node(self.file, self.doc, path))
    }

    /// The image that it runs.
    pub fn image(&self, files: &Files) -> Option<Image> {
        let (place, node) = self.find(files, Aspect::Image)?;
        let text = node.resolve().text();
        if place.last_key() != Some("tag") {
            let (tag, digest) = (image_tag(&text), text.contains('@'));
            return Some(Image { place, tag, digest });
        }
        let (tag, beside) =
            (text.split('@').next().unwrap_or_default(), self.path.join(&Path::keys(["image", "digest"])));
        let digest = text.contains('@') || files.node(self.file, self.doc, &beside).is_some();
        Some(Image { place, tag: Some(tag.to_owned()).filter(|tag| !tag.is_empty()), digest })
    }

    /// Whether its platform has such a thing.
    pub fn describes(&self, aspect: Aspect) -> bool {
        !self.platform.places(&self.path, aspect).is_empty()
    }

    /// Where an aspect of it is written, or would be.
    pub fn home(&self, files: &Files, aspect: Aspect) -> Option<Place> {
        let standing = self.find(files, aspect).map(|(place, _)| place);
        standing
            .or_else(|| self.platform.places(&self.path, aspect).into_iter().next().map(|path| self.at(path)))
    }

    /// The process for humans: `service litellm`.
    pub fn name(&self, files: &Files) -> String {
        self.node(files).map_or_else(|| self.platform.id().to_owned(), |node| self.platform.name(node))
    }
}

/// What stands at a path where an alias on the way refers to another place.
fn referred<'f>(root: Node<'f>, path: &Path) -> Option<Node<'f>> {
    path.steps().iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.resolve().get(key),
        Step::Index(index) => node.resolve().items().nth(*index),
        Step::Inside => None,
    })
}

/// The path of keys below a mapping.
fn below(base: &Path, keys: &[&str]) -> Path {
    base.join(&Path::keys(keys.iter().copied()))
}

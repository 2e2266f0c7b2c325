//! The ways in which a process of LiteLLM is described: one file each, and one line in [`ALL`].

pub mod arguments;
pub mod blocks;
mod compose;
mod workload;

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::document::{Node, Path, Syntax};

use super::file::Files;
use super::place::{FileId, Place};

pub use compose::Compose;
pub use workload::Workload;

/// Every platform.
pub static ALL: [&dyn Platform; 2] = [&Compose, &Workload];

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
        let paths = self.platform.places(&self.path, aspect);
        paths.into_iter().find_map(|path| {
            let node = files.node(self.file, self.doc, &path)?;
            Some((self.at(path), node))
        })
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

/// The path of keys below a mapping.
fn below(base: &Path, keys: &[&str]) -> Path {
    base.join(&Path::keys(keys.iter().copied()))
}

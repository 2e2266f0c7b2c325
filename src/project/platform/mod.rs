//! The ways in which a process of LiteLLM is described: one file each, and one line in [`ALL`].

mod app_template;
pub mod arguments;
pub mod blocks;
mod componentized;
pub(in crate::project) mod compose;
pub mod compose_values;
pub(in crate::project) mod dockerfile;
pub(in crate::project) mod envelope;
pub(in crate::project) mod interpolation;
mod litellm_helm;
pub(in crate::project) mod nodes;
pub(in crate::project) mod objects;
mod official;
mod operator;
pub(in crate::project) mod script;
pub(in crate::project) mod start;
pub(in crate::project) mod unwritten;
pub(in crate::project) mod workload;
pub(in crate::project) mod written;

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::document::{Node, Path, Syntax};

pub use app_template::{AppTemplate, config_texts};
pub use compose::Compose;
pub use objects::ObjectKind;
pub use official::{Component, OfficialChart};
pub use operator::Operator;
pub use workload::Workload;

/// Every platform.
pub static ALL: [&dyn Platform; 4] = [&Compose, &Workload, &AppTemplate, &Operator];

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

impl Aspect {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Image,
        Self::Grace,
        Self::Replicas,
        Self::Resources,
        Self::Restart,
        Self::ReadOnlyRoot,
        Self::Liveness,
        Self::Readiness,
        Self::Startup,
        Self::Healthcheck,
        Self::ContainerPorts,
        Self::PublishedPorts,
    ];
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

/// Why no block takes a new variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoBlock {
    /// Nothing of this kind takes variables.
    Never(&'static str),
    /// One of its own would hide this block, whose variables other containers get too.
    Hides(Path),
}

/// Looks a node up in the document that describes a process.
pub type Look<'l, 'f> = &'l dyn Fn(&Path) -> Option<Node<'f>>;

/// A ConfigMap or Secret that a process mounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounted {
    /// What it is.
    pub kind: ObjectKind,
    /// Which one.
    pub object: Object,
    /// The only key of it that is mounted, where one is named.
    pub key: Option<String>,
}

/// A ConfigMap or Secret as the description of a process names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// By its name.
    Named(String),
    /// By this place in the same document, which describes it.
    Here(Path),
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
    fn takes(&self, process: &Path, _look: Look<'_, '_>) -> Result<Block, NoBlock> {
        let first = self.blocks(process).into_iter().next();
        first.ok_or(NoBlock::Never(self.id()))
    }

    /// The ConfigMaps and Secrets that the process mounts.
    fn mounted(&self, _process: &Path, _look: Look<'_, '_>) -> Vec<Mounted> {
        Vec::new()
    }

    /// Whether a new instance starts only once the old one has ended: what says so.
    fn recreates(&self, _process: &Path, _look: Look<'_, '_>) -> Option<&'static str> {
        None
    }

    /// What makes the configuration of the process, where that is no file: nothing else is linked to it then.
    fn renders(&self) -> Option<&'static str> {
        None
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

/// The path of keys below a mapping.
fn below(base: &Path, keys: &[&str]) -> Path {
    base.join(&Path::keys(keys.iter().copied()))
}

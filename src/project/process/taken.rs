//! The ConfigMaps and Secrets that a process takes variables from.

use crate::project::platform::{Block, ObjectKind};
use crate::project::repository::place::{FileId, Place};

/// One place that gives entries of a ConfigMap or Secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Entries {
    /// A block of a document: `data` or `stringData` of an object, or `literals` of a generator.
    Block {
        /// The file.
        file: FileId,
        /// The document in the file.
        doc: usize,
        /// The block.
        block: Block,
    },
    /// An env file of a generator: all behind the `=` is the value.
    EnvFile(FileId),
}

impl Entries {
    /// The file in which they stand.
    pub fn file(&self) -> FileId {
        match self {
            Self::Block { file, .. } | Self::EnvFile(file) => *file,
        }
    }

    /// Whether a place is one of these entries, or stands in them.
    pub fn hold(&self, place: &Place) -> bool {
        match self {
            Self::Block { file, doc, block } => Place::yaml(*file, *doc, block.path.clone()).holds(place),
            Self::EnvFile(file) => place.file == *file,
        }
    }
}

/// A ConfigMap or Secret that is among the files, as a process takes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Taken {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// What stands before each of its keys in the names of the variables.
    pub prefix: String,
    /// Its entries, the strongest first.
    pub entries: Vec<Entries>,
    /// Whether a part of it is not read.
    pub partial: bool,
    /// Whether that is, because it is encoded.
    pub encoded: bool,
    /// Whether all its keys become variables; otherwise entries of the process name single ones.
    pub whole: bool,
    /// Whether a change of it restarts the pods by itself: its name ends with a hash of its content.
    pub hashed: bool,
    /// Where something else takes it too.
    pub other: Option<Place>,
}

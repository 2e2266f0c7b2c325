//! Where a setting stands, or would stand.

use serde::Serialize;

use crate::document::{Path, Step};

use crate::project::platform::{Block, ObjectKind};

/// A file of the project, by its position in the list of loaded files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FileId(pub usize);

/// An address inside a file of the project: in a YAML document, or a variable of an env file.
///
/// The place need not exist: it may be where a setting is to be written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in the file.
    pub at: At,
}

/// The part of a [`Place`] inside its file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// A path in one document of a YAML file; it may lead into embedded texts.
    Yaml {
        /// The document in the file, counted from 0.
        doc: usize,
        /// The path in the document.
        path: Path,
    },
    /// A variable of an env file, by name.
    Env(String),
    /// A variable in a block of a YAML document, by name: it need not be there, and neither need the block.
    Variable {
        /// The document in the file, counted from 0.
        doc: usize,
        /// The block.
        block: Block,
        /// The name.
        name: String,
    },
    /// An option or flag of a command in a YAML document: it need not be there.
    Argument {
        /// The document in the file, counted from 0.
        doc: usize,
        /// The command: a list or a text.
        command: Path,
        /// The option with its dashes.
        flag: String,
    },
    /// A line of a file, counted from 1, where there is no finer address: a commented-out key, evidence in a text that is not parsed.
    Line(usize),
}

impl Place {
    /// A place in a YAML document.
    pub fn yaml(file: FileId, doc: usize, path: Path) -> Self {
        Self { file, at: At::Yaml { doc, path } }
    }

    /// A variable in an env file.
    pub fn env(file: FileId, name: impl Into<String>) -> Self {
        Self { file, at: At::Env(name.into()) }
    }

    /// A variable in a block of a YAML document.
    pub fn variable(file: FileId, doc: usize, block: Block, name: impl Into<String>) -> Self {
        Self { file, at: At::Variable { doc, block, name: name.into() } }
    }

    /// An option or flag of a command in a YAML document.
    pub fn argument(file: FileId, doc: usize, command: Path, flag: impl Into<String>) -> Self {
        Self { file, at: At::Argument { doc, command, flag: flag.into() } }
    }

    /// A line of a file, counted from 1.
    pub fn line(file: FileId, line: usize) -> Self {
        Self { file, at: At::Line(line) }
    }

    /// The place one key below; a place without a YAML path stays as it is.
    #[must_use]
    pub fn child(&self, key: &str) -> Self {
        match &self.at {
            At::Yaml { doc, path } => Self::yaml(self.file, *doc, path.child(key)),
            At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => self.clone(),
        }
    }

    /// The document and the path of a place in YAML: of a variable that of its block, of an argument that of its command.
    pub fn in_yaml(&self) -> Option<(usize, &Path)> {
        match &self.at {
            At::Yaml { doc, path }
            | At::Variable { doc, block: Block { path, .. }, .. }
            | At::Argument { doc, command: path, .. } => Some((*doc, path)),
            At::Env(_) | At::Line(_) => None,
        }
    }

    /// Whether it stands in the plain text of a Secret, or of what kustomize makes one of.
    pub fn is_in_secret(&self) -> bool {
        let of_secret = [ObjectKind::Secret.texts(), ObjectKind::Secret.generator()];
        let is_one = |step: &Step| matches!(step, Step::Key(key) if of_secret.contains(&key.as_str()));
        self.in_yaml().is_some_and(|(_, path)| path.steps().iter().any(is_one))
    }

    /// The mapping or sequence around a place; a place without a YAML path stays as it is.
    #[must_use]
    pub fn parent(&self) -> Self {
        match &self.at {
            At::Yaml { doc, path } => {
                let parent = path.split_last().map(|(parent, _)| parent).unwrap_or_default();
                Self::yaml(self.file, *doc, parent)
            }
            At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => self.clone(),
        }
    }

    /// Whether the other place is this one or stands inside it.
    pub fn holds(&self, other: &Self) -> bool {
        match (&self.at, &other.at) {
            (At::Yaml { doc, path }, At::Yaml { doc: within, path: at })
            | (At::Yaml { doc, path }, At::Variable { doc: within, block: Block { path: at, .. }, .. })
            | (At::Yaml { doc, path }, At::Argument { doc: within, command: at, .. }) => {
                self.file == other.file && doc == within && at.steps().starts_with(path.steps())
            }
            _ => self == other,
        }
    }

    /// The key that a place in YAML ends with.
    pub fn last_key(&self) -> Option<&str> {
        match &self.at {
            At::Yaml { path, .. } => path.last_key(),
            At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => None,
        }
    }

    /// The place of one item of the sequence here; a place without a YAML path stays as it is.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        match &self.at {
            At::Yaml { doc, path } => Self::yaml(self.file, *doc, path.child(index)),
            At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => self.clone(),
        }
    }
}

/// A place as it is shown: `config.yaml:12:3`, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spot {
    /// The path of the file as the user would type it.
    pub file: String,
    /// The path of the file from the root of its repository.
    pub inside: String,
    /// The line, counted from 1. For a place that does not exist, that of the nearest existing ancestor.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The address inside the file: `router_settings.retry_policy`, `LITELLM_LOG`; empty for the file itself.
    pub name: String,
}

impl Spot {
    /// What places are sorted by.
    pub fn order(&self) -> (&str, usize, usize) {
        (&self.file, self.line, self.column)
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

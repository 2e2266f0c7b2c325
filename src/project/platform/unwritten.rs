//! Why a variable or an argument is not written where it stands. A reason is a fact; its words are made here, as a clause.

use std::fmt;

use crate::document::{Path, Refusal};

/// Why a variable or an argument is not written.
#[derive(Clone, Debug)]
pub enum Unwritten {
    /// The value of this option would have to be quoted.
    Quotes(String),
    /// What stands behind this option is no plain word.
    Unclear(String),
    /// This option is not there.
    Absent(String),
    /// At this path stands a reference to another place.
    Alias(Path),
    /// What stands at this path is no command.
    NoCommand(Path),
    /// The command is one text without the option.
    OneText,
    /// An item of the command is a script.
    Script,
    /// The option stands in a script where more is done than to start LiteLLM.
    Lines,
    /// What stands at this path is not in the form that Kubernetes reads.
    Form(Path),
    /// A `$` in the value of this variable would be taken for another one.
    Dollar(String),
    /// The first variable is taken from the second one, and nothing starts without that.
    Required(String, String),
    /// Of this name nothing but a value is written.
    OnlySet(String),
    /// Of this name a value is written or taken away, and nothing else.
    OnlySetOrRemoved(String),
    /// The document refuses.
    Document(Refusal),
}

impl From<Refusal> for Unwritten {
    fn from(refusal: Refusal) -> Self {
        Self::Document(refusal)
    }
}

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quotes(flag) => write!(f, "the value of {flag} would have to be quoted for a shell"),
            Self::Unclear(flag) => write!(f, "the value of {flag} is not a plain word"),
            Self::Absent(flag) => write!(f, "{flag} is not there"),
            Self::Alias(path) => write!(f, "`{path}` is a reference to another place"),
            Self::NoCommand(path) => write!(f, "`{path}` is no command"),
            Self::OneText => f.write_str("the command is one text, which may be a script"),
            Self::Script => f.write_str("the command is a script"),
            Self::Lines => f.write_str("the command is a script of several lines"),
            Self::Form(path) => write!(f, "`{path}` is not written as Kubernetes reads it"),
            Self::Dollar(name) => {
                write!(f, "a `$` in the value of {name} would be taken for another variable")
            }
            Self::Required(name, from) => write!(f, "{name} is taken from {from} wherever this is started"),
            Self::OnlySet(name) => write!(f, "{name} is only set there"),
            Self::OnlySetOrRemoved(name) => write!(f, "{name} is only set or removed there"),
            Self::Document(refusal) => refusal.fmt(f),
        }
    }
}

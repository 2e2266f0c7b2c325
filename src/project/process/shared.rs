//! Why what a process is given is not written for it.

use std::fmt;

use crate::project::platform::NoBlock;
use crate::project::repository::place::Spot;

/// Why a change would not be one of this process alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shared {
    /// What stands there, others have too.
    Value(Spot),
    /// A block stands there that others have too, and one of its own would hide all of it.
    Block(Spot),
    /// Nothing takes a new variable.
    Nothing(NoBlock),
    /// It is an alias of another place in this file.
    Alias(String),
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |spot: &Spot| {
            format!("it comes from {}:{}, which is not of this service alone", spot.file, spot.line)
        };
        match self {
            Self::Value(spot) => f.write_str(&at(spot)),
            Self::Block(spot) => write!(f, "{}, and a block of its own would drop what they have", at(spot)),
            Self::Nothing(NoBlock::Never(kind)) => write!(f, "a {kind} takes no variables"),
            Self::Nothing(NoBlock::Hides(path)) => write!(
                f,
                "an `env` of the container would drop the variables of `{path}`, which other containers get too"
            ),
            Self::Alias(file) => write!(f, "{file} takes it from another place by an alias"),
        }
    }
}

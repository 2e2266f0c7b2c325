//! The answer to the one question about settings: what is effective, what is ignored, and where a fix would write.

pub(in crate::project) mod plain;
pub(in crate::project) mod reason;
pub(in crate::project) mod variable;
pub(in crate::project) mod why;

use crate::document::Value;

use crate::project::installation::answer::reason::Reason;
use crate::project::installation::answer::variable::Variable;
use crate::project::installation::answer::why::Why;
use crate::project::installation::unseen::Unseen;
use crate::project::repository::place::Place;
use crate::project::settings::Setting;

/// Everything that is known about one setting in one installation.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The row of the table.
    pub setting: &'static Setting,
    /// What LiteLLM goes by.
    pub effective: Effective,
    /// What else sets it, and loses against what is effective; the strongest first.
    pub overridden: Vec<Overridden>,
    /// The variable that the effective value refers to, if it is `os.environ/NAME`.
    pub reference: Option<Reference>,
    /// Where compose fills the effective variable in from another one: `NAME: ${OTHER}`.
    pub filled_at: Option<Place>,
    /// Where it also stands, without effect.
    pub ineffective: Vec<Ineffective>,
    /// Where a fix may write it, the best place first; empty if nowhere.
    pub homes: Vec<Place>,
    /// Why it cannot be written, or not with one value, if so: for the reader of an advice.
    pub blocked: Option<Reason>,
    /// The source that is not read and may set it, where that is why it is hidden.
    pub unseen: Option<Unseen>,
    /// Whether all of this rests on explicit references only.
    pub certain: bool,
}

/// What LiteLLM goes by.
#[derive(Clone, Debug, PartialEq)]
pub enum Effective {
    /// The default.
    Unset,
    /// This value, from this place.
    Set {
        /// The value as its reader takes it; of a variable always a text.
        value: Value,
        /// Where it stands.
        place: Place,
    },
    /// Something that cannot be seen from the files.
    Hidden {
        /// Why not.
        reason: Reason,
        /// Where it stands.
        place: Place,
    },
}

/// A home that is read, but weaker than the effective one.
#[derive(Clone, Debug, PartialEq)]
pub struct Overridden {
    /// Where.
    pub place: Place,
    /// The value there, if it can be seen.
    pub value: Option<Value>,
}

/// What `os.environ/NAME` leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The variable.
    pub name: String,
    /// What gives it to the process, as far as the files show: the strongest place.
    pub given: Option<Variable>,
}

/// A place where the setting stands without effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Ineffective {
    /// Where.
    pub place: Place,
    /// Why LiteLLM ignores it there.
    pub why: Why,
    /// The value there; [`Value::Null`] for comments.
    pub value: Value,
}

impl Answer {
    /// The value in force, if it can be seen.
    pub fn value(&self) -> Option<&Value> {
        match &self.effective {
            Effective::Set { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The place of the effective value, or of what hides it there. A source that is not read has no place for it.
    pub fn place(&self) -> Option<&Place> {
        match &self.effective {
            _ if self.unseen.is_some() => None,
            Effective::Set { place, .. } | Effective::Hidden { place, .. } => Some(place),
            Effective::Unset => None,
        }
    }

    /// Whether nothing sets it.
    pub fn is_unset(&self) -> bool {
        self.effective == Effective::Unset
    }

    /// The places where it is only a comment.
    pub fn commented_out(&self) -> impl Iterator<Item = &Place> {
        self.ineffective
            .iter()
            .filter(|ineffective| ineffective.why == Why::CommentedOut)
            .map(|ineffective| &ineffective.place)
    }
}

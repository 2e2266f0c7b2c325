//! What would admit a fix that the options or the decisions leave out. It is a fact; its words are made here.

use std::fmt;

use crate::plan::finding::Safety;

/// What would admit a fix that is proven and not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admits {
    /// Nothing: it only waits until it is decided.
    Turn,
    /// A yes in a review of all.
    Interactive,
    /// An option for its tier, or the id by its name.
    Tier(Safety, String),
    /// An answer: of this id, for this parameter.
    Answer(String, &'static str),
    /// That this rule of the user's own, which decides the setting, does not run.
    WithoutRule(&'static str),
    /// That the decision at this place is about it alone, and says why: it is hazardous.
    ExactDecision(String),
    /// A value for this parameter in the decision at this place.
    DecidedValue(&'static str, String),
    /// That the commit is accepted which it is left out of.
    Commit,
}

impl fmt::Display for Admits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Turn | Self::Tier(Safety::Safe, _) => Ok(()),
            Self::Interactive => f.write_str("--interactive"),
            Self::Tier(Safety::Review, id) => write!(f, "--include-review or --select {id}"),
            Self::Tier(Safety::OnRequest, id) => write!(f, "--apply all or --select {id}"),
            Self::Tier(Safety::Hazardous, _) => f.write_str(
                "--interactive with a typed confirmation, or `safety:` in .litellm-fix.yaml with a reason",
            ),
            Self::Answer(id, param) => write!(f, "--set {id}.{param}=VALUE"),
            Self::WithoutRule(rule) => write!(f, "--ignore {rule}"),
            Self::ExactDecision(written) => write!(
                f,
                "an exact `path` without a pattern, `at` and `why` in the decision at {written}: it is hazardous"
            ),
            Self::DecidedValue(param, written) => {
                write!(f, "`values: {{{param}: …}}` in the decision at {written}")
            }
            Self::Commit => f.write_str("the same again, once the commit is accepted"),
        }
    }
}

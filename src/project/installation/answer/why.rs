//! Why a setting has no effect at a place. It is a fact; its words are made here, as a clause.

use std::fmt;

use crate::project::installation::answer::reason::Reason;
use crate::project::settings::Versions;
use crate::project::settings::version::Version;

/// Why LiteLLM ignores a setting at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It stands in this section, where nothing reads it.
    WrongSection(String),
    /// It is written like this, a name that nothing reads.
    Misspelt(String),
    /// It stands under `environment_variables:`, which LiteLLM applies after it has read this one.
    TooLate,
    /// The arguments of the chart are replaced, also those that it makes of this key.
    ArgumentsReplaced,
    /// The chart gives the process the same variable again, from a key of this component.
    GivenAgain(&'static str),
    /// This release of litellm-helm leaves it away.
    NotRendered(String),
    /// The autoscaler in this file decides it.
    Autoscaled(String),
    /// This release runs, and does not read it; these do.
    NotRead(Version, Versions),
    /// The first release runs, and does not give the process what stands under `environment_variables:`; the second one is the first that does.
    NotApplied(Version, Version),
    /// A later key of the same name, or an included file, replaces it.
    DeadDuplicate,
    /// Its whole section is replaced by a later one of the same name, or by an included file, without it.
    DeadSection,
    /// It is a comment.
    CommentedOut,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongSection(section) => write!(f, "LiteLLM does not read it in {section}"),
            Self::Misspelt(written) => write!(f, "nothing reads the name `{written}`"),
            Self::TooLate => f.write_str(
                "LiteLLM applies `environment_variables:` too late for this one, which it reads at its start",
            ),
            Self::ArgumentsReplaced => f.write_str(
                "`args` replaces all arguments of the chart, also those that it makes of this key",
            ),
            Self::GivenAgain(component) => write!(
                f,
                "the chart gives the process NUM_WORKERS from `{component}.numWorkers` (1 by default), after its list of env entries, and the last one wins"
            ),
            Self::NotRendered(release) => write!(f, "litellm-helm {release} does not render it"),
            Self::Autoscaled(file) => Reason::Autoscaled(file.clone()).fmt(f),
            Self::NotRead(version, versions) => Reason::OtherReleases(*version, *versions).fmt(f),
            Self::NotApplied(version, since) => write!(
                f,
                "LiteLLM {version} does not apply it: before {since} a name under `environment_variables:` keeps the value that the process has, and becomes the text `None` if it has none"
            ),
            Self::DeadDuplicate => {
                f.write_str("a later key of the same name, or an included file, replaces it")
            }
            Self::DeadSection => f.write_str(
                "its section is overridden by a later one of the same name, or by an included file",
            ),
            Self::CommentedOut => f.write_str("it is a comment"),
        }
    }
}

//! A variable of the process, as a place of the files gives it.

use crate::document::{Path, Syntax};
use crate::project::installation::answer::reason::Reason;
use crate::project::repository::place::{FileId, Place};

/// One place that gives the process a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The text; `None` where it comes from a Secret, a ConfigMap, a field or the caller's own environment.
    pub text: Option<String>,
    /// Where it is given.
    pub place: Place,
    /// What kind of place that is.
    pub giver: Giver,
    /// The variable of the `.env` beside a compose file that the text comes from: `NAME: ${OTHER}`.
    pub filled: Option<Place>,
    /// Where an entry of its own would win, if a merge key `<<` brings this one from elsewhere.
    pub own: Option<Place>,
}

impl Variable {
    /// Whether its text stands at this place.
    pub fn stands_at(&self, place: &Place) -> bool {
        self.filled.as_ref().unwrap_or(&self.place) == place
    }
}

/// Where the description of a process takes a variable that nothing gives yet.
#[derive(Clone, Debug)]
pub(in crate::project) struct Anew {
    /// The file.
    pub file: FileId,
    /// The document in the file.
    pub doc: usize,
    /// The block.
    pub path: Path,
    /// How its entries are written, and whether an alias stands for it; or why none is written.
    pub syntax: Result<(Syntax, bool), Reason>,
    /// The variables that a tag takes away there.
    pub away: Vec<String>,
}

/// What kind of place gives a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver {
    /// The `envVars` mapping of the litellm-helm chart.
    EnvVars,
    /// A list of env entries in chart values.
    ExtraEnv,
    /// An env file.
    EnvFile,
    /// A compose service or a container.
    Process,
    /// A ConfigMap: an object, or what a kustomization generates.
    ConfigMap,
    /// A Secret whose text stands in the files: an object, or what a kustomization generates.
    Secret,
    /// A parameter of a release of a chart.
    Parameter,
    /// A command in a script.
    Script,
    /// The image, as a Dockerfile here builds it: all others win over it.
    Image,
}

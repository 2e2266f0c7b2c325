//! The types of secrets that stand in plain.

use crate::project::repository::place::Place;

/// A secret that can be read where it stands. Its value is nobody's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainSecret {
    /// The key or the variable that it is the value of.
    pub name: String,
    /// Where.
    pub place: Place,
    /// What holds it.
    pub holder: Holder,
    /// Whether it opens only what runs beside the process.
    pub near: bool,
}

/// What holds a secret, which decides by what it can be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// LiteLLM's configuration.
    Config,
    /// An env file.
    EnvFile,
    /// A compose service.
    Compose,
    /// The values of a chart, or a container.
    Kubernetes,
    /// A Secret in plain text.
    Secret,
    /// A script, or the Dockerfile of the image.
    Start,
}

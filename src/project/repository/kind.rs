//! What a part of a file may be taken for, and which names say so.

use std::path::Path as FilePath;

use crate::document::Path;

use crate::project::platform::{Component, Platform};

/// Which chart a values mapping belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Chart {
    /// `litellm-helm`: one pod runs everything.
    Monolith,
    /// `litellm`: gateway, backend and UI apart.
    Componentized,
    /// Somebody's own, whose templates print a mapping of the values as the configuration: that at the path.
    Own,
}

/// What a part of a YAML file was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// A LiteLLM configuration: the mapping at the path.
    Config,
    /// A LiteLLM configuration in the literal block scalar that the path leads into, in a ConfigMap or Secret.
    ConfigMap,
    /// Values of a chart: the mapping at the path.
    Values(Chart),
    /// A process of LiteLLM, as a platform describes it: the mapping at the path.
    Process(&'static dyn Platform),
    /// The description of a chart.
    ChartFile,
    /// A manifest that hands values to a chart: the whole document. Read as evidence, never edited.
    Release,
    /// A kustomization: the whole document. Read as evidence, never edited.
    Kustomization,
    /// A ConfigMap or Secret whose entries may be taken as variables: the object.
    Variables,
    /// One with a text that a release may take values from: the text.
    Texts,
    /// An autoscaler, which may be for a workload that runs LiteLLM: the object.
    Autoscaler,
    /// Something that runs LiteLLM in a shape that is not read: the whole document, and in `why` which shape.
    UnreadProcess,
}

/// One part of a file, and why it was taken for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The document in the file.
    pub doc: usize,
    /// The place of the mapping.
    pub path: Path,
    /// What it is.
    pub what: What,
    /// By which sign, for `-v`.
    pub why: String,
}

/// How an installation keeps its configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flavor {
    /// A `config.yaml`.
    Config,
    /// A `config.yaml` in a ConfigMap or Secret.
    ConfigMap,
    /// Not visible: only the process that is started with it is described.
    Process,
    /// Values of a chart that is not LiteLLM's, with a `proxy_config`.
    OtherChart,
    /// Values of one of LiteLLM's own charts, for this process.
    Chart(Component),
}

/// The name of the official chart that runs everything in one pod.
pub(in crate::project) const OFFICIAL: &str = "litellm-helm";

/// Names of files that compose merges over the one beside them, in the order in which it looks for one.
pub const OVERRIDES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// `values-prod.yaml`, `values.prod.yaml`, `values_prod.yaml`.
pub fn is_overlay_name(path: &FilePath) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_prefix("values")
        .filter(|rest| rest.starts_with(['-', '.', '_']))
        .and_then(|rest| rest[1..].strip_suffix(".yaml").or_else(|| rest[1..].strip_suffix(".yml")))
        .is_some_and(|env| !env.is_empty())
}

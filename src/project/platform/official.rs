//! What LiteLLM's own charts make of their values: one description for each process that they install.

use crate::project::platform::{componentized, litellm_helm};

/// A process that one of LiteLLM's own charts installs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Component {
    /// The only one of litellm-helm.
    Monolith,
    /// The gateway of the componentized chart.
    Gateway,
    /// The backend of the componentized chart.
    Backend,
    /// The only one of the componentized chart, where it runs everything in one.
    Proxy,
}

impl Component {
    /// What its chart does for it.
    pub fn chart(self) -> &'static OfficialChart {
        match self {
            Self::Monolith => &litellm_helm::CHART,
            Self::Gateway => &componentized::GATEWAY,
            Self::Backend => &componentized::BACKEND,
            Self::Proxy => &componentized::PROXY,
        }
    }
}

/// What a chart does with the values for one of its processes. A path is one of keys, from the top of the values; an empty one stands for
/// something that the chart does not have.
#[derive(Debug)]
pub struct OfficialChart {
    /// The process.
    pub component: Component,
    /// The process whose keys of the values it reads: itself, but for what the componentized chart runs alone.
    pub reads: Component,
    /// Keys of the values that describe processes which the chart does not run beside this one.
    pub idle: &'static [&'static str],
    /// The key whose values belong to this process alone, where the chart installs several.
    pub key: Option<&'static str>,
    /// The process of the same chart that speaks for this one where it has no configuration and no keys of its own.
    pub spoken_for_by: Option<&'static str>,
    /// The other process of the chart, which uses the same database.
    pub neighbour: Option<&'static str>,
    /// The list of env entries (`- name: …`) that the process is given, after the chart's own.
    pub entries: &'static [&'static str],
    /// The same list of every process of the chart.
    pub all_entries: &'static [&'static [&'static str]],
    /// The mapping of variables that the process is given.
    pub variables: &'static [&'static str],
    /// The list of Secrets of which the process is given every entry.
    pub secrets: &'static [&'static str],
    /// The list of ConfigMaps of which it is given every entry.
    pub config_maps: &'static [&'static str],
    /// What says whether the chart renders the configuration of the values at all.
    pub renders: &'static [&'static str],
    /// Where the tag of the image may stand, the strongest first.
    pub image_tags: &'static [&'static [&'static str]],
    /// What names a database, unless it is false or null.
    pub database: &'static [&'static [&'static str]],
    /// What is false where the chart deploys no database of its own, which it does by default; empty where it never does.
    pub own_database: &'static [&'static str],
    /// The setting that gives the process a Redis.
    pub redis: &'static str,
    /// The variable that the chart gives the master key in.
    pub master_key: &'static str,
    /// The entry of the Secret that it takes the master key from by default.
    pub master_key_entry: &'static str,
    /// The seconds that the newest release gives the process to end, where the values do not say it.
    pub grace: f64,
    /// Whether older releases render neither that time nor the probes.
    pub grew: bool,
    /// The setting that switches off the Job which migrates the database; `None` where nothing of the values is known to.
    pub migration: Option<&'static str>,
    /// The number of instances up to which its autoscaler goes by default, if that is known.
    pub most_instances: Option<u64>,
    /// The use of memory in percent at which its autoscaler adds a pod by default.
    pub memory_target: Option<u8>,
    /// Whether it gives the process a number of workers of its own, after all env entries.
    pub counts_workers: bool,
    /// Whether it merges resources with amounts of its own, so that an empty mapping takes none away.
    pub merges_resources: bool,
    /// Whether a probe's path stands beside its timings, and the chart has the port.
    pub flat_probes: bool,
    /// The list of arguments in the values; empty where they have none.
    pub arguments: &'static [&'static str],
    /// Whether these replace those of the chart, and are not added to them.
    pub replaces_arguments: bool,
}

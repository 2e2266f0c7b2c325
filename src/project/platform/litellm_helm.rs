//! `litellm-helm`, the chart that runs everything in one pod. Source: its templates and values, 0.1.x to 1.x, rendered with Helm.

use super::official::{Component, OfficialChart};

/// Its only process.
pub static CHART: OfficialChart = OfficialChart {
    component: Component::Monolith,
    reads: Component::Monolith,
    idle: &[],
    key: None,
    spoken_for_by: None,
    neighbour: None,
    entries: &["extraEnvVars"],
    all_entries: &[&["extraEnvVars"]],
    variables: &["envVars"],
    secrets: &["environmentSecrets"],
    config_maps: &["environmentConfigMaps"],
    renders: &["proxyConfigMap", "create"],
    image_tags: &[&["image", "tag"]],
    database: &[&["db", "useExisting"], &["db", "deployStandalone"], &["db", "endpoint"], &["db", "url"]],
    own_database: &["db", "deployStandalone"],
    redis: "chart_redis",
    master_key: "PROXY_MASTER_KEY",
    master_key_entry: "masterkey",
    grace: 90.0,
    grew: true,
    migration: Some("migration_job"),
    most_instances: Some(100),
    memory_target: None,
    counts_workers: false,
    merges_resources: false,
    flat_probes: true,
    arguments: &["args"],
    replaces_arguments: true,
};

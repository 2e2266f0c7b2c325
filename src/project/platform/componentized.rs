//! `litellm`, the chart that runs gateway, backend and UI apart. Source: its templates and values, rendered with Helm.

use super::official::{Component, OfficialChart};

/// The process that answers requests to models.
pub static GATEWAY: OfficialChart = OfficialChart {
    component: Component::Gateway,
    reads: Component::Gateway,
    idle: &[],
    key: Some("gateway"),
    spoken_for_by: None,
    neighbour: Some("backend"),
    entries: &["gateway", "extraEnv"],
    all_entries: &[&["gateway", "extraEnv"], &["backend", "extraEnv"]],
    variables: &[],
    secrets: &["gateway", "envSecrets"],
    config_maps: &["gateway", "envConfigMaps"],
    renders: &["gateway", "config", "create"],
    image_tags: &[&["gateway", "image", "tag"], &["image", "tag"], &["global", "image", "tag"]],
    database: &[&["database", "writer"]],
    own_database: &[],
    redis: "chart_redis_host",
    master_key: "LITELLM_MASTER_KEY",
    master_key_entry: "master-key",
    grace: 30.0,
    grew: false,
    migration: None,
    most_instances: None,
    memory_target: Some(80),
    counts_workers: true,
    merges_resources: true,
    flat_probes: false,
    arguments: &[],
    replaces_arguments: false,
};

/// The process that answers everything else.
pub static BACKEND: OfficialChart = OfficialChart {
    component: Component::Backend,
    reads: Component::Backend,
    key: Some("backend"),
    spoken_for_by: Some("gateway"),
    neighbour: Some("gateway"),
    entries: &["backend", "extraEnv"],
    secrets: &["backend", "envSecrets"],
    config_maps: &["backend", "envConfigMaps"],
    renders: &["backend", "config", "create"],
    image_tags: &[&["backend", "image", "tag"], &["image", "tag"], &["global", "image", "tag"]],
    ..GATEWAY
};

/// The process that answers everything, with `monolith.enabled`: what describes the gateway describes it.
pub static PROXY: OfficialChart = OfficialChart {
    component: Component::Proxy,
    idle: &["backend", "ui"],
    neighbour: None,
    all_entries: &[&["gateway", "extraEnv"]],
    image_tags: &[&["image", "tag"], &["global", "image", "tag"]],
    arguments: &["monolith", "extraArgs"],
    ..GATEWAY
};

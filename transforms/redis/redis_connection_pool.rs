//! Every worker of every instance opens pools of Redis connections; a pool under a name that nobody reads is no pool.

mod hazards;
mod pools;
mod share;

use pools::pools;

use crate::plan::{Area, Bounds, Finding, Meta, Parameter, Remedy, Severity};
use crate::project::Installation;
pub use crate::project::demand::Capacity as Params;

pub const META: Meta = Meta {
    id: "redis_connection_pool",
    title: "the pools of all processes may ask for more connections than Redis allows",
    why: "a Redis without free connections refuses new ones: caches, limits and cooldowns then work without it",
    severity: Severity::Medium,
    worst: Severity::High,
    gap: "connection pools",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; with an address instead of a host only in newer releases",
    settings: &[
        "cache_max_connections",
        "router_redis_max_connections",
        "coordination_max_connections",
        "redis_max_connections",
        "redis_connection_pool_timeout",
    ],
    params: &[
        Parameter::unknown(
            "max_connections",
            Bounds::Numbers(1, u32::MAX),
            "what `CONFIG GET maxclients` says, or your plan; without it no size is written",
        ),
        Parameter::number("reserve", 10, (0, u32::MAX), "connections left to everything else"),
    ],
    weights: &[(Area::Reliability, 1), (Area::Throughput, 1)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let pools = pools(installation);
    let mut findings = hazards::names(installation, &pools);
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    findings.extend(pools.iter().filter_map(|pool| hazards::wrong_type(installation, pool)));
    if !pools.is_empty() && !moved {
        findings.extend(share::judge(installation, &pools, params));
    }
    findings
}

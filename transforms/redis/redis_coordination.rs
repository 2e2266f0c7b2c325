//! Instances share limits, budgets and spend through Redis, and LiteLLM ignores many ways to name one without a word.

use crate::plan::{Area, Finding, Meta, NoParams, Remedy, Severity};
use crate::project::{Installation, Redis};

mod alone;
mod buffer;
mod cache;
mod cache_type;
mod lines;
mod names;
mod target;
mod together;
mod unresolved;
mod url;

use alone::{each_alone, router_alone};
use buffer::buffer;

pub const META: Meta = Meta {
    id: "redis_coordination",
    title: "instances do not share their limits, budgets and spend",
    why: "LiteLLM silently runs without Redis here: each instance counts on its own",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "Redis between instances",
    files: "config.yaml, Helm values, ConfigMaps, env files, compose files, Kubernetes manifests",
    versions: "all; `coordination_redis` since 1.93, the environment alone since 1.101",
    settings: &[
        "cache",
        "cache_params",
        "cache_url",
        "cache_host",
        "cache_port",
        "cache_password",
        "redis_url",
        "redis_host",
        "redis_port",
        "redis_password",
        "cache_kwargs",
        "router_redis_ssl",
        "router_redis_username",
        "coordination_redis",
        "env_redis_url",
        "env_redis_host",
        "env_redis_port",
        "env_redis_password",
        "env_redis_username",
        "env_redis_ssl",
        "env_redis_db",
    ],
    params: &[],
    weights: &[(Area::Reliability, 3), (Area::Security, 1)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let mut findings = names::ineffective(installation);
    if installation.config_doubt().is_some() {
        return findings;
    }
    findings.extend(cache_type::of_semantic(installation));
    findings.extend(url::empty_url(installation));
    let mends = findings.iter().any(|finding| {
        let names_one = !finding.setting.starts_with("redis_") && !finding.setting.starts_with("router_");
        names_one && matches!(finding.remedy, Remedy::Fix(_))
    });
    let mut cache = cache::cache(installation);
    if mends && let Some(hidden) = cache.take() {
        speak_for(&hidden, &mut findings);
    }
    if cache.is_none() && !mends {
        let buffer = buffer(installation);
        findings.extend(target::no_target(installation, Redis::Coordination));
        findings.extend(target::no_target(installation, Redis::Router));
        if buffer.is_none() {
            findings.extend(router_alone(installation).or_else(|| each_alone(installation)));
        }
        findings.extend(buffer);
    }
    findings.extend(cache);
    for client in Redis::ALL {
        findings.extend(url::beside_url(installation, client));
        findings.extend(url::url_of_environment(installation, client));
    }
    findings
}

/// What fixes of its parameters say of a cache that stops the start without them.
fn speak_for(hidden: &Finding, findings: &mut [Finding]) {
    if hidden.severity != Severity::Critical {
        return;
    }
    let fixed =
        |one: &&mut Finding| one.setting.starts_with("cache_") && matches!(one.remedy, Remedy::Fix(_));
    for finding in findings.iter_mut().filter(fixed) {
        finding.severity = hidden.severity;
        finding.why = format!("{}: {}", hidden.title, hidden.why);
    }
}

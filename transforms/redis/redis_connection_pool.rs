//! Every worker of every instance opens pools of Redis connections; a pool under a name that nobody reads is no pool.

mod hazards;

use crate::document::Value;
use crate::plan::build::{goes_in, yaml_lines};
use crate::plan::{
    Area, Bounds, Finding, Fix, Intent, Lines, Meta, Parameter, Question, Remedy, Safety, Severity,
};
pub use crate::project::demand::Capacity as Params;
use crate::project::demand::{Demand, neighbour, share};
use crate::project::{Answer, Installation};

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

/// The default of redis-py's pool that waits, which LiteLLM uses.
const DEFAULT_LIMIT: u64 = 50;
/// The default of `maxclients` of Redis.
const REDIS: u32 = 10_000;

/// A client of Redis that each worker opens, with a pool of its own.
struct Pool {
    /// What uses it, for people.
    name: &'static str,
    /// The mapping its size stands in, as section and key for advice.
    parents: (&'static str, &'static str),
    answer: Answer,
    limit: u64,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let pools = pools(installation);
    let mut findings = hazards::names(installation, &pools);
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    findings.extend(pools.iter().filter_map(|pool| hazards::wrong_type(installation, pool)));
    if !pools.is_empty() && !moved {
        findings.extend(judge(installation, &pools, params));
    }
    findings
}

/// The clients that the configuration gives an address of their own.
fn pools(installation: &Installation<'_>) -> Vec<Pool> {
    let is_set = |name: &str| installation.setting(name).place().is_some();
    let cache = installation.caches_in_redis() == Some(true);
    let router = is_set("redis_url") || (is_set("redis_host") && is_set("redis_port"));
    let coordination = is_set("coordination_url") || is_set("coordination_host");
    let variable = installation.setting("redis_max_connections").value().and_then(number);
    let pool = |name, parents, setting| {
        let answer = installation.setting(setting);
        let limit = answer.value().and_then(number).or(variable).unwrap_or(DEFAULT_LIMIT);
        Pool { name, parents, answer, limit }
    };
    let all = [
        (cache, "the cache", ("litellm_settings", "cache_params"), "cache_max_connections"),
        (router, "the router", ("router_settings", "cache_kwargs"), "router_redis_max_connections"),
        (
            coordination,
            "the coordination between instances",
            ("general_settings", "coordination_redis"),
            "coordination_max_connections",
        ),
    ];
    all.into_iter().filter(|(used, ..)| *used).map(|(_, name, at, setting)| pool(name, at, setting)).collect()
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Int(number) => u64::try_from(*number).ok(),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|number| *number > 0)
}

fn lines_of(pool: &Pool, limit: u64) -> Vec<String> {
    let size = Value::Map(vec![("max_connections".into(), Value::Int(limit.into()))]);
    yaml_lines(pool.parents.0, &[(pool.parents.1.into(), size)])
}

/// All pools of all processes against what Redis allows. A pool is never made larger: that is for whoever sees "No connection available".
fn judge(installation: &Installation<'_>, pools: &[Pool], params: &Params) -> Option<Finding> {
    let limit: u64 = pools.iter().map(|pool| pool.limit).sum();
    let demand = Demand::of(installation, limit, 1);
    let max = params.max_connections.unwrap_or(REDIS);
    let free = u64::from(max.saturating_sub(params.reserve));
    if demand.least() <= free {
        return None;
    }
    let first = pools.first()?;
    let place = first.answer.homes.first().or(first.answer.place()).cloned();
    let mut finding = Finding::new(
        &META,
        first.answer.setting.name,
        "demand",
        place.unwrap_or_else(|| installation.config_place()),
    )
    .title(demand.words("Redis connections"));
    for pool in pools {
        let place = pool.answer.place().or(pool.answer.homes.first());
        finding.related.extend(
            place.map(|place| {
                (place.clone(), format!("pool of {} in each worker: {}", pool.name, pool.limit))
            }),
        );
    }
    finding.related.extend(demand.signs());
    let expected = share(max, params.reserve, demand.least_processes() * pools.len() as u64);
    let Some(expected) = expected else {
        let text = format!(
            "{max} connections, minus {} in reserve, are less than one for each pool: run fewer workers or instances",
            params.reserve
        );
        return Some(finding.severity(Severity::High).advice(text));
    };
    let large: Vec<&Pool> = pools.iter().filter(|pool| pool.limit > expected).collect();
    let blocked = large.iter().any(|pool| pool.answer.homes.is_empty());
    if params.max_connections.is_none() || demand.processes().is_none() || blocked {
        let lines = large.first().map_or_else(Vec::new, |pool| lines_of(pool, expected));
        let text = format!(
            "Redis allows {REDIS} by default, hosted ones often far fewer; {max} minus {} in reserve are enough for {expected} in each pool. Give the number that yours allows, and the size is computed: --set redis_connection_pool.max_connections=N",
            params.reserve
        );
        let goes = large.first().map_or_else(String::new, |pool| goes_in(installation, pool.parents.0));
        return Some(finding.advice(text).lines(Lines::new(lines, goes)));
    }
    Some(with_limit(installation, finding, &large, expected, max))
}

fn with_limit(
    installation: &Installation<'_>,
    finding: Finding,
    large: &[&Pool],
    expected: u64,
    max: u32,
) -> Finding {
    let sets = large
        .iter()
        .filter_map(|pool| Some(Intent::Set(pool.answer.homes.first()?.clone(), Value::Int(expected.into()))))
        .collect();
    let names: Vec<&str> = large.iter().map(|pool| pool.name).collect();
    let title = format!("set the pool of {} to {expected}", names.join(" and of "));
    let mut fix = Fix::new(installation, title, Safety::Review, sets)
        .assuming(
            "a worker that finds no free connection waits up to 5 s for one (REDIS_CONNECTION_POOL_TIMEOUT)",
        )
        .assuming("all pools connect to the same Redis");
    if let Some(neighbour) = neighbour(installation) {
        fix = fix.assuming(format!("{neighbour}: choose a reserve that covers those too"));
    }
    fix.questions.push(Question::new(
        "max_connections",
        "How many connections does Redis allow (CONFIG GET maxclients)?",
        max,
        "your answer",
    ));
    finding.severity(Severity::High).fix(fix)
}

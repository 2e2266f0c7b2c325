//! The pools that each worker opens.

use crate::document::Value;
use crate::plan::Lines;
use crate::plan::build::section_lines;
use crate::project::{Answer, Installation};

/// The default of redis-py's pool that waits, which LiteLLM uses.
pub const DEFAULT_LIMIT: u64 = 50;
/// A client of Redis that each worker opens, with a pool of its own.
pub struct Pool {
    /// What uses it, for people.
    pub name: &'static str,
    /// The mapping its size stands in, as section and key for advice.
    pub parents: (&'static str, &'static str),
    pub answer: Answer,
    pub limit: u64,
}

/// The clients that the configuration gives an address of their own.
pub fn pools(installation: &Installation<'_>) -> Vec<Pool> {
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

/// A size that counts as a number.
pub fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Int(number) => u64::try_from(*number).ok(),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|number| *number > 0)
}

/// The lines that give a pool this size.
pub fn lines_of(installation: &Installation<'_>, pool: &Pool, limit: u64) -> Lines {
    let size = Value::Map(vec![("max_connections".into(), limit.into())]);
    section_lines(installation, pool.parents.0, &[(pool.parents.1.into(), size)])
}

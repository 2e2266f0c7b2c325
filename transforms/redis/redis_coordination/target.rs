//! Clients other than the cache that are told of a Redis and reach none.

use super::META;
use super::lines::coordination_lines;
use super::unresolved::unresolved;
use crate::document::Value;
use crate::plan::build::section_lines;
use crate::plan::{Finding, Severity};
use crate::project::{Effective, Installation, Redis, RedisPart, Target};

/// Names of a client's Redis that lead to none.
pub fn no_target(installation: &Installation<'_>, client: Redis) -> Option<Finding> {
    if installation.redis_named(client) != Target::Nothing {
        return None;
    }
    match client {
        Redis::Coordination => of_coordination(installation),
        Redis::Cache | Redis::Router => of_router(installation, client),
    }
}

fn of_coordination(installation: &Installation<'_>) -> Option<Finding> {
    let block = installation.setting("coordination_redis");
    let Effective::Set { value: Value::Map(_), place } = &block.effective else { return None };
    let unresolved = unresolved(installation, Redis::Coordination).unwrap_or_default();
    Some(
        Finding::new(&META, "coordination_redis", "no_target", place.clone())
            .title(format!(
                "`coordination_redis` names no host and no url: LiteLLM refuses to start{unresolved}"
            ))
            .severity(Severity::Critical)
            .advice("name the Redis, and see that the process gets these variables")
            .lines(coordination_lines(installation, None)),
    )
}

fn of_router(installation: &Installation<'_>, client: Redis) -> Option<Finding> {
    let [url, host] =
        [RedisPart::Url, RedisPart::Host].map(|part| installation.setting(client.setting(part)));
    let place = url.place().or(host.place())?.clone();
    let (severity, shares) = match installation.coordination_redis() {
        Target::Named(_) => {
            (Severity::Low, "the router uses the Redis of the cache or of the coordination instead")
        }
        // A cache in Redis shares its client with the router, wherever its address comes from.
        _ if installation.caches_in_redis() == Some(true) => return None,
        _ => (META.severity, "each process of the router counts on its own"),
    };
    let finding = |state, title: String| {
        Finding::new(&META, "redis_host", state, place.clone()).title(title).why(shares).severity(severity)
    };
    if let Some(unresolved) = unresolved(installation, client) {
        let title = format!("the router has no Redis{unresolved}");
        return Some(finding("unresolved", title).advice("see that the process gets it"));
    }
    let port = match installation.variables("REDIS_PORT").is_empty() {
        true => Value::Int(6379),
        false => Value::Str("os.environ/REDIS_PORT".into()),
    };
    let title = "`redis_host` without `redis_port` is ignored: it gives the router no Redis".to_owned();
    let lines = section_lines(installation, "router_settings", &[("redis_port".into(), port)]);
    Some(finding("no_port", title).advice("add the port").lines(lines))
}

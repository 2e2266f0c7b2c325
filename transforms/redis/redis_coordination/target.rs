//! Clients that are told of a Redis and reach none.

use super::{META, cache_params, coordination_lines};
use crate::document::Value;
use crate::plan::build::{goes_in, shown, yaml_lines};
use crate::plan::{Finding, Fix, Intent, Lines, Safety, Severity};
use crate::project::{Effective, Installation, Place, Redis, RedisPart, Target};

/// A response cache in Redis that is not on, or has no Redis.
pub fn cache(installation: &Installation<'_>) -> Option<Finding> {
    let cache = installation.setting("cache");
    let params = installation.setting("cache_params");
    let lines = || yaml_lines("litellm_settings", &[("cache".into(), Value::Bool(true))]);
    let goes = goes_in(installation, "litellm_settings");
    match (&cache.effective, &params.effective) {
        (Effective::Set { value: Value::Bool(true), .. }, Effective::Set { value: Value::Null, place }) => {
            Some(
                Finding::new(&META, "cache_params", "empty", place.clone())
                    .title("an empty `cache_params:` with `cache: true` stops LiteLLM at its start")
                    .why("the configuration fails to load: a mapping is expected, not `null`")
                    .severity(Severity::Critical)
                    .advice("remove it if the environment names the Redis; otherwise name the Redis here")
                    .lines(Lines::new(
                        yaml_lines("litellm_settings", &[cache_params(installation, None)]),
                        goes,
                    )),
            )
        }
        (Effective::Set { value: Value::Bool(true), .. }, Effective::Set { value: Value::Map(_), place })
            if in_memory(installation) =>
        {
            Some(without_type(installation, place))
        }
        (Effective::Set { value: Value::Bool(true), place }, _) => {
            installation.caches_in_redis().filter(|on| *on)?;
            if installation.cache_redis() != Target::Nothing {
                return None;
            }
            let unresolved = unresolved(installation, Redis::Cache).unwrap_or_default();
            let lines = yaml_lines("litellm_settings", &[cache_params(installation, None)]);
            Some(
                Finding::new(&META, "cache", "no_target", place.clone())
                    .title(format!("`cache: true` has no Redis: LiteLLM stops at its start{unresolved}"))
                    .why("the configuration fails to load without a host or url in `cache_params` or in the environment")
                    .severity(Severity::Critical)
                    .advice("name the Redis, and see that the process gets these variables").lines(Lines::new(lines, goes)),
            )
        }
        (Effective::Set { value: Value::Str(text), place }, _) if text.eq_ignore_ascii_case("true") => {
            let finding = Finding::new(&META, "cache", "quoted", place.clone())
                .title(format!(
                    "`cache` is the text {}: every request fails",
                    shown(&Value::Str(text.clone()))
                ))
                .why("LiteLLM compares it with true and false only, and uses anything else as the cache object itself")
                .severity(Severity::Critical);
            let set = vec![Intent::Set(place.clone(), Value::Bool(true))];
            let no_redis = installation.setting("cache_type").is_unset()
                && installation.redis_of_environment() == Target::Nothing
                && installation.redis_named(Redis::Cache) == Target::Nothing;
            Some(match cache.homes.first() {
                // The boolean alone would stop the start.
                Some(_) if no_redis => {
                    let mut lines = lines();
                    lines.extend(
                        yaml_lines("litellm_settings", &[cache_params(installation, None)]).split_off(1),
                    );
                    finding
                        .advice("remove it, or write it without quotes and name the Redis")
                        .lines(Lines::new(lines, goes))
                }
                Some(_) => finding.fix(
                    Fix::new(installation, "set `cache` to the boolean true", Safety::Review, set)
                        .assuming("this turns on the response cache, which was off before"),
                ),
                None => finding.advice("write it without quotes").lines(Lines::new(lines(), goes)),
            })
        }
        (Effective::Unset, Effective::Set { value: Value::Map(entries), place }) if !entries.is_empty() => {
            Some(
                Finding::new(&META, "cache_params", "cache_off", place.clone())
                    .title("`cache_params` does nothing: `cache` is not true")
                    .why("no answer is cached, and its Redis is not used for anything else either")
                    .advice("turn the response cache on, or remove `cache_params`")
                    .lines(Lines::new(lines(), goes)),
            )
        }
        _ => None,
    }
}

/// Whether the cache is in memory for want of a type, although a Redis is named for it.
fn in_memory(installation: &Installation<'_>) -> bool {
    let untyped =
        installation.setting("cache_type").is_unset() && installation.caches_in_redis() == Some(false);
    let named = [installation.redis_named(Redis::Cache), installation.redis_of_environment()];
    untyped && named.iter().any(|target| matches!(target, Target::Named(_)))
}

fn without_type(installation: &Installation<'_>, place: &Place) -> Finding {
    let kind = installation.setting("cache_type");
    let finding = Finding::new(&META, "cache_type", "no_type", place.clone())
        .title("the Redis in `cache_params` is not used: without `type: redis` each process caches in its own memory")
        .why("instances share no cached answers, and this cache gives them no Redis for coordination");
    let redis = Value::Str("redis".into());
    let named = installation.redis_named(Redis::Cache) != Target::Nothing;
    match kind.homes.first() {
        Some(home) if named => finding.fix(
            Fix::new(installation, "set the type of the cache to redis", Safety::Review, vec![Intent::Set(home.clone(), redis)])
                .assuming("the cache is meant to be in Redis; this activates it there: answers are shared, and instances coordinate through Redis"),
        ),
        _ => {
            let text = if named { "add the type" } else { "add the type, or write `type: local` if you want a cache in memory" };
            let params = Value::Map(vec![("type".into(), redis)]);
            let lines = yaml_lines("litellm_settings", &[("cache_params".into(), params)]);
            finding.advice(text).lines(Lines::new(lines, goes_in(installation, "litellm_settings")))
        }
    }
}

/// Names of a client's Redis that lead to none.
pub fn no_target(installation: &Installation<'_>, client: Redis) -> Option<Finding> {
    if installation.redis_named(client) != Target::Nothing {
        return None;
    }
    let [url, host] =
        [RedisPart::Url, RedisPart::Host].map(|part| installation.setting(client.setting(part)));
    if client == Redis::Coordination {
        let block = installation.setting("coordination_redis");
        let Effective::Set { value: Value::Map(_), place } = &block.effective else { return None };
        let unresolved = unresolved(installation, client).unwrap_or_default();
        return Some(
            Finding::new(&META, "coordination_redis", "no_target", place.clone())
                .title(format!(
                    "`coordination_redis` names no host and no url: LiteLLM refuses to start{unresolved}"
                ))
                .severity(Severity::Critical)
                .advice("name the Redis, and see that the process gets these variables")
                .lines(Lines::new(
                    coordination_lines(installation, None),
                    goes_in(installation, "general_settings"),
                )),
        );
    }
    let place = url.place().or(host.place())?.clone();
    let router_settings = goes_in(installation, "router_settings");
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
    let lines = yaml_lines("router_settings", &[("redis_port".into(), port)]);
    Some(finding("no_port", title).advice("add the port").lines(Lines::new(lines, router_settings)))
}

/// The reference of a client's url or host that nothing fulfils, as the end of a sentence.
fn unresolved(installation: &Installation<'_>, client: Redis) -> Option<String> {
    [RedisPart::Url, RedisPart::Host].into_iter().find_map(|part| {
        let answer = installation.setting(client.setting(part));
        let name = &answer.reference.as_ref()?.name;
        let nowhere = installation.led_to(&answer) == Target::Nothing;
        nowhere.then(|| format!("; it refers to {name}, which nothing visible sets"))
    })
}

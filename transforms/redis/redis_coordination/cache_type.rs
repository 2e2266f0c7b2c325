//! The type of the cache, by which its parameters have other names.

use super::META;
use crate::document::Value;
use crate::plan::build::section_lines;
use crate::plan::{Finding, Fix, Safety};
use crate::project::{Effective, Installation, Place, Redis, Target};

/// Whether the cache is in memory for want of a type, although a Redis is named for it.
pub fn in_memory(installation: &Installation<'_>) -> bool {
    let untyped =
        installation.setting("cache_type").is_unset() && installation.caches_in_redis() == Some(false);
    let named = [installation.redis_named(Redis::Cache), installation.redis_of_environment()];
    untyped && named.iter().any(|target| matches!(target, Target::Named(_)))
}

/// A cache in memory although a Redis is named.
pub fn without_type(installation: &Installation<'_>, place: &Place) -> Finding {
    let kind = installation.setting("cache_type");
    let finding = Finding::new(&META, "cache_type", "no_type", place.clone())
        .title("the Redis in `cache_params` is not used: without `type: redis` each process caches in its own memory")
        .why("instances share no cached answers, and this cache gives them no Redis for coordination");
    let redis = Value::Str("redis".into());
    let named = installation.redis_named(Redis::Cache) != Target::Nothing;
    match kind.homes.first() {
        Some(home) if named => finding.fix(
            Fix::set(installation, "set the type of the cache to redis", Safety::Review, home, redis)
                .assuming("the cache is meant to be in Redis; this activates it there: answers are shared, and instances coordinate through Redis"),
        ),
        _ => {
            let text = if named { "add the type" } else { "add the type, or write `type: local` if you want a cache in memory" };
            let params = Value::Map(vec![("type".into(), redis)]);
            let lines = section_lines(installation, "litellm_settings", &[("cache_params".into(), params)]);
            finding.advice(text).lines(lines)
        }
    }
}

/// Whether `cache_params` has the names of a plain Redis: those of other types differ.
pub fn names_of_redis(installation: &Installation<'_>) -> bool {
    match installation.setting("cache_type").effective {
        Effective::Unset => true,
        Effective::Set { value, .. } => value == Value::from("redis") || value == Value::Null,
        Effective::Hidden { .. } => false,
    }
}

/// `url` for a cache of the type `redis-semantic`, which reads `redis_url`.
pub fn of_semantic(installation: &Installation<'_>) -> Option<Finding> {
    let kind = installation.setting("cache_type");
    let url = installation.setting("cache_url");
    let place = url.place().filter(|_| kind.value() == Some(&Value::from("redis-semantic")))?;
    let right = place.parent().child("redis_url");
    let host = installation.setting("cache_host");
    let finding = Finding::new(&META, "cache_url", "of_semantic", place.clone())
        .title("`url` is ignored: a cache of the type redis-semantic reads `redis_url`")
        .why("without it LiteLLM needs REDIS_HOST, REDIS_PORT and REDIS_PASSWORD in its environment, and stops at its start where they are missing")
        .advice("rename it to `redis_url`");
    (installation.value_at(&right).is_none() && host.is_unset()).then_some(finding)
}

//! The response cache in Redis: where it is not on, has no Redis, or has another type.

use super::META;
use super::cache_type::{in_memory, without_type};
use super::lines::cache_params;
use super::unresolved::unresolved;
use crate::document::Value;
use crate::plan::build::{section_lines, shown};
use crate::plan::{Finding, Fix, Safety, Severity};
use crate::project::{Answer, Effective, Installation, Place, Redis, Target};

/// A response cache in Redis that is not on, or has no Redis.
pub fn cache(installation: &Installation<'_>) -> Option<Finding> {
    let cache = installation.setting("cache");
    let params = installation.setting("cache_params");
    match (&cache.effective, &params.effective) {
        (Effective::Set { value: Value::Bool(true), .. }, Effective::Set { value: Value::Null, place }) => {
            Some(empty(installation, place))
        }
        (Effective::Set { value: Value::Bool(true), .. }, Effective::Set { value: Value::Map(_), place })
            if in_memory(installation) =>
        {
            Some(without_type(installation, place))
        }
        (Effective::Set { value: Value::Bool(true), place }, _) => no_target(installation, place),
        (Effective::Set { value: Value::Str(text), place }, _) if text.eq_ignore_ascii_case("true") => {
            Some(quoted(installation, &cache, text, place))
        }
        (Effective::Unset, Effective::Set { value: Value::Map(entries), place }) if !entries.is_empty() => {
            Some(off(installation, place))
        }
        _ => None,
    }
}

fn on() -> (String, Value) {
    ("cache".into(), true.into())
}

fn empty(installation: &Installation<'_>, place: &Place) -> Finding {
    let lines = section_lines(installation, "litellm_settings", &[cache_params(installation, None)]);
    Finding::new(&META, "cache_params", "empty", place.clone())
        .title("an empty `cache_params:` with `cache: true` stops LiteLLM at its start")
        .why("the configuration fails to load: a mapping is expected, not `null`")
        .severity(Severity::Critical)
        .advice("remove it if the environment names the Redis; otherwise name the Redis here")
        .lines(lines)
}

fn no_target(installation: &Installation<'_>, place: &Place) -> Option<Finding> {
    installation.caches_in_redis().filter(|on| *on)?;
    if installation.cache_redis() != Target::Nothing {
        return None;
    }
    let unresolved = unresolved(installation, Redis::Cache).unwrap_or_default();
    let lines = section_lines(installation, "litellm_settings", &[cache_params(installation, None)]);
    Some(
        Finding::new(&META, "cache", "no_target", place.clone())
            .title(format!("`cache: true` has no Redis: LiteLLM stops at its start{unresolved}"))
            .why("the configuration fails to load without a host or url in `cache_params` or in the environment")
            .severity(Severity::Critical)
            .advice("name the Redis, and see that the process gets these variables")
            .lines(lines),
    )
}

fn quoted(installation: &Installation<'_>, cache: &Answer, text: &str, place: &Place) -> Finding {
    let finding = Finding::new(&META, "cache", "quoted", place.clone())
        .title(format!("`cache` is the text {}: every request fails", shown(&text.into())))
        .why(
            "LiteLLM compares it with true and false only, and uses anything else as the cache object itself",
        )
        .severity(Severity::Critical);
    let no_redis = installation.setting("cache_type").is_unset()
        && installation.redis_of_environment() == Target::Nothing
        && installation.redis_named(Redis::Cache) == Target::Nothing;
    let lines = |entries: &[(String, Value)]| section_lines(installation, "litellm_settings", entries);
    match cache.homes.first() {
        // The boolean alone would stop the start.
        Some(_) if no_redis => finding
            .advice("remove it, or write it without quotes and name the Redis")
            .lines(lines(&[on(), cache_params(installation, None)])),
        Some(_) => finding.fix(
            Fix::set(installation, "set `cache` to the boolean true", Safety::Review, place, true)
                .assuming("this turns on the response cache, which was off before"),
        ),
        None => finding.advice("write it without quotes").lines(lines(&[on()])),
    }
}

fn off(installation: &Installation<'_>, place: &Place) -> Finding {
    Finding::new(&META, "cache_params", "cache_off", place.clone())
        .title("`cache_params` does nothing: `cache` is not true")
        .why("no answer is cached, and its Redis is not used for anything else either")
        .advice("turn the response cache on, or remove `cache_params`")
        .lines(section_lines(installation, "litellm_settings", &[on()]))
}

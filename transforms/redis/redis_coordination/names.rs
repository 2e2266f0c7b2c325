//! Names of a Redis that nobody reads: those of one mapping are one finding, since one without the others names nothing.

use super::META;
use super::cache_type::names_of_redis;
use super::lines::coordinate;
use super::together::{belong_together, join};
use super::unresolved::no_redis;
use crate::document::Value;
use crate::plan::build::{ineffective_places, section_lines};
use crate::plan::{Finding, Remedy, State};
use crate::project::{Installation, Why, is_secret_name};

pub fn ineffective(installation: &Installation<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for name in META.settings {
        let mut answer = installation.setting(name);
        if name.starts_with("cache_") && !names_of_redis(installation) {
            // A cache of another type has names of its own: `redis-semantic` reads `redis_url` and not `url`.
            answer.ineffective.retain(|one| !matches!(one.why, Why::Misspelt(_)));
        }
        let unread = answer.ineffective.iter().any(|one| matches!(one.why, Why::NotRead(..)));
        for finding in ineffective_places(installation, &META, &answer) {
            let finding = if let Some(reason) = stops(installation, name, &finding) {
                finding.advice(reason)
            } else if *name == "cache" && finding.state == State::WRONG_SECTION {
                mapping_of_cache(installation, finding)
            } else if unread && finding.state == State::NOT_READ {
                coordinate(installation, finding, "write it as this release reads it")
            } else {
                finding
            };
            match findings.iter_mut().find(|other| belong_together(other, &finding)) {
                Some(other) => join(installation, other, finding),
                None => findings.push(finding),
            }
        }
    }
    let off = !matches!(installation.setting("cache").value(), Some(Value::Bool(true)));
    for finding in findings.iter_mut().filter(|one| off && one.setting == "cache_params") {
        if matches!(finding.remedy, Remedy::Fix(_)) {
            let text = "the cache is off, so LiteLLM ignores its parameters: to cache answers, move them below this; otherwise remove them";
            let lines = section_lines(installation, "litellm_settings", &[("cache".into(), true.into())]);
            *finding = finding.clone().advice(text).lines(lines);
        }
    }
    findings
}

/// Why the proxy would not start with it in force, for want of what it needs.
fn stops(installation: &Installation<'_>, name: &str, finding: &Finding) -> Option<String> {
    if !matches!(finding.remedy, Remedy::Fix(_)) {
        return None;
    }
    if name == "cache"
        && names_of_redis(installation)
        && let Some(reason) = no_redis(installation)
    {
        return Some(reason);
    }
    let kwargs = installation.setting("cache_kwargs");
    let is_mapping = kwargs.value().is_none_or(|value| matches!(value, Value::Map(_) | Value::Null));
    (matches!(name, "redis_url" | "redis_host") && !is_mapping).then(|| {
        "make `router_settings.cache_kwargs` a mapping first: with a Redis for the router, anything else stops LiteLLM at its start".into()
    })
}

/// `cache` as a mapping: moved as it is, every request would fail, since LiteLLM wants `cache: true` and the mapping in `cache_params`.
fn mapping_of_cache(installation: &Installation<'_>, finding: Finding) -> Finding {
    let Some(Value::Map(entries)) = installation.value_at(&finding.place) else { return finding };
    let given = |(key, value): (String, Value)| {
        let secret = is_secret_name(&key) || value.as_str().is_some_and(|text| text.contains("://"));
        (key, if secret { "<the same value>".into() } else { value })
    };
    let params = Value::Map(entries.into_iter().map(given).collect());
    let entries = [("cache".into(), Value::Bool(true)), ("cache_params".into(), params)];
    let instead = "to cache answers, write this instead, and make sure that its Redis can be reached";
    let text = match &finding.remedy {
        Remedy::Advice(advice) => format!("{}; {instead}", advice.text),
        Remedy::Fix(_) => instead.to_owned(),
    };
    finding.advice(text).lines(section_lines(installation, "litellm_settings", &entries))
}

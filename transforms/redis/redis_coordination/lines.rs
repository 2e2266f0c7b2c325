//! The lines that give instances a Redis to coordinate by.

use crate::document::Value;
use crate::plan::build::section_lines;
use crate::plan::{Finding, Lines};
use crate::project::{Installation, Redis, RedisPart, Target, Version};

/// From this release on there is `general_settings.coordination_redis`.
const COORDINATION: Version = Version(1, 93, 0);

/// The advice to give instances a Redis, in the words that the release reads.
pub fn coordinate(installation: &Installation<'_>, finding: Finding, text: &str) -> Finding {
    let router = (installation.redis_named(Redis::Router) != Target::Nothing).then_some(Redis::Router);
    if installation.running().surely_since(COORDINATION) {
        finding.advice(text).lines(coordination_lines(installation, router))
    } else {
        let entries = [("cache".into(), Value::Bool(true)), cache_params(installation, router)];
        let text = format!(
            "{text}. Before LiteLLM {COORDINATION} this takes a response cache in Redis, which also caches answers; since then `general_settings.coordination_redis` is enough"
        );
        finding.advice(text).lines(section_lines(installation, "litellm_settings", &entries))
    }
}

pub fn cache_params(installation: &Installation<'_>, like: Option<Redis>) -> (String, Value) {
    let mut entries = vec![("type".to_owned(), Value::Str("redis".into()))];
    entries.extend(named_like(installation, like));
    ("cache_params".into(), Value::Map(entries))
}

pub fn coordination_lines(installation: &Installation<'_>, like: Option<Redis>) -> Lines {
    let block = Value::Map(named_like(installation, like));
    section_lines(installation, "general_settings", &[("coordination_redis".into(), block)])
}

/// A Redis as another client names it, whole: by its url, or by its parts with user, TLS and database. What may hold a password is only
/// ever a reference.
pub fn named_like(installation: &Installation<'_>, like: Option<Redis>) -> Vec<(String, Value)> {
    let usual = |part: RedisPart| Value::Str(format!("os.environ/{}", part.variable()));
    let named = |client: Redis, part: RedisPart| {
        let answer = installation.setting(client.setting(part));
        let written = answer.value().filter(|value| **value != Value::Null);
        let is_secret = |value: &Value| match part {
            RedisPart::Password => true,
            RedisPart::Url => value.as_str().is_none_or(|url| url.contains('@')),
            _ => false,
        };
        match &answer.reference {
            Some(reference) => Some(Value::Str(format!("os.environ/{}", reference.name))),
            None => written.map(|value| if is_secret(value) { usual(part) } else { value.clone() }),
        }
    };
    let parts = |parts: &[(&str, RedisPart)], value: &dyn Fn(RedisPart) -> Option<Value>| {
        parts.iter().filter_map(|(key, part)| Some(((*key).to_owned(), value(*part)?))).collect::<Vec<_>>()
    };
    let of_host = [
        ("host", RedisPart::Host),
        ("port", RedisPart::Port),
        ("password", RedisPart::Password),
        ("username", RedisPart::Username),
        ("ssl", RedisPart::Ssl),
        ("db", RedisPart::Db),
    ];
    let like_it = like.map(|client| match named(client, RedisPart::Url) {
        Some(url) => vec![("url".to_owned(), url)],
        None => parts(&of_host, &|part| named(client, part)),
    });
    like_it
        .filter(|entries| !entries.is_empty())
        .unwrap_or_else(|| parts(&of_host[..3], &|part| Some(usual(part))))
}

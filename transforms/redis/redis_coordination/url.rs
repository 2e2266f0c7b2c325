//! A url wins over what stands beside it, here and in the environment.

use super::META;
use crate::document::Value;
use crate::plan::{Finding, Fix, Severity};
use crate::project::{Effective, HOST_OVER_URL, Installation, Redis, RedisPart, Target};

/// An empty `REDIS_URL=` counts as a url, which leads nowhere.
pub fn empty_url(installation: &Installation<'_>) -> Option<Finding> {
    let url = installation.setting("env_redis_url");
    let empty = matches!(&url.effective, Effective::Set { value: Value::Str(text), .. } if text.is_empty());
    let own = installation.redis_named(Redis::Cache) != Target::Nothing;
    let harmless = own && installation.running().surely_since(HOST_OVER_URL)
        || installation.led_to(&installation.setting("cache_url")) != Target::Nothing;
    let place = url.place().filter(|_| empty && !harmless)?;
    installation.caches_in_redis().filter(|on| *on)?;
    let finding = Finding::new(&META, "env_redis_url", "empty", place.clone())
        .title("an empty `REDIS_URL` with `cache: true` stops LiteLLM at its start")
        .why("LiteLLM uses the empty text as a url, and cannot connect to it")
        .severity(Severity::Critical);
    Some(if url.homes.iter().any(|home| place.holds(home)) {
        finding.fix(Fix::remove(installation, "the empty `REDIS_URL`", place))
    } else {
        finding.advice("remove it there")
    })
}

/// What LiteLLM drops because a url stands beside it.
pub fn beside_url(installation: &Installation<'_>, client: Redis) -> Option<Finding> {
    let url = installation.setting(client.setting(RedisPart::Url));
    let Target::Named(place) = installation.led_to(&url) else { return None };
    let plain =
        installation.redis_part(client, RedisPart::Url).is_some_and(|text| text.starts_with("redis://"));
    let tls =
        installation.redis_part(client, RedisPart::Ssl).is_some_and(|on| on.eq_ignore_ascii_case("true"));
    if plain && tls {
        return Some(
            Finding::new(&META, url.setting.name, "plain_text", place)
                .title("the connection is not encrypted: `ssl: true` is ignored with a `redis://` url")
                .why("with a url only its scheme counts, so passwords and answers travel unencrypted")
                .severity(Severity::High)
                .advice(
                    "write the url with `rediss://` if this Redis port speaks TLS; otherwise remove `ssl`",
                ),
        );
    }
    let lost = [RedisPart::Host, RedisPart::Port, RedisPart::Password, RedisPart::Db];
    let lost: Vec<_> =
        lost.iter().filter_map(|part| installation.setting(client.setting(*part)).place().cloned()).collect();
    let names: Vec<String> =
        lost.iter().map(|place| format!("`{}`", installation.spot(place).name)).collect();
    let own = [RedisPart::Host, RedisPart::Password].map(|part| installation.setting(client.setting(part)));
    let harmless = own.iter().all(crate::project::Answer::is_unset);
    let mut finding = Finding::new(&META, url.setting.name, "url_wins", place)
        .severity(if harmless { Severity::Low } else { META.severity })
        .title(format!("ignored because a url is set: {}", names.join(", ")))
        .why("the url overrides host, port, database and password, even if it has no password itself")
        .advice("keep the url or the parts, not both");
    finding.related = lost.into_iter().map(|place| (place, "dropped".to_owned())).collect();
    (!names.is_empty()).then_some(finding)
}

/// Before 1.93 a `REDIS_URL` in the environment beats the host that the config names.
pub fn url_of_environment(installation: &Installation<'_>, client: Redis) -> Option<Finding> {
    let [url, host] =
        [RedisPart::Url, RedisPart::Host].map(|part| installation.setting(client.setting(part)));
    let Target::Named(place) = installation.led_to(&host) else { return None };
    let environment = installation.setting("env_redis_url");
    let Target::Named(given) = installation.led_to(&environment) else { return None };
    let running = installation.running();
    if installation.led_to(&url) != Target::Nothing || running.surely_since(HOST_OVER_URL) {
        return None;
    }
    let unknown = if running.maybe_since(HOST_OVER_URL) { "; the running version is unknown" } else { "" };
    let mut finding = Finding::new(&META, host.setting.name, "environment_wins", place)
        .severity(if unknown.is_empty() { META.severity } else { Severity::Low })
        .title(format!(
            "this host is ignored: before LiteLLM {HOST_OVER_URL} `REDIS_URL` in the environment overrides it{unknown}"
        ))
        .why("LiteLLM may use a different Redis than the one named here")
        .advice("take `REDIS_URL` out of the environment, or the host out of the config");
    finding.related.push((given, "`REDIS_URL` is set here".into()));
    // An unknown release is most often a newer one.
    Some(if unknown.is_empty() { finding } else { finding.offer() })
}

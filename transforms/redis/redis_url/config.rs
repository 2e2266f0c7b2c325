//! What changes in the configuration.

use super::{Refusal, Use, split};
use crate::document::Value;
use crate::plan::Intent;
use crate::plan::build::yaml_lines;
use crate::project::{At, Installation, Place, Redis, RedisPart};

/// What may stand beside a url and means the same beside a host.
const SAME: [&str; 11] = [
    "type",
    "mode",
    "ttl",
    "namespace",
    "default_in_memory_ttl",
    "default_in_redis_ttl",
    "supported_call_types",
    "redis_flush_size",
    "max_connections",
    "socket_timeout",
    "health_check_interval",
];

/// The parts in the place of the url: as references to the variables of their names, or as they are.
pub fn intents(
    installation: &Installation<'_>,
    uses: &[Use],
    parts: &split::UrlParts,
    by_reference: bool,
) -> Result<Vec<Intent>, Refusal> {
    let mut intents = Vec::new();
    for one in uses {
        let mapping = alone(installation, one)?;
        for (part, text) in parts.texts() {
            let Some(text) = text else { continue };
            let value = match part {
                _ if by_reference => Value::Str(format!("os.environ/{}", part.variable())),
                RedisPart::Password => {
                    return Err("its password is in this file: it belongs in the environment"
                        .to_owned()
                        .into());
                }
                RedisPart::Port | RedisPart::Db => text.parse().map_or(Value::Str(text), Value::Int),
                RedisPart::Ssl => Value::Bool(true),
                _ => Value::Str(text),
            };
            let answer = installation.setting(one.client.setting(part));
            let home = answer.homes.first().filter(|home| home.file == one.place.file);
            let Some(home) = home.cloned() else {
                return Err(answer
                    .blocked
                    .map_or_else(
                        || "its parts would stand in another file".into(),
                        |reason| reason.to_string(),
                    )
                    .into());
            };
            intents.push(Intent::Set(
                if part == RedisPart::Host { one.place.clone() } else { home.clone() },
                value,
            ));
            if let (RedisPart::Host, At::Yaml { path, .. }) = (part, &home.at) {
                let name = path.last_key().unwrap_or("host").to_owned();
                intents.push(Intent::Rename(one.place.clone(), name));
            }
        }
        let arguments = if one.client == Redis::Router { mapping.child("cache_kwargs") } else { mapping };
        intents.extend(
            parts
                .query
                .iter()
                .map(|(name, text)| Intent::Set(arguments.child(name), Value::Str(text.clone()))),
        );
    }
    Ok(intents)
}

/// The section of a client.
pub fn section(client: Redis) -> &'static str {
    match client {
        Redis::Cache => "litellm_settings",
        Redis::Router => "router_settings",
        Redis::Coordination => "general_settings",
    }
}

/// The lines that name a Redis by its parts.
pub fn lines(client: Redis) -> Vec<String> {
    let prefix = if client == Redis::Router { "redis_" } else { "" };
    let parts = [("host", RedisPart::Host), ("port", RedisPart::Port), ("password", RedisPart::Password)];
    let entry = |(key, part): (&str, RedisPart)| {
        (format!("{prefix}{key}"), Value::Str(format!("os.environ/{}", part.variable())))
    };
    let entries: Vec<_> = parts.map(entry).into();
    match client {
        Redis::Cache => yaml_lines(section(client), &[("cache_params".into(), Value::Map(entries))]),
        Redis::Router => yaml_lines(section(client), &entries),
        Redis::Coordination => {
            yaml_lines(section(client), &[("coordination_redis".into(), Value::Map(entries))])
        }
    }
}

/// The mapping around a url, if nothing stands there that means something else beside a host.
fn alone(installation: &Installation<'_>, one: &Use) -> Result<Place, Refusal> {
    let nowhere = || Refusal::from("it is not in a mapping".to_owned());
    let At::Yaml { doc, path } = &one.place.at else { return Err(nowhere()) };
    let (parent, _) = path.split_last().ok_or_else(nowhere)?;
    let mapping = Place::yaml(one.place.file, *doc, parent);
    let url = path.last_key().unwrap_or_default();
    let mut keys = installation.keys_at(&mapping);
    if one.client == Redis::Router {
        keys.retain(|key| key.starts_with("redis_"));
        keys.extend(installation.keys_at(&mapping.child("cache_kwargs")));
    }
    match keys.iter().find(|key| *key != url && !SAME.contains(&key.as_str())) {
        Some(key) => Err(format!("`{key}` next to it may mean something else next to a host").into()),
        None => Ok(mapping),
    }
}

//! What changes in the configuration.

use super::beside::alone;
use super::{Refusal, Use, split};
use crate::document::Value;
use crate::plan::Intent;
use crate::plan::build::yaml_lines;
use crate::project::{At, Installation, Place, Redis, RedisPart};

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
            let value = if by_reference { reference(part) } else { literal(part, text)? };
            let home = home(installation, one, part)?;
            if part != RedisPart::Host {
                intents.push(Intent::Set(home, value));
                continue;
            }
            intents.push(Intent::Set(one.place.clone(), value));
            if let At::Yaml { path, .. } = &home.at {
                let name = path.last_key().unwrap_or("host").to_owned();
                intents.push(Intent::Rename(one.place.clone(), name));
            }
        }
        let arguments = if one.client == Redis::Router { mapping.child("cache_kwargs") } else { mapping };
        let argument =
            |(name, text): &(String, String)| Intent::Set(arguments.child(name), text.clone().into());
        intents.extend(parts.query.iter().map(argument));
    }
    Ok(intents)
}

/// A part as a reference to the variable of its name.
fn reference(part: RedisPart) -> Value {
    Value::Str(format!("os.environ/{}", part.variable()))
}

/// A part as it is.
fn literal(part: RedisPart, text: String) -> Result<Value, Refusal> {
    Ok(match part {
        RedisPart::Password => {
            return Err("its password is in this file: it belongs in the environment".to_owned().into());
        }
        RedisPart::Port | RedisPart::Db => text.parse().map_or(Value::Str(text), Value::Int),
        RedisPart::Ssl => Value::Bool(true),
        _ => Value::Str(text),
    })
}

/// Where a part of a client's Redis goes, in the file of its url.
fn home(installation: &Installation<'_>, one: &Use, part: RedisPart) -> Result<Place, Refusal> {
    let answer = installation.setting(one.client.setting(part));
    let home = answer.homes.first().filter(|home| home.file == one.place.file);
    home.cloned().ok_or_else(|| match answer.blocked {
        Some(reason) => reason.to_string().into(),
        None => "its parts would stand in another file".to_owned().into(),
    })
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
    let entry = |(key, part): (&str, RedisPart)| (format!("{prefix}{key}"), reference(part));
    let entries: Vec<_> = parts.map(entry).into();
    match client {
        Redis::Cache => yaml_lines(section(client), &[("cache_params".into(), Value::Map(entries))]),
        Redis::Router => yaml_lines(section(client), &entries),
        Redis::Coordination => {
            yaml_lines(section(client), &[("coordination_redis".into(), Value::Map(entries))])
        }
    }
}

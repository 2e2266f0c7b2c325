//! What stands beside a url in the configuration.

use super::{Refusal, Use};
use crate::project::{At, Installation, Place, Redis};

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

/// The mapping around a url, if nothing stands there that means something else beside a host.
pub fn alone(installation: &Installation<'_>, one: &Use) -> Result<Place, Refusal> {
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

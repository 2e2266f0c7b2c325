//! The clients that are told of a Redis by a url, and where that stands.

use crate::document::Value;
use crate::project::{Effective, Installation, Place, Redis, RedisPart};

/// A client that is told a url.
pub struct Use {
    pub client: Redis,
    pub place: Place,
    pub source: UrlSource,
}

/// Where the url itself stands.
#[derive(PartialEq)]
pub enum UrlSource {
    Here(String),
    Variable(String),
    Unseen(String),
}

/// How a client is told of a url, if it is.
pub fn use_of(installation: &Installation<'_>, client: Redis) -> Option<Use> {
    if client == Redis::Cache && installation.caches_in_redis() == Some(false) {
        return None;
    }
    let url = installation.setting(client.setting(RedisPart::Url));
    if url.unseen.is_some() {
        return None;
    }
    let (place, source) = match (url.effective, url.blocked, url.reference) {
        (Effective::Unset, ..) => return None,
        (Effective::Set { place, .. }, Some(reason), _)
        | (Effective::Hidden { place, .. }, Some(reason), _) => {
            (place, UrlSource::Unseen(reason.to_string()))
        }
        (Effective::Set { value: Value::Str(text), place }, ..) if !text.is_empty() => {
            (place, UrlSource::Here(text))
        }
        (Effective::Set { .. }, ..) => return None,
        (Effective::Hidden { place, .. }, _, Some(reference)) => (place, UrlSource::Variable(reference.name)),
        (Effective::Hidden { place, reason }, ..) => (place, UrlSource::Unseen(reason.to_string())),
    };
    Some(Use { client, place, source })
}

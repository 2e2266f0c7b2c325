//! The names in `service_callback`: which LiteLLM knows, and which ones only stand for them.

use strsim::damerau_levenshtein;

use crate::document::Value;
use crate::plan::Intent;
use crate::project::{Installation, Place};

/// What LiteLLM measures its services for.
pub const KNOWN: [&str; 3] = [RIGHT, "datadog", "otel"];
pub const RIGHT: &str = "prometheus_system";

/// What must change at a place with this value for its callbacks to be effective; nothing if it is right.
pub fn mended(place: &Place, value: &Value) -> Vec<Intent> {
    let right = |name: &str| Value::from(if is_wrong(name) { RIGHT } else { name });
    let items = match value {
        Value::Str(text) => {
            return vec![Intent::Set(place.clone(), Value::Seq(vec![right(text)]))];
        }
        Value::Seq(items) => items,
        _ => return Vec::new(),
    };
    let mut taken = items.iter().any(|item| item.as_str() == Some(RIGHT));
    let mut intents = Vec::new();
    for (index, _) in items.iter().enumerate().filter(|(_, item)| item.as_str().is_some_and(is_wrong)) {
        let item = place.item(index);
        intents.push(if taken { Intent::remove(item) } else { Intent::Set(item, RIGHT.into()) });
        taken = true;
    }
    // From the end, so that a removal does not shift what comes after it in this list.
    intents.reverse();
    intents
}

/// Whether nothing in LiteLLM answers to this name; one with a dot may be an object of the user's own.
pub fn is_unknown(name: &str) -> bool {
    !KNOWN.contains(&name) && !name.contains(['.', '/', '{'])
}

/// Whether this name stands for `prometheus_system`, but is not it: `prometheus`, another spelling, or one or two letters off.
pub fn is_wrong(name: &str) -> bool {
    let plain = name.to_ascii_lowercase().replace(['-', ' '], "_");
    name != RIGHT && (plain == "prometheus" || damerau_levenshtein(&plain, RIGHT) <= 2)
}

/// Whether a Prometheus callback is among the names.
pub fn brings_metrics(value: &Value) -> bool {
    let names = Installation::texts(value).unwrap_or_default();
    names.iter().any(|name| name == RIGHT || is_wrong(name))
}

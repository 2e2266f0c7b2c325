//! What differs between two rendered things: one line for each place.

use std::collections::BTreeMap;

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

/// Texts by places. Items of lists go by their `name` where each has one of its own; `#order` then says how they stand.
pub type Places = BTreeMap<String, String>;

/// `PLACE: BEFORE -> AFTER`, where `-` stands for nothing.
pub fn changes(before: &Places, after: &Places) -> Vec<String> {
    let mut all: Vec<&String> = before.keys().chain(after.keys()).collect();
    all.sort();
    all.dedup();
    let changed = all.into_iter().filter_map(|place| {
        let [old, new] = [before, after].map(|places| places.get(place).map_or("-", String::as_str));
        (old != new).then(|| format!("{place}: {old} -> {new}"))
    });
    changed.collect()
}

/// Every scalar below a value, by its place.
pub fn places(at: &str, value: &Value, places: &mut Places) {
    let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                self::places(&below(key), value, places);
            }
        }
        Value::Array(items) if !items.is_empty() => match names(items) {
            Some(names) => {
                places.insert(format!("{at}#order"), names.join(","));
                for (name, item) in names.iter().zip(items) {
                    self::places(&format!("{at}[{name}]"), item, places);
                }
            }
            None => {
                for (index, item) in items.iter().enumerate() {
                    self::places(&format!("{at}[{index}]"), item, places);
                }
            }
        },
        // A file in a ConfigMap, or a `content`.
        Value::String(text) if text.contains('\n') => match embedded(text) {
            Some(inner) => self::places(&format!("{at}:"), &inner, places),
            None => drop(places.insert(at.to_owned(), format!("{text:?}"))),
        },
        // A text that looks like a number is another thing than the number.
        scalar => drop(places.insert(at.to_owned(), scalar.to_string())),
    }
}

fn names(items: &[Value]) -> Option<Vec<&str>> {
    let names: Vec<&str> = items.iter().map(|item| item["name"].as_str()).collect::<Option<_>>()?;
    let mut own = names.clone();
    own.sort_unstable();
    own.dedup();
    (own.len() == names.len()).then_some(names)
}

/// The mapping that a text is.
pub fn embedded(text: &str) -> Option<Value> {
    let documents = YamlLoader::load_from_str(text).ok()?;
    documents.first().filter(|first| first.as_hash().is_some()).map(json)
}

fn json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Hash(entries) => {
            let key = |key: &Yaml| key.clone().into_string().unwrap_or_else(|| json(key).to_string());
            Value::Object(entries.iter().map(|(name, value)| (key(name), json(value))).collect())
        }
        Yaml::Array(items) => items.iter().map(json).collect(),
        Yaml::String(text) | Yaml::Real(text) => Value::from(text.as_str()),
        Yaml::Integer(number) => Value::from(*number),
        Yaml::Boolean(value) => Value::from(*value),
        _ => Value::Null,
    }
}

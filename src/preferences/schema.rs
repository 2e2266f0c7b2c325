//! The JSON schema of `.litellm-fix.yaml`, made of what its reader goes by: ids, parameters with their bounds, tiers, rules.

use serde_json::{Map, Value as Json, json};

use super::own::{KEYS, WHEN};
use super::written::{DECISIONS, TIERS, TOP};
use crate::own::{Kind, PREFIX, Verb};
use crate::plan::{Bounds, Parameter, Preset, Severity, Transform};
use crate::project::known;
use crate::project::settings::SETTINGS;

/// A path of keys with dots below a section.
const BELOW: &str = r"[^.\s]+(\.[^.\s]+)*$";
const VARIABLE: &str = "^env\\.[A-Za-z0-9_]+$";
const BOUND: &str = r"\s*(>=|<=|>|<|=)\s*[0-9]\.[0-9]+(\.[0-9]+)?\s*";

/// The schema.
pub fn schema(transforms: &[Transform]) -> Json {
    let mut top = decisions(transforms);
    let mut of_some = top.clone();
    of_some.insert("paths".into(), described("Globs of configurations, as in .gitignore.", globs()));
    top.insert("exclude".into(), described("Globs of files to leave out.", reference("texts")));
    let one = json!({"type": ["object", "null"], "additionalProperties": false, "properties": of_some});
    top.insert(
        "overrides".into(),
        json!({
            "description": "Decisions for some installations only, by the path of their configuration.",
            "type": ["array", "null"],
            "items": one,
        }),
    );
    top.insert("rules".into(), rules());
    debug_assert!(DECISIONS.iter().chain(&TOP).all(|key| top.contains_key(*key)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ".litellm-fix.yaml",
        "description": "The preferences of litellm-fix.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": top,
        "$defs": definitions(transforms),
    })
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn described(words: &str, mut schema: Json) -> Json {
    schema["description"] = words.into();
    schema
}

fn own_id() -> String {
    format!("^{PREFIX}[a-z][a-z0-9_]{{0,63}}$")
}

/// What may be said in general and of some installations.
fn decisions(transforms: &[Transform]) -> Map<String, Json> {
    let parameters: Map<String, Json> =
        transforms.iter().flat_map(|one| names(one).map(|name| (name.to_owned(), parameters(one)))).collect();
    let ids: Vec<&str> = transforms.iter().flat_map(names).collect();
    let safety: Map<String, Json> = ids.iter().map(|id| ((*id).to_owned(), reference("tier"))).collect();
    let ids = reference("ids");
    let all = json!({
        "select": described("Only these ids; empty: all.", ids.clone()),
        "ignore": described("Never these ids.", ids),
        "parameters": {
            "description": "Parameters by id.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": parameters,
        },
        "safety": {
            "description": "Another tier for an id.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": safety,
            "patternProperties": {own_id(): reference("tier")},
        },
    });
    all.as_object().cloned().unwrap_or_default()
}

/// The id of a transform, and its former ones.
fn names(transform: &Transform) -> impl Iterator<Item = &'static str> {
    std::iter::once(transform.meta.id).chain(transform.meta.aliases.iter().copied())
}

fn parameters(transform: &Transform) -> Json {
    let all = transform.meta.params.iter().map(|one| (one.name.to_owned(), parameter(one)));
    json!({
        "description": transform.meta.title,
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": all.collect::<Map<_, _>>(),
    })
}

fn parameter(one: &Parameter) -> Json {
    let mut schema = match one.bounds {
        Bounds::Numbers(least, u32::MAX) => json!({"type": "integer", "minimum": least}),
        Bounds::Numbers(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Bounds::YesNo => json!({"type": "boolean"}),
        Bounds::OneOf(words) => json!({"enum": words}),
        Bounds::Texts => {
            json!({"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}})
        }
        Bounds::Text(..) => json!({"type": "string"}),
    };
    let words = match one.bounds {
        Bounds::Text(_, rule) => format!("{}; {rule}", one.meaning),
        _ => one.meaning.to_owned(),
    };
    match one.default {
        Preset::Unknown => schema = json!({"anyOf": [schema, {"type": "null"}]}),
        _ => schema["default"] = one.default_json(),
    }
    described(&words, schema)
}

fn definitions(transforms: &[Transform]) -> Json {
    let ids: Vec<&str> = transforms.iter().flat_map(names).collect();
    let tiers = TIERS.map(|(name, _)| name);
    let sections = SETTINGS.join("|");
    let written = |section: &&str| {
        let keys: Vec<String> = known::keys(section).map(escaped).collect();
        json!({"pattern": format!(r"^{section}\.({})(\.[^.\s]+)*$", keys.join("|"))})
    };
    let keys: Vec<Json> = SETTINGS.iter().map(written).collect();
    let variable = json!({"pattern": VARIABLE});
    json!({
        "id": {"anyOf": [{"enum": ids}, {"type": "string", "pattern": own_id()}]},
        "ids": {"type": ["array", "null"], "items": reference("id")},
        "texts": {"type": ["array", "null"], "items": {"type": "string"}},
        "tier": {
            "anyOf": [
                {"enum": tiers},
                {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["tier", "reason"],
                    "properties": {"tier": {"enum": tiers}, "reason": {"type": "string", "pattern": r"\S"}},
                },
            ],
        },
        "address": {
            "description": "SECTION.KEY, or env.NAME.",
            "type": "string",
            "anyOf": [{"pattern": format!(r"^({sections})\.{BELOW}")}, variable],
        },
        "key": {"type": "string", "pattern": format!(r"^({sections})\.{BELOW}")},
        "known_key": {"description": "A key that LiteLLM reads.", "type": "string", "anyOf": keys},
        "known_address": {"type": "string", "anyOf": [reference("known_key"), variable]},
        "addresses": {
            "anyOf": [
                reference("address"),
                {"type": "array", "minItems": 1, "items": reference("address")},
            ],
        },
    })
}

/// A name in a pattern.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '_' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A glob that names files; the others of a list may take some out again.
fn glob() -> Json {
    json!({"type": "string", "pattern": r"^\s*[^\s!#]"})
}

fn globs() -> Json {
    json!({
        "type": ["array", "null"],
        "items": {"type": "string", "minLength": 1},
        "anyOf": [{"maxItems": 0}, {"contains": glob()}],
    })
}

fn one_or_more(one: &Json) -> Json {
    json!({"anyOf": [one, {"type": "array", "items": one}]})
}

fn rules() -> Json {
    let mut properties = Map::new();
    let when = json!({
        "file": one_or_more(&json!({"enum": Kind::ALL.map(Kind::name)})),
        "path": {"anyOf": [glob(), globs()]},
        "litellm": {"type": "string", "pattern": format!("^{BOUND}(,{BOUND})*$")},
    });
    debug_assert!(WHEN.iter().all(|key| !when[*key].is_null()));
    let keys = json!({
        "why": described("The reason that people are told.", json!({"type": "string", "pattern": r"\S"})),
        "severity": {"enum": Severity::ALL.map(Severity::name), "default": "low"},
        "safety": {"enum": TIERS.map(|(name, _)| name), "default": "review"},
        "when": {
            "description": "Where the rule holds; all of it has to.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": when,
        },
    });
    debug_assert!(KEYS.iter().all(|key| !keys[*key].is_null()));
    properties.extend(keys.as_object().cloned().unwrap_or_default());
    for verb in Verb::ALL {
        properties.insert(verb.name().into(), verb_schema(verb));
    }
    let one_of: Vec<Json> = Verb::ALL.iter().map(|verb| json!({"required": [verb.name()]})).collect();
    json!({
        "description": "Rules of your own, by name; the id of each is rule/NAME.",
        "type": ["object", "null"],
        "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,63}$"},
        "additionalProperties": {
            "type": "object",
            "additionalProperties": false,
            "required": ["why"],
            "properties": properties,
            "oneOf": one_of,
        },
    })
}

fn verb_schema(verb: Verb) -> Json {
    let variable = json!({"type": ["string", "number", "boolean"]});
    let mapping = |name: &str| {
        json!({
            "type": "object",
            "minProperties": 1,
            "propertyNames": reference(name),
            "patternProperties": {VARIABLE: variable},
        })
    };
    match verb {
        Verb::Ensure => described("Sets what nothing sets.", mapping("known_address")),
        Verb::Set => described("Sets what is not this value.", mapping("known_address")),
        Verb::Rename => {
            let mut renamed = mapping("key");
            renamed["additionalProperties"] = reference("known_key");
            described("Gives keys another name: the old one, and the new one.", renamed)
        }
        Verb::Remove => described("Takes out what stands there.", reference("addresses")),
        Verb::Forbid => described(
            "Reports what stands there, or stands there with this value.",
            json!({"anyOf": [reference("addresses"), mapping("address")]}),
        ),
    }
}

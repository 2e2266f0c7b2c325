//! A semantic cache answers a question with the answer to a similar one; how similar, it must be told.

use crate::document::Value;
use crate::plan::build::section_lines;
use crate::plan::{Area, Finding, Meta, NoParams, Severity};
use crate::project::{Installation, Place};

pub const META: Meta = Meta {
    id: "semantic_cache",
    title: "LiteLLM does not start: the semantic cache has no `similarity_threshold`",
    why: "the configuration fails to load if it does not say how similar two prompts must be",
    severity: Severity::Critical,
    worst: Severity::Critical,
    gap: "semantic cache",
    files: "advice only",
    versions: "all",
    settings: &[],
    params: &[],
    weights: &[(Area::Reliability, 3)],
    aliases: &[],
};

const THRESHOLD: &str = "similarity_threshold";
const TYPES: [&str; 3] = ["redis-semantic", "qdrant-semantic", "valkey-semantic"];

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let is_on = installation.setting("cache").value() == Some(&Value::Bool(true));
    let params = installation.in_layers("litellm_settings", "cache_params").pop().filter(|_| is_on);
    let Some((Value::Map(entries), place)) = params else { return Vec::new() };
    let get = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let is_semantic = get("type").and_then(Value::as_str).is_some_and(|kind| TYPES.contains(&kind));
    let has_one = get(THRESHOLD).is_some_and(|value| *value != Value::Null);
    if is_semantic && !has_one { vec![finding(installation, place)] } else { Vec::new() }
}

fn finding(installation: &Installation<'_>, place: Place) -> Finding {
    let example = Value::Map(vec![(THRESHOLD.to_owned(), Value::Float(0.8))]);
    Finding::new(&META, META.id, "no_threshold", place).advice("choose how similar two prompts must be to share an answer, between 0 and 1; LiteLLM's examples use 0.8").lines(section_lines(installation, "litellm_settings", &[("cache_params".to_owned(), example)]))
}

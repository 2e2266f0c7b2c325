//! The forms that `config_structure` shows for values of a wrong shape, against the real thing: each loads, with its names filled in.

use serde_json::Value;

use crate::common::Place;
use crate::harness::on_each_release;

/// The keys whose forms are examples, by section.
const KEYS: [(&str, &str); 14] = [
    ("", "credential_list"),
    ("", "files_settings"),
    ("", "finetune_settings"),
    ("", "guardrails"),
    ("", "mcp_servers"),
    ("", "search_tools"),
    ("", "vector_store_registry"),
    ("general_settings", "pass_through_endpoints"),
    ("general_settings", "search_tools"),
    ("litellm_settings", "default_team_settings"),
    ("litellm_settings", "model_group_settings"),
    ("litellm_settings", "upperbound_key_generate_params"),
    ("router_settings", "model_group_alias"),
    ("router_settings", "provider_budget_config"),
];

/// What is filled in.
const NAMES: [(&str, &str); 10] = [
    ("<name>", "one"),
    ("<VARIABLE>", "OPENAI_API_KEY"),
    ("<kind>", "openai_moderation"),
    ("<address>", "example.com"),
    ("<provider>", "openai"),
    ("<path>", "extra"),
    ("<id>", "one"),
    ("<callback>", "langfuse"),
    ("<alias>", "other"),
    ("<model_name>", "chat"),
];

const MODELS: &str =
    "model_list:\n  - model_name: chat\n    litellm_params: {model: openai/gpt-4o, api_key: sk-none}\n";

/// The lines that are advised where the key holds a number; none where the release takes it or does not know the key.
fn advised(section: &str, key: &str, release: &str) -> Option<String> {
    let wrong = if section.is_empty() { format!("{key}: 7\n") } else { format!("{section}:\n  {key}: 7\n") };
    let place = Place::new([("config.yaml", format!("{MODELS}{wrong}").as_str())]);
    let version = ["--litellm-version", release];
    let ran = place.run(&[&["--select", "config_structure", "--format", "json"][..], &version].concat());
    let report: Value = serde_json::from_str(&ran.out).expect("the report");
    let lines = report["findings"].as_array().expect("the report").iter().find_map(|finding| {
        let lines = finding["advice"]["lines"].as_array().filter(|lines| !lines.is_empty())?;
        Some(
            lines.iter().map(|line| line.as_str().expect("the report").to_owned() + "\n").collect::<String>(),
        )
    })?;
    Some(NAMES.iter().fold(lines, |text, (name, value)| text.replace(name, value)))
}

#[test]
fn the_forms_that_are_shown_load() {
    on_each_release(|release| {
        let mut tried = 0;
        for (section, key) in KEYS {
            let Some(lines) = advised(section, key, &release.version.to_string()) else { continue };
            let answer = release.probe(&format!("{MODELS}{lines}"), &[("OPENAI_API_KEY", "sk-none")]);
            assert!(answer.get("error").is_none(), "{}: {lines}{answer}", release.version);
            tried += 1;
        }
        println!("LiteLLM {}: {tried} of {} forms are shown, and load", release.version, KEYS.len());
        assert!(tried > 5, "{}: only {tried} forms are shown", release.version);
    });
}

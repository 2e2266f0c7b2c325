//! What LiteLLM takes at a place whose value has the wrong shape: the value itself in the right one where that is plain, else an example.

use super::fallbacks;
use crate::document::Value;
use crate::plan::build::yaml_lines;
use crate::project::Amiss;
use crate::project::settings::Shape;

/// Examples for structures, by the name of the key with its section; the real proxy loads each, with the names filled in (`tests/litellm/accepted.rs`).
const EXAMPLES: [(&str, &str); 14] = [
    (
        "credential_list",
        "credential_list:\n  - credential_name: <name>\n    credential_values: {api_key: os.environ/<VARIABLE>}\n    credential_info: {}",
    ),
    (
        "files_settings",
        "files_settings:\n  - custom_llm_provider: openai\n    api_key: os.environ/<VARIABLE>",
    ),
    (
        "finetune_settings",
        "finetune_settings:\n  - custom_llm_provider: openai\n    api_key: os.environ/<VARIABLE>",
    ),
    (
        "guardrails",
        "guardrails:\n  - guardrail_name: <name>\n    litellm_params: {guardrail: <kind>, mode: pre_call}",
    ),
    ("mcp_servers", "mcp_servers:\n  <name>:\n    url: https://<address>"),
    (
        "search_tools",
        "search_tools:\n  - search_tool_name: <name>\n    litellm_params: {search_provider: <provider>}",
    ),
    (
        "vector_store_registry",
        "vector_store_registry:\n  - vector_store_name: <name>\n    litellm_params: {vector_store_id: <id>, custom_llm_provider: <provider>}",
    ),
    (
        "general_settings.pass_through_endpoints",
        "general_settings:\n  pass_through_endpoints:\n    - path: /<path>\n      target: https://<address>",
    ),
    (
        "general_settings.search_tools",
        "general_settings:\n  search_tools:\n    - search_tool_name: <name>\n      litellm_params: {search_provider: <provider>}",
    ),
    (
        "litellm_settings.default_team_settings",
        "litellm_settings:\n  default_team_settings:\n    - team_id: <id>\n      success_callback: [<callback>]",
    ),
    (
        "litellm_settings.model_group_settings",
        "litellm_settings:\n  model_group_settings:\n    forward_client_headers_to_llm_api: [<model_name>]",
    ),
    (
        "litellm_settings.upperbound_key_generate_params",
        "litellm_settings:\n  upperbound_key_generate_params:\n    max_budget: 100",
    ),
    (
        "router_settings.model_group_alias",
        "router_settings:\n  model_group_alias:\n    <alias>: <model_name>",
    ),
    (
        "router_settings.provider_budget_config",
        "router_settings:\n  provider_budget_config:\n    openai: {budget_limit: 100, time_period: 1d}",
    ),
];

/// An example of what LiteLLM takes at a key; none where no structure is expected there.
pub fn example(name: &str) -> Vec<String> {
    let found = EXAMPLES.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| text.lines().map(str::to_owned).collect()).unwrap_or_default()
}

/// What to write in place of a value of the wrong shape: a sentence, and lines where a sentence alone leaves the shape open.
pub fn instead(one: &Amiss) -> (String, Vec<String>) {
    let section = |value| yaml_lines(one.section, &[(one.key.to_owned(), value)]);
    let text = |text: &str| Value::Str(text.to_owned());
    let open = |example: Value| {
        let what = one.setting.shape.words();
        (format!("write {what} there, such as this, or remove it"), section(example))
    };
    match one.setting.shape {
        _ if one.section == "environment" => words(one),
        Shape::Fallbacks => fallbacks::instead(one),
        Shape::List if one.setting.name == "default_fallbacks" => {
            open(Value::Seq(vec![text("<model_name>")]))
        }
        Shape::Names(..) => open(Value::Seq(vec![text("<name>")])),
        _ => words(one),
    }
}

fn words(one: &Amiss) -> (String, Vec<String>) {
    (format!("write {} there, or remove it", one.setting.shape.words()), Vec::new())
}

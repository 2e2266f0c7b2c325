//! Settings that a fix never activates: what they do can cost data or security, or stop the start.

use crate::document::Value;

/// What a key, a chart value or a variable does once it is effective, if that is a hazard.
pub fn of(key: &str) -> Option<&'static str> {
    Some(match key {
        "allow_requests_on_db_unavailable" => {
            "while the database cannot be reached, any bearer token is let in"
        }
        "cache" => "the start then fails unless `cache_params` or the environment names a Redis that answers",
        "disable_spend_updates" => "spend is no longer counted, so budgets are no longer enforced",
        "disable_budget_reservation" => "budgets are checked less strictly",
        "master_key" | "masterkey" | "LITELLM_MASTER_KEY" => {
            "another master key locks out its users, and makes stored values unreadable without a salt key"
        }
        "LITELLM_SALT_KEY" => "a salt key over existing values makes them unreadable",
        "LITELLM_MIGRATE_FROM_MASTER_KEY" => "the next start encrypts every stored value anew",
        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"
        | "dangerously_permit_weak_or_unset_master_key" => "the proxy then starts without a master key",
        "database_url" | "DATABASE_URL" => "the proxy then connects to that database, and migrates it",
        "custom_auth" => "requests are then let in by other code",
        "public_routes" => "these routes then need no key",
        "allow_client_side_credentials" => "callers may then send requests to addresses of their own",
        "enable_jwt_auth" => "requests with tokens of an identity provider are then let in too",
        "pass_through_endpoints" => "new routes are then open",
        "ssl_verify" => "certificates may then no longer be checked",
        "maximum_autorouter_session_retention_period"
        | "maximum_health_check_retention_period"
        | "maximum_daily_tag_spend_retention_period"
        | "maximum_spend_logs_size" => "older rows are then deleted for good",
        "key_management_system" => "keys then come from a secret manager",
        "guardrails" => {
            "each guardrail is then set up at the start, which fails without the service and the keys that it needs"
        }
        "ignore_invalid_deployments" | "router_general_settings" | "search_tools" => {
            "the proxy gives it to the router itself, and does not start where `router_settings` has it too"
        }
        "tag_budget_config" => "without a license for LiteLLM Enterprise the proxy then does not start",
        _ => return None,
    })
}

/// The first hazard among keys.
pub fn among(keys: &[String]) -> Option<(&str, &'static str)> {
    keys.iter().find_map(|key| Some((key.as_str(), of(key)?)))
}

/// What a key without a row takes, where that is known and a value is something else: as it follows "it takes".
pub fn misfit(key: &str, value: &Value) -> Option<&'static str> {
    let map = value.as_map();
    let (fits, takes) = match key {
        "model_group_alias" => (
            map.is_some_and(|groups| {
                groups.iter().all(|(_, group)| matches!(group, Value::Str(_) | Value::Map(_)))
            }),
            "a mapping from aliases to names of models",
        ),
        // `validate_mcp_server_name` refuses the separator of tool names while the config loads.
        "mcp_servers" => (
            map.is_some_and(|servers| servers.iter().all(|(name, _)| !name.contains('-'))),
            "a mapping from names of servers, none with a `-` in it",
        ),
        // Each wants a mapping, and is asked for its keys while the config loads.
        "default_litellm_params"
        | "default_internal_user_params"
        | "upperbound_key_generate_params"
        | "default_key_generate_params"
        | "router_budget_config"
        | "provider_budget_config" => (map.is_some(), "a mapping"),
        // Its model knows this field alone, and leaves out all others without a word.
        "model_group_settings" => (
            map.is_some_and(|map| {
                let field = |key: &str, value: &Value| {
                    key == "forward_client_headers_to_llm_api" && value.as_seq().is_some()
                };
                map.iter().all(|(key, value)| field(key, value))
            }),
            "a mapping with `forward_client_headers_to_llm_api` alone, a list",
        ),
        // With alerting on, LiteLLM makes its own objects of them while it loads.
        "alert_to_webhook_url" => (map.is_some(), "a mapping from alert types to addresses"),
        "alerting_args" => (
            map.is_some_and(|map| map.iter().all(|(_, value)| is_number(value))),
            "a mapping from names to numbers",
        ),
        // `ProxyConfig.load_config` wants an id in every item.
        "default_team_settings" => (
            value.as_seq().is_some_and(|teams| {
                teams.iter().all(|team| {
                    team.as_map().is_some_and(|team| team.iter().any(|(key, _)| key == "team_id"))
                })
            }),
            "a list of mappings, each with a `team_id`",
        ),
        _ => return None,
    };
    (!fits).then_some(takes)
}

/// Whether a value is a number or a boolean, also as a text.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Null => true,
        Value::Str(text) => text.trim().parse::<f64>().is_ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value from its JSON.
    fn value(json: &str) -> Value {
        fn of(json: &serde_json::Value) -> Value {
            match json {
                serde_json::Value::Null => Value::Null,
                serde_json::Value::Bool(bool) => Value::Bool(*bool),
                serde_json::Value::Number(number) => match number.as_i64() {
                    Some(int) => Value::Int(int.into()),
                    None => Value::Float(number.as_f64().unwrap()),
                },
                serde_json::Value::String(text) => Value::Str(text.clone()),
                serde_json::Value::Array(items) => Value::Seq(items.iter().map(of).collect()),
                serde_json::Value::Object(map) => {
                    Value::Map(map.iter().map(|(key, value)| (key.clone(), of(value))).collect())
                }
            }
        }
        of(&serde_json::from_str(json).unwrap())
    }

    /// Values that each key takes, and values that stop the load or are lost.
    const VALUES: [(&str, &[&str], &[&str]); 9] = [
        (
            "model_group_alias",
            &["{}", r#"{"a": "b"}"#, r#"{"a": {"model": "b"}}"#],
            &["1", "[]", r#"{"a": 1}"#, r#"{"a": "b", "c": []}"#],
        ),
        ("mcp_servers", &["{}", r#"{"docs": {}}"#], &["[]", r#"{"my-docs": {}}"#, r#"{"a": {}, "b-c": {}}"#]),
        ("default_litellm_params", &["{}"], &["[]", "1", "\"a\""]),
        ("upperbound_key_generate_params", &[r#"{"max_budget": 1}"#], &["100", "null"]),
        (
            "model_group_settings",
            &["{}", r#"{"forward_client_headers_to_llm_api": ["a"]}"#],
            &["[]", r#"{"forward_client_headers_to_llm_api": true}"#, r#"{"other": ["a"]}"#],
        ),
        ("alert_to_webhook_url", &["{}"], &["\"https://example.org\"", "[]"]),
        (
            "alerting_args",
            &["{}", r#"{"a": 1, "b": 0.5, "c": true, "d": null, "e": " 7 "}"#],
            &["[]", r#"{"a": "seven"}"#, r#"{"a": 1, "b": []}"#],
        ),
        (
            "default_team_settings",
            &["[]", r#"[{"team_id": "a"}]"#, r#"[{"team_id": "a", "other": 1}]"#],
            &["{}", r#"[{"team": "a"}]"#, r#"[{"team_id": "a"}, {}]"#, r#"["a"]"#],
        ),
        ("another_key", &["1", "[]", "{}", "null"], &[]),
    ];

    #[test]
    fn values_that_a_key_takes() {
        for (key, good, bad) in VALUES {
            for json in good {
                assert_eq!(misfit(key, &value(json)), None, "{key}: {json}");
            }
            for json in bad {
                assert!(misfit(key, &value(json)).is_some(), "{key}: {json}");
            }
        }
    }
}

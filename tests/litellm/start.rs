//! Fixes of what happens before the server serves: the stray `.env`, the migrations, a configuration that does not load.

use litellm_fix::project::Version;
use serde_json::{Value, json};

use crate::MODELS;
use crate::fixes::KEY;
use crate::harness::{Release, docker_env, fixed, on_each_release};
use crate::settings::homes;

const DATABASE: &str = "general_settings:\n  database_url: os.environ/DATABASE_URL\n";
const URL: &str = "DATABASE_URL=postgresql://u:p@db.invalid:5432/litellm\n";

impl Release {
    /// A compose file with a service of this release, which is given `.env`.
    fn compose(self, more: &str) -> String {
        format!(
            "services:
  litellm:
    image: ghcr.io/berriai/litellm:v{}-stable
    command: [\"--config\", \"/app/config.yaml\"]
    volumes: [\"./config.yaml:/app/config.yaml\"]
    env_file: .env
{more}",
            self.version
        )
    }

    /// `.env` before and after this fix, each as the environment that the process gets.
    fn environments(self, id: &str, config: &str, env: &str, more: &str) -> [Vec<(String, String)>; 2] {
        let (config, compose) = (format!("{MODELS}{config}"), self.compose(more));
        let files = [("config.yaml", config.as_str()), (".env", env), ("compose.yaml", compose.as_str())];
        let after = fixed(&files, &["--write", "--include-review", "--select", id]);
        assert_eq!(after["config.yaml"], config);
        [docker_env(env), docker_env(&after[".env"])]
    }

    fn given(self, config: &str, env: &[(String, String)]) -> Value {
        let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.probe(&format!("{MODELS}{config}"), &env)
    }
}

#[test]
fn litellm_mode() {
    on_each_release(|litellm| {
        litellm.leave_dotenv("FROM_DOTENV=1\n");
        let [mut before, after] = litellm.environments("litellm_mode", "", KEY, "");
        // What it is where nothing says so: without it the probe would be told otherwise.
        before.push(("LITELLM_MODE".into(), "DEV".into()));
        let from_dotenv = |env: &[(String, String)]| litellm.given("", env)["from_dotenv"].clone();
        assert_eq!((from_dotenv(&before), from_dotenv(&after)), (json!("1"), Value::Null));
    });
}

#[test]
fn migrations() {
    on_each_release(|litellm| {
        let job =
            "  migrate:\n    image: litellm\n    entrypoint: [python, litellm/proxy/prisma_migration.py]\n";
        let around = |line: &str| {
            let env = format!("{KEY}{URL}{line}");
            let both = litellm.environments("migrations", DATABASE, &env, job);
            both.map(|env| litellm.given(DATABASE, &env)["migrations"].clone())
        };
        let deploys = json!(["prisma migrate deploy"]);
        let pushes =
            if litellm.since(Version(1, 80, 15)) { deploys.clone() } else { json!(["prisma db push"]) };
        let compares = json!(["compare"]);
        for value in ["1", "yes"] {
            assert_eq!(
                around(&format!("DISABLE_SCHEMA_UPDATE={value}\n")),
                [pushes.clone(), compares.clone()]
            );
        }
        assert_eq!(around("DISABLE_SCHEMA_UPDATE=false\n"), [pushes.clone(), pushes]);
        assert_eq!(around("USE_PRISMA_MIGRATE=True\n"), [deploys.clone(), deploys]);
    });
}

#[test]
fn health_app() {
    on_each_release(|litellm| {
        let env = format!("{KEY}SEPARATE_HEALTH_APP=1\nSEPARATE_HEALTH_PORT=4001\n");
        let there = litellm.since(Version(1, 74, 6)) && !litellm.since(Version(1, 85, 0));
        assert_eq!(litellm.given("", &docker_env(KEY))["health_app"], json!(there));
        let asks = |env: &[(String, String)]| env.iter().any(|(name, _)| name.starts_with("SEPARATE_HEALTH"));
        let [before, after] = litellm.environments("health_app", "", &env, "");
        // Where it never was, as where it still is, nothing is taken away.
        assert_eq!((asks(&before), asks(&after)), (true, !litellm.since(Version(1, 85, 0))));
    });
}

/// What is said to be dropped is not there after the load, and the rest is.
#[test]
fn dropped_models() {
    on_each_release(|litellm| {
        let entry = |name: &str, params: &str| {
            format!("  - model_name: {name}\n    litellm_params: {{api_key: sk-1, {params}}}\n")
        };
        let config = format!(
            "model_list:\n{}{}{}",
            entry("kept", "model: openai/gpt-4o"),
            entry("no-provider", "model: opnai/gpt-4o"),
            entry("no-number", "model: openai/gpt-4o, rpm: abc"),
        );
        let values = litellm.probe(&config, &[]);
        assert_eq!(values["router"]["served"], json!(["kept"]), "{}", values["error"]);
        let text =
            format!("model_list:\n{}", entry("text", "model: openai/gpt-4o, max_parallel_requests: \"8\""));
        let stops = litellm.since(Version(1, 110, 0));
        assert_eq!(litellm.probe(&text, &[])["stage"] == "load", stops);
    });
}

/// An unknown type is left out, or stops older releases; a known one is there.
#[test]
fn guardrails() {
    on_each_release(|litellm| {
        let loaded = |kind: &str| {
            let config = format!(
                "guardrails:\n  - guardrail_name: pii\n    litellm_params: {{guardrail: {kind}, mode: pre_call, guardrailIdentifier: x, guardrailVersion: \"1\"}}\n"
            );
            litellm.given(&config, &docker_env(KEY))
        };
        let stops = !litellm.since(Version(1, 106, 2));
        let (known, unknown) = (loaded("bedrock"), loaded("bedrok"));
        assert!(known["litellm"]["callbacks"].to_string().contains("BedrockGuardrail"), "{known}");
        assert_eq!(unknown["stage"] == "load", stops, "{unknown}");
        assert!(!unknown["litellm"]["callbacks"].to_string().contains("BedrockGuardrail"));
    });
}

#[test]
fn routing_strategy() {
    on_each_release(|litellm| {
        let entry = "  - model_name: chat\n    litellm_params: {model: openai/gpt-4o, api_key: sk-1}\n";
        let config =
            format!("model_list:\n{entry}{entry}router_settings:\n  routing_strategy: usage-based-routing\n");
        let version = litellm.version.to_string();
        let select = ["--write", "--select", "routing_strategy", "--assume-litellm-version", &version];
        let after = fixed(&[("config.yaml", config.as_str())], &select);
        let strategy = |config: &str| {
            let question = json!({ "files": {"config.yaml": config}, "settings": homes() });
            litellm.answer(question, &[("OPENAI_API_KEY", "sk-test")])["routing_strategy"].clone()
        };
        let both = [config.as_str(), &after["config.yaml"]].map(strategy);
        assert_eq!(both, [json!("usage-based-routing"), json!("simple-shuffle")]);
    });
}

/// What nobody reads changes nothing by going.
#[test]
fn unread_settings() {
    on_each_release(|litellm| {
        let config = "router_settings:\n  num_retries: 3\n  model_rate_limits: {gpt-4o: 5}\n";
        let (before, after) = litellm.around("unread_settings", config, KEY);
        assert_eq!((&before["router"], &before["litellm"]), (&after["router"], &after["litellm"]));
        assert_eq!(after["router"]["num_retries"], json!(3));
    });
}

#[test]
fn semantic_cache() {
    on_each_release(|litellm| {
        let params = "    type: qdrant-semantic\n    qdrant_api_base: http://127.0.0.1:9\n    qdrant_collection_name: answers\n";
        for (threshold, stops) in [
            ("", true),
            ("    similarity_threshold: null\n", true),
            ("    similarity_threshold: 0.8\n", false),
        ] {
            let config = format!("litellm_settings:\n  cache: true\n  cache_params:\n{params}{threshold}");
            let error = litellm.given(&config, &docker_env(KEY))["error"].to_string();
            // With one it goes on, and asks for the database that is not there.
            assert_eq!(error.contains("similarity_threshold must be"), stops, "{config}{error}");
        }
    });
}

#[test]
fn prepared_statements() {
    on_each_release(|litellm| {
        let compose = litellm.compose("");
        let config = format!("{MODELS}general_settings:\n  database_url: os.environ/DATABASE_URL\n");
        let env = format!("{KEY}DATABASE_URL=postgresql://u:p@pgbouncer:6543/litellm\n");
        let files = [("config.yaml", config.as_str()), (".env", &env), ("compose.yaml", &compose)];
        let after = fixed(&files, &["--write", "--include-review", "--select", "prepared_statements"]);
        let given = docker_env(&env);
        let given: Vec<_> = given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let does_without = |config: &str| {
            let question = json!({ "files": {"config.yaml": config}, "settings": homes() });
            let seen = litellm.answer(question, &given);
            seen["database_disable_prepared_statements"] == json!(["true"])
        };
        let reads = litellm.since(Version(1, 84, 10));
        assert_eq!((does_without(&config), does_without(&after["config.yaml"])), (false, reads));
    });
}

/// What is said to need an enterprise licence stops the load without one.
#[test]
fn enterprise_license() {
    on_each_release(|litellm| {
        let stops = [
            "general_settings: {master_key: sk-1, allowed_ips: []}",
            "general_settings: {master_key: sk-1, enforced_params: [user]}",
            "general_settings: {master_key: sk-1, key_management_system: google_secret_manager}",
            "litellm_settings: {tag_budget_config: {a: {budget_limit: 1, time_period: 1d}}}",
            "litellm_settings: {callbacks: [llmguard_moderations]}",
            "litellm_settings: {callbacks: [hide_secrets]}",
        ];
        for config in stops {
            assert_eq!(litellm.probe(&format!("{MODELS}{config}\n"), &[])["stage"], "load", "{config}");
        }
        let loads = [
            "general_settings: {master_key: sk-1, allowed_ips: null}",
            "general_settings: {master_key: sk-1, enable_jwt_auth: true}",
            "litellm_settings: {success_callback: [hide_secrets]}",
        ];
        for config in loads {
            assert_eq!(litellm.probe(&format!("{MODELS}{config}\n"), &[])["stage"], Value::Null, "{config}");
        }
    });
}

/// What is said to stop the start stops it, and what is said to be lost does not.
#[test]
fn config_structure() {
    on_each_release(|litellm| {
        let is_critical = |config: &str| {
            let place = crate::common::Place::new([("config.yaml", config)]);
            let version = litellm.version.to_string();
            let ran = place.run(&[
                "--format",
                "json",
                "--select",
                "config_structure",
                "--assume-litellm-version",
                &version,
            ]);
            let report: Value = serde_json::from_str(&ran.out).expect("a report");
            let findings = report["findings"].as_array().expect("findings");
            assert!(!findings.is_empty(), "{config}");
            findings.iter().any(|finding| finding["severity"] == "critical")
        };
        let configs = [
            format!("{MODELS}general_settings: [a]\n"),
            format!("{MODELS}litellm_settings: text\n"),
            format!("{MODELS}router_settings: [a]\n"),
            "model_list: {gpt-4o: {}}\nlitellm_settings: {drop_params: true}\n".to_owned(),
            "model_list:\n  - model_name: gpt-4o\nlitellm_settings: {drop_params: true}\n".to_owned(),
            format!("{MODELS}litellm_settings:\n  callbacks: [os.environ/CALLBACK]\n"),
            format!("{MODELS}router_settings: {{num_retries: 1}}\nrouter_settings: {{timeout: 9}}\n"),
        ];
        for config in configs {
            let env = docker_env(KEY);
            let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let stops = litellm.probe(&config, &env)["stage"] == "load";
            assert_eq!(is_critical(&config), stops, "{config}");
        }
    });
}

#[test]
fn graceful_shutdown() {
    on_each_release(|litellm| {
        let config = "litellm_settings:\n  request_timeout: 600\n";
        let [before, after] =
            litellm.environments("graceful_shutdown", config, KEY, "    stop_grace_period: 700s\n");
        let seconds =
            |env: &[(String, String)]| litellm.given(config, env)["cancels_requests_after"].as_f64();
        let cancels = litellm.since(Version(1, 108, 0));
        let wanted = if cancels { (Some(30.0), Some(600.0)) } else { (None, None) };
        assert_eq!((seconds(&before), seconds(&after)), wanted);
    });
}

/// A reference in the place of `${NAME}` gives the value of the variable, which LiteLLM does not fill in by itself.
#[test]
fn config_structure_fills_in_variables() {
    on_each_release(|litellm| {
        let config = "model_list:
  - model_name: far
    litellm_params:
      model: openai/far
      api_key: ${FAR_KEY}
";
        let (compose, env) = (litellm.compose(""), "FAR_KEY=sk-far\n");
        let files = [("config.yaml", config), (".env", env), ("compose.yaml", compose.as_str())];
        let after = fixed(&files, &["--write", "--include-review", "--select", "config_structure"]);
        let key = |config: &str| {
            let files = json!({"config.yaml": config});
            let given = [("FAR_KEY", "sk-far")];
            let whole = litellm.answer(json!({"files": files, "whole": true}), &given);
            assert_eq!(whole["error"], Value::Null);
            whole["router.model_list"][0]["litellm_params"]["api_key"].clone()
        };
        assert_eq!(key(config), json!("${FAR_KEY}"));
        assert_eq!(key(&after["config.yaml"]), json!("sk-far"));
    });
}

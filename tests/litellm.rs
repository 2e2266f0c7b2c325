//! What the fixes say about LiteLLM, asked of the real one: three pinned releases in virtual environments below `target/`,
//! made by the first run. `LITELLM_FIX_SKIP_LITELLM=1` goes without.

#![allow(clippy::expect_used, clippy::panic, reason = "a helper of a test fails like the test")]

#[path = "litellm/accepted.rs"]
mod accepted;
#[path = "litellm/announced.rs"]
mod announced;
mod common;
#[path = "litellm/deployments.rs"]
mod deployments;
#[path = "common/env_edits.rs"]
mod env_edits;
#[path = "litellm/fixes.rs"]
mod fixes;
#[path = "litellm/harness.rs"]
mod harness;
#[path = "litellm/platforms.rs"]
mod platforms;
#[path = "litellm/random.rs"]
mod random;
#[path = "litellm/settings.rs"]
mod settings;
#[path = "litellm/start.rs"]
mod start;
#[path = "litellm/stops.rs"]
mod stops;
#[allow(clippy::unwrap_used, reason = "tests/real_tools.rs has it too")]
#[path = "real_tools/tools.rs"]
mod tools;
#[path = "litellm/values.rs"]
mod values;
#[path = "litellm/verify.rs"]
mod verify;

use std::collections::BTreeMap;

use harness::{Release, docker_env, known_keys, on_each_release, python_dotenv, skipped};
use litellm_fix::document::{Dotenv, EnvReader, Limits};
use litellm_fix::project::settings::{LATE_VARIABLES, TOLERANT_NUMBERS};
use litellm_fix::project::{Version, known};
use serde_json::{Value, json};

const MODELS: &str = "model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
";

impl Release {
    /// The values in force after a config of one model and these sections.
    fn with(self, sections: &str) -> Value {
        self.effective(sections, &[])
    }

    fn effective(self, sections: &str, env: &[(&str, &str)]) -> Value {
        let values = self.probe(&format!("{MODELS}{sections}"), env);
        assert_eq!(values["error"], Value::Null, "{sections}");
        values
    }

    fn error(self, sections: &str, env: &[(&str, &str)]) -> String {
        self.probe(&format!("{MODELS}{sections}"), env)["error"].as_str().expect("an error").to_owned()
    }
}

#[test]
fn a_config_without_settings_has_the_known_defaults() {
    on_each_release(|litellm| {
        let values = litellm.with("");
        let router = &values["router"];
        assert_eq!(router["models"], json!(["gpt-4o"]));
        assert_eq!((&router["retry_policy"], &router["allowed_fails_policy"]), (&Value::Null, &Value::Null));
        assert_eq!((&router["num_retries"], &router["cooldown_time"]), (&json!(2), &json!(5)));
        assert_eq!(values["proxy_batch_write_at"], json!(10));
        assert_eq!((&values["alerting"], &values["alerting_threshold"]), (&Value::Null, &json!(300)));
        assert_eq!(values["litellm"]["service_callback"], json!([]));
        assert_eq!(
            (&values["levels"]["LiteLLM"], &values["access_lines"]),
            (&json!("WARNING"), &json!(true))
        );
    });
}

#[test]
fn a_config_that_does_not_load_is_an_error() {
    on_each_release(|litellm| {
        assert!(litellm.error("general_settings: [", &[]).contains("Parser"));
        assert!(litellm.error("general_settings: [a]\n", &[]).contains("Error"));
    });
}

#[test]
fn policies_count_under_router_settings_only() {
    on_each_release(|litellm| {
        let settings = "
  retry_policy: {TimeoutErrorRetries: 3, RateLimitErrorRetries: 5}
  model_group_retry_policy: {gpt-4o: {TimeoutErrorRetries: 1}}
  allowed_fails_policy: {AuthenticationErrorAllowedFails: 5, RateLimitErrorAllowedFails: 10000}
  cooldown_time: 60
";
        let router = &litellm.with(&format!("router_settings:{settings}"))["router"];
        assert_eq!(router["retry_policy"], json!({"TimeoutErrorRetries": 3, "RateLimitErrorRetries": 5}));
        assert_eq!(router["model_group_retry_policy"], json!({"gpt-4o": {"TimeoutErrorRetries": 1}}));
        let fails = json!({"AuthenticationErrorAllowedFails": 5, "RateLimitErrorAllowedFails": 10000});
        assert_eq!(router["allowed_fails_policy"], fails);
        assert_eq!(router["cooldown_time"], json!(60));
        for section in ["litellm_settings", "general_settings"] {
            let router = &litellm.with(&format!("{section}:{settings}"))["router"];
            assert_eq!(
                (&router["retry_policy"], &router["allowed_fails_policy"]),
                (&Value::Null, &Value::Null)
            );
            assert_eq!(
                (&router["model_group_retry_policy"], &router["cooldown_time"]),
                (&json!({}), &json!(5))
            );
        }
    });
}

#[test]
fn policy_keys_that_are_misspelt_vanish_and_bad_values_stop_the_load() {
    on_each_release(|litellm| {
        let policy = |text: &str| format!("router_settings:\n  retry_policy: {text}\n");
        let values = litellm.with(&policy("{TimeoutErrorRetry: 3, RateLimitErrorRetries: 5}"));
        assert_eq!(values["router"]["retry_policy"], json!({"RateLimitErrorRetries": 5}));
        let list = litellm.probe(&format!("{MODELS}{}", policy("[TimeoutErrorRetries]")), &[]);
        assert_eq!(list["router"]["retry_policy"], Value::Null);
        // Older releases refuse it.
        assert_eq!(list["error"] == Value::Null, litellm.since(Version(1, 106, 2)), "{list}");
        assert!(litellm.error(&policy("{TimeoutErrorRetries: many}"), &[]).contains("TimeoutErrorRetries"));
    });
}

#[test]
fn cooldown_time_zero_means_the_default() {
    on_each_release(|litellm| {
        assert_eq!(
            litellm.with("router_settings:\n  cooldown_time: 0\n")["router"]["cooldown_time"],
            json!(5)
        );
    });
}

#[test]
fn proxy_batch_write_at_counts_under_general_settings_and_keeps_its_type() {
    on_each_release(|litellm| {
        let at = |section: &str, value: &str| {
            litellm.with(&format!("{section}:\n  proxy_batch_write_at: {value}\n"))["proxy_batch_write_at"]
                .clone()
        };
        assert_eq!(at("general_settings", "60"), json!(60));
        assert_eq!(at("general_settings", "\"60\""), json!("60"));
        assert_eq!(at("litellm_settings", "60"), json!(10));
        assert_eq!(at("router_settings", "60"), json!(10));
        let env = [("PROXY_BATCH_WRITE_AT", "30")];
        assert_eq!(litellm.effective("", &env)["proxy_batch_write_at"], json!(30));
        let both = litellm.effective("general_settings:\n  proxy_batch_write_at: 60\n", &env);
        assert_eq!(both["proxy_batch_write_at"], json!(60));
    });
}

#[test]
fn litellm_log_counts_in_the_process_environment_only() {
    on_each_release(|litellm| {
        let quiet = litellm.effective("router_settings:\n  set_verbose: true\n", &[("LITELLM_LOG", "ERROR")]);
        for name in ["LiteLLM", "LiteLLM Router", "LiteLLM Proxy"] {
            assert_eq!(quiet["levels"][name], json!("ERROR"));
        }
        assert_eq!(quiet["access_lines"], json!(!litellm.since(Version(1, 103, 0))));
        let config = litellm.with("environment_variables:\n  LITELLM_LOG: ERROR\n");
        assert_eq!(config["levels"]["LiteLLM"], json!("WARNING"));
        for value in ["", "\"ERROR\"", "ERROR # quiet", " ERROR"] {
            let values = litellm.probe(MODELS, &[("LITELLM_LOG", value)]);
            assert_eq!(values["stage"], json!("import"), "{value:?}: {values}");
        }
    });
}

#[test]
fn every_debug_switch_raises_a_level() {
    on_each_release(|litellm| {
        let router = litellm.with("router_settings:\n  set_verbose: true\n  debug_level: DEBUG\n");
        assert_eq!(router["levels"]["LiteLLM Router"], json!("DEBUG"));
        assert_eq!(router["levels"]["LiteLLM Proxy"], json!("WARNING"));
        let prints = litellm.with("litellm_settings:\n  set_verbose: true\n");
        assert_eq!(prints["litellm"]["set_verbose"], json!(true));
        assert_eq!(prints["levels"]["LiteLLM"], json!("WARNING"));
        for (name, level) in [("DEBUG", "INFO"), ("DETAILED_DEBUG", "DEBUG")] {
            let values = litellm.effective("", &[(name, "true")]);
            assert_eq!(values["levels"]["LiteLLM Proxy"], json!(level), "{name}");
            let config = litellm.with(&format!("environment_variables:\n  {name}: \"true\"\n"));
            assert_eq!(config["levels"]["LiteLLM Proxy"], json!("WARNING"), "{name}");
        }
        assert_eq!(
            litellm.effective("", &[("LITELLM_LOG", "DEBUG")])["levels"]["LiteLLM Proxy"],
            json!("DEBUG")
        );
    });
}

#[test]
fn alerting_counts_under_general_settings_with_a_threshold_of_its_own() {
    on_each_release(|litellm| {
        let set =
            |section: &str, rest: &str| litellm.with(&format!("{section}:\n  alerting: [slack]\n{rest}"));
        let values = set("general_settings", "  alerting_threshold: 300\n");
        assert_eq!((&values["alerting"], &values["alerting_threshold"]), (&json!(["slack"]), &json!(300)));
        assert_eq!(set("general_settings", "")["alerting_threshold"], json!(600));
        assert_eq!(set("litellm_settings", "")["alerting"], Value::Null);
        assert_eq!(set("general_settings", "")["webhook"], Value::Null);
        let redact = litellm.with("litellm_settings:\n  redact_messages_in_exceptions: true\n");
        assert_eq!(redact["litellm"]["redact_messages_in_exceptions"], json!(true));
    });
}

#[test]
fn variables_of_the_config_reach_the_process_since_1_74_2() {
    on_each_release(|litellm| {
        let applied = litellm.since(LATE_VARIABLES);
        let general = "general_settings:\n  alerting: [slack]\n";
        let config = format!("{general}environment_variables:\n  SLACK_WEBHOOK_URL: https://a.invalid\n");
        let alone = if applied { "https://a.invalid" } else { "None" };
        assert_eq!(litellm.with(&config)["webhook"], json!(alone));
        let both = litellm.effective(&config, &[("SLACK_WEBHOOK_URL", "https://b.invalid")]);
        let kept = if applied { "https://a.invalid" } else { "https://b.invalid" };
        assert_eq!(both["webhook"], json!(kept));
        let key = "environment_variables:\n  LITELLM_MASTER_KEY: sk-word\n";
        let word = if applied { "sk-word" } else { "None" };
        assert_eq!(litellm.with(&format!("{general}{key}"))["master_key"], json!(word));
        assert_eq!(litellm.with(key)["master_key"], Value::Null);
    });
}

#[test]
fn service_metrics_need_the_singular_a_list_and_prometheus_system() {
    on_each_release(|litellm| {
        let emits = |text: &str| {
            litellm.with(&format!("litellm_settings:\n  {text}\n"))["emits_service_metrics"].clone()
        };
        assert_eq!(emits("service_callback: [prometheus_system]"), json!(true));
        assert_eq!(emits("service_callbacks: [prometheus_system]"), json!(false));
        assert_eq!(emits("service_callback: [prometheus]"), json!(false));
        assert_eq!(emits("service_callback: prometheus_system"), json!(false));
        let router = litellm.with("router_settings:\n  service_callback: [prometheus_system]\n");
        assert_eq!(router["emits_service_metrics"], json!(false));
    });
}

#[test]
fn request_timeout_counts_under_litellm_settings_and_in_the_environment() {
    on_each_release(|litellm| {
        let of = |values: Value| values["litellm"]["request_timeout"].clone();
        assert_eq!(of(litellm.with("litellm_settings:\n  request_timeout: 600\n")), json!(600));
        assert_ne!(of(litellm.with("general_settings:\n  request_timeout: 600\n")), json!(600));
        assert_eq!(
            litellm.with("litellm_settings:\n  json_logs: true\n")["litellm"]["json_logs"],
            json!(true)
        );
        assert_ne!(
            litellm.with("litellm_settings:\n  json_logs: \"true\"\n")["litellm"]["json_logs"],
            json!(true)
        );
    });
}

#[test]
fn env_files_are_read_as_python_dotenv_reads_them() {
    if skipped() {
        return;
    }
    let text = "\
A=b # c
export B = \"x # y\\n\\\"z\" # c
C='m
n\\'o'
D= # c
E=#c
F
A=`last`
not a line
 G=1#2
H=\"C:\\\\\" # c
I=\"C:\\\"
";
    let ours = Dotenv::read(text, &Limits::default()).expect("it is read");
    for (name, value) in python_dotenv(text) {
        let entry = ours.get(&name).expect("the name is known");
        assert_eq!(entry.has_equals.then_some(entry.value.into_owned()), value, "{name}");
    }
    let names = python_dotenv(text).len();
    assert_eq!(ours.entries().filter(|entry| !entry.dead).count(), names);
    let literal: Vec<_> = docker_env("A=\"b\" # c\n# d\n").into_iter().collect();
    assert_eq!(literal, [("A".to_owned(), "\"b\" # c".to_owned())]);
}

#[test]
fn python_dotenv_reads_what_an_edit_means() {
    if skipped() {
        return;
    }
    for reader in [EnvReader::Any, EnvReader::Dotenv] {
        let (text, meant) = env_edits::edited(reader);
        let read: BTreeMap<_, _> = python_dotenv(&text).into_iter().collect();
        for (name, value) in meant {
            assert_eq!(read[&name].as_deref(), Some(&*value), "{name} in {text}");
        }
    }
}

/// The releases that are not installed too: their packages alone are had for it. `LITELLM_FIX_RELEASE` leaves one.
#[test]
fn the_table_of_known_keys_is_that_of_the_package() {
    if skipped() {
        return;
    }
    let alone = std::env::var("LITELLM_FIX_RELEASE").ok();
    let asked = |version: &&Version| alone.as_ref().is_none_or(|alone| *alone == version.to_string());
    let releases: Vec<_> = known::releases().iter().filter(asked).collect();
    let tables = common::in_parallel(&releases, |version| known_keys(**version));
    for (version, read) in releases.into_iter().zip(tables) {
        let read: Vec<_> = read.iter().map(|(section, key)| (section.as_str(), key.as_str())).collect();
        let ours = known::of_release(*version);
        let missing: Vec<_> = read.iter().filter(|key| !ours.contains(key)).collect();
        let extra: Vec<_> = ours.iter().filter(|key| !read.contains(key)).collect();
        let again = "run tests/litellm/refresh.py again";
        assert!(missing.is_empty() && extra.is_empty(), "{version}: {again}: {missing:?} {extra:?}");
        assert!(read.len() > 1000, "{}", read.len());
    }
}

/// What `settings::TOLERANT_NUMBERS` says.
#[test]
fn variables_that_hold_no_number_stop_the_import_until_1_108_0() {
    on_each_release(|litellm| {
        for name in ["REQUEST_TIMEOUT", "PROXY_BATCH_WRITE_AT", "DEFAULT_NUM_WORKERS_LITELLM_PROXY"] {
            let values = litellm.probe(MODELS, &[(name, "many")]);
            let starts = litellm.since(TOLERANT_NUMBERS);
            assert_eq!(values["stage"] == "import", !starts, "{name}: {values}");
        }
    });
}

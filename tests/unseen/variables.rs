//! Variables of which the files do not show whether the process gets them, over all transforms.

use super::*;
use litellm_fix::project::settings;

/// A configuration that says next to nothing, and one that refers to variables and turns much on.
const BARE: &str = "model_list:\n  - {model_name: gpt, litellm_params: {model: openai/gpt-4o}}\n";
const RICH: &str = "model_list:\n  - {model_name: gpt, litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}}\n\
general_settings:\n  master_key: os.environ/LITELLM_MASTER_KEY\n  database_url: os.environ/DATABASE_URL\n  alerting: [slack]\n\
litellm_settings:\n  cache: true\n  cache_params: {type: redis, host: os.environ/REDIS_HOST, port: 6379}\n  success_callback: [langfuse]\n\
router_settings:\n  redis_host: os.environ/REDIS_HOST\n  redis_port: 6379\n";

/// Deployments of this configuration whose process gets variables from somewhere that is not read.
fn hiding(config: &str) -> Vec<Vec<(&'static str, String)>> {
    let map = CONFIG_MAP.split("    model_list").next().unwrap();
    let map = format!("{map}{}", indented(config, "    "));
    let pod = format!(
        "{DEPLOYMENT}          envFrom: [{{secretRef: {{name: env}}}}]\n{VOLUME}      terminationGracePeriodSeconds: 120\n"
    )
    .replace("spec:\n  template", "spec:\n  replicas: 3\n  template");
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml, --num_workers, '2']\n    \
volumes: [./config.yaml:/app/config.yaml]\n    env_file: [secret.env]\n    deploy: {replicas: 3}\n";
    let values = format!(
        "image: {{tag: v1.85.1}}\nreplicaCount: 3\nterminationGracePeriodSeconds: 120\nenvironmentSecrets: [env]\nproxy_config:\n{}",
        indented(config, "  ")
    );
    let unit = "[Service]\nExecStart=/opt/litellm/bin/litellm --config /etc/litellm/config.yaml --num_workers 2\nEnvironmentFile=/etc/litellm/env\nRestart=always\n";
    vec![
        vec![("map.yaml", map), ("deployment.yaml", pod)],
        vec![("config.yaml", config.to_owned()), ("compose.yaml", compose.to_owned())],
        vec![("values.yaml", values)],
        vec![("config.yaml", config.to_owned()), ("litellm.service", unit.to_owned())],
    ]
}

fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| format!("{by}{line}\n")).collect()
}

#[test]
fn what_a_variable_may_set_is_neither_unset_nor_safe_to_set() {
    for files in [BARE, RICH].into_iter().flat_map(hiding) {
        let place = Place::new(files.iter().map(|(name, text)| (*name, text)));
        let found = report(&place, &["--all"]);
        let findings = found["findings"].as_array().unwrap();
        assert!(!findings.is_empty(), "{files:?}");
        for one in findings {
            let setting = one["setting"].as_str().and_then(settings::find);
            let by_variable = setting.is_some_and(|setting| setting.env_homes().next().is_some());
            assert!(!(by_variable && one["fix"]["safety"] == "safe"), "{one:#}");
            let title = one["title"].as_str().unwrap();
            let claims = by_variable && one["state"] == "unset" || title.contains("nothing ");
            let said = one.to_string();
            let doubts = ["not visible", "cannot be seen"].iter().any(|doubt| said.contains(doubt));
            assert!(!claims || doubts, "{one:#}");
        }
        let grace = judged(&found, &["graceful_shutdown"]);
        let told = findings.iter().any(|one| one.to_string().contains("the longest request is not visible"));
        assert_eq!(told, !grace.is_empty(), "{files:?}");
    }
}

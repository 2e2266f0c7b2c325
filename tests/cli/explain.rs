//! Where a setting comes from: `explain`, and what findings cite.

use super::{CONFIG, Config, with};

const LAYERED: [(&str, &str); 3] = [
    (
        "config.yaml",
        "model_list: []\nlitellm_settings:\n  proxy_batch_write_at: 90\ngeneral_settings:\n  \
         database_url: os.environ/DATABASE_URL\n  alerting: os.environ/CHANNELS\n  \
         # alerting_threshold: 10\n  proxy_batch_write_at: 30\n",
    ),
    (
        "compose.yaml",
        "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:main-v1.80.15-stable\n    env_file: .env\n    \
         environment:\n      PROXY_BATCH_WRITE_AT: 20\n    volumes: [./config.yaml:/app/config.yaml]\n",
    ),
    (
        ".env",
        "PROXY_BATCH_WRITE_AT=15\nDATABASE_URL=postgresql://u:hunter2@db/x\nCHANNELS=slack:sk-canary-0001\n",
    ),
];

/// What `explain` says of the settings, without the page before and the findings behind.
fn provenance(place: &Config, arguments: &[&str]) -> String {
    let ran = place.run(&[&["explain"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = ran.out.lines().skip_while(|line| *line != "## References").skip(1);
    let settings = page.skip_while(|line| line.is_empty() || line.starts_with("- "));
    let totals = |line: &str| line.contains("to fix in") || line.contains(" finding");
    settings.take_while(|line| !totals(line)).map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn explain_shows_where_a_setting_comes_from() {
    let place = with(&LAYERED);
    insta::assert_snapshot!(provenance(&place, &["proxy_batch_write_at", "."]), @r#"
    proxy_batch_write_at: 30
      --> config.yaml:8:3  general_settings.proxy_batch_write_at
      loses    compose.yaml:6:7 services.litellm.environment.PROXY_BATCH_WRITE_AT: "20"
      loses    .env:1:1 PROXY_BATCH_WRITE_AT: "15"
      ignored  config.yaml:3:3 litellm_settings.proxy_batch_write_at: 90; LiteLLM does not read it in
               litellm_settings
      default  10 s
      set by   `general_settings.proxy_batch_write_at`, then the variable PROXY_BATCH_WRITE_AT
      release  LiteLLM 1.80.15 (image tag) reads it; it is read in every release
    "#);
    insta::assert_snapshot!(provenance(&place, &["alerting", "."]), @r#"
    alerting: os.environ/CHANNELS
      --> config.yaml:6:3  general_settings.alerting
      follows  CHANNELS is given by .env:3:1 CHANNELS: "slack:<secret-1>"
      default  none
      set by   `general_settings.alerting`
      release  LiteLLM 1.80.15 (image tag) reads it; it is read in every release

    alerting_threshold: not set; the effective value is the default: 600 s once alerting is on
      ignored  config.yaml:7:1: it is a comment
      set by   `general_settings.alerting_threshold`
      release  LiteLLM 1.80.15 (image tag) reads it; it is read in every release

    alert_types: not set; the effective value is the default: every type
      set by   `general_settings.alert_types`
      release  LiteLLM 1.80.15 (image tag) reads it; it is read in every release

    alert_to_webhook_url: not set; the effective value is the default: none
      set by   `general_settings.alert_to_webhook_url`
      release  LiteLLM 1.80.15 (image tag) reads it; it is read in every release

    redact_messages_in_exceptions: not set; the effective value is the default: false: alert texts carry request messages
      set by   `litellm_settings.redact_messages_in_exceptions`
      release  LiteLLM 1.80.15 (image tag) reads it; it is read in every release

    slack_webhook_url: not set; the effective value is the default: none
      set by   the variable SLACK_WEBHOOK_URL, then `environment_variables.SLACK_WEBHOOK_URL`
      release  LiteLLM 1.80.15 (image tag) reads it; it is read in every release
    "#);
}

#[test]
fn explain_minds_the_release() {
    let place = with(&[("config.yaml", CONFIG)]);
    let explain = |more: &[&str]| provenance(&place, &[&["proxy_batch_write_at", "."], more].concat());
    let known = explain(&["--litellm-version", "1.76.0"]);
    assert!(
        known.contains("proxy_batch_write_at: not set; the effective value is the default: 10 s"),
        "{known}"
    );
    assert!(known.contains("LiteLLM 1.76.0 (--litellm-version) reads it"), "{known}");
    assert!(explain(&[]).contains("which release runs is unknown"));
}

#[test]
fn explain_tells_programs_the_same() {
    let place = with(&LAYERED);
    let ran = place.run(&["explain", "proxy_batch_write_at", ".", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let setting = &json["installations"][0]["settings"][0];
    assert_eq!(setting["in_force"]["value"], "30");
    assert_eq!(setting["in_force"]["line"], 8);
    let overridden: Vec<_> = setting["losers"].as_array().unwrap().iter().map(|one| &one["value"]).collect();
    assert_eq!(overridden, ["20", "15"]);
    assert_eq!(setting["ignored"][0]["name"], "litellm_settings.proxy_batch_write_at");
    let out = place.run(&["--format", "json"]).out;
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["installations"][0]["settings"][0],
        serde_json::Value::Null
    );
}

#[test]
fn findings_cite_what_wins() {
    let ran = with(&LAYERED).run_one(&["--details"]);
    assert!(
        ran.out
            .contains("see      config.yaml:8:3 general_settings.proxy_batch_write_at: the effective value"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains(".env:1:1 PROXY_BATCH_WRITE_AT: set here too, but overridden"), "{}", ran.out);
}

/// Two compose files that nothing merges, each with a limit of its own.
#[test]
fn what_one_process_has_does_not_override_another() {
    let service = |name: &str, memory: &str| {
        format!(
            "name: {name}\nservices:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.106.2\n    command: [\"--config\", \"/app/config.yaml\"]\n    volumes: [\"./config.yaml:/app/config.yaml:ro\"]\n    deploy:\n      resources:\n        limits:\n          memory: {memory}\n"
        )
    };
    let place = with(&[
        ("config.yaml", CONFIG),
        ("compose.yml", &service("one", "512M")),
        ("docker-compose.dev.yml", &service("two", "256M")),
    ]);
    let out = place.run(&["--details", "--all", "--only", "resources"]).out;
    assert!(out.contains("512M") && out.contains("256M"), "{out}");
    assert!(!out.contains("overridden"), "{out}");
}

#[test]
fn a_value_that_was_chosen_has_no_reason_of_ours() {
    let place = with(&[("config.yaml", CONFIG)]);
    let asked = |set: &[&str]| {
        let ran = place.run(&[&["--details", "--select", "request_timeout"], set].concat());
        ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let ours = "[600: the value of LiteLLM's production page;";
    assert!(asked(&[]).contains(ours), "{}", asked(&[]));
    let chosen = asked(&["--set", "request_timeout.seconds=300"]);
    assert!(chosen.contains("Seconds that a request may take? [300] --set"), "{chosen}");
}

#[test]
fn explain_tells_which_timeout_wins_in_which_release() {
    let config = "model_list: []\ngeneral_settings:\n  master_key: os.environ/LITELLM_MASTER_KEY\nrouter_settings:\n  timeout: 30\n";
    let env = "LITELLM_MASTER_KEY=sk-dummy-000000000000\nREQUEST_TIMEOUT=300\n";
    let place = with(&[("config.yaml", config), (".env", env)]);
    let explain = |version| {
        let ran = place.run(&["explain", "request_timeout", ".", "--litellm-version", version]);
        ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let old = explain("1.80.15");
    assert!(old.contains("request_timeout: \"300\" --> .env:2:1 REQUEST_TIMEOUT"), "{old}");
    assert!(old.contains("router_timeout: 30 --> config.yaml:5:3 router_settings.timeout"), "{old}");
    assert!(old.contains("LiteLLM 1.80.15 uses `router_settings.timeout` (30); from LiteLLM 1.91.0 on `REQUEST_TIMEOUT` (300) is effective"), "{old}");
    let new = explain("1.106.2");
    assert!(new.contains("LiteLLM 1.106.2 uses `REQUEST_TIMEOUT` (300); before LiteLLM 1.91.0 `router_settings.timeout` (30) was effective"), "{new}");
}

//! Compose files that are merged, extended, or not here.

use super::*;

#[test]
fn an_env_file_that_is_not_here() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    env_file: [secrets/prod.env]\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let ids = ["litellm_log", "json_logs", "proxy_batch_write_at", "master_key"];
    hides(
        &[("config.yaml", CONFIG), ("compose.yaml", compose)],
        &ids,
        "secrets/prod.env is not among the files read",
    );
}

#[test]
fn a_service_that_extends_one_which_is_not_here() {
    let compose = "services:\n  litellm:\n    extends: {file: ../base.yaml, service: litellm}\n    image: ghcr.io/berriai/litellm:v1.85.1\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n    command: [--config, /app/config.yaml]\n";
    let ids = ["litellm_log", "litellm_mode", "master_key", "graceful_shutdown", "workers"];
    hides(&[("compose.yaml", compose), ("config.yaml", CONFIG)], &ids, "defined elsewhere");
}

#[test]
fn files_that_compose_is_told_to_merge() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n    environment: {DATABASE_URL: postgresql://db/x}\n";
    let config = "model_list: []\n";
    let ids = ["litellm_log", "litellm_mode", "request_timeout", "graceful_shutdown"];
    let files = |env| [("compose.yaml", compose), ("config.yaml", config), (".env", env)];
    hides(
        &files("COMPOSE_FILE=compose.yaml:prod.yaml\n"),
        &ids,
        "COMPOSE_FILE tells compose to merge prod.yaml",
    );
    hides(
        &files("COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=./compose.yaml,b/prod.yaml\n"),
        &ids,
        "merge b/prod.yaml",
    );
    for env in ["COMPOSE_FILE=compose.yaml:${MORE}\n", "COMPOSE_FILE=compose.yaml: config.yaml\n"] {
        hides(&files(env), &ids, "COMPOSE_FILE tells compose to merge");
    }
    for env in ["COMPOSE_FILE=compose.yaml\n", "COMPOSE_FILE=\n", "COMPOSE_FILE=other.yaml:prod.yaml\n"] {
        let found = report(&Place::new(files(env)), &[]);
        assert!(
            found["findings"].as_array().unwrap().iter().any(|one| one["id"] == "litellm_log"),
            "{found}"
        );
    }
}

#[test]
fn what_an_override_extends_comes_over_the_service() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    environment: {LITELLM_LOG: INFO}\n    volumes: [\"./config.yaml:/app/config.yaml\"]\n    command: [--config, /app/config.yaml]\n";
    let over = "services:\n  litellm:\n    extends: {file: common.yaml, service: base}\n";
    let common = "services:\n  base:\n    environment: {LITELLM_LOG: ERROR}\n";
    let files = [
        ("compose.yaml", compose),
        ("compose.override.yaml", over),
        ("common.yaml", common),
        ("config.yaml", CONFIG),
    ];
    hides(&files, &["litellm_log"], "defined elsewhere");
}

#[test]
fn files_that_compose_is_told_to_merge_and_that_are_here() {
    let base = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let run = |env: &str| {
        let files = [
            ("deploy/compose.yaml", base),
            ("deploy/config.yaml", "model_list: []\n"),
            ("deploy/compose.override.yaml", "services: {litellm: {environment: {LITELLM_LOG: ERROR}}}\n"),
            ("deploy/prod/compose.yaml", "services: {litellm: {env_file: [log.env]}}\n"),
            ("deploy/log.env", "LITELLM_MODE=PRODUCTION\n"),
            ("deploy/prod/log.env", "LITELLM_LOG=ERROR\n"),
            (".env", env),
        ];
        let found = report(&Place::new(files), &[]);
        assert_eq!(found["installations"].as_array().unwrap().len(), 1, "{found:#}");
        judged(&found, &["litellm_log", "litellm_mode"])
    };
    assert_eq!(run(""), ["\"litellm_mode\": \"unset\""], "the override is merged by itself");
    let named = "COMPOSE_FILE=deploy/compose.yaml:deploy/prod/compose.yaml\n";
    assert_eq!(
        run(named),
        ["\"litellm_log\": \"unset\""],
        "and what is named instead of it; paths start at the first"
    );
    assert_eq!(run(&named.replace(':', ";")), ["\"litellm_log\": \"unset\""], "as on Windows");
    // A file of the project that names the image again describes the same service.
    let again = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.106.2\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let files =
        [("compose.yaml", base), ("compose.override.yaml", again), ("config.yaml", "model_list: []\n")];
    let found = report(&Place::new(files), &[]);
    let lost = found["findings"].as_array().unwrap().iter().find(|one| one["state"] == "config_lost");
    assert!(lost.is_none(), "{lost:#?}");
}

#[test]
fn a_compose_file_that_is_merged_over_the_service() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.85.1\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n";
    let over =
        "services:\n  litellm:\n    environment: {LITELLM_LOG: ERROR}\n    env_file: [elsewhere.env]\n";
    let ids = ["json_logs", "proxy_batch_write_at"];
    let files = [("config.yaml", CONFIG), ("compose.yaml", compose), ("compose.override.yaml", over)];
    hides(&files, &ids, "the env file elsewhere.env is not among the files read");
    // What it sets is seen, and wins over the base.
    let base = compose.replace("    volumes:", "    environment: {LITELLM_LOG: DEBUG}\n    volumes:");
    let files = [("config.yaml", CONFIG), ("compose.yaml", &*base), ("compose.override.yaml", over)];
    let ran =
        Place::new(files).run(&["--select", "litellm_log", "--select", "debug_mode", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{}", ran.out);
}

//! Secrets, by what git tracks.

use std::process::Command;

use super::{Config, with};

fn git(place: &Config, words: &[&str]) {
    let ran = Command::new("git").current_dir(&place.0.folder).args(words).output().unwrap();
    assert!(ran.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn no_password_is_written_into_a_file_that_git_tracks() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.80.15\n    env_file: .env\n    \
                   volumes: [./config.yaml:/app/config.yaml]\n";
    let config = "model_list: []\nrouter_settings:\n  redis_url: os.environ/REDIS_URL\n";
    let env = "REDIS_URL=redis://:hunter2hunter@redis:6379\n";
    let place = with(&[("compose.yaml", compose), ("config.yaml", config), (".env", env)]);
    let now = || std::fs::read_to_string(place.0.folder.path().join(".env")).unwrap();
    let write = ["--write", "--select", "redis_url"];
    git(&place, &["init", "-q"]);
    git(&place, &["add", ".env"]);
    let ran = place.run(&[&write[..], &["--details"]].concat());
    assert!(ran.out.contains("git tracks .env"), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("hunter2hunter"), "{}", ran.out);
    assert_eq!((now().as_str(), place.config().as_str()), (env, config));
    git(&place, &["rm", "-q", "--cached", ".env"]);
    let ran = place.run(&write);
    assert!(!ran.out.contains("hunter2hunter"), "{}", ran.out);
    assert_eq!(now(), "REDIS_HOST=redis\nREDIS_PORT=6379\nREDIS_PASSWORD=hunter2hunter\n", "{}", ran.out);
    assert!(place.config().contains("redis_password: os.environ/REDIS_PASSWORD"), "{}", place.config());
}

#[test]
fn a_key_in_an_env_file_that_git_tracks_is_in_plain_text() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.106.2\n    env_file: .env\n    \
                   volumes: [./config.yaml:/app/config.yaml]\n";
    let env = "LITELLM_MASTER_KEY=sk-0815-hunter2hunter\nLITELLM_SALT_KEY=sk-4711-hunter2hunter\n";
    let place = with(&[("compose.yaml", compose), ("config.yaml", "model_list: []\n"), (".env", env)]);
    let said = || {
        let ran = place.run(&["--select", "master_key", "--select", "salt_key"]);
        assert!(!ran.out.contains("hunter2"), "{}", ran.out);
        ["the master key is in plain text", "the salt key is in plain text"]
            .map(|words| ran.out.contains(words))
    };
    git(&place, &["init", "-q"]);
    assert_eq!(said(), [false, false]);
    git(&place, &["add", ".env"]);
    assert_eq!(said(), [true, true]);
}

#[test]
fn plain_secrets_of_what_git_tracks() {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.106.2\n    env_file: .env\n    \
                   volumes: [./config.yaml:/app/config.yaml]\n";
    let config =
        "model_list: []\ngeneral_settings:\n  database_url: postgresql://llm:hT7kw9mQx@pg.example.com/llm\n";
    let env = "OPENAI_API_KEY=sk-proj-q7Rk2mVx9TzLw4Bn8Hc3\nUI_PASSWORD=tulip-field\nMY_KEY=sk-q7Rk2mVx9TzLw4Bn8Hc4\n\
               LITELLM_MASTER_KEY=sk-q7Rk2mVx9TzLw4Bn8Hc5\nLITELLM_SALT_KEY=sk-q7Rk2mVx9TzLw4Bn8Hc6\n";
    let config = format!("{config}  master_key: os.environ/MY_KEY\n");
    let place =
        with(&[("compose.yaml", compose), ("config.yaml", &config), (".env", env), ("other.txt", "")]);
    let said = || {
        let ran = place.run(&["--select", "plain_secrets"]);
        for secret in ["hT7kw9mQx", "q7Rk2mVx", "tulip-field"] {
            assert!(!ran.out.contains(secret), "{}", ran.out);
        }
        ["`database_url` is in plain text", "`OPENAI_API_KEY`, `UI_PASSWORD` are in plain text"]
            .map(|words| ran.out.contains(words))
    };
    assert_eq!(said(), [true, false], "outside of git an env file is private");
    git(&place, &["init", "-q"]);
    git(&place, &["add", "other.txt"]);
    assert_eq!(said(), [false, false], "git tracks neither");
    git(&place, &["add", ".env"]);
    assert_eq!(said(), [false, true]);
    git(&place, &["add", "config.yaml"]);
    assert_eq!(said(), [true, true]);
}

#[test]
fn a_secret_in_plain_text_is_shared_once_git_tracks_it() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: litellm}\nspec:\n  template:\n    spec:\n      containers:\n        - name: litellm\n          image: ghcr.io/berriai/litellm:v1.106.2\n          args: [--config, /app/config.yaml]\n          envFrom: [{secretRef: {name: keys}}]\n      volumes:\n        - name: config\n          secret: {secretName: litellm}\n";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: litellm}\nstringData:\n  config.yaml: |\n    model_list:\n      - model_name: gpt\n        litellm_params: {model: openai/gpt-4o, api_key: sk-proj-q7Rk2mVx9TzLw4Bn8Hc3}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData:\n  LITELLM_MASTER_KEY: sk-0815-hunter2hunter\n  LITELLM_SALT_KEY: sk-4711-hunter2hunter\n  UI_PASSWORD: tulip-field\n";
    let place = with(&[("config.yaml", ""), ("deployment.yaml", deployment), ("secret.yaml", secret)]);
    let said = || {
        let ran = place.run(&[
            "--select",
            "master_key",
            "--select",
            "salt_key",
            "--select",
            "plain_secrets",
            "--all",
        ]);
        for hidden in ["hunter2", "q7Rk2mVx", "tulip-field"] {
            assert!(!ran.out.contains(hidden), "{}", ran.out);
        }
        [
            "the master key is in plain text",
            "the salt key is in plain text",
            "`api_key`, `UI_PASSWORD` are in plain text",
        ]
        .map(|words| ran.out.contains(words))
    };
    assert_eq!(said(), [false; 3], "outside of git a Secret is private");
    git(&place, &["init", "-q"]);
    git(&place, &["add", "deployment.yaml"]);
    assert_eq!(said(), [false; 3], "git does not track it");
    git(&place, &["add", "secret.yaml"]);
    assert_eq!(said(), [true; 3]);
}

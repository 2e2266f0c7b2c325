//! The reports for programs: what others make of them, where they go, and the recipes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

#[path = "../common/mod.rs"]
mod common;

mod bytes;
mod fixes;
mod github;
mod markdown;
mod outputs;
mod packaging;
mod recipes;
mod site;
mod validators;
mod venv;

use std::path::Path;
use std::process::Command;

use common::Place;
use serde_json::Value as Json;

const FORMATS: [&str; 9] =
    ["human", "concise", "diff", "json", "sarif", "github", "gitlab", "markdown", "commit-message"];

const CONFIG: &str = "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: sk-canary-0123456789\n\
                      general_settings:\n  database_url: postgresql://llm:canary-password@db/llm\n  master_key: sk-canary-master-1\n\
                      router_settings:\n  redis_host: redis\nlitellm_settings:\n  set_verbose: true\n  retry_policy: {TimeoutErrorRetries: 2}\n";

const COMPOSE: &str = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.80.15\n    env_file: .env\n    \
                       volumes: [./config.yaml:/app/config.yaml]\n    command: [\"--config\", \"/app/config.yaml\", \"--num_workers\", \"4\"]\n";

/// A deployment in `deploy/` with findings of each severity, secrets, and a file that cannot be read.
fn place() -> Place {
    Place::new([
        ("deploy/compose.yaml", COMPOSE),
        ("deploy/config.yaml", CONFIG),
        ("deploy/.env", "LITELLM_LOG=DEBUG\nLITELLM_SALT_KEY=canary-salt\n"),
    ])
}

/// The same as a repository whose last commit has it.
fn repository() -> Place {
    let place = place();
    let folder = place.folder.path();
    std::fs::remove_dir(folder.join(".git")).unwrap();
    git(folder, &["init", "-q", "-b", "main"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "-m", "before"]);
    place
}

fn git(folder: &Path, words: &[&str]) -> String {
    let ran = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.hooksPath=/dev/null"])
        .args(words)
        .output()
        .unwrap();
    assert!(ran.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn write(place: &Place, file: &str, text: &str) {
    std::fs::write(place.folder.path().join(file), text).unwrap();
}

fn read(place: &Place, file: &str) -> String {
    std::fs::read_to_string(place.folder.path().join(file)).unwrap()
}

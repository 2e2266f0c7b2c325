//! What lets a run fail, what a baseline hides, and what findings and diffs are known by.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod common;

#[path = "gates/apply_all.rs"]
mod apply_all;
#[path = "gates/baseline.rs"]
mod baseline;
#[path = "gates/fail_on.rs"]
mod fail_on;
#[path = "gates/fingerprints.rs"]
mod fingerprints;
#[path = "gates/options.rs"]
mod options;
#[path = "gates/patches.rs"]
mod patches;
#[path = "gates/ways_out.rs"]
mod ways_out;

use std::path::Path;
use std::process::Command;

use common::{Place, Ran};
use serde_json::Value as Json;

const CONFIG: &str = "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n\
                      general_settings:\n  database_url: os.environ/DATABASE_URL\n  master_key: os.environ/LITELLM_MASTER_KEY\n";

/// A compose deployment in `deploy/`, with something of each kind to say.
fn deployment() -> Vec<(&'static str, String)> {
    let compose = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.80.15\n    env_file: .env\n    volumes: [./config.yaml:/app/config.yaml]\n    \
                   command: [\"--config\", \"/app/config.yaml\", \"--num_workers\", \"4\"]\n";
    let config = CONFIG.to_owned() + "litellm_settings:\n  set_verbose: true\n";
    vec![
        ("deploy/compose.yaml", compose.into()),
        ("deploy/config.yaml", config),
        ("deploy/.env", "LITELLM_LOG=DEBUG\nDATABASE_URL=postgresql://u:hunter2@db/x\n".into()),
    ]
}

fn place() -> Place {
    Place::new(deployment())
}

/// Runs the installed git.
fn git(folder: &Path, words: &[&str]) -> String {
    let ran = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.hooksPath=/dev/null"])
        .args(["-c", "core.fsmonitor=false"])
        .args(words)
        .output()
        .unwrap();
    assert!(ran.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

/// A repository with everything committed but env files.
fn repository() -> Place {
    let place = place();
    let folder = place.folder.path();
    std::fs::write(folder.join(".gitignore"), ".env\n").unwrap();
    git(folder, &["init", "-q", "-b", "main"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "-m", "before"]);
    place
}

fn json(ran: &Ran) -> Json {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

fn findings(report: &Json) -> Vec<Json> {
    report["findings"].as_array().unwrap().clone()
}

fn fingerprints_of(report: &Json) -> Vec<String> {
    let mut all: Vec<String> =
        findings(report).iter().map(|one| one["fingerprint"].as_str().unwrap().to_owned()).collect();
    all.sort();
    all
}

fn change(place: &Place, file: &str, change: impl FnOnce(String) -> String) {
    let path = place.folder.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, change(text)).unwrap();
}

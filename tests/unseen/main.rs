//! Promise 6: what a source could set that is named and not read is not visible. It is never "not set", and never `safe`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod charts;
#[path = "../common/mod.rs"]
mod common;
mod compose;
mod kubernetes;
mod kustomize;
mod processes;
mod releases;
mod templates;
mod units;
mod variables;

use common::Place;
use serde_json::Value;

type Files<'a> = &'a [(&'a str, &'a str)];

const CONFIG: &str = "model_list:\n  - model_name: gpt\n    litellm_params: {model: openai/gpt-4o}\n\
general_settings:\n  database_url: os.environ/DATABASE_URL\n  master_key: os.environ/LITELLM_MASTER_KEY\n";

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm-config\ndata:\n  config.yaml: |\n    model_list: []\n    \
general_settings:\n      database_url: os.environ/DATABASE_URL\n";

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: litellm}\nspec:\n  chart:\n    spec: {chart: litellm-helm}\n";

const VALUES: &str = "  values:\n    image: {tag: v1.85.1}\n    proxy_config:\n      model_list: []\n";

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: litellm}\nspec:\n  template:\n    spec:\n      containers:\n        - name: litellm\n          image: ghcr.io/berriai/litellm:v1.85.1\n          args: [--config, /etc/litellm/config.yaml]\n";

const VOLUME: &str = "      volumes:\n        - name: config\n          configMap: {name: litellm-config}\n";

/// The report for programs.
fn report(place: &Place, more: &[&str]) -> Value {
    let ran = place.run(&[&["--format", "json"][..], more].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

fn texts<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().filter_map(|one| one[key].as_str()).collect()
}

fn remarks(report: &Value) -> String {
    let installations = report["installations"].as_array().unwrap();
    installations.iter().map(|one| one["remarks"].to_string()).collect()
}

/// Nothing is written without a yes, nothing about these ids is claimed, and what is not visible is told.
fn hides(files: Files<'_>, ids: &[&str], told: &str) {
    let place = Place::new(files.iter().copied());
    let report = report(&place, &[]);
    let found = texts(&report["findings"], "id");
    for id in ids {
        assert!(!found.contains(id), "{id} is claimed of {files:#?}: {:#?}", report["findings"]);
    }
    assert!(remarks(&report).contains(told), "{told}: {}", remarks(&report));
    let before = place.files();
    let ran = place.run(&["--write"]);
    assert_eq!(place.files(), before, "{}", ran.out);
}

/// The findings that say of one of these that nothing sets it, or that it cannot be used.
fn judged(report: &Value, ids: &[&str]) -> Vec<String> {
    let all = report["findings"].as_array().unwrap().iter();
    let of = |one: &&Value| ids.contains(&one["id"].as_str().unwrap()) && one["state"] != "hidden";
    all.filter(of).map(|one| format!("{}: {}", one["id"], one["state"])).collect()
}

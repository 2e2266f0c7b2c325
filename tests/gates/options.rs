//! `--only`, `--apply` and the options for the release.

use crate::common::Place;
use crate::{CONFIG, findings, json, place};

#[test]
fn only_filters_and_admits_nothing_more() {
    let place = place();
    let whole = findings(&json(&place.run(&["--format", "json"])));
    for ids in ["debug_mode", "debug_mode,litellm_log", "alerting"] {
        let ran = place.run(&["--format", "json", "--only", ids]);
        let of_these = |one: &&serde_json::Value| ids.split(',').any(|id| one["id"] == id);
        let expected: Vec<_> =
            whole.iter().filter(of_these).map(|one| (&one["fingerprint"], &one["status"])).collect();
        let some = findings(&json(&ran));
        let some: Vec<_> = some.iter().map(|one| (&one["fingerprint"], &one["status"])).collect();
        assert_eq!(some, expected, "{ids}");
        assert!(json(&ran)["score"].is_null(), "some alone do not tell how a deployment stands");
    }
    let select = json(&place.run(&["--format", "json", "--select", "debug_mode"]));
    assert_eq!(findings(&select)[0]["status"], "applied");
    assert_eq!(place.run(&["--only", "debug_mode", "--select", "debug_mode"]).code, 2);
    assert_eq!(place.run(&["--only", "debug_mode", "--include-review"]).code, 1);
}

#[test]
fn only_wins_over_the_preferences_as_select_does() {
    let place = Place::new([
        ("config.yaml", CONFIG.to_owned() + "litellm_settings:\n  set_verbose: true\n"),
        (".litellm-fix.yaml", "select: [litellm_log]\nignore: [debug_mode]\n".to_owned()),
    ]);
    let some = findings(&json(&place.run(&["--format", "json", "--only", "debug_mode"])));
    assert!(!some.is_empty() && some.iter().all(|one| one["id"] == "debug_mode"), "{some:?}");
}

#[test]
fn a_wrong_id_gets_the_nearest() {
    let place = place();
    for option in ["--only", "--select", "--ignore"] {
        for (written, meant) in [
            ("debug-mode", "`debug_mode`"),
            ("debug", "`debug_mode`"),
            ("DEBUG_MODE", "`debug_mode`"),
            ("retry", "`retry_policy`"),
            ("redis_pool", "`redis_"),
            ("database_conection_pol", "`database_connection_pool`"),
            ("set_verbose", "`debug_mode`, which looks after that setting"),
        ] {
            let ran = place.run(&[option, written]);
            assert_eq!(ran.code, 2, "{option} {written}");
            assert!(ran.err.contains(&format!("did you mean {meant}")), "{option} {written}: {}", ran.err);
        }
    }
}

#[test]
fn include_review_is_apply_review() {
    let place = place();
    let out = |options: &[&str]| place.run(&[options, &["--format", "diff"]].concat()).out;
    assert_eq!(out(&["--include-review"]), out(&["--apply", "review"]));
    assert_eq!(out(&[]), out(&["--apply", "safe"]));
    assert_ne!(out(&[]), out(&["--apply", "review"]));
    assert_eq!(place.run(&["--apply", "all", "--include-review"]).code, 2);
    assert_eq!(place.run(&["--apply", "hazardous"]).code, 2);
}

#[test]
fn a_release_that_is_told_fills_in_what_is_not_visible() {
    let release = |image: &str, options: &[&str]| {
        let compose = format!(
            "services:\n  litellm:\n    image: {image}\n    volumes: [./config.yaml:/app/config.yaml]\n    command: [\"--config\", \"/app/config.yaml\"]\n"
        );
        let place = Place::new([("compose.yaml", compose.as_str()), ("config.yaml", CONFIG)]);
        let ran = place.run(&[options, &["--format", "json", "--exit-zero"]].concat());
        let installation = &json(&ran)["installations"][0];
        (installation["litellm"].as_str().unwrap().to_owned(), installation["remarks"].to_string())
    };
    let (pinned, floating) = ("ghcr.io/berriai/litellm:v1.80.15", "ghcr.io/berriai/litellm:main-latest");
    let (running, remarks) = release(pinned, &["--litellm-version", "1.106.2"]);
    assert!(running.starts_with("1.80.15 (image tag"), "{running}");
    assert!(
        remarks
            .contains("--litellm-version 1.106.2 does not count; --assume-litellm-version 1.106.2 overrides"),
        "{remarks}"
    );
    let (running, remarks) = release(pinned, &["--litellm-version", "1.80.15"]);
    assert!(running.starts_with("1.80.15 (image tag") && !remarks.contains("does not count"), "{remarks}");
    assert_eq!(release(floating, &["--litellm-version", "1.106.2"]).0, "1.106.2 (--litellm-version)");
    for image in [pinned, floating] {
        let (running, _) = release(image, &["--assume-litellm-version", "1.106.2"]);
        assert_eq!(running, "1.106.2 (--assume-litellm-version)");
    }
    let place = place();
    assert_eq!(place.run(&["--litellm-version", "1.80.15", "--assume-litellm-version", "1.80.15"]).code, 2);
    assert_eq!(place.run(&["--assume-litellm-version", "new"]).code, 2);
    let ran = place.run(&["explain", "debug_mode", "deploy", "--assume-litellm-version", "1.106.2"]);
    assert!(ran.out.contains("LiteLLM 1.106.2"), "{}", ran.out);
}

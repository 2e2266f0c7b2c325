//! `--fail-on`: a finding of that severity or a worse one is open, whether it can be fixed or not.

use crate::common::Place;
use crate::{CONFIG, findings, json, place};

const LEVELS: [&str; 4] = ["low", "medium", "high", "critical"];

#[test]
fn a_preview_fails_on_what_is_open_today() {
    let public = CONFIG.replace("os.environ/LITELLM_MASTER_KEY", "sk-1234");
    for (config, id) in [(public.as_str(), "master_key"), (CONFIG, "salt_key"), (CONFIG, "debug_mode")] {
        let place = Place::new([("config.yaml", config)]);
        let only = ["--only", id];
        let found = findings(&json(&place.run(&[&only[..], &["--format", "json"]].concat())));
        let rank = |one: &serde_json::Value| LEVELS.iter().position(|level| one["severity"] == *level);
        let worst = found.iter().filter_map(rank).max();
        assert_eq!(place.run(&only).code, 0, "{id} is advice");
        for (at, level) in LEVELS.iter().enumerate() {
            let ran = place.run(&[&only[..], &["--fail-on", level]].concat());
            assert_eq!(ran.code, i32::from(worst >= Some(at)), "{id} {level}: {}{}", ran.out, ran.err);
        }
        assert_eq!(place.run(&[&only[..], &["--fail-on", "never"]].concat()).code, 0);
    }
}

#[test]
fn what_is_silenced_or_left_out_does_not_count() {
    let public = CONFIG.replace(
        "  master_key: os.environ/LITELLM_MASTER_KEY",
        "  # litellm-fix: ignore[master_key] a playground\n  master_key: sk-1234",
    );
    let place = Place::new([("config.yaml", public)]);
    assert_eq!(place.run(&["--only", "master_key", "--fail-on", "low"]).code, 0);
    assert_eq!(place.run(&["--ignore", "master_key", "--only", "master_key", "--fail-on", "low"]).code, 0);
}

#[test]
fn a_write_fails_on_what_is_open_afterwards() {
    let level = |options: &[&str]| {
        let place = place();
        let ran = place
            .run(&[&["--write", "--only", "litellm_log,debug_mode", "--format", "json"], options].concat());
        let open = json(&ran)["summary"]["open"].clone();
        (ran.code, open["high"].as_u64().unwrap() + open["medium"].as_u64().unwrap())
    };
    // Both are of the review tier, so a plain write leaves them open.
    let (code, open) = level(&["--fail-on", "medium"]);
    assert_eq!(code, 1);
    assert!(open > 1, "{open}");
    assert_eq!(level(&[]).0, 0);
    assert_eq!(level(&["--fail-on", "medium", "--include-review"]), (0, 0));
    assert_eq!(level(&["--fail-on", "critical"]).0, 0);
}

#[test]
fn folded_findings_count_with_their_own_severity() {
    let place = Place::new([("config.yaml", CONFIG)]);
    let ran = place.run(&["--format", "json", "--ignore", "master_key"]);
    let found = findings(&json(&ran));
    let folded = found.iter().find(|one| one["folded"] == true && one["severity"] == "low").unwrap();
    let only = folded["id"].as_str().unwrap();
    assert_eq!(place.run(&["--only", only, "--fail-on", "low", "--format", "json"]).code, 1);
}

#[test]
fn worse_exits_win_and_exit_zero_contradicts() {
    let place = Place::new([("config.yaml", CONFIG), ("b/config.yaml", "litellm_settings: [a\nx: {\n")]);
    assert_eq!(place.run(&["--fail-on", "low"]).code, 4);
    let ran = place.run(&["--fail-on", "low", "--exit-zero"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
    assert_eq!(place.run(&["--fail-on", "bad"]).code, 2);
    let empty = Place::new([("a.yaml", "a: 1\n")]);
    assert_eq!(empty.run(&["--fail-on", "low"]).code, 3);
}

//! Decisions that replay: what was said in one review holds in other repositories.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use expectrl::{Eof, Expect, Session};
use serde_json::Value as Json;

mod common;
use common::{Place, Ran, command, in_parallel, read_all};

const CONFIG: &str = "model_list:\n- model_name: a\n  litellm_params: {model: openai/gpt-4o, api_key: os.environ/KEY}\nlitellm_settings:\n  set_verbose: true # loud\n  request_timeout: 600\ngeneral_settings:\n  database_url: os.environ/DATABASE_URL\n";
const COMPOSE: &str = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.80.15-stable\n    command: [--config, /app/config.yaml]\n    volumes: [./config.yaml:/app/config.yaml]\n    environment:\n      LITELLM_LOG: DEBUG\n";

fn place(folder: &str) -> Place {
    Place::new([(format!("{folder}config.yaml"), CONFIG), (format!("{folder}compose.yaml"), COMPOSE)])
}

fn decisions(place: &Place, entries: &[&str]) -> String {
    let file = place.state.path().join("decisions.yaml");
    fs::write(&file, format!("version: 1\ndecisions:\n{}", entries.concat())).unwrap();
    file.to_str().unwrap().to_owned()
}

fn report(place: &Place, options: &[&str]) -> (i32, Json) {
    let ran = place.run(&[options, &["--format", "json"]].concat());
    let json = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    (ran.code, json)
}

fn status(report: &Json, setting: &str) -> (String, String) {
    let findings = report["findings"].as_array().unwrap();
    let one = findings.iter().find(|one| one["setting"] == setting).expect(setting);
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    (text("status"), text("detail"))
}

const YES: &str =
    "- {id: debug_mode, setting: set_verbose, state: 'on', path: '**/config.yaml', answer: yes}\n";
const NO: &str = "- {id: debug_mode, setting: litellm_log, state: 'on', path: 'compose.yaml', answer: no}\n";
const IGNORED: &str = "- {id: json_logs, setting: json_logs, state: unset, path: config.yaml, answer: ignored, why: plain text is read}\n";

#[test]
fn yes_no_and_ignored_hold_whatever_the_tiers() {
    for folder in ["", "deploy/proxy/"] {
        let place = place(folder);
        let file = decisions(&place, &[YES, NO, IGNORED]);
        let (code, preview) = report(&place, &["--decisions", &file, "--include-review"]);
        assert_eq!(code, 1);
        assert_eq!(status(&preview, "set_verbose").0, "applied");
        assert_eq!(status(&preview, "litellm_log").0, "declined");
        assert_eq!(status(&preview, "json_logs"), ("suppressed".into(), "plain text is read".into()));
        // Without a bulk flag too.
        let (code, written) = report(&place, &["--decisions", &file, "--write"]);
        assert_eq!((code, status(&written, "set_verbose").0.as_str()), (0, "applied"));
        let files = place.files();
        assert!(
            files[&format!("{folder}config.yaml")]
                .contains("set_verbose: false # loud\n  request_timeout: 600\n")
        );
        assert!(files[&format!("{folder}compose.yaml")].contains("LITELLM_LOG: DEBUG"));
        // A second run has nothing left, and does not complain that the yes is done.
        assert_eq!(report(&place, &["--decisions", &file]).0, 0);
    }
}

#[test]
fn values_come_along() {
    let place = place("");
    let with = "- {id: proxy_batch_write_at, setting: proxy_batch_write_at, state: unset, path: config.yaml, answer: yes, values: {seconds: 25}}\n";
    let file = decisions(&place, &[with]);
    assert_eq!(place.run(&["--decisions", &file, "--write"]).code, 0);
    assert!(
        place.files()["config.yaml"].contains("proxy_batch_write_at: 25"),
        "{}",
        place.files()["config.yaml"]
    );
}

#[test]
fn what_decides_nothing_is_reported() {
    let place = place("");
    let old = NO.replace("answer: no", "answer: no, expires: 2020-01-31");
    let elsewhere = YES.replace("**/config.yaml", "legacy/**");
    let file = decisions(&place, &[&old, &elsewhere]);
    let ran = place.run(&["--decisions", &file, "--include-review"]);
    let out = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(out.contains("decisions.yaml:3") && out.contains("was in force until 2020-01-31"), "{out}");
    assert!(out.contains("decisions.yaml:4") && out.contains("matches nothing here"), "{out}");
    assert!(out.contains("LITELLM_LOG: ERROR"), "it is decided by the options again: {out}");
}

/// One review serves many repositories, and each has rules of its own.
#[test]
fn a_decision_about_a_rule_of_another_repository_matches_nothing_here() {
    let place = place("");
    let of_rule =
        "- {id: rule/gateway_timeout, setting: request_timeout, state: differs, path: '**', answer: yes}\n";
    let (code, report) = report(&place, &["--decisions", &decisions(&place, &[of_rule, YES]), "--write"]);
    assert_eq!((code, status(&report, "set_verbose").0.as_str()), (0, "applied"));
    let told = report["problems"].to_string();
    assert!(told.contains("rule/gateway_timeout (request_timeout, differs) matches nothing here"), "{told}");
    let ran = place.run(&["--decisions", &decisions(&place, &[&of_rule.replace("rule/g", "rule/G")])]);
    assert!(ran.code == 2 && ran.err.contains("there is no fix"), "{ran:?}");
}

#[test]
fn one_about_a_place_wins_over_a_pattern_and_equals_must_agree() {
    let place = place("");
    let exact = YES.replace("**/config.yaml", "/config.yaml").replace("answer: yes", "answer: no");
    let (_, both) = report(&place, &["--decisions", &decisions(&place, &[YES, &exact])]);
    assert_eq!(status(&both, "set_verbose").0, "declined");
    let other = YES.replace("answer: yes", "answer: no");
    // It decides wherever in the file it stands.
    for all in [[YES, &other, &exact], [&exact, YES, &other]] {
        let (_, all) = report(&place, &["--decisions", &decisions(&place, &all)]);
        assert_eq!(status(&all, "set_verbose").0, "declined");
    }
    let ran = place.run(&["--decisions", &decisions(&place, &[YES, &other])]);
    assert!(ran.code == 2 && ran.err.contains("decide differently about debug_mode"), "{ran:?}");
    let ran = place.run(&["--decisions", "nowhere.yaml"]);
    assert!(ran.code == 2 && ran.err.contains("decisions nowhere.yaml"), "{ran:?}");
}

/// What may cost data is taken by a decision about one place, with a reason, and by no other.
#[test]
fn a_pattern_takes_nothing_that_is_hazardous() {
    let place = Place::new([
        ("config.yaml", CONFIG),
        ("compose.yaml", COMPOSE),
        (".litellm-fix.yaml", "safety: {debug_mode: hazardous}\n"),
    ]);
    let exact = YES.replace("**/config.yaml", "/config.yaml");
    let aimed = exact.replace("answer", "at: litellm_settings.set_verbose, answer");
    let with_reason = aimed.replace("yes}", "yes, why: seen in staging}");
    let pattern = with_reason.replace("/config.yaml", "*.yaml");
    for entry in [YES, &exact, &aimed, &pattern] {
        let (_, report) = report(&place, &["--apply", "all", "--decisions", &decisions(&place, &[entry])]);
        let (status, detail) = status(&report, "set_verbose");
        assert_eq!(status, "left_out", "{entry}");
        assert!(detail.contains("`at` and `why`"), "{detail}");
    }
    let (_, of_one) = report(&place, &["--decisions", &decisions(&place, &[&with_reason])]);
    assert_eq!(status(&of_one, "set_verbose").0, "applied");
    // Neither a folder nor alternatives are one file.
    let deep = Place::new([
        ("envs/a/config.yaml", CONFIG),
        ("envs/b/config.yaml", CONFIG),
        (".litellm-fix.yaml", "safety: {debug_mode: hazardous}\n"),
    ]);
    for pattern in ["/envs", "/envs/a", "/envs/{a,b}/config.yaml"] {
        let entry = with_reason.replace("/config.yaml", pattern);
        let (_, report) = report(&deep, &["--decisions", &decisions(&deep, &[&entry])]);
        assert_eq!(status(&report, "set_verbose").0, "left_out", "{pattern}");
    }
}

fn reviewed(place: &Place, options: &[&str], answers: &[(&str, &str)]) -> String {
    let mut review = command(place.folder.path(), place.state.path());
    review.env("USER", "ann").env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    review.arg("--interactive").args(options);
    let mut session = Session::spawn(review).unwrap();
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.get_process_mut().set_window_size(120, 60).unwrap();
    let mut seen = String::new();
    for (question, key) in answers {
        let found = session.expect(*question).unwrap();
        seen += &String::from_utf8_lossy(found.before());
        session.send(key).unwrap();
    }
    seen += &String::from_utf8_lossy(session.expect(Eof).unwrap().as_bytes());
    seen
}

/// One review, written down, then used on repositories that keep the same files elsewhere.
#[test]
fn a_review_serves_other_repositories() {
    let first = place("");
    let file = first.state.path().join("review.yaml");
    let path = file.to_str().unwrap();
    let ids = ["--select", "debug_mode,json_logs"];
    let answers = [
        ("[y,n,q", "y"),
        ("[y,n,q", "n"),
        ("[y,n,/", "y"),
        ("[y,n,q", "i"),
        ("Reason", "plain text is read\r"),
        ("[y/n]", "y"),
    ];
    let seen = reviewed(&first, &[&ids[..], &["--save-decisions", path]].concat(), &answers);
    let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{seen}"));
    assert_eq!(text.matches("- id: ").count(), 3, "{text}");
    assert!(
        text.contains("answer: \"yes\"")
            && text.contains("answer: \"no\"")
            && text.contains("why: plain text is read"),
        "{text}"
    );
    assert!(text.contains("by: ann") && text.contains("path: /config.yaml"), "{text}");

    // Where it was made it decides all, so nothing is asked.
    let same = place("");
    let (_, here) = report(&same, &[&ids[..], &["--decisions", path]].concat());
    let (_, there) = report(&first, &ids);
    let open = |report: &Json| {
        let all = report["findings"].as_array().unwrap().iter();
        let mut statuses: Vec<String> = all.map(|one| one["status"].to_string()).collect();
        statuses.sort();
        statuses
    };
    assert_eq!(open(&here).len(), 3);
    assert!(open(&there).len() < 3, "the first review mended one");

    // With patterns for paths it serves repositories of another shape.
    let wide = text.replace("path: /", "path: \"**/").replace(".yaml\n", ".yaml\"\n");
    fs::write(&file, &wide).unwrap();
    for folder in ["deploy/", "a/b/"] {
        let other = place(folder);
        let (code, written) = report(&other, &[&ids[..], &["--decisions", path, "--write"]].concat());
        assert_eq!((code, open(&written)), (0, open(&here)), "{folder}: {wide}");
    }
}

#[test]
fn a_second_review_adds_to_the_file_and_asks_only_what_is_open() {
    let place = place("");
    let file = place.state.path().join("review.yaml");
    let path = file.to_str().unwrap();
    let no = YES.replace("answer: yes", "answer: no");
    fs::write(&file, format!("# ours\nversion: 1\ndecisions:\n{no}")).unwrap();
    let options = ["--select", "debug_mode", "--decisions", path, "--save-decisions", path];
    let seen = reviewed(&place, &options, &[("[y,n,", "n")]);
    assert!(
        seen.contains("LITELLM_LOG is DEBUG") && !seen.contains("Apply this fix? [y,n,q,a,d,A,D,w,i,s,/,u"),
        "{seen}"
    );
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with(&format!("# ours\nversion: 1\ndecisions:\n{no}")), "{text}");
    assert_eq!(text.matches("id: debug_mode").count(), 2, "{text}");
    // What nobody answered is not written down.
    let place = self::place("");
    fs::remove_file(&file).unwrap();
    reviewed(&place, &["--select", "debug_mode", "--save-decisions", path], &[("[y,n,", "q")]);
    assert!(!fs::read_to_string(&file).unwrap().contains("id:"));
}

/// The same decisions for all deployments of a folder: what a decision matches is as it says.
#[test]
fn decisions_hold_in_real_deployments() {
    let Some(corpus) = std::env::var_os("LITELLM_FIX_CORPUS") else {
        println!("skipped: LITELLM_FIX_CORPUS is not set");
        return;
    };
    let mut folders: Vec<PathBuf> =
        fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let counts = in_parallel(&folders, |folder| replayed(folder));
    let sum = |at: usize| counts.iter().map(|count| count[at]).sum::<usize>();
    println!("{} deployments: {} applied, {} declined, {} ignored", folders.len(), sum(0), sum(1), sum(2));
    assert!(sum(0) > 0 && sum(1) > 0 && sum(2) > 0);
}

fn replayed(folder: &Path) -> [usize; 3] {
    let place = Place::new(&read_all(folder));
    let entry = |id: &str, setting: &str, state: &str, answer: &str| {
        format!("- {{id: {id}, setting: {setting}, state: '{state}', path: '**', answer: {answer}}}\n")
    };
    let all = [
        entry("debug_mode", "set_verbose", "on", "yes"),
        entry("proxy_batch_write_at", "proxy_batch_write_at", "unset", "no"),
        entry("json_logs", "json_logs", "unset", "ignored, why: plain text is read"),
    ];
    let file = decisions(&place, &all.each_ref().map(String::as_str));
    let ran = place.run(&["--decisions", &file, "--write", "--format", "json"]);
    let Ok(report) = serde_json::from_str::<Json>(&ran.out) else { panic!("{}: {ran:?}", folder.display()) };
    let mut counts = [0; 3];
    for one in report["findings"].as_array().unwrap() {
        let (status, fixable) = (one["status"].as_str().unwrap(), !one["fix"].is_null());
        let key =
            (one["id"].as_str().unwrap(), one["setting"].as_str().unwrap(), one["state"].as_str().unwrap());
        let held = match key {
            ("debug_mode", "set_verbose", "on") if fixable => {
                counts[0] += usize::from(status == "applied");
                matches!(status, "applied" | "mended" | "refused" | "suppressed")
            }
            ("proxy_batch_write_at", "proxy_batch_write_at", "unset") if fixable => {
                counts[1] += usize::from(status == "declined");
                matches!(status, "declined" | "refused" | "suppressed")
            }
            ("json_logs", "json_logs", "unset") => {
                counts[2] += usize::from(status == "suppressed");
                status == "suppressed"
            }
            _ => true,
        };
        assert!(held, "{}: {one}", folder.display());
    }
    let Ran { code, out, .. } = place.run(&["--decisions", &file, "--format", "diff"]);
    assert!(code != 1 && out.is_empty(), "{}: a second run changes {out}", folder.display());
    counts
}

/// The file that the README shows is one, and does what it says.
#[test]
fn the_file_of_the_readme_decides() {
    let readme = include_str!("../README.md");
    let shown = readme.split("### Decisions that replay").nth(1).unwrap().split("```yaml\n").nth(1).unwrap();
    let place = Place::new([
        ("config.yaml", CONFIG.to_owned()),
        (
            "compose.yaml",
            COMPOSE.replace("    environment:\n      LITELLM_LOG: DEBUG\n", "    env_file: .env\n"),
        ),
        (".env", "LITELLM_LOG=DEBUG\n".to_owned()),
    ]);
    let file = place.state.path().join("decisions.yaml");
    fs::write(&file, shown.split("```").next().unwrap()).unwrap();
    let ran = place.run(&["--write", "--decisions", file.to_str().unwrap()]);
    assert!(ran.code == 0 && !ran.out.contains("matches nothing"), "{ran:?}");
    assert_eq!(place.files()[".env"], "LITELLM_LOG=ERROR\n");
    assert!(
        place.files()["config.yaml"].contains("proxy_batch_write_at: 30"),
        "{}",
        place.files()["config.yaml"]
    );
}

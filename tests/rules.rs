//! Rules of the user's own: what they do, how they are tested, and what their reader refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::path::{Path, PathBuf};

mod common;

use common::{Place, Ran, command, read_all};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The cases are those that a user would write. `UPDATE=1 cargo test --test rules` writes their diffs.
#[test]
fn every_case_of_the_rules_holds() {
    let update = std::env::var_os("UPDATE").is_some_and(|value| value != "0");
    let place = Place::new::<&str, &str>([]);
    let mut run = command(&Path::new(ROOT).join("tests/rules"), place.state.path());
    run.args(["rules", "test"]).args(update.then_some("--update"));
    let ran = Ran::of(&mut run);
    println!("{}", ran.out);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("ok   .litellm-fix/gateway_timeout.md: Another value\n"), "{}", ran.out);
}

const RULE: &str = "rules:\n  retries:\n    why: agreed\n    set: {router_settings.num_retries: 3}\n";
const CONFIG: &str = "model_list: []\nrouter_settings:\n  num_retries: 1\n";

fn page(expected: &str) -> String {
    format!("## Cases\n### One\n```yaml title=config.yaml\n{CONFIG}```\n{expected}\n")
}

#[test]
fn a_case_that_fails_shows_a_diff_and_can_be_updated() {
    let place = Place::new([
        (".litellm-fix.yaml", RULE),
        (".litellm-fix/retries.md", &page("```diff\n-wrong\n```")),
        (".litellm-fix/other.txt", "no page"),
    ]);
    let ran = place.run(&["rules", "test"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.starts_with("FAIL .litellm-fix/retries.md: One\n     expected:\n     -wrong\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("     +  num_retries: 3\n"), "{}", ran.out);
    assert!(ran.out.ends_with("1 case, 1 failed\n"), "{}", ran.out);
    assert_eq!(place.run(&["rules", "test", "--update"]).code, 0);
    let ran = place.run(&["rules", "test", ".litellm-fix/retries.md"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "ok   .litellm-fix/retries.md: One\n1 case, 0 failed\n"));
}

/// A page comes with a repository that somebody else may have written.
#[test]
fn a_case_touches_nothing_but_its_own_folder() {
    let other = Place::new([("config.yaml", CONFIG), (".litellm-fix.yaml", RULE)]);
    let (victim, report) = (other.folder.path(), other.folder.path().join("report.json"));
    let before = read_all(victim);
    for (options, why) in [
        (format!("--write --select rule/retries {}", victim.display()), "takes no --write"),
        (format!("--output json={} .", report.display()), "takes no --output"),
        (format!("{}", victim.display()), "is in the folder of the case"),
        (format!("verify --python {}/x .", victim.display()), "a case is about a preview"),
    ] {
        let page = page(&format!("```console\n$ litellm-fix {options}\n```\nNo change."));
        let place = Place::new([(".litellm-fix.yaml", RULE), (".litellm-fix/retries.md", &page)]);
        let ran = place.run(&["rules", "test"]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains(why), "{why}: {}", ran.out);
        assert_eq!(read_all(victim), before, "{options}");
    }
}

/// One that is wrong is told with its name, and hides no other.
#[test]
fn a_case_that_is_written_wrong_fails_alone() {
    let right = page("No change.").replace("num_retries: 1", "num_retries: 3");
    for (name, why) in [
        ("../config.yaml", "stands in the folder of the case"),
        ("/etc/config.yaml", "stands in the folder of the case"),
        (".git/config", "stands in the folder of the case"),
    ] {
        let wrong = right.replace("## Cases", "").replace("### One", "### Two");
        let both = format!("{right}\n{}", wrong.replace("title=config.yaml", &format!("title={name}")));
        let place = Place::new([(".litellm-fix.yaml", RULE), (".litellm-fix/retries.md", &both)]);
        let ran = place.run(&["rules", "test"]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        assert!(
            ran.out.contains("FAIL .litellm-fix/retries.md: Two") && ran.out.contains(why),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("ok   .litellm-fix/retries.md: One"), "{}", ran.out);
    }
    let endless = page("```diff\n--- a/config.yaml\n");
    let place = Place::new([(".litellm-fix.yaml", RULE), (".litellm-fix/retries.md", &endless)]);
    let ran = place.run(&["rules", "test", "--update"]);
    assert!(ran.code == 1 && ran.out.contains("a block has no end: ```"), "{}", ran.out);
    assert_eq!(place.files()[".litellm-fix/retries.md"], endless);
}

#[test]
fn there_must_be_something_to_test() {
    for (files, words) in [
        (vec![("config.yaml", CONFIG)], "there is no .litellm-fix.yaml in or above it"),
        (vec![(".litellm-fix.yaml", "ignore: [alerting]\n")], "there are no rules in it"),
        (vec![(".litellm-fix.yaml", RULE)], "where the cases of rules are"),
        (vec![(".litellm-fix.yaml", RULE), (".litellm-fix/a.md", "# a\n")], "there are no cases"),
    ] {
        let ran = Place::new(files).run(&["rules", "test"]);
        assert_ne!(ran.code, 0);
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
}

#[test]
fn a_rule_has_an_id_like_any_other() {
    let place = Place::new([(".litellm-fix.yaml", RULE), ("config.yaml", CONFIG)]);
    let select = ["--select", "rule/retries"];
    for format in ["json", "sarif", "markdown", "concise", "github", "gitlab", "human", "commit-message"] {
        let ran = place.run(&[&select[..], &["--format", format, "--exit-zero"]].concat());
        assert_eq!(ran.code, 0, "{format}: {}", ran.err);
        assert!(ran.out.contains("rule/retries"), "{format}: {}", ran.out);
    }
    let ran = place.run(&["--ignore", "rule/retries", "--format", "concise", "--exit-zero"]);
    assert!(!ran.out.contains("rule/retries"), "{}", ran.out);
    let ran = place.run(&["explain", "rule/retries"]);
    assert!(
        ran.out.contains("sets `router_settings.num_retries` to 3") && ran.out.contains("agreed"),
        "{}",
        ran.out
    );
    let ran = place.run(&["--select", "rule/retry"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("did you mean `rule/retries`?"), "{}", ran.err);
    let ran = place.run(&["preferences"]);
    assert!(
        ran.out.contains("  rule         rule/retries: sets `router_settings.num_retries` to 3\n"),
        "{}",
        ran.out
    );
    assert_eq!(place.run(&["--write", "--select", "rule/retries"]).code, 0);
    assert_eq!(place.files()["config.yaml"], CONFIG.replace('1', "3"));
}

/// The nearest preferences decide, and their rules are about nobody else.
#[test]
fn rules_are_those_of_the_nearest_preferences() {
    let other = RULE.replace(": 3", ": 5");
    let place = Place::new([
        (".litellm-fix.yaml", RULE),
        ("config.yaml", CONFIG),
        ("team/.litellm-fix.yaml", &other),
        ("team/config.yaml", CONFIG),
        ("free/.litellm-fix.yaml", "ignore: [alerting]\n"),
        ("free/config.yaml", CONFIG),
    ]);
    assert_eq!(place.run(&["--write", "--include-review", "--only", "rule/retries"]).code, 0);
    let files = place.files();
    let retries = |name: &str| files[name].lines().last().unwrap().trim().to_owned();
    assert_eq!(retries("config.yaml"), "num_retries: 3");
    assert_eq!(retries("team/config.yaml"), "num_retries: 5");
    assert_eq!(retries("free/config.yaml"), "num_retries: 1");
}

/// What is read twice by one reader and once by another says nothing sure.
#[test]
fn a_key_is_there_once_and_the_document_too() {
    for (text, words) in [
        ("ignore: [alerting]\nignore: []\n", "line 2, column 1: this key is there twice"),
        (&format!("{RULE}    why: other\n"), "line 5, column 5: this key is there twice"),
        (&format!("{RULE}---\nignore: [alerting]\n"), "line 6, column 1: it is one document"),
    ] {
        let ran = Place::new([("config.yaml", CONFIG), (".litellm-fix.yaml", text)]).run(&["."]);
        assert!(ran.code == 2 && ran.err.contains(words), "{words}: {}", ran.err);
    }
}

/// A rule that takes the master key away leaves the proxy open, whatever the other name is.
#[test]
fn to_rename_what_secures_the_proxy_is_hazardous() {
    let rule = "rules:\n  moved:\n    why: so\n    safety: safe\n    rename: {general_settings.master_key: general_settings.completion_model}\n";
    let config = "model_list: []\ngeneral_settings:\n  master_key: gpt-4o\n";
    let place = Place::new([("config.yaml", config), (".litellm-fix.yaml", rule)]);
    let ran = place.run(&["--write", "--apply", "all", "--only", "rule/moved", "--details", "--all"]);
    assert!(ran.out.contains("hazardous") && ran.out.contains("nothing needs `master_key`"), "{}", ran.out);
    assert_eq!(read_all(place.folder.path())["config.yaml"], config.as_bytes());
}

/// Else the fix would write, and the rule take away, in every run.
#[test]
fn what_a_rule_does_not_want_no_fix_puts_there() {
    let config = "model_list: []\nlitellm_settings:\n  num_retries: 3\n";
    for act in [
        "remove: litellm_settings.request_timeout",
        "forbid: [litellm_settings.request_timeout]",
        "rename: {litellm_settings.request_timeout: litellm_settings.num_retries}",
    ] {
        let rule = format!("rules:\n  no_timeout:\n    why: so\n    {act}\n");
        let place = Place::new([("config.yaml", config), (".litellm-fix.yaml", &rule)]);
        let options = ["--include-review", "--only", "request_timeout,rule/no_timeout", "--format", "diff"];
        let ran = place.run(&options);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{act}");
        let told = place.run(&[
            "--include-review",
            "--only",
            "request_timeout,rule/no_timeout",
            "--details",
            "--all",
        ]);
        assert!(told.out.contains("--ignore rule/no_timeout"), "{}", told.out);
    }
}

/// Two rules that contradict each other never change a file in turns.
#[test]
fn rules_at_odds_are_silent_in_the_second_run() {
    let config = "model_list: []\nlitellm_settings:\n  num_retries: 3\n  json_logs: true\n";
    for acts in [
        ["set: {litellm_settings.drop_params: true}", "remove: litellm_settings.drop_params"],
        ["remove: litellm_settings.num_retries", "set: {litellm_settings.num_retries: 2}"],
        ["set: {litellm_settings.num_retries: 2}", "set: {litellm_settings.num_retries: 4}"],
        ["set: {litellm_settings.cache_params.ttl: 60}", "remove: litellm_settings.cache_params"],
        [
            "rename: {litellm_settings.num_retries: router_settings.num_retries}",
            "rename: {router_settings.num_retries: litellm_settings.num_retries}",
        ],
        [
            "rename: {litellm_settings.num_retries: router_settings.num_retries}",
            "set: {litellm_settings.num_retries: 2}",
        ],
    ] {
        for [one, two] in [acts, [acts[1], acts[0]]] {
            let rules = format!("rules:\n  a:\n    why: so\n    {one}\n  b:\n    why: so\n    {two}\n");
            let place = Place::new([("config.yaml", config), (".litellm-fix.yaml", &rules)]);
            assert_eq!(place.run(&["--write", "--apply", "all"]).code, 0, "{one}, {two}");
            let again = place.run(&["--apply", "all", "--format", "diff"]);
            assert_eq!((again.code, again.out.as_str()), (0, ""), "{one}, {two}");
        }
    }
}

/// LiteLLM reads the number of retries in two sections: a rule means the one that it names.
#[test]
fn a_new_value_stands_at_the_address_of_the_rule() {
    for section in ["litellm_settings", "router_settings"] {
        let rule = format!("rules:\n  a:\n    why: so\n    set: {{{section}.num_retries: 4}}\n");
        let config = "model_list: []\n";
        let place = Place::new([("config.yaml", config), (".litellm-fix.yaml", &rule)]);
        assert_eq!(place.run(&["--write", "--select", "rule/a"]).code, 0);
        assert_eq!(place.files()["config.yaml"], format!("{config}{section}:\n  num_retries: 4\n"));
    }
}

#[test]
fn a_rule_holds_no_secret() {
    for value in ["sk-0123456789abcdef0123", "hunter2", "271828182845", "27182818284590452353602874713526"] {
        let rule = format!("rules:\n  a:\n    why: so\n    set: {{general_settings.master_key: {value}}}\n");
        let ran =
            Place::new([(".litellm-fix.yaml", rule.as_str()), ("config.yaml", CONFIG)]).run(&["--exit-zero"]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("line 4, column 40: a rule holds no secret"), "{}", ran.err);
        assert!(!ran.err.contains(value), "{}", ran.err);
    }
}

fn preferences(kind: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(ROOT).join("tests/preferences").join(kind);
    let texts = read_all(&folder).into_iter();
    texts.map(|(name, text)| (folder.join(name), String::from_utf8(text).unwrap())).collect()
}

/// `tests/formats` asks a validator of schemas about the same files.
#[test]
fn the_reader_takes_what_is_good_and_says_where_what_is_bad_is_wrong() {
    let database = "general_settings:\n  database_url: os.environ/DATABASE_URL\n";
    let run = |text: &str| {
        let files = [(".litellm-fix.yaml", text), ("config.yaml", &format!("{CONFIG}{database}"))];
        Place::new(files).run(&["--exit-zero"])
    };
    for (path, text) in preferences("good") {
        let ran = run(&text);
        assert_eq!(ran.code, 0, "{}: {}", path.display(), ran.err);
    }
    for (path, text) in preferences("bad") {
        let expected = text.lines().next().unwrap().trim_start_matches("# ");
        let ran = run(&text);
        assert_eq!(ran.code, 2, "{}: {}", path.display(), ran.err);
        assert!(ran.err.contains(expected), "{}: {}", path.display(), ran.err);
    }
}

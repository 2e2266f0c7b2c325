//! Options that write, decide and prove, over several repositories.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{CONFIG, Fleet, lines, names};
use crate::common::Ran;

fn git(fleet: &Fleet, name: &str, words: &[&str]) -> String {
    let mut command = Command::new("git");
    let ran = Ran::of(command.current_dir(fleet.path(name)).args(words));
    assert_eq!(ran.code, 0, "git {words:?}: {}", ran.err);
    ran.out
}

/// Real repositories, all committed.
fn committed(names: &[&str]) -> Fleet {
    let fleet = Fleet::new(&[], &[]);
    for name in names {
        fleet.write(&format!("{name}/config.yaml"), CONFIG);
        git(&fleet, name, &["init", "-q"]);
        for (key, value) in [("user.name", "A"), ("user.email", "a@example.com"), ("commit.gpgsign", "false")]
        {
            git(&fleet, name, &["config", key, value]);
        }
        git(&fleet, name, &["add", "."]);
        git(&fleet, name, &["commit", "-q", "-m", "first"]);
    }
    fleet
}

#[test]
fn each_repository_gets_commits_of_its_own() {
    let fleet = committed(&["all/a", "all/b", "all/c"]);
    fleet.write("all/b/config.yaml", &format!("{CONFIG}# not committed\n"));
    let ran = fleet.run(&["--write", "--commit", "--format", "jsonl", "all"]);
    let all = lines(&ran.out);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    for (line, (name, made)) in all.iter().zip([("all/a", 1), ("all/b", 0), ("all/c", 1)]) {
        assert_eq!((&line["repository"], line["exit"] == 0), (&name.into(), made == 1), "{line}");
        let log = git(&fleet, name, &["log", "--format=%s"]);
        assert_eq!(log.lines().count(), 1 + made, "{log}");
        assert_eq!(git(&fleet, name, &["status", "--porcelain"]).is_empty(), made == 1);
    }
    assert!(all[1]["error"].as_str().unwrap().contains("config.yaml"), "{}", all[1]);
    assert!(fleet.read("all/b/config.yaml").ends_with("# not committed\n"));
    assert_eq!(all[0]["report"]["commits"].as_array().unwrap().len(), 1, "{}", all[0]);
}

const DECISIONS: &str = "version: 1
decisions:
- {id: proxy_batch_write_at, setting: proxy_batch_write_at, state: unset, path: '**/config.yaml', answer: no}
- {id: debug_mode, setting: litellm_log, state: 'on', path: '**/compose.yaml', answer: yes}
- {id: rule/ours, setting: request_timeout, state: unset, path: '**/config.yaml', answer: yes}
";

const COMPOSE: &str = "services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.80.15-stable
    command: [--config, /app/config.yaml]
    volumes: [./config.yaml:/app/config.yaml]
    environment:
      LITELLM_LOG: DEBUG
";

#[test]
fn decisions_hold_in_each_and_what_matches_none_is_said_once() {
    let fleet = Fleet::of(5);
    fleet.write("decisions.yaml", DECISIONS);
    let ran = fleet.run(&["--decisions", "decisions.yaml", "--format", "jsonl", "all"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for line in lines(&ran.out) {
        let all = line["report"]["findings"].as_array().unwrap();
        let one = all.iter().find(|one| one["id"] == "proxy_batch_write_at").unwrap();
        assert_eq!(one["status"], "declined");
        assert!(line["report"]["problems"].as_array().unwrap().is_empty(), "{line}");
    }
    let told: Vec<&str> = ran.err.lines().collect();
    let [log, rule] = told.as_slice() else { panic!("{}", ran.err) };
    assert!(log.starts_with("warning: decisions.yaml:4: ") && log.contains("debug_mode"), "{log}");
    assert!(rule.starts_with("warning: decisions.yaml:5: ") && rule.contains("rule/ours"), "{rule}");
    // What matches in one of them matches.
    fleet.write("all/repository-003/compose.yaml", COMPOSE);
    let ran = fleet.run(&["--decisions", "decisions.yaml", "--jobs", "2", "all"]);
    assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{}{}", ran.out, ran.err);
    assert!(ran.err.starts_with(rule), "{}", ran.err);
}

#[test]
fn what_is_wrong_in_all_is_said_once() {
    let fleet = Fleet::of(3);
    fleet.write("wrong.yaml", "version: 1\ndecisions: [{id: no_such_fix}]\n");
    for (words, told) in [
        (["--decisions", "gone.yaml"], "gone.yaml"),
        (["--decisions", "wrong.yaml"], "no_such_fix"),
        (["--litellm-version", "newest"], "`newest`"),
        (["--select", "rule/No-Name"], "there is no fix"),
    ] {
        let ran = fleet.run(&[&words[..], &["all"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{words:?}: {}", ran.err);
        assert!(ran.err.contains(told), "{words:?}: {}", ran.err);
    }
}

#[test]
fn a_rule_that_some_repositories_have_may_be_named() {
    let fleet = Fleet::of(4);
    let rule = "rules:\n  ours:\n    why: we want it\n    set: {litellm_settings.request_timeout: 300}\n";
    fleet.write("all/repository-001/.litellm-fix.yaml", rule);
    let ran = fleet.run(&["--select", "rule/ours", "--format", "jsonl", "all"]);
    let ids: Vec<Vec<String>> = lines(&ran.out)
        .iter()
        .map(|line| {
            let all = line["report"]["findings"].as_array().unwrap_or_else(|| panic!("{line}"));
            all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
        })
        .collect();
    assert_eq!(ids, [vec![], vec!["rule/ours".to_owned()], vec![], vec![]], "{}", ran.err);
    assert!(ran.err.is_empty(), "{}", ran.err);
    let ran = fleet.run(&["--select", "rule/our", "--write", "all"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(
        ran.err,
        "warning: none of the repositories has the rule `rule/our` in its .litellm-fix.yaml\n"
    );
    assert!(ran.out.contains("\n4 repositories: 4 clean\n"), "{}", ran.out);
}

/// A program in the place of Python, which answers what the script prints.
fn python(fleet: &Fleet, script: &str) -> String {
    let path = fleet.state.path().join("python");
    fs::write(&path, format!("#!/bin/sh\nq=$(cat)\n{script}\n")).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

const PROVEN: [&str; 6] =
    ["--write", "--verify", "--select", "proxy_batch_write_at", "--assume-litellm-version", "1.106.2"];

#[test]
fn only_what_is_proven_is_written() {
    let fleet = Fleet::of(4);
    fleet.write("all/repository-002/config.yaml", &CONFIG.replace("gpt-4o", "refused"));
    let value = |n: &str| format!("{{\"digest\":\"{n}\",\"shown\":\"{n}\"}}");
    let answer = |n: &str| {
        let one = value(n);
        format!(
            "echo '{{\"version\":\"1.106.2\",\"settings\":{{\"proxy_batch_write_at\":{one}}},\"state\":{{\"general_settings.proxy_batch_write_at\":{one}}}}}'"
        )
    };
    let script = format!(
        "case \"$q\" in *'proxy_batch_write_at: 60'*)\ncase \"$q\" in *refused*) echo '{{\"version\":\"1.106.2\",\"stage\":\"load\",\"error\":\"ValueError: no\"}}';; *) {};; esac;;\n*) {};; esac",
        answer("60"),
        answer("10")
    );
    let python = python(&fleet, &script);
    let words = [&PROVEN[..], &["--python", &python, "--format", "jsonl", "all"]].concat();
    let ran = fleet.run(&[&words[..], &["--output", "jsonl=results.jsonl"]].concat());
    let all = lines(&ran.out);
    assert_eq!((ran.code, all.len()), (4, 4), "{}{}", ran.out, ran.err);
    for (at, line) in all.iter().enumerate() {
        let text = fleet.read(&format!("all/repository-{at:03}/config.yaml"));
        assert_eq!(text.contains("proxy_batch_write_at: 60"), at != 2, "{line}");
        assert_eq!(line["exit"], if at == 2 { 4 } else { 0 }, "{line}");
    }
    assert_eq!(all[2]["report"]["mode"], "preview", "{}", all[2]);
    // A run with such a line in its results goes on.
    let last = ran.out.lines().last().unwrap();
    fleet.write("results.jsonl", ran.out.strip_suffix(&format!("{last}\n")).unwrap());
    fleet.write("all/repository-003/config.yaml", CONFIG);
    let resumed = fleet.run(&[&words[..], &["--resume", "results.jsonl"]].concat());
    assert_eq!((resumed.code, resumed.out.trim_end()), (4, last), "{}", resumed.err);
    assert_eq!(fleet.read("results.jsonl"), ran.out);
}

#[test]
fn a_proof_that_is_broken_off_is_no_result() {
    let fleet = Fleet::of(6);
    let begun = fleet.path("begun");
    let python = python(&fleet, &format!("mkdir -p {}; sleep 60", begun.display()));
    let words = ["--python", &python, "--jobs", "2", "--output", "jsonl=results.jsonl", "all"];
    let mut command = fleet.command(&[&PROVEN[..], &words].concat());
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while !begun.exists() && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ended = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, 130, "{}{}", ended.out, ended.err);
    assert_eq!(names(&lines(&fleet.read("results.jsonl"))), Vec::<&str>::new());
    assert!(ended.err.contains("0 of 6 repositories are done"), "{}", ended.err);
    assert!(ended.out.contains("\n0 repositories\n"), "{}", ended.out);
}

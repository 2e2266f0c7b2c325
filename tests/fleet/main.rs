//! Runs over many repositories.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

#[path = "../common/mod.rs"]
mod common;

#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod options;
#[cfg(unix)]
mod recipes;
mod report;
mod shards;
#[cfg(unix)]
#[allow(dead_code, reason = "`real_tools` takes all of it")]
#[path = "../real_tools/tools.rs"]
mod tools;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Ran, command, read_all};
use serde_json::Value as Json;
use tempfile::TempDir;

const CONFIG: &str = "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n\
                      general_settings:\n  database_url: os.environ/DATABASE_URL\n";

/// A folder that lies in no repository, with repositories in it.
struct Fleet {
    folder: TempDir,
    state: TempDir,
}

impl Fleet {
    /// Repositories of these names; files as `repository/path`.
    fn new(repositories: &[&str], files: &[(&str, &str)]) -> Self {
        let fleet = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        for name in repositories {
            fs::create_dir_all(fleet.path(name).join(".git")).unwrap();
        }
        for (name, text) in files {
            fleet.write(name, text);
        }
        fleet
    }

    /// So many repositories with a fix to apply.
    fn of(count: usize) -> Self {
        let fleet = Self::new(&[], &[]);
        for at in 0..count {
            let name = format!("all/repository-{at:03}");
            fs::create_dir_all(fleet.path(&name).join(".git")).unwrap();
            fleet.write(&format!("{name}/config.yaml"), CONFIG);
        }
        fleet
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = command(self.folder.path(), self.state.path());
        command.env("SOURCE_DATE_EPOCH", "1767225600").args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Ran {
        Ran::of(&mut self.command(words))
    }
}

fn lines(text: &str) -> Vec<Json> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn names(lines: &[Json]) -> Vec<&str> {
    lines.iter().map(|line| line["repository"].as_str().unwrap()).collect()
}

const CRITICAL: &str = "model_list:\n  - model_name: gpt\n    litellm_params:\n      model: openai/gpt-4o\n      api_key: sk-canary-0123456789\n\
                        general_settings:\n  database_url: postgresql://llm:canary-password@db/llm\n";

/// Repositories of every kind.
fn mixed() -> Fleet {
    Fleet::new(
        &["all/payments", "all/search", "all/team/chat", "all/website", "all/broken", "all/odd"],
        &[
            ("all/payments/config.yaml", CONFIG),
            ("all/search/deploy/config.yaml", CRITICAL),
            ("all/team/chat/config.yaml", CONFIG),
            ("all/team/chat/.litellm-fix.yaml", "ignore: [proxy_batch_write_at]\n"),
            ("all/website/index.md", "nothing of it\n"),
            ("all/broken/config.yaml", "model_list:\n  - a: [\n"),
            ("all/odd/config.yaml", CONFIG),
            ("all/odd/.litellm-fix.yaml", "ignore: [no_such_fix]\n"),
        ],
    )
}

#[test]
fn a_folder_of_repositories_is_many() {
    let fleet = mixed();
    let ran = fleet.run(&["all"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    let rows: Vec<&str> = ran.out.lines().collect();
    assert!(rows[0].starts_with("worst ") && rows[0].ends_with("  repository"), "{}", ran.out);
    for (row, (first, name)) in rows[1..].iter().zip([
        ("failed", "all/broken"),
        ("failed", "all/odd"),
        ("medium", "all/payments"),
        ("", "all/search"),
        ("", "all/team/chat"),
        ("no LiteLLM", "all/website"),
    ]) {
        assert!(row.starts_with(first) && row.ends_with(&format!("  {name}")), "{row}");
    }
    assert!(ran.out.contains("\n6 repositories: "), "{}", ran.out);
    assert!(ran.out.contains(" 1 without LiteLLM, 2 failed\n"), "{}", ran.out);
    assert!(ran.out.contains("failed all/broken: ") && ran.out.contains("failed all/odd: "), "{}", ran.out);
    assert!(ran.out.contains("`no_such_fix`"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 100) && ran.err.is_empty(), "{}", ran.err);
    let quiet = fleet.run(&["-q", "all"]).out;
    assert!(quiet.starts_with("6 repositories: ") && ran.out.ends_with(&quiet), "{quiet}");
}

#[test]
fn the_paths_of_several_repositories_are_many_and_those_of_one_are_not() {
    let fleet = mixed();
    assert!(fleet.run(&["all/payments", "all/search"]).out.contains("\n2 repositories: "));
    for one in [&["all/payments"][..], &["all/payments/config.yaml", "all/payments"], &["all/team"]] {
        let out = fleet.run(one).out;
        assert!(!out.contains("repositor") && out.contains("finding"), "{out}");
    }
    // Documents are about all that is given.
    let ran = fleet.run(&["--format", "json", "all/payments", "all/search"]);
    assert_eq!(serde_json::from_str::<Json>(&ran.out).unwrap()["installations"].as_array().unwrap().len(), 2);
}

#[test]
fn each_line_is_the_report_of_its_repository() {
    let fleet = mixed();
    let ran = fleet.run(&["--format", "jsonl", "all"]);
    let all = lines(&ran.out);
    assert_eq!(
        names(&all),
        ["all/broken", "all/odd", "all/payments", "all/search", "all/team/chat", "all/website"]
    );
    for line in &all {
        let alone = fleet.run(&["--format", "json", line["repository"].as_str().unwrap()]);
        assert_eq!(line["exit"], alone.code, "{line}");
        assert_eq!(line["date"], "2026-01-01T00:00:00Z");
        if alone.code == 2 {
            assert!(line["report"].is_null());
            assert_eq!(alone.err.trim_end(), format!("error: {}", line["error"].as_str().unwrap()));
        } else {
            assert_eq!(line["report"], serde_json::from_str::<Json>(&alone.out).unwrap());
        }
    }
    assert!(!ran.out.contains("canary"), "{}", ran.out);
    // However many work at it.
    for jobs in ["1", "2", "16"] {
        assert_eq!(fleet.run(&["--format", "jsonl", "--jobs", jobs, "all"]).out, ran.out);
    }
    let beside = fleet.run(&["--output", "jsonl=results.jsonl", "all"]);
    assert_eq!(fleet.read("results.jsonl"), ran.out);
    assert_eq!(beside.out, fleet.run(&["all"]).out);
    assert_eq!(read_all(fleet.state.path()).keys().filter(|name| name.contains("fleets/")).count(), 0);
}

#[test]
fn lists_come_from_files_and_from_standard_input() {
    let fleet = mixed();
    fleet.write("list", "# ours\nall/search\n\n  all/payments  \nall/gone\nall/payments/\n");
    let ran = fleet.run(&["--format", "jsonl", "--from-file", "list"]);
    let all = lines(&ran.out);
    assert_eq!(names(&all), ["all/search", "all/payments", "all/gone"]);
    assert!(all[2]["error"].as_str().unwrap().contains("all/gone"), "{}", all[2]);
    assert_eq!((ran.code, &all[1]["exit"]), (2, &Json::from(1)));
    let mut child = fleet.command(&["--format", "jsonl", "--from-file", "-", "all/website"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"all/payments\n").unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(names(&lines(&out)), ["all/website", "all/payments"]);
    assert_eq!(fleet.run(&["--from-file", "none"]).code, 2);
}

#[test]
fn what_lies_beside_the_repositories_is_judged_too() {
    let fleet = Fleet::new(
        &["all/a", "all/b"],
        &[("all/a/config.yaml", CONFIG), ("all/b/config.yaml", CONFIG), ("all/c/config.yaml", CONFIG)],
    );
    let all = lines(&fleet.run(&["--format", "jsonl", "all"]).out);
    assert_eq!(names(&all), ["all/a", "all/b", "all"]);
    let files: Vec<&str> = all[2]["report"]["installations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["files"][0]["file"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["all/c/config.yaml"]);
}

#[test]
fn what_lies_in_another_repository_is_judged_once() {
    let files = ["", "one/", "two/deep/", "plain/"].map(|folder| format!("all/a/{folder}config.yaml"));
    let fleet =
        Fleet::new(&["all/a", "all/a/one", "all/a/two"], &files.each_ref().map(|file| (&**file, CONFIG)));
    let judged = |words: &[&str]| -> Vec<(String, usize)> {
        let all = lines(&fleet.run(&[&["--format", "jsonl"], words].concat()).out);
        let count = |line: &Json| line["report"]["installations"].as_array().unwrap().len();
        all.iter().map(|line| (line["repository"].as_str().unwrap().to_owned(), count(line))).collect()
    };
    let of = |all: &[(&str, usize)]| -> Vec<(String, usize)> {
        all.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    };
    assert_eq!(judged(&["all"]), of(&[("all/a", 4)]));
    assert_eq!(judged(&["all/a/one", "./all/a/."]), of(&[("all/a/one", 1), ("all/a", 3)]));
    assert_eq!(judged(&["all/a", "all/a/two/deep"]), of(&[("all/a", 3), ("all/a/two/deep", 1)]));
    // In whatever share the others are.
    let shares = ["1/2", "2/2"].map(|k| judged(&["--shard", k, "all/a", "all/a/one", "all/a/two"]));
    assert_eq!(shares.concat().iter().map(|(_, count)| count).sum::<usize>(), 4);
}

#[test]
fn exit_codes_are_those_of_one_repository() {
    let fleet = mixed();
    let code = |words: &[&str]| fleet.run(&[&["--jobs", "2"][..], words].concat()).code;
    assert_eq!(code(&["all/website"]), 3);
    assert_eq!(code(&["all/website", "all/payments"]), 1);
    assert_eq!(code(&["all/website", "all/payments", "--exit-zero"]), 0);
    assert_eq!(code(&["all/website", "all/team/chat"]), 0);
    assert_eq!(code(&["all/payments", "all/broken"]), 4);
    assert_eq!(code(&["all/payments", "all/broken", "all/odd"]), 2);
    assert!(fleet.run(&["--jobs", "2", "all/website"]).err.contains("in any of the repositories"));
    // The other shares may hold it.
    let ran = fleet.run(&["--shard", "1/1", "all/website"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn each_repository_is_written_and_taken_back_by_itself() {
    let fleet = Fleet::of(12);
    let ran = fleet.run(&["--write", "all"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("\napplied 12 fixes in 12 files of 12 repositories\n"), "{}", ran.out);
    let mut undo = command(&fleet.path("all/repository-003"), fleet.state.path());
    assert_eq!(Ran::of(undo.arg("undo")).code, 0);
    for at in 0..12 {
        let text = fleet.read(&format!("all/repository-{at:03}/config.yaml"));
        assert_eq!(text == CONFIG, at == 3, "{at}");
    }
    let again = fleet.run(&["--write", "all"]);
    assert!(again.out.contains("\napplied 1 fix in 1 file of 1 repository\n"), "{}", again.out);
    assert_eq!(fleet.run(&["--strict", "--only", "proxy_batch_write_at", "all"]).code, 0);
}

#[test]
fn what_belongs_to_one_report_is_refused() {
    let fleet = mixed();
    for (words, told) in [
        (&["--jobs", "2", "--format", "sarif"][..], "human and jsonl"),
        (&["--format", "jsonl", "--output", "sarif=x.sarif"], "human and jsonl"),
        (&["--format", "jsonl", "--baseline", "x.json"], "--baseline-ref"),
        (&["--format", "jsonl", "--select", "no_such_fix"], "no_such_fix"),
        (&["--output", "jsonl=a", "--output", "jsonl=b"], "one file"),
        (&["--output", "jsonl=a", "--resume", "b"], "another one"),
        (&["--output", "jsonl=all/payments/config.yaml"], "no report replaces"),
        (&["--resume", "all/payments/config.yaml"], "line 1 is no result"),
    ] {
        let ran = fleet.run(&[words, &["all/payments"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{words:?}: {}", ran.err);
        assert!(ran.err.contains(told), "{words:?}: {}", ran.err);
    }
    assert_eq!(fleet.read("all/payments/config.yaml"), CONFIG);
}

#[test]
fn a_long_name_keeps_its_end() {
    let long = format!("all/{}/end", "very-long-name-of-a-folder/".repeat(6).trim_end_matches('/'));
    let fleet = Fleet::new(&[&long, "all/b"], &[("all/b/config.yaml", CONFIG)]);
    fleet.write(&format!("{long}/config.yaml"), CONFIG);
    let out = fleet.run(&["all"]).out;
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    assert!(out.lines().any(|line| line.contains("  …") && line.ends_with("/end")), "{out}");
}

#[test]
fn every_report_may_be_shown_whole() {
    let fleet = mixed();
    let out = fleet.run(&["--details", "all/payments", "all/team"]).out;
    assert!(out.contains("+++ b/config.yaml") || out.contains("+++ b/all/payments/config.yaml"), "{out}");
    let _: &Path = fleet.folder.path();
}

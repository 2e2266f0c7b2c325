//! Real deployments: `LITELLM_FIX_CORPUS` names a folder whose sub-folders are one deployment each.
//!
//! Each is previewed, written and written again: no panic, no failed proof, nothing left for the second time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

mod common;

use common::{Place, Ran, in_parallel, read_all};

/// How often each status, with its reason, was reported for an id.
type Counts = BTreeMap<String, usize>;

#[test]
fn real_deployments_are_mended_at_once() {
    let Some(corpus) = std::env::var_os("LITELLM_FIX_CORPUS") else {
        println!("skipped: LITELLM_FIX_CORPUS is not set");
        return;
    };
    let mut folders: Vec<PathBuf> =
        fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    assert!(!folders.is_empty(), "LITELLM_FIX_CORPUS has no sub-folder");
    let results = in_parallel(&folders, |folder| {
        let (mut counts, mut wrong) = (Counts::new(), Vec::new());
        check(folder, &mut counts, &mut wrong);
        (counts, wrong)
    });
    let (mut all, mut wrong) = (Counts::new(), Vec::new());
    for (folder, (counts, failures)) in folders.iter().zip(results) {
        let name = folder.file_name().unwrap().to_string_lossy();
        for (what, count) in counts {
            *all.entry(what).or_default() += count;
        }
        wrong.extend(failures.into_iter().map(|failure| format!("{name}: {failure}")));
    }
    println!("{} deployments", folders.len());
    for (what, count) in &all {
        println!("{count:6} {what}");
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}

fn check(folder: &Path, counts: &mut Counts, wrong: &mut Vec<String>) {
    let before = read_all(folder);
    let place = Place::new(&before);
    let files = || read_all(place.folder.path());
    let mut run = |what: &str, options: &[&str]| -> Option<(i32, Value)> {
        let Ran { code, out, err } =
            place.run(&[&["--include-review", "--format", "json"], options].concat());
        if code == 101 || code == 2 || code < 0 {
            wrong.push(format!("{what} exits with {code}: {err}"));
            return None;
        }
        let report: Value = match serde_json::from_str(&out) {
            Ok(report) => report,
            Err(error) => {
                wrong.push(format!("{what}, exit {code}: the report is no JSON: {error}; {err}"));
                return None;
            }
        };
        for one in findings(&report).filter(|one| one["status"] == "failed") {
            wrong.push(format!(
                "{what}: {} at {}:{} failed: {}",
                one["id"], one["file"], one["line"], one["detail"]
            ));
        }
        Some((code, report))
    };

    let Some((code, preview)) = run("preview", &[]) else { return };
    let unchanged = files() == before;
    let Some((_, first)) = run("--write", &["--write"]) else { return };
    let written = files();
    let Some((_, again)) = run("preview after --write", &[]) else { return };
    let Some((second_code, second)) = run("second --write", &["--write"]) else { return };

    count(&preview, counts);
    *counts.entry(format!("preview exits with {code}")).or_default() += 1;
    if !unchanged {
        wrong.push("the preview changed files".into());
    }
    if preview["changes"] != first["changes"] {
        wrong.push("--write did not apply what the preview showed".into());
    }
    if preview["changes"] == Value::Array(Vec::new()) && written != before {
        wrong.push("--write changed files, though there was no change to apply".into());
    }
    for (what, report) in [("preview after --write", &again), ("second --write", &second)] {
        for change in report["changes"].as_array().into_iter().flatten() {
            let diff = change["diff"].as_str().unwrap_or_default();
            wrong.push(format!("{what} still changes {}\n{diff}", change["file"]));
        }
        let applied = findings(report).filter(|one| one["status"] == "applied");
        wrong.extend(
            applied
                .map(|one| format!("{what} still applies {} at {}:{}", one["id"], one["file"], one["line"])),
        );
    }
    if files() != written {
        wrong.push("the second --write changed files".into());
    }
    // 3: nothing of LiteLLM here; 4: a file that cannot be read. Neither may come about by writing.
    if second_code != 0 && second_code != code {
        wrong.push(format!("the second --write exits with {second_code}, the first preview with {code}"));
    }
}

fn findings(report: &Value) -> impl Iterator<Item = &Value> {
    report["findings"].as_array().into_iter().flatten()
}

fn count(report: &Value, counts: &mut Counts) {
    for one in findings(report) {
        let status = one["status"].as_str().unwrap_or_default();
        let reason = match status {
            "advice" => one["advice"]["text"].as_str(),
            "applied" => None,
            _ => one["detail"].as_str(),
        };
        let what = format!(
            "{status} {} {} {}",
            one["id"].as_str().unwrap_or_default(),
            one["state"].as_str().unwrap_or_default(),
            reason.unwrap_or_default()
        );
        *counts.entry(what.trim_end().to_owned()).or_default() += 1;
    }
    for problem in report["problems"].as_array().into_iter().flatten() {
        let reason = problem["reason"].as_str().unwrap_or_default();
        *counts.entry(format!("problem: {reason}")).or_default() += 1;
    }
}

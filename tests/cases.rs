//! Every case in the pages of the transforms, `transforms/*/*.md`.
//!
//! Under `## Cases`, each `### name` is one case: fenced blocks with `title=PATH` are the files, one `console` block
//! holds the options (without one: `--select ID`), and what is expected is a `diff` block, the line `No change.`, or
//! lines `Advice: TEXT` and `Refused: TEXT` (or the text on the line below), whose text must appear in the report. Advice may
//! follow a diff too.
//!
//! The line `Safety:` says the tiers of the fixes that are found, the safest first; without fixes there is none.
//!
//! The program is called without a process of its own for each run: a few workers, each in a process because of the folder that
//! it stands in, call what `main` calls. That `main` adds nothing is seen in `tests/cli`.
//!
//! `UPDATE=1 cargo test --test cases` rewrites the `diff` blocks, and writes a `Safety:` that is missing; review them like code. `PAGE=workers cargo test --test cases` takes one page alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use clap::Parser as _;
use litellm_fix::cli::Cli;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

mod common;
#[path = "cases/reindent.rs"]
mod reindent;
#[path = "cases/secret.rs"]
mod secret;
#[path = "cases/variants.rs"]
mod variants;

use common::{Files, Place, Ran};
use litellm_fix::cases::{Case, normal, read, rewrite, squeezed};

#[test]
fn every_case_holds() {
    let update = std::env::var_os("UPDATE").is_some_and(|value| value != "0");
    let mut pages = common::pages();
    let alone = std::env::var("PAGE").ok();
    pages.retain(|page| alone.as_ref().is_none_or(|name| page.file_stem().unwrap() == &**name));
    assert!(!pages.is_empty(), "no page is called {alone:?}");
    let cases: Vec<Case> = pages
        .iter()
        .flat_map(|page| {
            let id = page.file_stem().unwrap().to_string_lossy().into_owned();
            let cases = read(page, &fs::read_to_string(page).unwrap(), &["--select".to_owned(), id]);
            if cases.is_empty() {
                println!("{} has no cases", page.display());
            }
            cases
        })
        .collect();

    if let Ok(share) = std::env::var(SHARE) {
        return work(&cases, &share, update);
    }
    let results = shared_out(cases.len());
    if update {
        let diffs = results.iter().enumerate().filter_map(|(at, result)| Some((at, result.new.clone()?)));
        let diffs = diffs.collect();
        let lacking = |(at, result): (usize, &Checked)| {
            let tiers = result.tiers.clone().filter(|tiers| !tiers.is_empty())?;
            cases[at].safety.is_none().then_some((at, tiers))
        };
        let tiers = results.iter().enumerate().filter_map(lacking).collect();
        for page in &pages {
            if rewrite(page, &cases, &diffs, &tiers).unwrap() {
                println!("rewritten: {}", page.display());
            }
        }
    }
    let mut failed = 0;
    let mut text = String::new();
    for (case, result) in cases.iter().zip(&results).filter(|(_, result)| !result.wrong.is_empty()) {
        failed += 1;
        let page = case.page.file_name().unwrap().to_string_lossy();
        writeln!(text, "\n=== {page}: {}\n{}", case.name, result.wrong.join("\n")).unwrap();
    }
    assert!(failed == 0, "{failed} of {} cases fail\n{text}", cases.len());
    let secrets: usize = results.iter().map(|result| result.secrets).sum();
    let mut counts: BTreeMap<&str, usize> = variants::KINDS.map(|kind| (kind, 0)).into();
    for kind in results.iter().flat_map(|result| &result.variants) {
        *counts.get_mut(kind.as_str()).unwrap() += 1;
    }
    println!("{} cases in {} pages; {secrets} secrets; {counts:?}", cases.len(), pages.len());
    assert!(
        alone.is_some() || secrets > 0 && counts.values().all(|count| *count > 0),
        "{secrets} secrets, {counts:?}"
    );
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Checked {
    wrong: Vec<String>,
    /// The diff that belongs into the page.
    new: Option<String>,
    /// The tiers of the fixes that are found.
    tiers: Option<String>,
    secrets: usize,
    variants: Vec<String>,
}

/// Tells a worker which share of the cases is its own: `1/4`.
const SHARE: &str = "LITELLM_FIX_CASES_SHARE";
/// Where it puts what it found.
const RESULT: &str = "LITELLM_FIX_CASES_RESULT";

/// All cases checked by as many workers as there are processors.
fn shared_out(count: usize) -> Vec<Checked> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let place = tempfile::tempdir().unwrap();
    let start = |worker: usize| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["every_case_holds", "--exact", "--nocapture"]).stdin(Stdio::null());
        command.env(SHARE, format!("{worker}/{workers}")).env(RESULT, place.path().join(worker.to_string()));
        command.env("LITELLM_FIX_STATE_DIR", place.path().join(format!("{worker}-state")));
        command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").stdout(Stdio::null()).spawn().unwrap()
    };
    let running: Vec<Child> = (0..workers).map(start).collect();
    let ended: Vec<_> = running.into_iter().map(|mut worker| worker.wait().unwrap()).collect();
    assert!(ended.iter().all(|status| status.success()), "a worker ended early: {ended:?}");
    let read = |worker: usize| {
        let text = fs::read_to_string(place.path().join(worker.to_string())).unwrap();
        serde_json::from_str::<Vec<Checked>>(&text).unwrap()
    };
    let mut shares: Vec<_> = (0..workers).map(|worker| read(worker).into_iter()).collect();
    (0..count).map(|at| shares[at % workers].next().unwrap()).collect()
}

/// Checks every so manieth case.
fn work(cases: &[Case], share: &str, update: bool) {
    let (worker, workers) = share.split_once('/').unwrap();
    let (worker, workers): (usize, usize) = (worker.parse().unwrap(), workers.parse().unwrap());
    let results: Vec<Checked> =
        cases.iter().skip(worker).step_by(workers).map(|case| check(case, update)).collect();
    fs::write(std::env::var_os(RESULT).unwrap(), serde_json::to_string(&results).unwrap()).unwrap();
}

fn check(case: &Case, update: bool) -> Checked {
    let mut checked = Checked { wrong: case.wrong.clone(), ..Checked::default() };
    if !checked.wrong.is_empty() {
        return checked;
    }
    let place = repository(&case.files);
    let diff = match diff_of(&place, &case.options) {
        Ok(diff) => diff,
        Err(error) => {
            checked.wrong.push(error);
            return checked;
        }
    };
    let wrong = &mut checked.wrong;
    match &case.diff {
        Some(_) if diff.is_empty() => {
            wrong.push(format!("no diff; the report says\n{}", human(&place, &case.options)));
        }
        Some(_) if update => checked.new = Some(diff.clone()),
        Some(block) if squeezed(&block.text) == squeezed(&diff) => {}
        Some(block) => wrong.push(format!(
            "--- expected diff\n{}--- diff\n{diff}--- (UPDATE=1 cargo test --test cases rewrites the page)",
            block.text
        )),
        None if diff.is_empty() => {}
        None => wrong.push(format!("--- expected no diff\n--- diff\n{diff}")),
    }
    let human = if case.said.is_empty() { String::new() } else { human(&place, &case.options) };
    for said in case.said.iter().filter(|said| !normal(&human).contains(said.as_str())) {
        wrong.push(format!("--- expected in the report\n{said}\n--- report\n{human}"));
    }
    checked.secrets = secret::check(case, wrong);
    same(&place, &case.files, "a preview", wrong);
    checked.tiers = check_safety(case, &place, update, wrong);
    if let Some((report, expected)) = check_write(case, &place, &diff, wrong) {
        let variants = variants::check(case, &report, &expected, wrong);
        checked.variants = variants.into_iter().map(str::to_owned).collect();
    }
    checked
}

/// The tiers of the fixes that are found, the safest first, which the case has to state.
fn check_safety(case: &Case, place: &Place, update: bool, wrong: &mut Vec<String>) -> Option<String> {
    const TIERS: [&str; 4] = ["safe", "review", "on_request", "hazardous"];
    let ran = run(place, &case.options, &["--format", "json"]);
    let report: Json = match serde_json::from_str(&ran.out) {
        Ok(report) => report,
        Err(error) => {
            wrong.push(format!("no report: {error}: {}", ran.err));
            return None;
        }
    };
    let has = |tier: &&&str| {
        let mut findings = report["findings"].as_array().into_iter().flatten();
        findings.any(|one| one["status"] != "suppressed" && one["fix"]["safety"] == ***tier)
    };
    let tiers: Vec<&str> = TIERS.iter().filter(has).copied().collect();
    let tiers = tiers.join(", ");
    let stated = case.safety.as_deref().unwrap_or_default();
    if stated != tiers && !(update && case.safety.is_none()) {
        wrong.push(format!("--- stated\nSafety: {stated}\n--- is\nSafety: {tiers}"));
    }
    Some(tiers)
}

/// What is written is what the diff says, and then there is nothing left to do. The report and the files.
fn check_write(case: &Case, place: &Place, diff: &str, wrong: &mut Vec<String>) -> Option<(Json, Files)> {
    let expected =
        applied(&case.files, diff).map_err(|error| wrong.push(format!("git apply: {error}\n{diff}"))).ok()?;
    let report = report(place, &case.options).map_err(|error| wrong.push(error)).ok()?;
    if case.no_change && case.said.is_empty() {
        wrong.extend(
            open_titles(&report).map(|title| format!("--- expected nothing to be said\n--- title\n{title}")),
        );
    }
    same(place, &expected, "--write", wrong);
    match diff_of(place, &case.options) {
        Ok(second) if second.is_empty() => {}
        Ok(second) => wrong.push(format!("--- after --write, expected no diff\n--- diff\n{second}")),
        Err(error) => wrong.push(format!("after --write, {error}")),
    }
    run(place, &case.options, &["--write"]);
    same(place, &expected, "a second --write", wrong);
    Some((report, expected))
}

/// The titles of the findings that nothing silences.
fn open_titles(report: &Json) -> impl Iterator<Item = &str> {
    let findings = report["findings"].as_array().into_iter().flatten();
    findings
        .filter(|finding| finding["status"] != "suppressed")
        .filter_map(|finding| finding["title"].as_str())
}

/// The files after `git apply`.
fn applied(files: &Files, diff: &str) -> Result<Files, String> {
    let place = repository(files);
    if !diff.is_empty() {
        fs::write(place.state.path().join("patch"), diff).unwrap();
        let patch = place.state.path().join("patch");
        let output = git(place.folder.path(), &["apply", "--whitespace=nowarn", patch.to_str().unwrap()]);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    Ok(place.files())
}

/// A git repository with these files.
fn repository(files: &Files) -> Place {
    let place = Place::new(files);
    let git = place.folder.path().join(".git");
    fs::create_dir(git.join("objects")).unwrap();
    fs::create_dir(git.join("refs")).unwrap();
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(git.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n").unwrap();
    place
}

fn run(place: &Place, options: &[String], more: &[&str]) -> Ran {
    let words = ["litellm-fix"].into_iter().chain(options.iter().map(String::as_str));
    let cli = match Cli::try_parse_from(words.chain(more.iter().copied())) {
        Ok(cli) => cli,
        Err(error) => return Ran { code: error.exit_code(), out: String::new(), err: error.to_string() },
    };
    std::env::set_current_dir(place.folder.path()).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = match litellm_fix::run::run(cli, &mut out, &mut err) {
        Ok(exit) => exit.code(),
        Err(failure) => {
            writeln!(err, "error: {failure}").unwrap();
            failure.exit.code()
        }
    };
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    let [out, err] = [out, err].map(|bytes| String::from_utf8(bytes).unwrap());
    Ran { code: code.into(), out, err }
}

/// The report of `--write`.
fn report(place: &Place, options: &[String]) -> Result<Json, String> {
    let ran = run(place, options, &["--write", "--format", "json", "--show-secrets"]);
    let strict = options.iter().any(|option| option == "--strict");
    match serde_json::from_str(&ran.out) {
        Ok(report) if ran.code == 0 || (strict && ran.code == 1) => Ok(report),
        _ => Err(format!("--write exits with {}: {}{}", ran.code, ran.out, ran.err)),
    }
}

fn diff_of(place: &Place, options: &[String]) -> Result<String, String> {
    let ran = run(place, options, &["--format", "diff", "--show-secrets"]);
    let lenient = options.iter().any(|option| option == "--strict" || option == "--exit-zero");
    let due = i32::from(!ran.out.is_empty());
    if ran.code == due || (lenient && ran.code < 2) {
        Ok(ran.out)
    } else {
        Err(format!("the preview exits with {}, not {due}:\n{}{}", ran.code, ran.err, ran.out))
    }
}

fn human(place: &Place, options: &[String]) -> String {
    let ran = run(place, options, &["--show-secrets", "--details", "--all"]);
    ran.out + &ran.err
}

fn same(place: &Place, expected: &Files, after: &str, wrong: &mut Vec<String>) {
    let found = place.files();
    for name in expected.keys().chain(found.keys().filter(|name| !expected.contains_key(*name))) {
        let (expected, found) = (expected.get(name), found.get(name));
        if expected != found {
            wrong.push(format!("--- {name} after {after}\n{expected:?}\n--- is\n{found:?}"));
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new("git")
        .args(["-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .output()
        .unwrap()
}

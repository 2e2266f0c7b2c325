//! What is printed as a diff is accepted by `git apply`, and gives exactly the planned files.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use litellm_fix::plan::{Fate, FileChange, Plan, Safety};
use litellm_fix::project::Secrets;
use litellm_fix::report::{Format, Masker};

use crate::demo::{Shown, change, fix, item, shown_with, spot};

fn diff(plan: &Plan, show: bool) -> Shown {
    let texts: Vec<_> = plan.changes.iter().map(FileChange::before).collect();
    let masker = Masker::new(&Secrets::collect(texts.iter().map(|text| &**text)), show);
    shown_with(&masker, plan, Format::Diff, |report, _| report.problems = &[])
}

fn plan(changes: Vec<FileChange>) -> Plan {
    Plan { changes, ..Plan::default() }
}

fn git(dir: &Path, args: &[&str], input: Option<&str>) {
    use std::io::Write as _;
    let mut child = Command::new("git")
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.unwrap_or("").as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "git {args:?}: {errors}\n{}", input.unwrap_or(""));
}

/// Applies the printed diff in a fresh repository and compares; `left_out` names files that must stay as they are.
fn assert_applies(plan: &Plan, show: bool, left_out: &[&str]) -> Shown {
    let shown = diff(plan, show);
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q"], None);
    for change in &plan.changes {
        let path = dir.path().join(&change.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if !change.is_new() {
            std::fs::write(path, &*change.before()).unwrap();
        }
    }
    if !shown.out.is_empty() {
        git(dir.path(), &["apply", "--whitespace=nowarn"], Some(&shown.out));
    }
    for change in &plan.changes {
        let expected =
            if left_out.contains(&change.shown.as_str()) { change.before() } else { change.after() };
        let text = std::fs::read_to_string(dir.path().join(&change.path)).unwrap();
        assert_eq!(text, *expected, "{}\n{}", change.shown, shown.out);
    }
    shown
}

#[test]
fn line_endings_are_kept() {
    assert_applies(
        &plan(vec![
            change("crlf.yaml", "a: 1\r\nb: 2\r\nc: 3\r\n", "a: 1\r\nb: 9\r\nx: 1\r\nc: 3\r\n"),
            change("bare.yaml", "a: 1\nb: 2", "a: 1\nb: 2\nc: 3"),
            change("gets.yaml", "a: 1\nb: 2", "a: 1\nb: 2\n"),
            change("loses.yaml", "a: 1\nb: 2\n", "a: 1\nb: 2"),
            change("keeps.yaml", "a: 1\nb: 2\nc: 3", "a: 9\nb: 2\nc: 3"),
            change("empty.yaml", "", "a: 1\n"),
            change("emptied.yaml", "a: 1\n\n", "\n"),
            change("bom.yaml", "\u{feff}a: 1\r\n", "\u{feff}a: 1\r\nb: 2\r\n"),
            change(
                "separators.yaml",
                "a: x\u{2028}y\u{85}z\u{c}\nb: 1\n",
                "a: x\u{2028}y\u{85}z\u{c}\nb: 2\n",
            ),
        ]),
        false,
        &[],
    );
}

#[test]
fn odd_names_are_quoted_as_git_does() {
    let names = [
        "with blank.yaml",
        "dir/ümläut.yaml",
        "qu\"ote.yaml",
        "back\\slash.yaml",
        "tab\there.yaml",
        "漢 字.yaml",
    ];
    let changes = names.iter().map(|name| change(name, "a: 1\nb: 2\n", "a: 1\nb: 3\n")).collect();
    assert_applies(&plan(changes), false, &[]);
}

#[test]
fn context_is_cut_at_secrets() {
    let before = "a: 1\nmaster_key: canary1\nb: 1\nc: 1\nd: 1\napi_key: canary2\ne: 1\nf: 1\ng: 1\n";
    let after = "a: 1\nmaster_key: canary1\nb: 2\nc: 1\nd: 2\nx: 1\napi_key: canary2\ne: 2\nf: 1\ng: 1\n";
    // `d` cannot be shown: the line below it is a secret, and a hunk without context below would mean the end.
    let shown = assert_applies(
        &plan(vec![change("f.yaml", before, &after.replace("d: 2\nx: 1\n", "d: 1\n"))]),
        false,
        &[],
    );
    assert!(!shown.out.contains("canary"), "{}", shown.out);
    assert_eq!(shown.err, "");
    let shown = diff(&plan(vec![change("f.yaml", before, after)]), false);
    assert!(!shown.out.contains("canary") && !shown.out.contains("d: 2"), "{}", shown.out);
    assert!(shown.err.contains("left out of the diff"), "{}", shown.err);
    assert_applies(&plan(vec![change("f.yaml", before, after)]), true, &[]);
}

#[test]
fn the_ends_of_a_file_beside_secrets() {
    let first = "master_key: canary1\nb: 1\nc: 1\n";
    assert_applies(
        &plan(vec![change("a.yaml", first, "master_key: canary1\nx: 1\nb: 1\nc: 1\n")]),
        false,
        &[],
    );
    let last = "a: 1\nb: 1\nmaster_key: canary1\n";
    assert_applies(
        &plan(vec![change("b.yaml", last, "a: 1\nb: 1\nmaster_key: canary1\nx: 1\n")]),
        false,
        &[],
    );
    let only = "master_key: canary1\n";
    let shown = assert_applies(
        &plan(vec![change("c.yaml", only, "master_key: canary1\nx: 1\n")]),
        false,
        &["c.yaml"],
    );
    assert_eq!(shown.out, "");
    let shown = assert_applies(
        &plan(vec![change("d.yaml", only, "x: 1\nmaster_key: canary1\n")]),
        false,
        &["d.yaml"],
    );
    assert_eq!(shown.out, "");
}

#[test]
fn a_new_file_is_one_for_git_too() {
    let created =
        FileChange::created("sub/.litellm-fix.yaml", "sub/.litellm-fix.yaml", "ignore:\n  - alerting\n");
    let plan = plan(vec![change("config.yaml", "a: 1\n", "a: 2\n"), created]);
    let shown = diff(&plan, false);
    let expected = "--- /dev/null\n+++ b/sub/.litellm-fix.yaml\n@@ -0,0 +1,2 @@\n+ignore:\n+  - alerting\n";
    assert!(shown.out.ends_with(expected), "{}", shown.out);
    assert_applies(&plan, false, &[]);
    for format in [Format::Human, Format::Json] {
        let shown = shown_with(&Masker::new(&Secrets::default(), false), &plan, format, |_, _| {});
        assert!(shown.out.contains("--- /dev/null"), "{}", shown.out);
    }
}

#[test]
fn a_fix_that_shows_a_secret_is_left_out_whole() {
    let env = |after| change(".env", "A=1\nB=1\nC=1\nD=1\nE=1\nF=1\nG=1\nH=1\nI=1\nJ=1\n", after);
    let config = |after| change("config.yaml", "a: 1\nmaster_key: canary-1\nb: 1\n", after);
    // One fix moves the key and touches both files; another one touches only the end of the env file.
    let moved_env = "A=2\nB=1\nC=1\nD=1\nE=1\nF=1\nG=1\nH=1\nI=1\nJ=1\n";
    let both_env = "A=2\nB=1\nC=1\nD=1\nE=1\nF=1\nG=1\nH=1\nI=1\nJ=2\n";
    let moved_config = "a: 1\nb: 1\nmaster_key: canary-1\n";
    let part = |before: &FileChange, after: &str| {
        FileChange::new(&before.path, &*before.shown, Arc::from(&*before.before()), &before.after(), after)
    };
    let key = item(
        "salt_key",
        "t",
        spot("config.yaml", 2, 1, "master_key"),
        fix("move it", Safety::Safe),
        Fate::Applied,
        vec![config(moved_config), env(moved_env)],
    );
    let log = item(
        "litellm_log",
        "t",
        spot(".env", 10, 1, "J"),
        fix("set it", Safety::Safe),
        Fate::Applied,
        vec![part(&env(moved_env), both_env)],
    );
    let whole =
        Plan { items: vec![key, log], changes: vec![env(both_env), config(moved_config)], ..Plan::default() };
    let shown = diff(&whole, false);
    assert!(!shown.out.contains("config.yaml") && !shown.out.contains("A=2"), "{}", shown.out);
    assert!(shown.out.contains("+J=2"), "{}", shown.out);
    assert!(
        shown.err.contains("salt_key (config.yaml:2:1)") && !shown.err.contains("litellm_log"),
        "{}",
        shown.err
    );
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q"], None);
    std::fs::write(dir.path().join(".env"), &*whole.changes[0].before()).unwrap();
    git(dir.path(), &["apply"], Some(&shown.out));
    let text = std::fs::read_to_string(dir.path().join(".env")).unwrap();
    assert_eq!(text, both_env.replace("A=2", "A=1"));
    assert_applies(&whole, true, &[]);
}

/// A generator of small numbers; the cases are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn random_changes_among_secrets_apply() {
    let mut dice = Dice(7);
    for round in 0..150 {
        let lines = 1 + dice.roll(25);
        let line = |dice: &mut Dice| match dice.roll(4) {
            0 => format!("api_key: canary-{}\n", dice.roll(3)),
            _ => format!("k{}: {}\n", dice.roll(3), dice.roll(3)),
        };
        let before: Vec<String> = (0..lines).map(|_| line(&mut dice)).collect();
        let mut after = before.clone();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(after.len() as u64 + 1) as usize;
            match dice.roll(3) {
                0 if at < after.len() => drop(after.remove(at)),
                1 if at < after.len() => after[at] = format!("n: {}\n", dice.roll(9)),
                _ => after.insert(at, format!("n: {}\n", dice.roll(9))),
            }
        }
        let plan = plan(vec![change("f.yaml", &before.concat(), &after.concat())]);
        let shown = diff(&plan, false);
        assert!(!shown.out.contains("canary"), "{}", shown.out);
        if shown.err.is_empty() {
            assert_applies(&plan, false, &[]);
        } else if !shown.out.is_empty() {
            let dir = tempfile::tempdir().unwrap();
            git(dir.path(), &["init", "-q"], None);
            std::fs::write(dir.path().join("f.yaml"), before.concat()).unwrap();
            git(dir.path(), &["apply", "--check"], Some(&shown.out));
        }
        if round % 10 == 0 {
            assert_applies(&plan, true, &[]);
        }
    }
}

#[test]
fn a_few_changes_of_a_large_file_show_their_lines() {
    let line = |at: usize| format!("  - model_name: model-{at}\n");
    let before: String = (0..50_000).map(line).collect();
    let after = before.replacen("model-7\n", "model-x\n", 1).replacen("model-49990\n", "model-y\n", 1);
    let shown = diff(&plan(vec![change("f.yaml", &before, &after)]), false);
    assert_eq!(shown.out.matches("@@ -").count(), 2);
}

#[test]
fn many_changes_of_a_large_file_show_each_line() {
    let entry = |at: usize, rpm: &str| format!("  - model_name: model-{at}\n    rpm: {rpm}\n    tpm: 10\n");
    let all = |rpm: &str| (0..10_000).map(|at| entry(at, rpm)).collect::<String>();
    let shown = diff(&plan(vec![change("f.yaml", &all("100"), &all("200"))]), false);
    assert_eq!(shown.out.matches("+    rpm: 200\n").count(), 10_000);
}

//! The rules of where an edit goes and how it looks there, one case each, in `edits.md`.

#![allow(clippy::unwrap_used, clippy::panic)]

use lossless_yaml::{Limits, Path, Yaml};

#[allow(dead_code)]
#[path = "../examples/edit.rs"]
mod edit;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/edits.md");

fn real(text: &str) -> String {
    let text = text.replace('␍', "\r").replace('→', "\t");
    text.strip_suffix("⌀\n").map_or(text.clone(), str::to_owned)
}

fn shown(text: &str) -> String {
    let text = text.replace('\r', "␍").replace('\t', "→");
    if text.is_empty() || text.ends_with('\n') { text } else { text + "⌀\n" }
}

/// The texts of the fenced blocks of a case: before, operation, and after if there is one.
fn blocks(case: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in case.split_inclusive('\n') {
        match (&mut open, line.starts_with("```")) {
            (None, true) => open = Some(String::new()),
            (Some(_), true) => blocks.extend(open.take()),
            (Some(text), false) => text.push_str(line),
            (None, false) => {}
        }
    }
    blocks
}

fn result(before: &str, op: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(op).unwrap();
    let doc = json["doc"].as_u64().unwrap_or(0) as usize;
    let op = edit::operation(&json, &Path::root()).unwrap();
    let yaml = Yaml::read(&real(before), &Limits::default()).unwrap();
    let yaml = yaml.about(json["about"].as_str().unwrap_or_default());
    match yaml.apply(doc, &op) {
        Ok(applied) => {
            format!("\n```yaml\n{}```\n", shown(applied.yaml.text()))
        }
        Err(refusal) => format!("\nRefused: {refusal}\n"),
    }
}

#[test]
fn edits_look_as_a_colleague_would_make_them() {
    let file = std::fs::read_to_string(FILE).unwrap();
    let mut parts = file.split("\n## ");
    let mut out = parts.next().unwrap().to_owned();
    let mut count = 0;
    for case in parts {
        let blocks = blocks(case);
        let json_end = case.find("```json").map(|at| at + case[at..].find("\n```\n").unwrap() + 5).unwrap();
        out.push_str("\n## ");
        out.push_str(&case[..json_end]);
        out.push_str(&result(&blocks[0], &blocks[1]));
        count += 1;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(FILE, &out).unwrap();
    }
    assert!(count >= 64, "only {count} cases were found");
    similar_asserts(&file, &out);
}

fn similar_asserts(expected: &str, actual: &str) {
    if expected == actual || std::env::var_os("UPDATE").is_some() {
        return;
    }
    let diff = similar::TextDiff::from_lines(expected, actual);
    panic!("{}", diff.unified_diff().context_radius(12).header("expected", "actual"));
}

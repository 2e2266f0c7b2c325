//! The yaml-test-suite: valid inputs read with the tree that the suite says, invalid ones are refused.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lossless_yaml::{Kind, Limits, Node, Style, Yaml};

/// Invalid by the book, but PyYAML's C loader and Go take them, and so do we: lines inside brackets or quotes that start
/// at the parent's column or with a tab.
const TAKEN: [&str; 4] = ["9C9N", "DK95/01", "QB6E", "Y79Y/003"];

/// A text that ends inside a block scalar without a line break: PyYAML and Go read no break, the suite has one.
const ENDS_IN_BLOCK: [&str; 2] = ["JEF9/02", "L24T/01"];

fn cases(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    if folder.join("in.yaml").exists() {
        out.push(folder.to_owned());
    }
    for entry in entries.iter().filter(|entry| entry.is_dir() && !entry.is_symlink()) {
        cases(entry, out);
    }
}

/// The `%TAG` handles of each document. The suite's texts are small enough to look at lines.
fn handles(text: &str) -> Vec<HashMap<String, String>> {
    let mut docs = vec![HashMap::new()];
    let mut fresh = true;
    for line in text.lines() {
        if let Some(directive) = line.strip_prefix("%TAG") {
            let words: Vec<_> = directive.split_whitespace().collect();
            docs.last_mut().unwrap().insert(words[0].to_owned(), words[1].to_owned());
        } else if line.starts_with("---") {
            if !fresh {
                docs.push(HashMap::new());
            }
            fresh = false;
        } else if line.starts_with("...") {
            docs.push(HashMap::new());
            fresh = true;
        } else if !line.trim().is_empty() && !line.starts_with(['#', '%']) {
            fresh = false;
        }
    }
    docs
}

fn tag(raw: &str, handles: &HashMap<String, String>) -> String {
    if let Some(verbatim) = raw.strip_prefix("!<") {
        return format!("<{verbatim}");
    }
    let split = raw[1..].find('!').map_or(1, |at| at + 2);
    let (handle, suffix) = raw.split_at(split);
    let default = if handle == "!!" { "tag:yaml.org,2002:" } else { handle };
    let prefix = handles.get(handle).map_or(default, String::as_str);
    format!("<{prefix}{}>", suffix.replace("%21", "!"))
}

fn events(node: Node<'_>, handles: &HashMap<String, String>, out: &mut String) {
    let mut properties = String::new();
    if node.style() == Style::Flow {
        properties.push_str(if node.kind() == Kind::Mapping { " {}" } else { " []" });
    }
    if let Some(anchor) = node.anchor() {
        write!(properties, " &{anchor}").unwrap();
    }
    if let Some(raw) = node.tag() {
        write!(properties, " {}", tag(raw, handles)).unwrap();
    }
    match node.kind() {
        Kind::Mapping => {
            writeln!(out, "+MAP{properties}").unwrap();
            for (key, value) in node.entries() {
                events(key, handles, out);
                events(value, handles, out);
            }
            out.push_str("-MAP\n");
        }
        Kind::Sequence => {
            writeln!(out, "+SEQ{properties}").unwrap();
            node.items().for_each(|item| events(item, handles, out));
            out.push_str("-SEQ\n");
        }
        Kind::Alias => writeln!(out, "=ALI {}", node.source()).unwrap(),
        Kind::Scalar => {
            let sign = match node.style() {
                Style::SingleQuoted => '\'',
                Style::DoubleQuoted => '"',
                Style::Literal => '|',
                Style::Folded => '>',
                _ => ':',
            };
            let text = node.text().replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t");
            let text = text.replace('\r', "\\r").replace('\u{8}', "\\b");
            writeln!(out, "=VAL{properties} {sign}{text}").unwrap();
        }
    }
}

fn tree(text: &str, yaml: &Yaml) -> String {
    let handles = handles(text);
    let mut out = "+STR\n".to_owned();
    let none = HashMap::new();
    for doc in 0..yaml.documents() {
        let Some(root) = yaml.root(doc) else { continue };
        out.push_str("+DOC\n");
        events(root, handles.get(doc).unwrap_or(&none), &mut out);
        out.push_str("-DOC\n");
    }
    out + "-STR\n"
}

fn expected(raw: &str) -> String {
    let lines = raw
        .lines()
        .map(|line| if line.starts_with("+DOC") || line.starts_with("-DOC") { &line[..4] } else { line });
    lines.fold(String::new(), |out, line| out + line + "\n")
}

#[test]
fn the_suite_reads_as_it_says() {
    let Some(folder) = std::env::var_os("YAML_TEST_SUITE") else {
        println!("skipped: YAML_TEST_SUITE is not set");
        return;
    };
    let mut folders = Vec::new();
    cases(Path::new(&folder), &mut folders);
    let (mut valid, mut invalid, mut wrong) = (0, 0, Vec::new());
    for case in &folders {
        let name = case.strip_prefix(&folder).unwrap().display().to_string();
        let text = fs::read_to_string(case.join("in.yaml")).unwrap();
        let read = Yaml::read(&text, &Limits::default());
        if case.join("error").exists() {
            invalid += 1;
            if read.is_ok() != TAKEN.contains(&name.as_str()) {
                wrong.push(format!("{name}: taken or not: {read:?}"));
            }
            continue;
        }
        valid += 1;
        match read {
            Err(refusal) => wrong.push(format!("{name}: {refusal}")),
            Ok(yaml) => {
                let (ours, theirs) =
                    (tree(&text, &yaml), expected(&fs::read_to_string(case.join("test.event")).unwrap()));
                assert_eq!(yaml.text(), text);
                if ours != theirs && !ENDS_IN_BLOCK.contains(&name.as_str()) {
                    wrong.push(format!("{name}: ours\n{ours}theirs\n{theirs}"));
                }
            }
        }
    }
    println!("{valid} valid, {invalid} invalid");
    assert!(valid >= 300, "only {valid} valid cases were found");
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), folders.len(), wrong.join("\n"));
}

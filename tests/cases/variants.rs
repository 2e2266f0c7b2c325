//! The same case written otherwise: what is found and written stays the same.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::common::{Files, Place};
use crate::reindent::{Indent, reindented};
use crate::{report, same};
use litellm_fix::cases::Case;

const BOM: char = '\u{feff}';

/// A case written otherwise.
struct Variant {
    what: &'static str,
    files: Files,
    /// What `--write` makes of them.
    expected: Files,
    /// The file that stands for another one, and how many lines it has above the first of that one.
    instead: Option<(String, usize)>,
}

const CONFIG_MAP: &str = "configmap.yaml";
const CONFIG_MAP_HEAD: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm\ndata:\n  config.yaml: |\n";

/// What each case is written as, where that is defined.
pub const KINDS: [&str; 6] = [
    "with CRLF",
    "with a BOM",
    "without a last line end",
    "with four columns",
    "with dashes below their key",
    "in a ConfigMap",
];

/// Checks every variant against the report and the files of the case itself after `--write`; which there are.
pub fn check(case: &Case, written: &Json, expected: &Files, wrong: &mut Vec<String>) -> Vec<&'static str> {
    let plain = findings(written, &case.files, None);
    let variants = variants(case, expected);
    for variant in &variants {
        let what = variant.what;
        let place = Place::new(&variant.files);
        let name = |option: &String| match &variant.instead {
            Some((name, _)) => option.replace(name, CONFIG_MAP),
            None => option.clone(),
        };
        let options: Vec<String> = case.options.iter().map(name).collect();
        let report = match report(&place, &options) {
            Ok(report) => report,
            Err(error) => {
                wrong.push(format!("{what}, {error}"));
                continue;
            }
        };
        let mut found = findings(&report, &variant.files, variant.instead.as_ref());
        let mut plain = plain.clone();
        if variant.instead.is_some() {
            // Kubernetes is a sign of production, which makes some gaps weigh more.
            for finding in found.iter_mut().chain(&mut plain) {
                finding["severity"].take();
                finding["folded"].take();
            }
        }
        if found != plain {
            let only = |these: &[Json], others: &[Json]| -> String {
                these.iter().filter(|one| !others.contains(one)).map(|one| format!("{one:#}\n")).collect()
            };
            let (lacking, more) = (only(&plain, &found), only(&found, &plain));
            wrong.push(format!("--- findings not found {what}\n{lacking}--- found only {what}\n{more}"));
        }
        same(&place, &variant.expected, &format!("--write {what}"), wrong);
    }
    variants.iter().map(|variant| variant.what).collect()
}

fn variants(case: &Case, expected: &Files) -> Vec<Variant> {
    let lines = |what, change: &dyn Fn(&str, &str) -> String| {
        let [files, expected] = [&case.files, expected].map(|files| changed(case, files, change));
        Variant { what, files, expected, instead: None }
    };
    let mut all = vec![
        lines(KINDS[0], &|_, text| text.replace('\n', "\r\n")),
        lines(KINDS[1], &|name, text| if is_yaml(name) { format!("{BOM}{text}") } else { text.to_owned() }),
        lines(KINDS[2], &|_, text| text.strip_suffix('\n').unwrap_or(text).to_owned()),
    ];
    if let Some((name, text)) = lone_config(case) {
        let indents = [Indent { keys: 4, dashes: 4 }, Indent { keys: 2, dashes: 0 }];
        for (what, indent) in KINDS[3..5].iter().copied().zip(indents) {
            let (Some(text), Some(expected)) =
                (reindented(text, indent), reindented(&expected[name], indent))
            else {
                continue;
            };
            let [files, expected] = [text, expected].map(|text| Files::from([(name.to_owned(), text)]));
            all.push(Variant { what, files, expected, instead: None });
        }
        let [files, expected] = [text, expected[name].as_str()].map(in_config_map);
        let instead = Some((name.to_owned(), CONFIG_MAP_HEAD.lines().count()));
        all.push(Variant { what: KINDS[5], files, expected, instead });
    }
    all.retain(|variant| variant.files != case.files);
    all
}

/// These files of the case with every YAML and env file changed.
pub fn changed(case: &Case, files: &Files, change: &dyn Fn(&str, &str) -> String) -> Files {
    let mut files = files.clone();
    for name in &case.with_lines {
        files.entry(name.clone()).and_modify(|text| *text = change(name, text));
    }
    files
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
}

fn in_config_map(text: &str) -> Files {
    let lines = text.split_inclusive('\n').map(|line| match line {
        "\n" => line.to_owned(),
        line => format!("    {line}"),
    });
    Files::from([(CONFIG_MAP.to_owned(), CONFIG_MAP_HEAD.to_owned() + &lines.collect::<String>())])
}

/// The only file, if it is a config in block style that a literal can hold as it is.
fn lone_config(case: &Case) -> Option<(&str, &str)> {
    let (name, text) = case.files.first_key_value().filter(|_| case.files.len() == 1)?;
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let is_plain = !first.starts_with([' ', '{', '%'])
        && !text.contains(['\t', '\r'])
        && !text.contains("{{")
        && !text.lines().any(|line| line.starts_with("---") || line.starts_with("..."));
    (name.rsplit('/').next() == Some("config.yaml") && is_plain).then_some((name, text))
}

/// What is found, at the places of the case itself, and what each fix would change, whatever the white space.
fn findings(report: &Json, files: &Files, instead: Option<&(String, usize)>) -> Vec<Json> {
    let mut findings: Vec<Json> = report["findings"].as_array().unwrap().clone();
    for finding in &mut findings {
        finding["fingerprint"].take();
        finding["installation"].take();
        mapped(finding, files, instead);
        if let Some(reason) = finding["detail"].as_str().map(|text| shifted(text, instead)) {
            finding["detail"] = json!(reason);
        }
        for related in finding["related"].as_array_mut().unwrap() {
            mapped(related, files, instead);
        }
        if let Some(changes) = finding.pointer_mut("/fix/changes") {
            let diffs = changes.as_array().unwrap().iter().filter_map(|change| change["diff"].as_str());
            *changes = json!(diffs.map(changed_lines).collect::<Vec<_>>());
        }
    }
    let Some((name, _)) = instead else { return findings };
    let text = Json::from(findings).to_string();
    let text = text
        .replace(r#"data[\"config.yaml\"] > "#, "")
        .replace(r#"data[\"config.yaml\"]"#, "")
        .replace(CONFIG_MAP, name);
    serde_json::from_str(&text).unwrap()
}

/// The column counts from the first letter of the line; a whole line starts at its first.
fn mapped(spot: &mut Json, files: &Files, instead: Option<&(String, usize)>) {
    let (line, column) = (spot["line"].as_u64().unwrap(), spot["column"].as_u64().unwrap());
    let text = &files[spot["file"].as_str().unwrap()];
    let text = text.trim_start_matches(BOM).lines().nth(line as usize - 1).unwrap_or_default();
    let blanks = text.len() - text.trim_start_matches(' ').len();
    spot["line"] = json!(line as i64 - instead.map_or(0, |(_, above)| *above as i64));
    let is_line = column == 1 && spot["name"] == "";
    spot["column"] = json!(if is_line { 1 } else { column as i64 - blanks as i64 });
}

/// A reason without its column, and with its lines as those of the case itself: `used at line 5 (line 4, column 32)`.
fn shifted(reason: &str, instead: Option<&(String, usize)>) -> String {
    let above = instead.map_or(0, |(_, above)| *above);
    let mut lines = false;
    let mut kept = Vec::new();
    for word in reason.split(' ') {
        let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        match word[..digits].parse::<usize>() {
            Ok(line) if lines => kept.push(format!("{}{}", line - above, &word[digits..])),
            Ok(_) if kept.last().is_some_and(|word| word == "column") => {}
            _ => {
                lines = matches!(word, "line" | "lines" | "(line");
                kept.push(word.to_owned());
            }
        }
    }
    kept.join(" ")
}

/// The lines that a diff takes out and puts in, without those that only change their white space or line end.
fn changed_lines(diff: &str) -> Vec<(&str, i32)> {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    for line in diff.lines().filter(|line| !line.starts_with("+++ ") && !line.starts_with("--- ")) {
        let count = match line.as_bytes().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => continue,
        };
        *counts.entry(line[1..].trim_matches(|c: char| c.is_whitespace() || c == BOM)).or_default() += count;
    }
    counts.into_iter().filter(|(_, count)| *count != 0).collect()
}

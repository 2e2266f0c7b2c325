//! The same case written otherwise: what is found and written stays the same.

use litellm_fix::project::{Secrets, is_secret_name};
use serde_json::Value as Json;

use super::{Case, Files, Place};

const BOM: char = '\u{feff}';

/// A secret by its name alone, not by its shape.
const SECRET: &str = "vault-word-73";

/// A byte order mark and a missing last line end make no difference, and stay. `expected` is what the plain case becomes.
pub fn check_ends(case: &Case, expected: &Files, wrong: &mut Vec<String>) {
    let with_bom =
        changed(case, |name, text| if is_yaml(name) { format!("{BOM}{text}") } else { text.to_owned() });
    written(case, &with_bom, "with a BOM", wrong, |name, text| match expected.get(name) {
        Some(plain) if with_bom.get(name) != case.files.get(name) => text == format!("{BOM}{plain}"),
        plain => plain.is_some_and(|plain| plain == text),
    });
    let without_end = changed(case, |_, text| text.strip_suffix('\n').unwrap_or(text).to_owned());
    written(case, &without_end, "without a last line end", wrong, |name, text| {
        let untouched = expected.get(name) == case.files.get(name);
        let same = |plain: &String| text.trim_end_matches('\n') == plain.trim_end_matches('\n');
        expected.get(name).is_some_and(same)
            && (!untouched || without_end.get(name).is_some_and(|own| own == text))
    });
}

fn changed(case: &Case, change: impl Fn(&str, &str) -> String) -> Files {
    let mut files = case.files.clone();
    for name in &case.with_lines {
        let text = change(name, &files[name]);
        files.insert(name.clone(), text);
    }
    files
}

fn written(
    case: &Case,
    files: &Files,
    variant: &str,
    wrong: &mut Vec<String>,
    right: impl Fn(&str, &str) -> bool,
) {
    if *files == case.files {
        return;
    }
    let place = Place::new(files);
    let ran = place.run(&case.options, &["--write"]);
    for (name, text) in place.files().iter().filter(|(name, text)| !right(name, text)) {
        wrong.push(format!(
            "--- {name} {variant} is, after --write\n{text:?}\n--- report\n{}{}",
            ran.out, ran.err
        ));
    }
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
}

/// A lone config.yaml gives the same findings in the literal of a ConfigMap. Whether there was one to wrap.
pub fn check_config_map(case: &Case, wrong: &mut Vec<String>) -> bool {
    let Some((name, text)) = lone_config(case) else { return false };
    let mut wrapped = String::from(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: litellm\ndata:\n  config.yaml: |\n",
    );
    for line in text.lines() {
        let indent = if line.is_empty() { "" } else { "    " };
        wrapped.extend([indent, line, "\n"]);
    }
    let place = Place::new(&Files::from([("configmap.yaml".to_owned(), wrapped)]));
    let options: Vec<String> =
        case.options.iter().map(|option| option.replace(name, "configmap.yaml")).collect();
    let ran = place.run(&options, &["--format", "json"]);
    let json = Place::new(&case.files).run(&case.options, &["--format", "json"]);
    let (plain, inside) = (findings(&json.out), findings(&ran.out));
    if plain.is_none() || plain != inside {
        wrong.push(format!("--- findings\n{plain:#?}\n--- in a ConfigMap\n{inside:#?}\n{}", ran.err));
    }
    true
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

fn findings(json: &str) -> Option<Vec<String>> {
    let json: Json = serde_json::from_str(json).ok()?;
    let line = |finding: &Json| {
        let title = finding["title"].to_string().replace("configmap.yaml", "config.yaml");
        format!(
            "{} {} {} {title} {}",
            finding["id"], finding["setting"], finding["state"], finding["fix"]["safety"]
        )
    };
    let mut lines: Vec<String> = json["findings"].as_array()?.iter().map(line).collect();
    lines.sort();
    Some(lines)
}

/// No output shows a secret of the files unless asked to; how many there are. References become secrets first: they
/// stand where people write them.
pub fn check_secrets(case: &Case, wrong: &mut Vec<String>) -> usize {
    let files = changed(case, |_, text| {
        let lines = text.split_inclusive('\n').map(|line| match line.split_once("os.environ/") {
            Some((before, name)) if before.ends_with("_key: ") => {
                let end = name.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(name.len());
                format!("{before}{SECRET}{}", &name[end..])
            }
            _ => line.to_owned(),
        });
        lines.collect()
    });
    let secrets = secrets(&files);
    if secrets.is_empty() {
        return 0;
    }
    let place = Place::new(&files);
    for format in ["human", "json", "diff"] {
        let ran = place.run(&case.options, &["--format", format]);
        if ran.code > 1 {
            wrong.push(format!("--- {format} with secrets exits with {}\n{}", ran.code, ran.err));
        }
        let output = ran.out + &ran.err;
        for secret in secrets.iter().filter(|secret| output.contains(secret.as_str())) {
            wrong.push(format!("--- {format} shows {secret}\n{output}"));
        }
    }
    secrets.len()
}

fn secrets(files: &Files) -> Vec<String> {
    let known = Secrets::collect(files.values().map(String::as_str));
    let lines = || files.values().flat_map(|text| text.lines());
    let found = lines().flat_map(|line| known.find(line).into_iter().map(|hit| line[hit.range].to_owned()));
    // Not only by the word of what masks them.
    let named = lines().filter_map(|line| {
        let (name, value) = line.split_once(['=', ':'])?;
        let name = name.trim().trim_start_matches("- ");
        let value = value.split(" #").next()?.trim().trim_matches(['"', '\'']);
        let is_text = !value.contains("os.environ/") && !value.contains(['$', '{', '[', ' ']);
        (is_secret_name(name) && is_text).then(|| value.to_owned())
    });
    let mut secrets: Vec<String> = found.chain(named).filter(|secret| secret.len() >= 8).collect();
    secrets.sort();
    secrets.dedup();
    secrets
}

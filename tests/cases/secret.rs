//! The same case with secrets: no output shows one.

use litellm_fix::project::{Secrets, is_secret_name};

use crate::common::{Files, Place};
use crate::run;
use crate::variants::changed;
use litellm_fix::cases::Case;

/// A secret by its name alone, not by its shape.
const SECRET: &str = "vault-word-73";

/// No output shows a secret of the files unless asked to; how many there are. References become secrets first: they
/// stand where people write them.
pub fn check(case: &Case, wrong: &mut Vec<String>) -> usize {
    let files = changed(case, &case.files, &|_, text| {
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
        let ran = run(&place, &case.options, &["--format", format]);
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

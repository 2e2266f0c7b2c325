//! Reading results: lines of fleets, or the one report of a single run.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use serde_json::Value as Json;

use super::model::{Outcome, Results};
use crate::report::JSON_VERSION;

/// Adds what a file holds; `-` is standard input.
///
/// # Errors
/// A file that cannot be read, or holds something else.
pub(super) fn read(file: &Path, results: &mut Results) -> anyhow::Result<()> {
    let shown = file.display();
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        // As text: that it cannot be read is a wrong use, not a failed run.
        Box::new(File::open(file).map_err(|error| anyhow!("{shown}: {error}"))?)
    };
    let mut input = BufReader::new(input);
    let mut text = String::new();
    let mut number = 0;
    loop {
        let start = text.len();
        if input.read_line(&mut text).map_err(|error| anyhow!("{shown}: {error}"))? == 0 {
            break;
        }
        number += 1;
        if text[start..].trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Json>(&text[start..]) {
            Ok(line) if line["repository"].is_string() => {
                let outcome = of_line(&line).with_context(|| format!("{shown}: line {number}"))?;
                results.add(outcome);
                text.clear();
            }
            // A report of a single run has many lines.
            _ if number == 1 || start > 0 => {
                input.read_to_string(&mut text).map_err(|error| anyhow!("{shown}: {error}"))?;
                let report: Json = serde_json::from_str(&text)
                    .map_err(|error| anyhow!("{shown}: it is not JSON (line {})", error.line()))?;
                results.add(of_report(file, &report).with_context(|| shown.to_string())?);
                return Ok(());
            }
            _ => bail!("{shown}: line {number} is no result of litellm-fix; was it cut off?"),
        }
    }
    Ok(())
}

fn check(of: &Json) -> anyhow::Result<()> {
    if of["tool"]["name"] != "litellm-fix" {
        bail!("it is JSON, but no result of litellm-fix (--format jsonl or --format json)");
    }
    if of["version"] != JSON_VERSION {
        bail!("it is a result of version {}, and version {JSON_VERSION} is read", of["version"]);
    }
    Ok(())
}

fn of_line(line: &Json) -> anyhow::Result<Outcome> {
    check(line)?;
    let report = &line["report"];
    if !report.is_null() && !report["findings"].is_array() {
        bail!("it has no findings: it is of a file to go on from, not of --format jsonl");
    }
    let name = line["repository"].as_str().unwrap_or_default();
    let date = line["date"].as_str().unwrap_or_default();
    let exit = line["exit"].as_u64().unwrap_or_default();
    Ok(Outcome::new(name, date, exit, line["error"].as_str(), report))
}

/// A report does not say what it is of, so it goes by the name of its file.
fn of_report(file: &Path, report: &Json) -> anyhow::Result<Outcome> {
    check(report)?;
    if !report["findings"].is_array() {
        bail!("it is no report of --format json");
    }
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let fatal = report["problems"].as_array().into_iter().flatten().any(|one| one["fatal"] == true);
    let nothing = report["installations"].as_array().is_none_or(Vec::is_empty);
    let exit = if fatal { 4 } else { u64::from(nothing) * 3 };
    Ok(Outcome::new(&name, "", exit, None, report))
}

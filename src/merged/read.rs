//! Reading results: lines of fleets, or the one report of a single run.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};
use serde_json::Value as Json;

use super::model::{Outcome, Results};
use crate::day::is_moment;
use crate::report::JSON_VERSION;

/// Adds what a file holds; `-` is standard input.
///
/// # Errors
/// A file that cannot be read, or any line that is no whole result: nothing of a file is left out in silence.
pub(super) fn read(file: &Path, results: &mut Results) -> anyhow::Result<()> {
    let shown = file.display();
    let input: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        // As text: that it cannot be read is a wrong use, not a failed run.
        Box::new(File::open(file).map_err(|error| anyhow!("{shown}: {error}"))?)
    };
    let mut input = BufReader::new(input);
    let mut bytes = Vec::new();
    let mut is_first = true;
    for number in 1.. {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes).map_err(|error| anyhow!("{shown}: {error}"))? == 0 {
            break;
        }
        let at = || format!("{shown}: line {number}");
        let line = text(&bytes).with_context(at)?.trim();
        if line.is_empty() {
            continue;
        }
        let json = serde_json::from_str::<Json>(line);
        match json {
            Ok(json) if !is_first || json["repository"].is_string() => {
                results.add(of_line(&json).with_context(at)?);
            }
            // A report of a single run has many lines.
            _ if is_first => {
                input.read_to_end(&mut bytes).map_err(|error| anyhow!("{shown}: {error}"))?;
                let report = report(&bytes, number).with_context(|| shown.to_string())?;
                results.add(of_report(file, &report).with_context(|| shown.to_string())?);
                break;
            }
            _ => bail!("{}: it is not JSON, so no result of litellm-fix; was it cut off?", at()),
        }
        is_first = false;
    }
    Ok(())
}

fn text(bytes: &[u8]) -> anyhow::Result<&str> {
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| {
        anyhow!("it is not UTF-8, which --output writes (PowerShell's `>` may write something else)")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// One that begins in this line.
fn report(bytes: &[u8], begins: usize) -> anyhow::Result<Json> {
    serde_json::from_str(text(bytes)?.trim_end()).map_err(|error| {
        let line = begins + error.line().saturating_sub(1);
        match error.is_eof() {
            true => anyhow!("line {line}: it is not JSON, or was cut off"),
            false => anyhow!("line {line}: it is not JSON, or more than one report: give each a file"),
        }
    })
}

fn check(of: &Json) -> anyhow::Result<()> {
    ensure!(
        of["tool"]["name"] == "litellm-fix",
        "it is JSON, but no result of litellm-fix (--format jsonl or --format json)"
    );
    ensure!(
        of["version"] == JSON_VERSION,
        "it is a result of version {}, and version {JSON_VERSION} is read",
        of["version"]
    );
    Ok(())
}

/// Whether a report says how many findings there are.
fn is_whole(report: &Json) -> bool {
    report["summary"]["open"].is_object()
}

fn of_line(line: &Json) -> anyhow::Result<Outcome> {
    check(line)?;
    let needed = |name: &str| format!("it has no `{name}` as --format jsonl gives it");
    let (report, error) = (&line["report"], line["error"].as_str());
    let name = line["repository"].as_str().with_context(|| needed("repository"))?;
    let date = line["date"].as_str().filter(|date| is_moment(date)).with_context(|| needed("date"))?;
    let exit = line["exit"].as_u64().filter(|exit| *exit <= 4).with_context(|| needed("exit"))?;
    ensure!(!report.is_null() || error.is_some(), "{}", needed("report"));
    if !report.is_null() && !report["findings"].is_array() {
        bail!("it has no findings: it is of a file to go on from, not of --format jsonl");
    }
    ensure!(report.is_null() || is_whole(report), "{}", needed("report.summary"));
    Outcome::new(name, date, exit, error, report)
}

/// A report does not say what it is of, so it goes by its file.
fn of_report(file: &Path, report: &Json) -> anyhow::Result<Outcome> {
    check(report)?;
    ensure!(report["findings"].is_array() && is_whole(report), "it is no report of --format json");
    let name = file.with_extension("").display().to_string();
    let fatal = report["problems"].as_array().into_iter().flatten().any(|one| one["fatal"] == true);
    let nothing = report["installations"].as_array().is_none_or(Vec::is_empty);
    let exit = if fatal { 4 } else { u64::from(nothing) * 3 };
    Outcome::new(&name, "", exit, None, report)
}

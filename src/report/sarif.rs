//! SARIF 2.1.0.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::diff::Diff;
use super::model::{Entry, Model, RuleSummary};
use super::paint::page;
use super::text::visible;
use super::{Mode, ReportedProblem};
use crate::plan::{Area, Remedy, Severity};
use crate::project::Spot;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What paths are relative to: the root of the repository.
const ROOT: &str = "SRCROOT";

/// The log with one run.
pub(crate) fn sarif(model: &Model) -> Json {
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "litellm-fix",
                "version": model.version,
                "semanticVersion": model.version,
                "rules": model.rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": "litellm-fix/" },
            "invocations": [{
                "executionSuccessful": !matches!(model.exit, 2 | 4),
                "exitCode": model.exit,
                "toolExecutionNotifications": model.problems.iter().map(notification).collect::<Vec<_>>(),
            }],
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "columnKind": "unicodeCodePoints",
            "results": model.left().map(|entry| result(entry, model)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &RuleSummary) -> Json {
    let meta = rule.meta;
    let areas = meta.weights.iter().map(|(area, _)| *area);
    let mut tags: Vec<&str> = areas.clone().map(Area::name).collect();
    tags.sort_unstable();
    let mut object = json!({
        "id": meta.id,
        "shortDescription": { "text": sentence(meta.title) },
        "fullDescription": { "text": sentence(meta.why) },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level(meta.severity) },
        "properties": { "tags": tags },
    });
    if let Some(address) = page(meta.id) {
        object["helpUri"] = json!(address);
    }
    // GitHub asks for a number only of what is tagged so.
    if areas.clone().any(|area| area == Area::Security) {
        object["properties"]["security-severity"] = json!(match meta.severity {
            Severity::Critical => "9.5",
            Severity::High => "8.0",
            Severity::Medium => "5.5",
            Severity::Low => "2.0",
        });
    }
    object
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn result(entry: &Entry, model: &Model) -> Json {
    let item = &entry.item;
    let mut object = json!({
        "ruleId": item.id,
        "level": level(entry.severity()),
        "message": message(&entry.paragraphs()),
        "locations": [location(&item.spot)],
        "partialFingerprints": { "litellmFix/v1": item.fingerprint },
        "properties": { "severity": entry.severity().name(), "remedy": entry.way().words(model.mode) },
    });
    if let Some(at) = model.rules.iter().position(|rule| rule.meta.id == item.id) {
        object["ruleIndex"] = json!(at);
    }
    let related: Vec<Json> = item
        .related
        .iter()
        .enumerate()
        .map(|(at, (spot, word))| {
            let mut place = location(spot);
            place["id"] = json!(at + 1);
            place["message"] = message(word);
            place
        })
        .collect();
    if !related.is_empty() {
        object["relatedLocations"] = json!(related);
    }
    // After a write the files are no longer those that a fix was made for.
    if model.mode == Mode::Preview
        && let Some(fix) = fix(entry)
    {
        object["fixes"] = json!([fix]);
    }
    object
}

/// A fix, if its replacements show no secret and fit the files as they are.
fn fix(entry: &Entry) -> Option<Json> {
    let Remedy::Fix(fix) = &entry.item.finding.remedy else { return None };
    let changes: Option<Vec<Json>> = entry.diffs.iter().map(change).collect();
    let changes = changes.filter(|changes| !changes.is_empty())?;
    Some(json!({ "description": message(&fix.title), "artifactChanges": changes }))
}

fn change(diff: &Diff) -> Option<Json> {
    let replacements = diff.replacements.as_ref()?.iter().map(|one| {
        json!({
            "deletedRegion": {
                "startLine": one.line,
                "startColumn": 1,
                "endLine": one.end.0,
                "endColumn": one.end.1,
                "byteOffset": one.bytes.start,
                "byteLength": one.bytes.len(),
            },
            "insertedContent": { "text": one.text },
        })
    });
    Some(
        json!({ "artifactLocation": artifact(&diff.path), "replacements": replacements.collect::<Vec<_>>() }),
    )
}

fn location(spot: &Spot) -> Json {
    let mut object = json!({
        "physicalLocation": {
            "artifactLocation": artifact(&spot.inside),
            "region": { "startLine": spot.line, "startColumn": spot.column },
        },
    });
    if !spot.name.is_empty() {
        object["logicalLocations"] = json!([{ "fullyQualifiedName": visible(&spot.name) }]);
    }
    object
}

fn artifact(path: &str) -> Json {
    json!({ "uri": uri(path), "uriBaseId": ROOT })
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    utf8_percent_encode(path, KEPT).to_string()
}

/// What a path has besides letters and digits that stands for itself: the unreserved characters of RFC 3986, and what parts folders.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A text without links, which messages may have (3.11.6).
fn message(text: &str) -> Json {
    json!({ "text": visible(text).replace("](", "\\](") })
}

fn notification(problem: &ReportedProblem) -> Json {
    let text = [problem.reason.as_str(), &problem.remedy].join("\n");
    let mut object = json!({
        "level": if problem.fatal { "error" } else { "warning" },
        "message": message(text.trim_end()),
    });
    let file = problem.path();
    if !file.is_empty() {
        let mut place = json!({ "physicalLocation": { "artifactLocation": artifact(file) } });
        if let Some(line) = problem.line {
            let column = problem.column.unwrap_or(1);
            place["physicalLocation"]["region"] = json!({ "startLine": line, "startColumn": column });
        }
        object["locations"] = json!([place]);
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris_and_texts_are_no_links() {
        assert_eq!(uri("a b/c%.yaml"), "a%20b/c%25.yaml");
        assert_eq!(uri("é:x"), "%C3%A9%3Ax");
        assert_eq!(message("[x](https://e)")["text"], "[x\\](https://e)");
    }
}

//! GitLab's code quality report.

use serde_json::{Value as Json, json};

use super::list::remedy;
use super::model::{Entry, Model};
use super::text::one_line;
use crate::plan::Severity;

/// A list of issues, the worst first; paths from the root of the repository.
pub(crate) fn gitlab(model: &Model) -> Json {
    model.left().map(issue).collect()
}

fn issue(entry: &Entry) -> Json {
    let item = &entry.item;
    json!({
        "description": one_line(&format!("{}; {}", item.finding.title, remedy(entry))),
        "check_name": item.id,
        "fingerprint": item.fingerprint,
        "severity": match entry.severity() {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
        },
        "location": { "path": item.spot.inside, "lines": { "begin": item.spot.line } },
    })
}

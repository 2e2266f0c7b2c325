//! A move or a rename that would let requests in.

use super::exposure::{hazard, related, why};
use super::{META, is_on};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Advice, Finding, Remedy, Safety, Severity};
use crate::project::{Installation, Sign};

/// A move or a rename of what is on lets requests in that are refused today.
pub fn activates(finding: &mut Finding, installation: &Installation<'_>, exposed: Option<&Sign>) {
    let value = installation.value_at(&finding.place).unwrap_or(Value::Null);
    if !is_on(&value) && !is_unknown(&value) {
        finding.severity = Severity::Low;
        return;
    }
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    let activates = format!(
        "it activates {}, which is not effective today: {}",
        shown(&value),
        why(installation, exposed)
    );
    if hazard(installation, exposed).0 == META.severity {
        fix.safety = Safety::Hazardous;
        fix.assumptions = vec![activates, "removing the key instead keeps today's behavior".into()];
    } else {
        let text = format!("remove it; do not {}: {activates}", fix.title);
        finding.remedy = Remedy::Advice(Advice { text, ..Advice::default() });
        related(finding, exposed);
    }
}

/// A reference or a template may turn out to be on.
fn is_unknown(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("os.environ/") || text.contains("{{"))
}

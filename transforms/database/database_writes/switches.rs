//! What switches writes off: each counts as a real boolean only, one way or the other.

use super::{ERRORS, LOGS, META, UPDATES};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Recommended, Safety, Severity};
use crate::project::{Answer, Effective, Installation, Sign};

/// `disable_spend_logs` is compared with the boolean false only: anything else stops the logs.
pub fn spend_logs(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(LOGS);
    let Effective::Set { value, place } = &answer.effective else { return None };
    if matches!(value, Value::Bool(_) | Value::Int(1)) || is_text(value, true) {
        return None;
    }
    let title = format!("no spend logs are written: `{LOGS}` is {}", shown(value));
    let finding = Finding::new(&META, LOGS, "opposite", place.clone())
        .title(title)
        .why("LiteLLM treats everything but the boolean false as true: the logs in the UI and the reports per request stay empty")
        .severity(Severity::Critical);
    if !matches!(value, Value::Null | Value::Int(0)) && !is_text(value, false) {
        return Some(finding.advice("write true or false, as a real boolean"));
    }
    Some(set(
        installation,
        finding,
        &answer,
        false,
        Safety::Review,
        "every request is written to the database again",
    ))
}

/// `disable_error_logs` counts as the boolean true only.
pub fn error_logs(installation: &Installation<'_>, database: &Sign) -> Option<Finding> {
    let answer = installation.setting(ERRORS);
    let noted = "failed requests no longer appear in the spend logs and the UI; you keep them elsewhere";
    let finding = match &answer.effective {
        Effective::Unset => {
            let place = answer.homes.first()?.clone();
            let finding = Finding::new(&META, ERRORS, "unset", place)
                .title("every failed request is written to the database")
                .why("while a provider is down these writes add to the load of the retries; LiteLLM's production page turns them off")
                .mention_comments(&answer);
            // No general advice: whoever looks failures up in the UI needs the rows.
            set(installation, finding, &answer, true, Safety::OnRequest, noted).offer()
        }
        Effective::Set { value, place } if is_text(value, true) => {
            let finding = Finding::new(&META, ERRORS, "no_boolean", place.clone())
                .title(format!(
                    "`{ERRORS}` is {}, which has no effect: only a real boolean counts",
                    shown(value)
                ))
                .why("failed requests are still written to the database")
                .severity(Severity::Medium);
            set(installation, finding, &answer, true, Safety::Review, noted)
        }
        _ => return None,
    };
    Some(finding.see_database(database))
}

/// With `disable_spend_updates` nothing is counted that a budget could be compared with.
pub fn spend_updates(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(UPDATES);
    let Effective::Set { value: Value::Bool(true), place } = &answer.effective else { return None };
    let finding = Finding::new(&META, UPDATES, "on", place.clone())
        .title(format!("budgets are not enforced: `{UPDATES}` is on"))
        .why("the spend of keys, users and teams is no longer written, so no budget is ever reached")
        .severity(Severity::High);
    let finding = match installation.budgets() {
        Some(budgets) => finding.see_sign(&budgets, "a budget that is not enforced"),
        None => finding,
    };
    let text = "remove it, unless nobody relies on budgets; to write fewer rows use `disable_spend_logs`, which keeps the budgets";
    Some(finding.advice(text))
}

/// With the fix that sets it to a real boolean, or the lines for that where no place can be written.
fn set(
    installation: &Installation<'_>,
    finding: Finding,
    answer: &Answer,
    expected: bool,
    safety: Safety,
    assumption: &str,
) -> Finding {
    Recommended::new(installation, answer, expected).mend(finding, safety, |fix| fix.assuming(assumption))
}

/// Whether this is a text that says true, or says false.
fn is_text(value: &Value, expected: bool) -> bool {
    let words: &[&str] = if expected { &["true", "yes", "on", "1"] } else { &["false", "no", "off", "0"] };
    value.as_str().is_some_and(|text| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word)))
}

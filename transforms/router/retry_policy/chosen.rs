//! The number of retries that somebody chose with `num_retries`, and what a policy does to it.

use super::META;
use super::num_retries::NAME;
use crate::document::Value;
use crate::plan::policy::Expected;
use crate::plan::{Finding, Safety, Severity};
use crate::project::{Effective, Installation, Place};

/// The number that somebody chose; 2 is LiteLLM's own where nobody did.
enum Retries {
    Default,
    Chosen(i128),
    /// It cannot be told, or is no number.
    Unknown,
}

fn effective(installation: &Installation<'_>) -> Retries {
    match installation.setting(NAME).effective {
        Effective::Unset | Effective::Set { value: Value::Null, .. } => Retries::Default,
        Effective::Set { value: Value::Int(number), .. } => Retries::Chosen(number),
        _ => Retries::Unknown,
    }
}

/// The number that somebody chose.
pub fn number(installation: &Installation<'_>) -> Option<i128> {
    match effective(installation) {
        Retries::Chosen(number) => Some(number),
        Retries::Default | Retries::Unknown => None,
    }
}

/// That there is no policy, and how much it takes to add one: where somebody chose a number of retries, it is only offered.
pub fn without_policy(installation: &Installation<'_>, place: &Place) -> (Finding, Safety) {
    let finding = |state| Finding::new(&META, META.id, state, place.clone());
    match effective(installation) {
        Retries::Chosen(0) => {
            let title = "no error is retried: num_retries is 0, and retry_policy is not set";
            let finding = finding("no_retries").severity(Severity::Low).title(title);
            (finding.why("timeouts and rate limits often pass after a moment").offer(), Safety::OnRequest)
        }
        Retries::Chosen(number) => {
            let title = META.title.replace("2 retries", &format!("{number} retries"));
            (finding("unset").title(title).severity(Severity::Low).offer(), Safety::OnRequest)
        }
        Retries::Default => (finding("unset").load_default(installation), Safety::Review),
        Retries::Unknown => (finding("unset").severity(Severity::Low).offer(), Safety::OnRequest),
    }
}

/// What a policy with these numbers does to numbers that somebody chose.
pub fn raised(installation: &Installation<'_>, expected: &[Expected]) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(number) = self::number(installation) {
        let changed: Vec<String> = expected
            .iter()
            .filter(|(key, expected)| {
                i128::from(*expected) != number && !key.starts_with("Auth") && !key.starts_with("Content")
            })
            .map(|(key, expected)| {
                let word = if i128::from(*expected) > number { "raises" } else { "lowers" };
                format!("{key} {word} it to {expected}")
            })
            .collect();
        if !changed.is_empty() {
            said.push(format!("num_retries: {number} was set on purpose: {}", changed.join(", ")));
        }
    }
    let own = installation.entry_params(&[NAME]);
    said.extend(own.first().map(|one| {
        let more = if own.len() > 1 { format!(" and {} more", own.len() - 1) } else { String::new() };
        format!("it also replaces {}{more}, for the errors listed", one.sign.what)
    }));
    said
}

//! `num_retries`: it must be a number, or each failing request ends in a `TypeError` of the retry loop.

use super::META;
use crate::document::Value;
use crate::plan::build::{goes_in, ignored_places, shown, yaml_lines};
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::{InForce, Installation, Place};

const NAME: &str = "num_retries";

/// The number in force, that of LiteLLM where none is set; [`None`] where it cannot be told or is no number.
fn in_force(installation: &Installation<'_>) -> Option<i128> {
    match installation.setting(NAME).in_force {
        InForce::Unset => Some(2),
        InForce::Set { value: Value::Int(number), .. } => Some(number),
        _ => None,
    }
}

/// Whether nothing is retried without a policy, so that zeros in one are there already.
pub fn off(installation: &Installation<'_>) -> bool {
    in_force(installation) == Some(0)
}

/// That there is no policy, and how much it takes to add one: a `num_retries` of 0 was somebody's choice.
pub fn without_policy(installation: &Installation<'_>, place: &Place) -> (Finding, Safety) {
    let finding = |state| Finding::new(&META, META.id, state, place.clone());
    match in_force(installation) {
        Some(0) => {
            let title = "no retry policy, and num_retries is 0: no error is retried";
            let finding = finding("no_retries").severity(Severity::Low).title(title);
            (finding.why("timeouts and rate limits are often gone a moment later"), Safety::OnRequest)
        }
        Some(number) => {
            let title = META.title.replace("(2)", &format!("({number})"));
            (finding("unset").title(title), Safety::Review)
        }
        None => (finding("unset"), Safety::Review),
    }
}

/// What is wrong with `num_retries`.
pub fn findings(installation: &Installation<'_>) -> Vec<Finding> {
    let answer = installation.setting(NAME);
    let mut findings = ignored_places(installation, &META, &answer);
    let (place, what, text) = match &answer.in_force {
        InForce::Set { value: Value::Int(_) | Value::Null, .. } | InForce::Unset => return findings,
        InForce::Set { value, place } => (place, shown(value), value.as_str().map(str::to_owned)),
        InForce::Hidden { place, .. } => {
            let Some(reference) = &answer.reference else { return findings };
            let given = reference.given.as_ref().and_then(|given| given.text.clone());
            (place, format!("os.environ/{}, which always gives a text", reference.name), given)
        }
    };
    let finding = Finding::new(&META, NAME, "no_number", place.clone())
        .severity(Severity::High)
        .title(format!("`{NAME}` is {what}: LiteLLM needs a number"))
        .why(
            "every failing request then ends in a TypeError of the retry loop, without a retry or a fallback",
        );
    let number = text.and_then(|text| text.trim().parse::<u32>().ok());
    findings.push(match number.filter(|_| answer.blocked.is_none()) {
        Some(number) => finding.fix(to_number(installation, place, number, answer.reference.is_some())),
        None => {
            let section = if installation.files.spot(place).name.contains("router_settings") {
                "router_settings"
            } else {
                "litellm_settings"
            };
            let lines = yaml_lines(section, &[(NAME.into(), Value::Int(2))]);
            finding.advice(
                "write the number itself; 2 is LiteLLM's default",
                lines,
                goes_in(installation, section),
            )
        }
    });
    findings
}

fn to_number(installation: &Installation<'_>, place: &Place, number: u32, reference: bool) -> Fix {
    let intents = vec![Intent::Set(place.clone(), Value::Int(number.into()))];
    let fix = Fix::new(installation, format!("write {NAME} as the number {number}"), Safety::Review, intents);
    if reference {
        fix.assuming("the variable no longer decides it: change the number here from now on")
    } else {
        fix
    }
}

//! `num_retries`: a number that somebody chose, and before 1.110 a text is none.

use super::META;
use crate::document::Value;
use crate::plan::build::{goes_in, ineffective_places, shown, yaml_lines};
use crate::plan::policy::Expected;
use crate::plan::{Finding, Fix, Intent, Lines, Safety, Severity};
use crate::project::{At, Effective, Installation, Place, Version};

const NAME: &str = "num_retries";
/// The first release that was seen to take a number written as a text.
const READS_TEXT: Version = Version(1, 110, 0);

const TYPE_ERROR: &str =
    "every failing request then ends in a TypeError in the retry loop, without a retry or a fallback";

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
pub fn chosen(installation: &Installation<'_>) -> Option<i128> {
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
    if let Some(number) = chosen(installation) {
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

/// What is wrong with `num_retries`.
pub fn findings(installation: &Installation<'_>) -> Vec<Finding> {
    let answer = installation.setting(NAME);
    let mut findings = ineffective_places(installation, &META, &answer);
    let (place, what, text) = match &answer.effective {
        // A boolean is taken for 1 or 0.
        Effective::Set { value: Value::Int(_) | Value::Bool(_) | Value::Null, .. } | Effective::Unset => {
            return findings;
        }
        Effective::Set { value, place } => (place, shown(value), value.as_str().map(str::to_owned)),
        Effective::Hidden { place, .. } => {
            let Some(reference) = &answer.reference else { return findings };
            let given = reference.given.as_ref().and_then(|given| given.text.clone());
            (place, format!("os.environ/{}, which always yields a text", reference.name), given)
        }
    };
    let running = installation.running();
    let number = text.and_then(|text| text.trim().parse::<u32>().ok());
    if running.surely_since(READS_TEXT) && (number.is_some() || answer.reference.is_some()) {
        return findings;
    }
    let (severity, why) = if running.surely_since(READS_TEXT) {
        (Severity::Low, "LiteLLM takes its default of 2 instead".to_owned())
    } else if running.maybe_since(READS_TEXT) {
        (Severity::High, format!("before LiteLLM {READS_TEXT} {TYPE_ERROR}"))
    } else {
        (Severity::High, TYPE_ERROR.to_owned())
    };
    let finding = Finding::new(&META, NAME, "no_number", place.clone())
        .severity(severity)
        .title(format!("`{NAME}` is {what}: LiteLLM needs a number"))
        .why(why);
    findings.push(match number.filter(|_| answer.blocked.is_none()) {
        Some(number) => finding.fix(to_number(installation, place, number, answer.reference.is_some())),
        None => {
            let of_router = matches!(&place.at, At::Yaml { path, .. } if path.steps().contains(&"router_settings".into()));
            let section = if of_router { "router_settings" } else { "litellm_settings" };
            let lines = yaml_lines(section, &[(NAME.into(), Value::Int(2))]);
            finding.advice("write the number itself; 2 is LiteLLM's default").lines(Lines::new(lines, goes_in(installation, section)))
        }
    });
    findings
}

fn to_number(installation: &Installation<'_>, place: &Place, number: u32, reference: bool) -> Fix {
    let intents = vec![Intent::Set(place.clone(), Value::Int(number.into()))];
    let fix = Fix::new(installation, format!("write {NAME} as the number {number}"), Safety::Review, intents);
    if reference {
        fix.assuming("the variable then has no effect: change the number here from now on")
    } else {
        fix
    }
}

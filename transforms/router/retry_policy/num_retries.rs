//! `num_retries`: before 1.110 a text is no number.

use super::META;
use crate::document::Value;
use crate::plan::build::{ineffective_places, section_lines, shown};
use crate::plan::{Finding, Fix, Safety, Severity};
use crate::project::{Answer, At, Effective, Installation, Place, Running, Version};

pub const NAME: &str = "num_retries";
/// The first release that was seen to take a number written as a text.
const READS_TEXT: Version = Version(1, 110, 0);

const TYPE_ERROR: &str =
    "every failing request then ends in a TypeError in the retry loop, without a retry or a fallback";

/// What is wrong with `num_retries`.
pub fn findings(installation: &Installation<'_>) -> Vec<Finding> {
    let answer = installation.setting(NAME);
    let mut findings = ineffective_places(installation, &META, &answer);
    findings.extend(no_number(installation, &answer));
    findings
}

fn no_number(installation: &Installation<'_>, answer: &Answer) -> Option<Finding> {
    let (place, what, text) = match &answer.effective {
        // A boolean is taken for 1 or 0.
        Effective::Set { value: Value::Int(_) | Value::Bool(_) | Value::Null, .. } | Effective::Unset => {
            return None;
        }
        Effective::Set { value, place } => (place, shown(value), value.as_str().map(str::to_owned)),
        Effective::Hidden { place, .. } => {
            let reference = answer.reference.as_ref()?;
            let given = reference.given.as_ref().and_then(|given| given.text.clone());
            (place, format!("os.environ/{}, which always yields a text", reference.name), given)
        }
    };
    let number = text.and_then(|text| text.trim().parse::<u32>().ok());
    let reads_it = number.is_some() || answer.reference.is_some();
    if reads_it && installation.running().surely_since(READS_TEXT) {
        return None;
    }
    let (severity, why) = effect(installation.running());
    let finding = Finding::new(&META, NAME, "no_number", place.clone())
        .severity(severity)
        .title(format!("`{NAME}` is {what}: LiteLLM needs a number"))
        .why(why);
    Some(match number.filter(|_| answer.blocked.is_none()) {
        Some(number) => finding.fix(to_number(installation, place, number, answer.reference.is_some())),
        None => finding.advice("write the number itself; 2 is LiteLLM's default").lines(section_lines(
            installation,
            section(place),
            &[(NAME.into(), Value::Int(2))],
        )),
    })
}

/// What a text does in the release that runs.
fn effect(running: &Running) -> (Severity, String) {
    if running.surely_since(READS_TEXT) {
        (Severity::Low, "LiteLLM takes its default of 2 instead".to_owned())
    } else if running.maybe_since(READS_TEXT) {
        (Severity::High, format!("before LiteLLM {READS_TEXT} {TYPE_ERROR}"))
    } else {
        (Severity::High, TYPE_ERROR.to_owned())
    }
}

/// The section that the number stands in.
fn section(place: &Place) -> &'static str {
    match &place.at {
        At::Yaml { path, .. } if path.steps().contains(&"router_settings".into()) => "router_settings",
        _ => "litellm_settings",
    }
}

fn to_number(installation: &Installation<'_>, place: &Place, number: u32, reference: bool) -> Fix {
    let title = format!("write {NAME} as the number {number}");
    let fix = Fix::set(installation, title, Safety::Review, place, number);
    if reference {
        fix.assuming("the variable then has no effect: change the number here from now on")
    } else {
        fix
    }
}

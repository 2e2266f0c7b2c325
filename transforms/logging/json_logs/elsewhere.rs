//! Places where `json_logs` stands without effect: what is done there also turns JSON logs on.

use super::consequences::warned;
use crate::document::Value;
use crate::plan::{Finding, Fix, Intent, Remedy, Safety};
use crate::project::{Answer, Installation, Why};

/// A move or rename brings a value that counts, a variable that comes too late gives way to the key.
pub fn also_on(installation: &Installation<'_>, answer: &Answer, finding: &mut Finding, on: bool) {
    let late =
        answer.ineffective.iter().any(|one| one.place == finding.place && matches!(one.why, Why::TooLate));
    if finding.has_fix() {
        make_true(installation, finding);
    } else if late && let Some(fix) = gives_way(installation, answer, finding, on) {
        *finding = finding.clone().fix(fix);
    }
}

fn make_true(installation: &Installation<'_>, finding: &mut Finding) {
    let value = installation.value_at(&finding.place);
    if let Some((fix, place)) = finding.landing().filter(|_| value != Some(Value::Bool(true))) {
        fix.intents.push(Intent::Set(place, Value::Bool(true)));
        fix.assumptions.push("it becomes the boolean true".into());
    }
    if let Remedy::Fix(fix) = &mut finding.remedy {
        *fix = warned(installation, fix.clone());
    }
}

fn gives_way(installation: &Installation<'_>, answer: &Answer, finding: &Finding, on: bool) -> Option<Fix> {
    let remove = Intent::remove(finding.place.clone());
    if on {
        return Some(Fix::new(installation, "remove it there", Safety::Review, vec![remove]));
    }
    let home = answer.homes.first().filter(|_| answer.is_unset())?;
    let title = "set json_logs to true, and remove the variable there";
    let intents = vec![Intent::Set(home.clone(), Value::Bool(true)), remove];
    Some(warned(installation, Fix::new(installation, title, Safety::Review, intents)))
}

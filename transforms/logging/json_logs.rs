//! Logs are plain text, which no collector can read by field, unless `litellm_settings.json_logs` is a real `true`.

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Area, Finding, Meta, NoParams, Recommended, Safety, Severity};
use crate::project::{Answer, Effective, Installation};

mod consequences;
mod elsewhere;
mod file_path;
mod variable;

use consequences::warned;
use variable::VARIABLE;

pub use consequences::warnings;

pub const META: Meta = Meta {
    id: "json_logs",
    title: "logs are plain text: `json_logs` is not set",
    why: "a stack trace becomes many log records, and no collector finds level or model; LiteLLM's production page advises JSON",
    severity: Severity::Low,
    worst: Severity::Low,
    gap: "structured logs",
    files: "config.yaml, Helm values, ConfigMaps, env files, compose files, Kubernetes manifests",
    versions: "all; the variable JSON_LOGS counts differently before 1.100",
    settings: &["json_logs"],
    params: &[],
    weights: &[(Area::Observability, 2)],
    aliases: &[],
};

pub fn assess(installation: &Installation<'_>, _: &NoParams) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let variable = installation.variables(VARIABLE).into_iter().next();
    let by_variable = variable.as_ref().and_then(|one| variable::counts(installation, one));
    let on = is_on(&answer) || by_variable == Some(true);
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        elsewhere::also_on(installation, &answer, finding, on);
    }
    if is_on(&answer) {
        findings.extend(file_path::comes_late(installation, &answer).filter(|_| by_variable != Some(true)));
        return findings;
    }
    if findings.iter().any(Finding::has_fix) {
        return findings;
    }
    let json = Recommended::new(installation, &answer, true);
    let of_variable =
        variable.is_some_and(|one| one.text.is_some() && answer.place().is_some_and(|at| one.stands_at(at)));
    match json.hidden(&META).filter(|_| !of_variable) {
        Some(hidden) => findings.push(hidden),
        None => findings.extend(judged(installation, &answer, &json, of_variable, on)),
    }
    findings
}

/// What is said of the effective value, or of none; `None` where JSON logs are as they should be.
fn judged(
    installation: &Installation<'_>,
    answer: &Answer,
    json: &Recommended<'_>,
    of_variable: bool,
    on: bool,
) -> Option<Finding> {
    let said = |state: &'static str| json.finding(&META, state);
    let finding = match &answer.effective {
        Effective::Hidden { .. } => return None,
        Effective::Set { value: Value::Str(text), .. } if of_variable => {
            let (title, why) = variable::words(installation, text)?;
            said("variable").title(title).why(why)
        }
        Effective::Set { value: Value::Bool(_), .. } if on => return Some(undone(json)),
        Effective::Unset | Effective::Set { value: Value::Null, .. } if on => return None,
        Effective::Unset | Effective::Set { value: Value::Null, .. } => {
            let finding = said("unset").production_default(installation);
            if file_path::giver(installation).is_some() {
                return Some(file_path::by_variable(installation, finding));
            }
            finding
        }
        // Plain text is somebody's choice.
        Effective::Set { value: Value::Bool(_), .. } => {
            said("differs").title("`json_logs` is false; true is advised").offer()
        }
        Effective::Set { value, .. } => said("wrong_type")
            .title(format!(
                "`json_logs` is {}, which has no effect: only the boolean true counts",
                shown(value)
            ))
            .why("LiteLLM silently ignores any other value, and the logs stay plain text"),
    };
    let unseen = installation.unseen_variables().filter(|_| !of_variable);
    Some(json.mend(finding, Safety::Review, |mut fix| {
        fix.assumptions.extend(unseen.map(|why| format!("{VARIABLE} does not already turn it on: {why}")));
        warned(installation, fix)
    }))
}

/// A false of the config that the variable overrides.
fn undone(json: &Recommended<'_>) -> Finding {
    json.finding(&META, "undone")
        .title(format!(
            "JSON logs are on although `json_logs` is false: {VARIABLE} in the environment turns them on"
        ))
        .why("false in the config does not override the variable")
        .advice(format!("write true, which is the effective value, or unset {VARIABLE}"))
        .lines(json.lines())
}

/// Whether the config turns it on, also through a reference: LiteLLM makes a boolean of a variable that says true.
fn is_on(answer: &Answer) -> bool {
    let given = answer.reference.as_ref().and_then(|one| one.given.as_ref()?.text.as_deref());
    answer.value() == Some(&Value::Bool(true)) || given.is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

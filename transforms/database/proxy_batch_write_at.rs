//! Spend is written to the database every 10 seconds unless `general_settings.proxy_batch_write_at` says otherwise.

use serde::Deserialize;

use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Area, Finding, Meta, Parameter, Question, Recommended, Remedy, Safety, Severity, State};
use crate::project::settings::TOLERANT_NUMBERS;
use crate::project::{At, Effective, Installation, Place, Running};

mod variable;

use variable::dies;

pub const META: Meta = Meta {
    id: "proxy_batch_write_at",
    title: "spend is written to the database every 10 seconds",
    why: "under load these writes compete with requests that need the database; LiteLLM's production page advises 60",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "database write load",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &["proxy_batch_write_at"],
    params: &[Parameter::number("seconds", 60, (10, 3600), "seconds between two writes")],
    weights: &[(Area::Throughput, 3), (Area::Latency, 1)],
    aliases: &[],
};

#[derive(Debug, Deserialize)]
pub struct Params {
    /// Seconds between two writes.
    pub seconds: u32,
}

/// What is wrong with the effective value.
struct Judged {
    state: State,
    severity: Severity,
    title: String,
    why: &'static str,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings: Vec<Finding> = ineffective_places(installation, &META, &answer)
        .into_iter()
        .map(|finding| only_numbers(installation, finding))
        .collect();
    findings.extend(answer.overridden.iter().filter_map(|loser| dies(installation, loser)));
    let Some(database) = installation.database() else { return findings };
    let advised = Recommended::new(installation, &answer, params.seconds);
    let reference = answer.reference.as_ref().filter(|_| in_config(answer.place()));
    // Layers may differ; what one process is given can be judged, although it is not edited.
    let seen = answer.value().is_some() && installation.parts.layers.len() == 1;
    if reference.is_none() && !seen && installation.config_unseen().is_some() {
        return findings;
    }
    if reference.is_none()
        && !seen
        && let Some(hidden) = advised.hidden(&META)
    {
        findings.push(hidden);
        return findings;
    }
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    let judged = match &answer.effective {
        Effective::Unset if moved => None,
        Effective::Unset => Some(Judged::new(State::UNSET, META.title)),
        Effective::Set { value, place } => {
            judge(installation.running(), value, in_config(Some(place)), params.seconds)
        }
        Effective::Hidden { .. } => reference.map(|reference| Judged {
            why: BREAKS,
            severity: Severity::Critical,
            ..Judged::new(
                "reference".into(),
                format!(
                    "`proxy_batch_write_at` is the reference os.environ/{}, which yields a text",
                    reference.name
                ),
            )
        }),
    };
    let Some(judged) = judged else { return findings };
    if answer.homes.is_empty() && answer.place().is_none() {
        return findings;
    }
    // A reference gives way to the number.
    let advised = advised.or_at(answer.place().filter(|_| reference.is_some()));
    let budgets = installation.budgets();
    let safety =
        if judged.state == State::UNSET && budgets.is_none() { Safety::Safe } else { Safety::Review };
    let mut finding = advised
        .finding(&META, judged.state)
        .title(judged.title)
        .why(judged.why)
        .severity(judged.severity)
        .see(database.place, format!("sign of a database: {}", database.what));
    if matches!(judged.state, State::UNSET | State::DIFFERS) {
        finding = finding.load_default(installation);
    }
    let lag = budgets.map(|budgets| {
        finding.related.push((budgets.place, format!("budgets are in use: {}", budgets.what)));
        format!("without Redis, budgets may lag by {} seconds between instances", params.seconds)
    });
    findings.push(advised.mend(finding, safety, |mut fix| {
        fix.assumptions.extend(lag);
        fix.asking(Question::new(
            "seconds",
            "Seconds between two writes?",
            params.seconds,
            "the value of LiteLLM's production page; a crash loses at most this much spend",
        ))
    }));
    findings
}

const BREAKS: &str = "with a database, the scheduler fails at the start on anything but a number";
const DIES: &str = "LiteLLM converts the variable to a whole number during import, and exits if it cannot";

impl Judged {
    fn new(state: State, title: impl Into<String>) -> Self {
        Self { state, severity: META.severity, title: title.into(), why: META.why }
    }
}

/// A value in the configuration must be a number; of a variable LiteLLM makes one.
fn judge(running: &Running, value: &Value, in_config: bool, advised: u32) -> Option<Judged> {
    let number = match value {
        Value::Int(number) => Some(*number),
        Value::Str(text) if !in_config => text.trim().parse().ok(),
        _ => None,
    };
    match (number, value) {
        (Some(seconds), _) if seconds >= i128::from(advised) => None,
        (Some(_), _) | (None, Value::Float(_)) => {
            let seconds = number.map_or_else(|| shown(value), |number| number.to_string());
            Some(Judged::new(
                State::DIFFERS,
                format!("spend is written every {seconds} s; {advised} is advised"),
            ))
        }
        _ => {
            let name = if in_config { META.id } else { "PROXY_BATCH_WRITE_AT" };
            let title = format!("`{name}` is {}, which is not a whole number", shown(value));
            let (severity, why) = if in_config { (Severity::Critical, BREAKS) } else { of_variable(running) };
            Some(Judged { severity, why, ..Judged::new("wrong_type".into(), title) })
        }
    }
}

/// A variable that is no number stops only what is older; since then it counts as unset.
fn of_variable(running: &Running) -> (Severity, &'static str) {
    if running.surely_before(TOLERANT_NUMBERS) {
        return (Severity::Critical, DIES);
    }
    let severity = if running.surely_since(TOLERANT_NUMBERS) { META.severity } else { Severity::High };
    let why = "since 1.108.0 it counts as unset, and spend is written every 10 seconds; older releases exit during import";
    (severity, why)
}

/// Whether a place is that of the key in the configuration, not of the variable.
fn in_config(place: Option<&Place>) -> bool {
    matches!(place.map(|place| &place.at), Some(At::Yaml { path, .. }) if path.last_key() == Some(META.id))
}

/// Whether a place is that of a variable, whatever it is called.
fn is_variable(place: &Place) -> bool {
    match &place.at {
        At::Yaml { path, .. } => !path.last_key().is_some_and(|key| key.chars().any(char::is_lowercase)),
        At::Env(_) | At::Variable { .. } | At::Argument { .. } | At::Line(_) => true,
    }
}

/// A move or rename must not put a value in force that breaks the start.
fn only_numbers(installation: &Installation<'_>, finding: Finding) -> Finding {
    let value = installation.value_at(&finding.place);
    match value {
        Some(Value::Int(_) | Value::Float(_)) => finding,
        Some(Value::Str(text)) if is_variable(&finding.place) && text.trim().parse::<u32>().is_ok() => {
            finding
        }
        Some(value) if matches!(finding.remedy, Remedy::Fix(_)) => {
            let text = format!(
                "set it there as a number: with {} and a database LiteLLM does not start",
                shown(&value)
            );
            finding.advice(text)
        }
        _ => finding,
    }
}

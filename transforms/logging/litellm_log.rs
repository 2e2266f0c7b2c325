//! LiteLLM logs warnings and one line per request unless `LITELLM_LOG` in the environment of its process says otherwise.

use serde::Deserialize;

use crate::document::{Step, Value};
use crate::plan::build::ineffective_places;
use crate::plan::{
    Area, Bounds, Finding, Fix, Intent, Meta, Parameter, Preset, Question, Recommended, Remedy, Safety,
    Severity, State,
};
use crate::project::{Answer, At, Effective, EnvLink, Installation, Place};

mod chart;
mod compose;
mod level;

use chart::{beaten, is_log_level, twice};
use compose::filled;
pub use level::crash;

pub const META: Meta = Meta {
    id: "litellm_log",
    title: "warnings and a line for every request are logged: LITELLM_LOG is not set",
    why: "under load the log costs time and money and hides the errors; LiteLLM's production page advises ERROR",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "log level",
    files: "env files, Helm values, compose files, Kubernetes manifests",
    versions: "all",
    settings: &["litellm_log"],
    params: &[LEVEL],
    weights: &[(Area::Throughput, 1), (Area::Latency, 1)],
    aliases: &[],
};

/// The level that is written.
pub const LEVEL: Parameter = Parameter {
    name: "level",
    default: Preset::Text("ERROR"),
    bounds: Bounds::OneOf(&["CRITICAL", "ERROR", "WARNING", "INFO"]),
    meaning: "the level",
};

const NAME: &str = "LITELLM_LOG";

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The level: CRITICAL, ERROR, WARNING or INFO.
    pub level: String,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let level = &params.level;
    let mut findings = ineffective_places(installation, &META, &answer);
    for finding in &mut findings {
        also_set(finding, installation, level);
    }
    if let Some(twice) = twice(installation, &answer, level) {
        findings.push(twice);
        return findings;
    }
    if let Some(found) = filled(installation, level) {
        findings.extend(found);
        return findings;
    }
    let quiet = Recommended::new(installation, &answer, level.as_str());
    // What is written under another name, or where it comes too late, is one gap and not two.
    let unset = is_unset(installation, &answer) && findings.is_empty();
    let null = matches!(answer.effective, Effective::Set { value: Value::Null, .. }) && findings.is_empty();
    let said = |state| quiet.finding(&META, state);
    let mut finding = match &answer.effective {
        _ if unset || null => {
            let finding = said(State::UNSET);
            let json = unset && logs_json(installation);
            let loud = format!("the server's loggers run at DEBUG: JSON logs are on, and {NAME} is not set");
            let finding = if json { finding.severity(Severity::Low).title(loud) } else { finding };
            // What gives the process its variables may give this one too.
            match unset && installation.unseen_variables().is_some() {
                true => finding.offer(),
                false => finding.production_default(installation),
            }
        }
        Effective::Hidden { .. } => {
            findings.extend(quiet.hidden(&META));
            return findings;
        }
        Effective::Set { value: Value::Str(text), place } => match crash(installation, text, place) {
            Some(reason) => said(State::named("crashes"))
                .severity(Severity::Critical)
                .title(format!("{NAME} stops LiteLLM at its start: {reason}"))
                .why("LiteLLM looks the value up as a level name during import, and exits on anything else"),
            None if [level.as_str(), "DEBUG"].iter().any(|right| text.eq_ignore_ascii_case(right)) => {
                return findings;
            }
            // Another level is somebody's choice.
            None => said(State::DIFFERS).title(format!("{NAME} is {text}; {level} is advised")).offer(),
        },
        _ => return findings,
    };
    finding.related.extend(answer.place().and_then(|place| beaten(installation, place)));
    findings.push(quiet.mend(finding, Safety::Review, |fix| assuming(installation, fix, level)));
    findings
}

/// Whether nothing gives the variable. The template of the chart leaves an empty level away.
fn is_unset(installation: &Installation<'_>, answer: &Answer) -> bool {
    let empty = |place: &Place| {
        is_log_level(place) && installation.value_at(place) == Some(Value::Str(String::new()))
    };
    answer.unseen.is_none() && answer.place().is_none_or(empty)
}

/// The fix with what it rests on, and the question that it asks.
fn assuming(installation: &Installation<'_>, fix: Fix, level: &str) -> Fix {
    let unsure = |link: &&EnvLink| {
        !link.is_certain() && fix.intents.iter().any(|intent| intent.place().file == link.file)
    };
    let unsure = installation.parts.env_files.iter().find(unsure);
    let loaded = unsure.map(|link| format!("that this file is loaded into LiteLLM's process: {}", link.link));
    let mut fix = fix.assuming(format!(
        "{level} hides warnings, including those at the start (no master key, ignored keys), and since 1.103 the access lines"
    ));
    fix.assumptions.extend(loaded);
    fix.assumptions.extend(super::json_logs::warnings(installation).filter(|_| logs_json(installation)));
    fix.asking(Question::new("level", "Which level?", level, "the level of LiteLLM's production page"))
}

/// A rename alone would put another level in force, or one that is fatal: the fix sets it too, and says so.
fn also_set(finding: &mut Finding, installation: &Installation<'_>, level: &str) {
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    let Some(Value::Str(text)) = installation.value_at(&finding.place) else { return };
    let target = match &finding.place.at {
        At::Env(_) => Place::env(finding.place.file, NAME),
        At::Variable { doc, block, .. } => Place::variable(finding.place.file, *doc, block.clone(), NAME),
        At::Yaml { doc, path } => match path.split_last() {
            // An entry of a list: its `name:` is what is renamed.
            Some((_, Step::Index(_))) => finding.place.child("value"),
            Some((parent, _)) => Place::yaml(finding.place.file, *doc, parent.child(NAME)),
            None => return,
        },
        At::Argument { .. } | At::Line(_) => return,
    };
    if text != level {
        fix.title = format!("{} and set it to {level} (it says \"{text}\")", fix.title);
        fix.intents.push(Intent::Set(target, Value::Str(level.to_owned())));
        fix.assumptions = vec![format!("the rename activates it: {level} was not effective before")];
    }
}

/// Whether the logs are JSON.
fn logs_json(installation: &Installation<'_>) -> bool {
    match installation.setting("json_logs").value() {
        Some(Value::Bool(on)) => *on,
        Some(Value::Str(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

//! The effective level: none, one that stops LiteLLM, or another than is advised.

use super::super::json_logs;
use super::chart::{beaten, is_log_level};
use super::level::crash;
use super::{META, NAME};
use crate::document::Value;
use crate::plan::{Finding, Fix, Question, Recommended, Safety, Severity, State};
use crate::project::{Answer, Effective, EnvLink, Installation, Place};

/// What is said of the effective level, or of none; `None` where it is right. It is a gap of its own if it stands `alone`.
pub fn judged(installation: &Installation<'_>, answer: &Answer, level: &str, alone: bool) -> Option<Finding> {
    let quiet = Recommended::new(installation, answer, level);
    let unset = alone && is_unset(installation, answer);
    let null = alone && answer.value() == Some(&Value::Null);
    let mut finding = match &answer.effective {
        _ if unset || null => not_set(installation, quiet.finding(&META, State::UNSET), unset),
        Effective::Hidden { .. } => return quiet.hidden(&META),
        Effective::Set { value: Value::Str(text), place } => match crash(installation, text, place) {
            Some(reason) => quiet
                .finding(&META, "crashes")
                .severity(Severity::Critical)
                .title(format!("{NAME} stops LiteLLM at its start: {reason}"))
                .why("LiteLLM looks the value up as a level name during import, and exits on anything else"),
            None if [level, "DEBUG"].iter().any(|right| text.eq_ignore_ascii_case(right)) => return None,
            // Another level is somebody's choice.
            None => {
                let title = format!("{NAME} is {text}; {level} is advised");
                quiet.finding(&META, State::DIFFERS).title(title).offer()
            }
        },
        _ => return None,
    };
    finding.related.extend(answer.place().and_then(|place| beaten(installation, place)));
    Some(quiet.mend(finding, Safety::Review, |fix| assuming(installation, fix, level)))
}

/// The finding where nothing gives the variable, or a null stands there.
fn not_set(installation: &Installation<'_>, finding: Finding, unset: bool) -> Finding {
    let finding = match unset && logs_json(installation) {
        true => finding
            .severity(Severity::Low)
            .title(format!("the server's loggers run at DEBUG: JSON logs are on, and {NAME} is not set")),
        false => finding,
    };
    // What gives the process its variables may give this one too.
    match unset && installation.unseen_variables().is_some() {
        true => finding.offer(),
        false => finding.production_default(installation),
    }
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
    fix.assumptions.extend(json_logs::warnings(installation).filter(|_| logs_json(installation)));
    fix.asking(Question::new("level", "Which level?", level, "the level of LiteLLM's production page"))
}

/// Whether the logs are JSON.
fn logs_json(installation: &Installation<'_>) -> bool {
    match installation.setting("json_logs").value() {
        Some(Value::Bool(on)) => *on,
        Some(Value::Str(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

//! LiteLLM logs warnings and one line per request unless `LITELLM_LOG` in the environment of its process says otherwise.

use serde::{Deserialize, Serialize};

use crate::document::{EnvQuote, Value};
use crate::plan::build::{cannot_tell, ignored_places};
use crate::plan::{
    Area, Finding, Fix, Intent, Meta, Params as Parameters, Question, Remedy, Safety, Severity,
};
use crate::project::{At, InForce, Installation, Place};

pub const META: Meta = Meta {
    id: "litellm_log",
    title: "LITELLM_LOG is not set: warnings and a line for every request are logged",
    why: "under load the log costs time and money and buries the errors; LiteLLM's production page advises ERROR",
    severity: Severity::Low,
    gap: "log level",
    files: "env files, Helm values",
    versions: "all",
    settings: &["litellm_log"],
    weights: &[(Area::Throughput, 1), (Area::Latency, 1)],
    aliases: &[],
};

const NAME: &str = "LITELLM_LOG";
/// The level names that LiteLLM survives, in any letter case.
const LEVELS: [&str; 8] = ["CRITICAL", "FATAL", "ERROR", "WARNING", "WARN", "INFO", "DEBUG", "NOTSET"];

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// The level: CRITICAL, ERROR, WARNING or INFO.
    pub level: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { level: "ERROR".into() }
    }
}

impl Parameters for Params {
    fn check(&self) -> Result<(), String> {
        check_level(&self.level)
    }
}

/// Whether a level may be written.
pub fn check_level(level: &str) -> Result<(), String> {
    if ["CRITICAL", "ERROR", "WARNING", "INFO"].contains(&level) {
        Ok(())
    } else {
        Err("level must be CRITICAL, ERROR, WARNING or INFO".into())
    }
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let level = &params.level;
    let wanted = Value::Str(level.clone());
    let mut findings = ignored_places(installation, &META, &answer);
    for finding in &mut findings {
        also_set(finding, installation, level);
    }
    let renamed = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    let line = vec![format!("{NAME}={level}")];
    let hides = "hides warnings, also those of the start (no master key, ignored keys), and since 1.103 the access lines";
    let (state, severity, title, why) = match &answer.in_force {
        InForce::Unset | InForce::Set { value: Value::Null, .. } if !renamed => {
            ("unset", META.severity, META.title.to_owned(), META.why.to_owned())
        }
        InForce::Hidden { .. } => {
            let goes = "the environment of LiteLLM's process".to_owned();
            findings.extend(cannot_tell(&META, installation, &answer, line, goes));
            return findings;
        }
        InForce::Set { value: Value::Str(text), place } => match crash(installation, text, place) {
            Some(reason) => (
                "crashes",
                Severity::Critical,
                format!("{NAME} stops LiteLLM at its start: {reason}"),
                "LiteLLM looks the value up as a level name while it is imported, and dies on anything else"
                    .into(),
            ),
            None if text.eq_ignore_ascii_case(level) || text.eq_ignore_ascii_case("DEBUG") => {
                return findings;
            }
            None => (
                "differs",
                META.severity,
                format!("{NAME} is {text}; {level} is advised"),
                META.why.to_owned(),
            ),
        },
        _ => return findings,
    };
    let place =
        answer.homes.first().or(answer.place()).cloned().unwrap_or_else(|| installation.config_place());
    let mut finding = Finding::new(&META, META.id, state, place)
        .title(title)
        .why(why)
        .severity(severity)
        .mention_comments(&answer);
    let Some(home) = answer.homes.first() else {
        let reason = answer.blocked.clone().unwrap_or_else(|| "no place for it is known here".into());
        findings.push(finding.advice(reason, line, "the environment of LiteLLM's process"));
        return findings;
    };
    let mut fix = Fix::new(
        installation,
        format!("set {NAME} to {level}"),
        Safety::Review,
        vec![Intent::Set(home.clone(), wanted.clone())],
    )
    .assuming(format!("{level} {hides}"));
    if let Some(link) =
        installation.parts.env_files.iter().find(|link| link.file == home.file && !link.certain)
    {
        fix = fix.assuming(format!("that this file is loaded into LiteLLM's process: {}", link.link));
    }
    fix.questions.push(Question {
        param: "level",
        ask: "Which level?".into(),
        default: wanted,
        reason: "the level of LiteLLM's production page".into(),
        required: false,
    });
    finding.remedy = Remedy::Fix(fix);
    findings.push(finding);
    findings
}

/// A rename alone would put another level in force, or one that is fatal: the fix sets it too, and says so.
fn also_set(finding: &mut Finding, installation: &Installation<'_>, level: &str) {
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    let Some(Value::Str(text)) = installation.value_at(&finding.place) else { return };
    let target = match &finding.place.at {
        At::Env(_) => Place::env(finding.place.file, NAME),
        At::Yaml { doc, path } => match path.split_last() {
            Some((parent, _)) => Place::yaml(finding.place.file, *doc, parent.child(NAME)),
            None => return,
        },
        At::Line(_) => return,
    };
    if text != level {
        fix.title = format!("{} and set it to {level} (it says \"{text}\")", fix.title);
        fix.intents.push(Intent::Set(target, Value::Str(level.to_owned())));
        fix.assumptions = vec![format!("the rename activates it: {level} was not in force before")];
    }
}

/// Why this value of `LITELLM_LOG` at this place stops the process, if it does.
pub fn crash(installation: &Installation<'_>, text: &str, place: &Place) -> Option<String> {
    let entry = match &place.at {
        At::Env(name) => installation.files.env(place.file).and_then(|env| env.get(name)),
        _ => None,
    };
    let literal = entry.as_ref().is_some_and(|_| {
        installation.parts.env_files.iter().any(|link| {
            let script = link.link.starts_with("loaded by") && !link.link.ends_with(".service");
            link.file == place.file && (script || !link.certain)
        })
    });
    if text.is_empty() {
        Some("its value is empty".into())
    } else if text.trim() != text {
        Some(format!("its value \"{text}\" has blanks around it"))
    } else if !LEVELS.iter().any(|level| text.eq_ignore_ascii_case(level)) {
        Some(format!("\"{text}\" is no level"))
    } else if literal && entry.is_some_and(|one| one.quote != EnvQuote::None || one.inline_comment.is_some())
    {
        Some("`docker run --env-file` keeps the quotes and the comment as part of the value".into())
    } else {
        None
    }
}

//! LiteLLM tells nobody about failing and hanging models unless `general_settings.alerting` names a channel and a webhook is there.

use serde::{Deserialize, Serialize};

use crate::document::Value;
use crate::plan::build::{cannot_tell, goes_in, ignored_places, shown, yaml_lines};
use crate::plan::{
    Advice, Area, Finding, Fix, Intent, Meta, Params as Parameters, Question, Remedy, Safety, Severity,
};
use crate::project::{Answer, InForce, Installation};

mod webhook;

use webhook::{Webhook, webhook};

pub const META: Meta = Meta {
    id: "alerting",
    title: "no alerts are sent: `general_settings.alerting` names no channel",
    why: "failing models, hanging requests and spent budgets are noticed only by the users",
    severity: Severity::Medium,
    gap: "alerting",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &["alerting", "alerting_threshold"],
    weights: &[(Area::Observability, 3), (Area::Reliability, 1)],
    aliases: &[],
};

const CARRIES: &str = "the text of an alert carries the messages of the request unless `litellm_settings.redact_messages_in_exceptions` is true";

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// The channels.
    pub channels: Vec<String>,
    /// Seconds after which a request counts as hanging.
    pub threshold: u32,
    /// Whether a Secret that is listed by name alone holds `SLACK_WEBHOOK_URL`.
    pub webhook_in_secret: Option<bool>,
}

impl Default for Params {
    fn default() -> Self {
        Self { channels: vec!["slack".into()], threshold: 300, webhook_in_secret: None }
    }
}

impl Parameters for Params {
    fn check(&self) -> Result<(), String> {
        if self.channels.is_empty() || self.channels.iter().any(String::is_empty) {
            Err("channels must name at least one".into())
        } else if (1..=86_400).contains(&self.threshold) {
            Ok(())
        } else {
            Err("threshold must be from 1 to 86400".into())
        }
    }
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let [alerting, threshold, redact] = ["alerting", "alerting_threshold", "redact_messages_in_exceptions"]
        .map(|name| installation.setting(name));
    let seen = webhook(installation, params.webhook_in_secret);
    let channels = Value::Seq(params.channels.iter().cloned().map(Value::Str).collect());
    let seconds = Value::Int(params.threshold.into());
    let mut findings = ignored_places(installation, &META, &alerting);
    let moved = findings.iter().any(|finding| matches!(finding.remedy, Remedy::Fix(_)));
    let mut with: Vec<Intent> = Vec::new();
    for (answer, value) in [(&threshold, &seconds), (&redact, &Value::Bool(true))] {
        let elsewhere = ignored_places(installation, &META, answer);
        if answer.is_unset() && !elsewhere.iter().any(|one| matches!(one.remedy, Remedy::Fix(_))) {
            with.extend(answer.homes.first().map(|home| Intent::Set(home.clone(), value.clone())));
        }
        findings.extend(elsewhere);
    }
    for finding in &mut findings {
        activate(finding, &seen, &with);
    }
    let mut lines = yaml_lines(
        "general_settings",
        &[("alerting".into(), channels.clone()), ("alerting_threshold".into(), seconds.clone())],
    );
    lines.extend(yaml_lines("litellm_settings", &[(redact.setting.name.into(), Value::Bool(true))]));
    let goes = goes_in(installation, "general_settings` and `litellm_settings");
    if let Some(hidden) = cannot_tell(&META, installation, &alerting, lines.clone(), goes.clone()) {
        findings.push(hidden);
        return findings;
    }
    if alerting.value().is_none_or(|value| *value == Value::Null || *value == Value::Seq(Vec::new())) {
        if !moved {
            findings.extend(switch_on(installation, &alerting, &seen, channels, with, lines, goes, params));
        }
        return findings;
    }
    let value = alerting.value().cloned().unwrap_or(Value::Null);
    let slack = Installation::texts(&value).is_some_and(|names| names.iter().any(|name| name == "slack"));
    let other = !installation.setting("alert_to_webhook_url").is_unset();
    if let (true, Webhook::Missing(reason), Some(place)) = (slack && !other, &seen, alerting.place()) {
        findings.push(
            Finding::new(&META, "slack_webhook_url", "no_webhook", place.clone())
                .title("alerting is on, but no webhook is visible: no alert leaves the proxy")
                .why("LiteLLM starts without a word, and each alert ends in `Missing SLACK_WEBHOOK_URL` in the log")
                .severity(Severity::High)
                .advice(
                    format!("{reason}: give the process the URL of your webhook, in Kubernetes from a Secret"),
                    vec!["SLACK_WEBHOOK_URL=<the URL of your webhook>".into()],
                    "the environment of LiteLLM's process",
                ),
        );
    }
    findings.extend(details(installation, &threshold, &redact, with, params));
    findings
}

/// A move or rename of `alerting` activates it: with a webhook the rest comes along, without one it is only told.
fn activate(finding: &mut Finding, seen: &Webhook, with: &[Intent]) {
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    if finding.setting != META.id {
        return;
    }
    if matches!(seen, Webhook::Seen(..)) {
        fix.intents.extend(with.iter().cloned());
        fix.assumptions.push(CARRIES.into());
    } else {
        let text = "give the process a webhook first (SLACK_WEBHOOK_URL), then put it where LiteLLM reads it";
        finding.remedy = Remedy::Advice(Advice { text: text.into(), ..Advice::default() });
    }
}

#[allow(clippy::too_many_arguments)]
fn switch_on(
    installation: &Installation<'_>,
    alerting: &Answer,
    seen: &Webhook,
    channels: Value,
    with: Vec<Intent>,
    lines: Vec<String>,
    goes: String,
    params: &Params,
) -> Option<Finding> {
    let home = alerting.homes.first()?;
    let (state, title) = match alerting.value() {
        Some(value) => ("off", format!("alerting is off: it is {}", shown(value))),
        None => ("unset", META.title.to_owned()),
    };
    let finding = Finding::new(&META, META.id, state, home.clone()).title(title).mention_comments(alerting);
    if let Webhook::Missing(reason) = seen {
        let text = format!(
            "{reason}: give the process SLACK_WEBHOOK_URL (in Kubernetes from a Secret), then add this"
        );
        return Some(finding.advice(text, lines, goes));
    }
    let mut intents = vec![Intent::Set(home.clone(), channels.clone())];
    intents.extend(with);
    let title =
        format!("set alerting to {} with a threshold of {} seconds", shown(&channels), params.threshold);
    let mut fix = Fix::new(installation, title, Safety::Review, intents).assuming(CARRIES);
    let (Webhook::Seen(place, word) | Webhook::InSecret(place, word)) = seen else { return None };
    let mut finding = finding;
    finding.related.push((place.clone(), word.clone()));
    if matches!(seen, Webhook::InSecret(..)) && params.webhook_in_secret.is_none() {
        fix.questions.push(Question {
            param: "webhook_in_secret",
            ask: "Does that Secret hold SLACK_WEBHOOK_URL?".into(),
            default: Value::Bool(false),
            reason: "only its name is visible here; without a webhook no alert leaves the proxy".into(),
            required: true,
        });
    }
    fix.questions.push(threshold_question(params));
    Some(finding.fix(fix))
}

fn threshold_question(params: &Params) -> Question {
    Question {
        param: "threshold",
        ask: "Seconds after which a request counts as hanging?".into(),
        default: Value::Int(params.threshold.into()),
        reason: "the value of LiteLLM's documentation; without one 600 holds once alerting is on".into(),
        required: false,
    }
}

/// What is missing or different beside an `alerting` that is on.
fn details(
    installation: &Installation<'_>,
    threshold: &Answer,
    redact: &Answer,
    with: Vec<Intent>,
    params: &Params,
) -> Vec<Finding> {
    let wanted = Value::Int(params.threshold.into());
    let title = match &threshold.in_force {
        InForce::Unset if with.iter().any(|intent| threshold.homes.first() == Some(intent.place())) => {
            Some((
                "unset",
                format!("alerting has no threshold: 600 seconds hold, {} are advised", params.threshold),
            ))
        }
        InForce::Set { value: Value::Int(seconds), .. } if *seconds <= params.threshold.into() => None,
        InForce::Set { value, .. } => Some((
            "differs",
            format!("alerting_threshold is {}; {} is advised", shown(value), params.threshold),
        )),
        _ => None,
    };
    let mut found = Vec::new();
    let mut with = with;
    if let (Some((state, title)), Some(home)) = (title, threshold.homes.first()) {
        with.retain(|intent| intent.place() != home);
        let mut intents = vec![Intent::Set(home.clone(), wanted)];
        intents.append(&mut with);
        let title_of_fix = format!("set alerting_threshold to {}", params.threshold);
        let mut fix = Fix::new(installation, title_of_fix, Safety::Review, intents);
        fix.questions.push(threshold_question(params));
        found.push(
            Finding::new(&META, threshold.setting.name, state, home.clone())
                .title(title)
                .why("a request that hangs is reported only after this time")
                .mention_comments(threshold)
                .fix(fix),
        );
    }
    let off = matches!(redact.value(), Some(value) if *value != Value::Bool(true));
    if let Some(home) = redact.homes.first().filter(|_| off || !with.is_empty()) {
        let state = if off { "differs" } else { "unset" };
        let in_force = redact.value().map_or_else(|| "not set".to_owned(), shown);
        let intents = vec![Intent::Set(home.clone(), Value::Bool(true))];
        found.push(
            Finding::new(&META, redact.setting.name, state, home.clone())
                .title(format!(
                    "alerting is on and redact_messages_in_exceptions is {in_force}; true is advised"
                ))
                .why(CARRIES)
                .mention_comments(redact)
                .fix(Fix::new(
                    installation,
                    "set redact_messages_in_exceptions to true",
                    Safety::Review,
                    intents,
                )),
        );
    }
    found
}

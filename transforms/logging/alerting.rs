//! LiteLLM tells nobody about failing and hanging models unless `general_settings.alerting` names a channel and a webhook is there.

use serde::Deserialize;

use crate::plan::{Area, Bounds, Finding, Meta, Parameter, Preset, Severity, State};
use crate::project::Installation;

mod channels;
mod details;
mod elsewhere;
mod names;
mod no_webhook;
mod off;
mod routes;
mod situation;
mod types;
mod unknown_channel;
mod webhook;

use situation::Situation;

pub const META: Meta = Meta {
    id: "alerting",
    title: "no alerts are sent: `alerting` in general_settings names no channel",
    why: "only users notice failing models, hanging requests and used-up budgets",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "alerting",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all",
    settings: &[
        "alerting",
        "alerting_threshold",
        "alert_types",
        "alert_to_webhook_url",
        "redact_messages_in_exceptions",
        "slack_webhook_url",
    ],
    params: &[
        Parameter {
            name: "channels",
            default: Preset::Texts(&["slack"]),
            bounds: Bounds::Texts,
            meaning: "the channels",
        },
        Parameter::number("threshold", 300, (1, 86_400), "seconds after which a request counts as hanging"),
        Parameter::unknown(
            "webhook_in_secret",
            Bounds::YesNo,
            "whether a Secret listed by name alone holds `SLACK_WEBHOOK_URL`",
        ),
    ],
    weights: &[(Area::Observability, 3), (Area::Reliability, 1)],
    aliases: &[],
};

const CARRIES: &str = "alert texts contain the messages of the request unless `litellm_settings.redact_messages_in_exceptions` is true";

#[derive(Debug, Deserialize)]
pub struct Params {
    /// The channels.
    pub channels: Vec<String>,
    /// Seconds after which a request counts as hanging.
    pub threshold: u32,
    /// Whether a Secret that is listed by name alone holds `SLACK_WEBHOOK_URL`.
    pub webhook_in_secret: Option<bool>,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let mut situation = Situation::new(installation, params);
    let mut findings = situation.elsewhere();
    let webhooks = webhook::findings(installation);
    if let Some(hidden) = situation.hidden() {
        findings.push(hidden);
    } else if situation.alerting.unseen.is_some() {
        // Nothing can be said of it.
    } else if situation.is_unset() {
        findings.extend(situation.switch_on().filter(|_| !situation.elsewhere));
    } else if !situation.is_off() {
        findings.extend(situation.channels());
        findings.extend(situation.types());
        findings.extend(situation.routes());
        findings.extend(situation.details());
    }
    if webhooks.iter().any(|one| one.state == State::MISSPELT) {
        // That is why none is visible.
        findings.retain(|one| one.state != no_webhook::NO_WEBHOOK);
    }
    findings.extend(webhooks);
    findings
}

//! LiteLLM tells nobody about failing and hanging models unless `general_settings.alerting` names a channel and a webhook is there.

use serde::Deserialize;

use crate::document::Value;
use crate::plan::build::{cannot_tell, goes_in_both, ineffective_places, yaml_lines};
use crate::plan::policy::lands;
use crate::plan::{Area, Bounds, Finding, Intent, Lines, Meta, Parameter, Preset, Remedy, Severity, State};
use crate::project::{Answer, Installation};

mod channels;
mod details;
mod names;
mod off;
mod types;
mod webhook;

use webhook::{Webhook, of_slack};

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

/// What the findings rest on.
struct Situation<'a> {
    installation: &'a Installation<'a>,
    params: &'a Params,
    alerting: Answer,
    threshold: Answer,
    redact: Answer,
    /// The webhook of the Slack channel.
    slack: Webhook,
    /// What is set along with `alerting`, since nothing sets it yet.
    with: Vec<Intent>,
    /// Whether it stands elsewhere, from where it could be moved.
    elsewhere: bool,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let setting = |name| installation.setting(name);
    let mut situation = Situation {
        installation,
        params,
        alerting: setting("alerting"),
        threshold: setting("alerting_threshold"),
        redact: setting("redact_messages_in_exceptions"),
        slack: of_slack(installation, params.webhook_in_secret),
        with: Vec::new(),
        elsewhere: false,
    };
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
        findings.retain(|one| one.state != channels::NO_WEBHOOK);
    }
    findings.extend(webhooks);
    findings
}

impl Situation<'_> {
    /// What stands where LiteLLM does not read it, and, along the way, what must be set with `alerting`.
    fn elsewhere(&mut self) -> Vec<Finding> {
        let expected = [Value::Int(self.params.threshold.into()), Value::Bool(true)];
        let mut findings = Vec::new();
        for (answer, value) in [&self.threshold, &self.redact].into_iter().zip(expected) {
            let mut ineffective = ineffective_places(self.installation, &META, answer);
            if answer.is_unset() && !ineffective.iter().any(|one| matches!(one.remedy, Remedy::Fix(_))) {
                self.with.extend(answer.homes.first().map(|home| Intent::Set(home.clone(), value)));
            } else {
                ineffective.iter_mut().for_each(|one| self.moved_right(one, &value));
            }
            findings.extend(ineffective);
        }
        for name in ["alert_types", "alert_to_webhook_url"] {
            findings.extend(ineffective_places(self.installation, &META, &self.installation.setting(name)));
        }
        let mut own = ineffective_places(self.installation, &META, &self.alerting);
        self.elsewhere = own.iter().any(|one| matches!(one.remedy, Remedy::Fix(_)));
        own.iter_mut().for_each(|one| self.activate(one));
        own.extend(findings);
        own
    }

    /// A move or rename also brings the value that would be advised once it counts: one finding, not two.
    fn moved_right(&self, finding: &mut Finding, expected: &Value) {
        let value = self.installation.value_at(&finding.place);
        let Remedy::Fix(fix) = &mut finding.remedy else { return };
        let right = match (&value, expected) {
            (Some(Value::Int(seconds)), Value::Int(most)) => seconds <= most,
            (value, expected) => value.as_ref() == Some(expected),
        };
        let Some(place) = fix.intents.first().and_then(lands).filter(|_| !right) else { return };
        fix.title = format!("{} and set it to {}", fix.title, crate::plan::build::shown(expected));
        fix.intents.push(Intent::Set(place, expected.clone()));
        if finding.setting == "alerting_threshold" {
            fix.questions.push(details::threshold_question(self.params));
        }
    }

    fn is_unset(&self) -> bool {
        self.alerting.value().is_none_or(|value| *value == Value::Null)
    }

    /// An empty list is somebody's choice.
    fn is_off(&self) -> bool {
        self.alerting.value().is_some_and(|value| *value == Value::Seq(Vec::new()))
    }

    fn hidden(&self) -> Option<Finding> {
        cannot_tell(&META, self.installation, &self.alerting, self.lines())
    }

    fn expected(&self) -> Value {
        Value::Seq(self.params.channels.iter().cloned().map(Value::Str).collect())
    }

    fn lines(&self) -> Lines {
        let seconds = Value::Int(self.params.threshold.into());
        let entries = [("alerting".into(), self.expected()), ("alerting_threshold".into(), seconds)];
        let mut lines = yaml_lines("general_settings", &entries);
        lines.extend(yaml_lines("litellm_settings", &[(self.redact.setting.name.into(), Value::Bool(true))]));
        Lines::new(lines, goes_in_both(self.installation, "general_settings", "litellm_settings"))
    }
}

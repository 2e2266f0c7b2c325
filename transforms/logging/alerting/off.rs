//! Alerting that is off, or stands where nothing reads it.

use super::channels::{has_threshold, is_callback, is_channel};
use super::details::{threshold_question, titled};
use super::webhook::{Webhook, of_teams};
use super::{CARRIES, META, Situation};
use crate::document::Value;
use crate::plan::{Advice, Finding, Fix, Intent, Question, Remedy, Safety, Severity};
use crate::project::Installation;
use crate::project::settings::LATE_VARIABLES;

impl Situation<'_> {
    /// The finding that turns alerting on: a fix with a webhook, advice without one. Where Prometheus measures, alerts come from there.
    pub(super) fn switch_on(&self) -> Option<Finding> {
        let home = self.alerting.homes.first().filter(|_| !self.is_measured())?;
        let mut finding = Finding::new(&META, META.id, "unset", home.clone())
            .mention_comments(&self.alerting)
            .production_default(self.installation);
        // Nobody reads them while alerting is off; switched on, LiteLLM does not load with anything but a mapping there.
        for (name, what) in
            [("alert_to_webhook_url", "alert types to addresses"), ("alerting_args", "names to values")]
        {
            let standing = self.installation.in_layers("general_settings", name).pop();
            if standing.is_some_and(|(value, _)| !matches!(value, Value::Map(_) | Value::Null)) {
                let text = format!(
                    "first make `{name}` a mapping from {what}: with alerting on, LiteLLM does not start with anything else there; then add this"
                );
                return Some(finding.advice(text).lines(self.lines()));
            }
        }
        let (place, word) = match &self.slack {
            Webhook::Missing(reason) => {
                let text = format!(
                    "{reason}: give the process SLACK_WEBHOOK_URL (in Kubernetes from a Secret), then add this"
                );
                let finding = finding.severity(Severity::Low).production_default(self.installation);
                return Some(finding.advice(text).lines(self.lines()));
            }
            Webhook::Seen { place, name, perhaps: true } => {
                (place, format!("the webhook, effective here only since LiteLLM {LATE_VARIABLES}: {name}"))
            }
            Webhook::Seen { place, name, .. } => (place, format!("the webhook: {name}")),
            Webhook::InSecret(place) => (place, "a Secret of which only the name is visible".to_owned()),
        };
        finding.related.push((place.clone(), word));
        let mut intents = vec![Intent::Set(home.clone(), self.expected())];
        intents.extend(self.with.iter().cloned());
        let title = titled(&intents);
        let mut fix = Fix::new(self.installation, title, Safety::Review, intents).assuming(CARRIES);
        if matches!(self.slack, Webhook::InSecret(..)) && self.params.webhook_in_secret.is_none() {
            let spot = self.installation.spot(place);
            let ask = format!("Does the Secret at {}:{} hold SLACK_WEBHOOK_URL?", spot.file, spot.line);
            let reason =
                "only the name of the Secret is visible here; without a webhook no alert leaves the proxy";
            fix.questions.push(Question::new("webhook_in_secret", ask, false, reason).required());
        }
        fix.questions.push(threshold_question(self.params));
        Some(finding.fix(fix))
    }

    /// Whether Prometheus or another monitor gets metrics or traces, by which whoever runs this is alerted.
    fn is_measured(&self) -> bool {
        const MONITORS: [&str; 10] = [
            "azure_sentinel",
            "datadog",
            "datadog_llm_observability",
            "datadog_metrics",
            "logfire",
            "newrelic",
            "otel",
            "pagerduty",
            "sentry",
            "signoz",
        ];
        let watched = |name: &str| {
            let names =
                self.installation.setting(name).value().and_then(Installation::texts).unwrap_or_default();
            names.iter().any(|name| MONITORS.contains(&name.as_str()))
        };
        if ["callbacks", "success_callback", "failure_callback"].into_iter().any(watched) {
            return true;
        }
        super::super::service_callbacks::prometheus(self.installation).is_some()
            || super::super::metrics::monitor(self.installation).is_some()
    }

    /// A move or rename of `alerting` activates it: what its channels need must be there, and what goes with Slack and Teams comes along.
    pub(super) fn activate(&self, finding: &mut Finding) {
        let Remedy::Fix(fix) = &mut finding.remedy else { return };
        let value = self.installation.value_at(&finding.place).unwrap_or(Value::Null);
        let Some(names) = Installation::texts(&value) else { return };
        let has = |expected: &str| names.iter().any(|name| name == expected);
        let text = if names.iter().any(|name| !is_channel(name) && !is_callback(self.installation, name)) {
            "move it to where LiteLLM reads it, with channels that LiteLLM knows: slack, ms_teams, email, webhook, or a callback such as pagerduty"
        } else if has("slack") && !matches!(self.slack, Webhook::Seen { .. }) {
            "give the process a webhook first (SLACK_WEBHOOK_URL), then move it to where LiteLLM reads it"
        } else if has("ms_teams") && !matches!(of_teams(self.installation), Webhook::Seen { .. }) {
            "give the process a webhook first (MS_TEAMS_WEBHOOK_URL), then move it to where LiteLLM reads it"
        } else if names.iter().any(|name| is_callback(self.installation, name)) {
            "make sure that the process has what this callback needs, then move it to where LiteLLM reads it"
        } else {
            if names.iter().any(|name| has_threshold(name)) {
                if !self.with.is_empty() {
                    fix.title = format!("{}, and {}", fix.title, titled(&self.with));
                }
                fix.intents.extend(self.with.iter().cloned());
                fix.assumptions.push(CARRIES.into());
            }
            if has("email") {
                fix.assumptions.push("emails are sent through the SMTP server that is set for the process (SMTP_HOST, SMTP_SENDER_EMAIL)".into());
            }
            if has("webhook") {
                fix.assumptions
                    .push("budget alerts go to WEBHOOK_URL, which the process must be given".into());
            }
            return;
        };
        finding.remedy = Remedy::Advice(Advice { text: text.into(), ..Advice::default() });
    }
}

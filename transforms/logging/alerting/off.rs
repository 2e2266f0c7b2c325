//! Alerting that is off: a fix with a webhook, advice without one.

use super::details::{threshold_question, titled};
use super::webhook::Webhook;
use super::{CARRIES, META, Situation};
use crate::document::Value;
use crate::plan::{Finding, Fix, Intent, Question, Safety, Severity};
use crate::project::settings::LATE_VARIABLES;
use crate::project::{Installation, Place};

impl Situation<'_> {
    /// The finding that turns alerting on. Where Prometheus measures, alerts come from there.
    pub(super) fn switch_on(&self) -> Option<Finding> {
        let home = self.alerting.homes.first().filter(|_| !self.is_measured())?;
        let finding = Finding::new(&META, META.id, "unset", home.clone())
            .mention_comments(&self.alerting)
            .production_default(self.installation);
        if let Some(text) = self.stops_once_on() {
            return Some(finding.advice(text).lines(self.lines()));
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
        Some(finding.see(place.clone(), word).fix(self.on(home, place)))
    }

    /// Nobody reads these while alerting is off; switched on, LiteLLM does not load with anything but a mapping there.
    fn stops_once_on(&self) -> Option<String> {
        const MAPPINGS: [(&str, &str); 2] =
            [("alert_to_webhook_url", "alert types to addresses"), ("alerting_args", "names to values")];
        let is_wrong = |name: &str| {
            let standing = self.installation.in_layers("general_settings", name).pop();
            standing.is_some_and(|(value, _)| !matches!(value, Value::Map(_) | Value::Null))
        };
        let (name, what) = MAPPINGS.into_iter().find(|(name, _)| is_wrong(name))?;
        Some(format!(
            "first make `{name}` a mapping from {what}: with alerting on, LiteLLM does not start with anything else there; then add this"
        ))
    }

    /// The fix, which sets what goes with `alerting` too, and asks what cannot be seen of the webhook.
    fn on(&self, home: &Place, webhook: &Place) -> Fix {
        let set = Intent::Set(home.clone(), self.expected());
        let intents: Vec<Intent> = std::iter::once(set).chain(self.with.iter().cloned()).collect();
        let mut fix =
            Fix::new(self.installation, titled(&intents), Safety::Review, intents).assuming(CARRIES);
        if matches!(self.slack, Webhook::InSecret(..)) && self.params.webhook_in_secret.is_none() {
            let spot = self.installation.spot(webhook);
            let ask = format!("Does the Secret at {}:{} hold SLACK_WEBHOOK_URL?", spot.file, spot.line);
            let reason =
                "only the name of the Secret is visible here; without a webhook no alert leaves the proxy";
            fix = fix.asking(Question::new("webhook_in_secret", ask, false, reason).required());
        }
        fix.asking(threshold_question(self.params))
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
}

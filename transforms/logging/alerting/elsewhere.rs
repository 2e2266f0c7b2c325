//! What stands where LiteLLM does not read it: a move or rename of it turns alerting on.

use super::channels::{has_threshold, is_callback, is_channel};
use super::details::{threshold_question, titled};
use super::webhook::{Webhook, of_teams};
use super::{CARRIES, META, Situation};
use crate::document::Value;
use crate::plan::build::{ineffective_places, shown};
use crate::plan::{Finding, Fix, Intent, Remedy};
use crate::project::Installation;

impl Situation<'_> {
    /// What stands where LiteLLM does not read it, and, along the way, what must be set with `alerting`.
    pub(super) fn elsewhere(&mut self) -> Vec<Finding> {
        let expected = [Value::Int(self.params.threshold.into()), Value::Bool(true)];
        let mut findings = Vec::new();
        for (answer, value) in [&self.threshold, &self.redact].into_iter().zip(expected) {
            let mut ineffective = ineffective_places(self.installation, &META, answer);
            if answer.is_unset() && !ineffective.iter().any(Finding::has_fix) {
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
        self.elsewhere = own.iter().any(Finding::has_fix);
        own.iter_mut().for_each(|one| self.activate(one));
        own.extend(findings);
        own
    }

    /// A move or rename also brings the value that would be advised once it counts: one finding, not two.
    fn moved_right(&self, finding: &mut Finding, expected: &Value) {
        let value = self.installation.value_at(&finding.place);
        let right = match (&value, expected) {
            (Some(Value::Int(seconds)), Value::Int(most)) => seconds <= most,
            (value, expected) => value.as_ref() == Some(expected),
        };
        let of_threshold = finding.setting == "alerting_threshold";
        let Some((fix, place)) = finding.landing().filter(|_| !right) else { return };
        fix.title = format!("{} and set it to {}", fix.title, shown(expected));
        fix.intents.push(Intent::Set(place, expected.clone()));
        if of_threshold {
            fix.questions.push(threshold_question(self.params));
        }
    }

    /// A move or rename of `alerting` activates it: what its channels need must be there, and what goes with them comes along.
    fn activate(&self, finding: &mut Finding) {
        let value = self.installation.value_at(&finding.place).unwrap_or(Value::Null);
        let Some(names) = Installation::texts(&value).filter(|_| finding.has_fix()) else { return };
        match self.lacks(&names) {
            Some(text) => finding.only_tell(text),
            None => {
                if let Remedy::Fix(fix) = &mut finding.remedy {
                    self.bring_along(fix, &names);
                }
            }
        }
    }

    /// What has to be done before these channels get alerts.
    fn lacks(&self, names: &[String]) -> Option<&'static str> {
        let has = |expected: &str| names.iter().any(|name| name == expected);
        let seen = |webhook: &Webhook| matches!(webhook, Webhook::Seen { .. });
        if names.iter().any(|name| !is_channel(name) && !is_callback(self.installation, name)) {
            Some(
                "move it to where LiteLLM reads it, with channels that LiteLLM knows: slack, ms_teams, email, webhook, or a callback such as pagerduty",
            )
        } else if has("slack") && !seen(&self.slack) {
            Some(
                "give the process a webhook first (SLACK_WEBHOOK_URL), then move it to where LiteLLM reads it",
            )
        } else if has("ms_teams") && !seen(&of_teams(self.installation)) {
            Some(
                "give the process a webhook first (MS_TEAMS_WEBHOOK_URL), then move it to where LiteLLM reads it",
            )
        } else if names.iter().any(|name| is_callback(self.installation, name)) {
            Some(
                "make sure that the process has what this callback needs, then move it to where LiteLLM reads it",
            )
        } else {
            None
        }
    }

    /// What goes with these channels, in the same fix.
    fn bring_along(&self, fix: &mut Fix, names: &[String]) {
        if names.iter().any(|name| has_threshold(name)) {
            if !self.with.is_empty() {
                fix.title = format!("{}, and {}", fix.title, titled(&self.with));
            }
            fix.intents.extend(self.with.iter().cloned());
            fix.assumptions.push(CARRIES.into());
        }
        let has = |expected: &str| names.iter().any(|name| name == expected);
        if has("email") {
            fix.assumptions.push("emails are sent through the SMTP server that is set for the process (SMTP_HOST, SMTP_SENDER_EMAIL)".into());
        }
        if has("webhook") {
            fix.assumptions.push("budget alerts go to WEBHOOK_URL, which the process must be given".into());
        }
    }
}

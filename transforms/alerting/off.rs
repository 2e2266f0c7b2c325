//! Alerting that is off, or stands where nothing reads it.

use super::channels::is_channel;
use super::details::{threshold_question, titled};
use super::webhook::Webhook;
use super::{CARRIES, META, Situation};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Advice, Finding, Fix, Intent, Question, Remedy, Safety};
use crate::project::Installation;

impl Situation<'_> {
    /// The finding that turns alerting on: a fix with a webhook, advice without one.
    pub(super) fn switch_on(&self) -> Option<Finding> {
        let home = self.alerting.homes.first()?;
        let (state, title) = match self.alerting.value() {
            Some(value) => ("off", format!("alerting is off: it is {}", shown(value))),
            None => ("unset", META.title.to_owned()),
        };
        let mut finding =
            Finding::new(&META, META.id, state, home.clone()).title(title).mention_comments(&self.alerting);
        let (place, word) = match &self.slack {
            Webhook::Missing(reason) => {
                let text = format!(
                    "{reason}: give the process SLACK_WEBHOOK_URL (in Kubernetes from a Secret), then add this"
                );
                return Some(finding.advice(text, self.lines(), self.goes()));
            }
            Webhook::Seen(place, word) | Webhook::InSecret(place, word) => (place, word),
        };
        finding.related.push((place.clone(), word.clone()));
        let mut intents = vec![Intent::Set(home.clone(), self.wanted())];
        intents.extend(self.with.iter().cloned());
        let title = titled(&intents);
        let mut fix = Fix::new(self.installation, title, Safety::Review, intents).assuming(CARRIES);
        if matches!(self.slack, Webhook::InSecret(..)) && self.params.webhook_in_secret.is_none() {
            fix.questions.push(Question {
                param: "webhook_in_secret",
                ask: "Does that Secret hold SLACK_WEBHOOK_URL?".into(),
                default: Value::Bool(false),
                reason: "only its name is visible here; without a webhook no alert leaves the proxy".into(),
                required: true,
            });
        }
        fix.questions.push(threshold_question(self.params));
        Some(finding.fix(fix))
    }

    /// A move or rename of `alerting` activates it: with a webhook the rest comes along, without one it is only told.
    pub(super) fn activate(&self, finding: &mut Finding) {
        let Remedy::Fix(fix) = &mut finding.remedy else { return };
        let value = self.installation.value_at(&finding.place).unwrap_or(Value::Null);
        let known =
            Installation::texts(&value).is_some_and(|names| names.iter().all(|name| is_channel(name)));
        let text = match &self.slack {
            Webhook::Seen(..) if known => {
                if !self.with.is_empty() {
                    fix.title = format!("{}, and {}", fix.title, titled(&self.with));
                }
                fix.intents.extend(self.with.iter().cloned());
                fix.assumptions.push(CARRIES.into());
                return;
            }
            Webhook::Seen(..) => {
                "put it where LiteLLM reads it, with channels that it knows: slack, ms_teams, email, webhook"
            }
            _ => "give the process a webhook first (SLACK_WEBHOOK_URL), then put it where LiteLLM reads it",
        };
        finding.remedy = Remedy::Advice(Advice { text: text.into(), ..Advice::default() });
    }
}

//! What is missing or different beside an `alerting` that is on: the threshold, and what the texts carry.

use super::channels::has_threshold;
use super::webhook::{Webhook, of_teams};
use super::{CARRIES, META, Params, Situation};
use crate::document::Value;
use crate::plan::build::shown;
use crate::plan::{Finding, Fix, Intent, Question, Safety, Severity, State};
use crate::project::Effective;

pub fn threshold_question(params: &Params) -> Question {
    Question::new(
        "threshold",
        "Seconds after which a request counts as hanging?",
        params.threshold,
        "the value in LiteLLM's documentation; without it 600 applies once alerting is on",
    )
}

/// What is set, each by its name: `set alerting_threshold to 300 and redact_messages_in_exceptions to true`.
pub fn titled(intents: &[Intent]) -> String {
    let set = intents.iter().filter_map(|intent| match intent {
        Intent::Set(place, value) => Some(format!("{} to {}", place.last_key()?, shown(value))),
        _ => None,
    });
    let mut set: Vec<String> = set.collect();
    let last = set.pop().unwrap_or_default();
    if set.is_empty() { format!("set {last}") } else { format!("set {} and {last}", set.join(", ")) }
}

impl Situation<'_> {
    /// The threshold and the redaction, where alerts of requests are sent. What else than Slack and Teams is in `alerting` gets alerts about budgets
    /// only, which say nothing of slow requests and carry no messages (`SlackAlerting.send_alert`).
    pub(super) fn details(&self) -> Vec<Finding> {
        if !self.goes_to_chat() {
            return Vec::new();
        }
        let redact = self.redact.homes.first();
        let missing = self.with.iter().any(|intent| redact == Some(intent.place()));
        let details = self.slow().into_iter().chain(self.unredacted(missing));
        // Without a webhook in sight it is not known that anything is sent.
        let sent = matches!(self.slack, Webhook::Seen { .. })
            || matches!(of_teams(self.installation), Webhook::Seen { .. });
        details.map(|finding| if sent { finding } else { finding.offer() }).collect()
    }

    fn goes_to_chat(&self) -> bool {
        match self.alerting.value() {
            // A bare text is searched for the names.
            Some(Value::Str(text)) => text.contains("slack") || text.contains("ms_teams"),
            Some(Value::Seq(items)) => items.iter().filter_map(Value::as_str).any(has_threshold),
            _ => false,
        }
    }

    fn slow(&self) -> Option<Finding> {
        let home = self.threshold.homes.first()?;
        let advised = self.params.threshold;
        let (state, title) = match &self.threshold.effective {
            Effective::Unset | Effective::Set { value: Value::Null, .. }
                if self.with.iter().any(|intent| intent.place() == home) =>
            {
                (
                    State::UNSET,
                    format!(
                        "hanging requests are reported after 600 s: alerting_threshold is not set; {advised} is advised"
                    ),
                )
            }
            Effective::Set { value: Value::Int(seconds), .. } if *seconds <= advised.into() => return None,
            Effective::Set { value, .. } => {
                (State::DIFFERS, format!("alerting_threshold is {}; {advised} is advised", shown(value)))
            }
            _ => return None,
        };
        let intents = vec![Intent::Set(home.clone(), Value::Int(advised.into()))];
        let mut fix = Fix::new(self.installation, titled(&intents), Safety::Review, intents);
        fix.questions.push(threshold_question(self.params));
        let finding = Finding::new(&META, self.threshold.setting.name, state, home.clone())
            .title(title)
            .why("a hanging request is reported only after this time")
            .severity(Severity::Low)
            .mention_comments(&self.threshold)
            .fix(fix);
        // Another number is somebody's choice.
        Some(if state == State::DIFFERS { finding.offer() } else { finding })
    }

    fn unredacted(&self, missing: bool) -> Option<Finding> {
        let off = matches!(self.redact.value(), Some(value) if *value != Value::Bool(true));
        let home = self.redact.homes.first().filter(|_| off || missing)?;
        let state = if off { "differs" } else { "unset" };
        let effective = self.redact.value().map_or_else(|| "not set".to_owned(), shown);
        let intents = vec![Intent::Set(home.clone(), Value::Bool(true))];
        let title = "set redact_messages_in_exceptions to true";
        Some(
            Finding::new(&META, self.redact.setting.name, state, home.clone())
                .title(format!(
                    "alerts contain request messages: redact_messages_in_exceptions is {effective}; true is advised"
                ))
                .why(CARRIES)
                .mention_comments(&self.redact)
                .fix(Fix::new(self.installation, title, Safety::Review, intents)),
        )
    }
}

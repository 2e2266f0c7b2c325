//! The channels of `alerting`: LiteLLM compares them with five names, starts the callbacks among the others, and sends nothing to the rest.

use super::Situation;
use crate::document::Value;
use crate::plan::Finding;
use crate::project::settings::names;
use crate::project::{Installation, Place};

/// The channels of `SlackAlerting.send_alert`.
pub const CHANNELS: [&str; 4] = ["slack", "ms_teams", "email", "webhook"];
/// The callback that LiteLLM sends alerts to by itself.
const SENTRY: &str = "sentry";

/// Whether LiteLLM sends to a channel of this name.
pub fn is_channel(name: &str) -> bool {
    CHANNELS.contains(&name)
}

/// Whether a channel of this name is a callback, with needs of its own.
pub fn is_callback(installation: &Installation<'_>, name: &str) -> bool {
    name == SENTRY || !is_channel(name) && !names::unknown("callbacks", name, installation.running())
}

/// Whether alerts of this channel are the texts that a webhook of Slack or Teams gets: of slow, hanging and failing requests.
pub fn has_threshold(name: &str) -> bool {
    matches!(name, "slack" | "ms_teams")
}

impl Situation<'_> {
    /// What is wrong with the channels that are named, and with their webhooks.
    pub(super) fn channels(&self) -> Vec<Finding> {
        let Some(place) = self.alerting.place() else { return Vec::new() };
        let items = self.named(place);
        let has = |name: &str| items.iter().any(|(_, item)| item == name);
        let mut findings: Vec<Finding> = items
            .iter()
            .filter(|(_, name)| !is_channel(name) && !is_callback(self.installation, name))
            .map(|(place, name)| self.unknown(place, name, &has))
            .collect();
        let routed = !self.installation.setting("alert_to_webhook_url").is_unset();
        findings.extend(self.no_slack(place).filter(|_| has("slack") && !routed));
        findings.extend(self.no_teams(place).filter(|_| has("ms_teams")));
        findings
    }

    /// The channels, each with where it stands.
    fn named(&self, place: &Place) -> Vec<(Place, String)> {
        match self.alerting.value() {
            // A bare text is searched for the names.
            Some(Value::Str(text)) if CHANNELS.iter().any(|name| text.contains(name)) => CHANNELS
                .iter()
                .filter(|name| text.contains(**name))
                .map(|name| (place.clone(), (*name).to_owned()))
                .collect(),
            Some(Value::Str(text)) => vec![(place.clone(), text.clone())],
            Some(Value::Seq(items)) => items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| Some((place.item(index), item.as_str()?.to_owned())))
                .collect(),
            _ => Vec::new(),
        }
    }
}

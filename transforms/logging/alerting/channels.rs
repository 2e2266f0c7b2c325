//! The channels of `alerting`: LiteLLM compares them with five names, starts the callbacks among the others, and sends nothing to the rest.

use super::names::meant;
use super::webhook::{Webhook, of_teams};
use super::{META, Situation};
use crate::document::Value;
use crate::plan::build::secret_lines;
use crate::plan::{Finding, Fix, Intent, Safety, Severity, State};
use crate::project::settings::{Versions, names};
use crate::project::{Installation, Place};

/// Alerts go to a channel whose webhook is not seen.
pub const NO_WEBHOOK: State = State::named("no_webhook");
/// The channels of `SlackAlerting.send_alert`.
const CHANNELS: [&str; 4] = ["slack", "ms_teams", "email", "webhook"];
/// The callback that LiteLLM sends alerts to by itself.
const SENTRY: &str = "sentry";
/// What people write for Microsoft Teams.
const TEAMS: [&str; 6] =
    ["teams", "msteams", "microsoft_teams", "microsoft-teams", "ms_team", "microsoftteams"];

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
        let items: Vec<(Place, String)> = match self.alerting.value() {
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
        };
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

    /// A channel that nobody sends to.
    fn unknown(&self, place: &Place, written: &str, has: &dyn Fn(&str) -> bool) -> Finding {
        let finding = Finding::new(&META, META.id, "unknown_channel", place.clone())
            .severity(Severity::High)
            .title(format!("nothing is sent to \"{written}\": it is not a channel of LiteLLM"))
            .why("LiteLLM accepts any name, but sends only to slack, ms_teams, email, webhook, sentry and the callbacks that it knows");
        let lower = written.to_ascii_lowercase();
        let right = if TEAMS.contains(&&*lower) { Some("ms_teams") } else { meant(written, &CHANNELS) };
        let old = !self.may_know_teams();
        let text = match right {
            Some("ms_teams") if old => {
                "this version sends to slack only: write slack, and set SLACK_WEBHOOK_URL to the URL of a Teams webhook".to_owned()
            }
            Some("ms_teams") if !matches!(of_teams(self.installation), Webhook::Seen { .. }) => {
                "the name is ms_teams: give the process MS_TEAMS_WEBHOOK_URL first, then write it".to_owned()
            }
            Some("slack") if !matches!(self.slack, Webhook::Seen { .. }) => {
                "the name is slack: give the process SLACK_WEBHOOK_URL first, then write it".to_owned()
            }
            Some(right) => return finding.fix(self.renamed(place, written, right, has(right))),
            None if lower == "discord" => {
                "Discord accepts the Slack format: write slack, and set SLACK_WEBHOOK_URL to the URL of the Discord webhook followed by /slack".to_owned()
            }
            None => "remove it, or write a channel that LiteLLM knows".to_owned(),
        };
        finding.advice(text)
    }

    fn renamed(&self, place: &Place, written: &str, right: &str, there: bool) -> Fix {
        let is_list = matches!(self.alerting.value(), Some(Value::Seq(_)));
        let (title, intent) = if there && is_list {
            (
                format!("remove \"{written}\"; {right} is already listed"),
                Intent::Remove { place: place.clone(), comments: true },
            )
        } else {
            let value = if is_list { right.into() } else { Value::Seq(vec![right.into()]) };
            (format!("write {right}"), Intent::Set(place.clone(), value))
        };
        let fix = Fix::new(self.installation, title, Safety::Review, vec![intent]);
        if there { fix } else { fix.assuming(format!("alerts go to {right} from now on")) }
    }

    fn no_slack(&self, place: &Place) -> Option<Finding> {
        let Webhook::Missing(reason) = &self.slack else { return None };
        if self.cannot_see("SLACK_WEBHOOK_URL") {
            return None;
        }
        Some(
            Finding::new(&META, "slack_webhook_url", NO_WEBHOOK, place.clone())
                .title("no alert leaves the proxy: alerting is on, but no webhook is visible")
                .why("LiteLLM starts normally, but each alert fails with `Missing SLACK_WEBHOOK_URL` in the log")
                .severity(Severity::High)
                .advice(format!("{reason}: give the process the URL of your webhook, in Kubernetes from a Secret")).lines(secret_lines(self.installation, "SLACK_WEBHOOK_URL", "the URL of your webhook")),
        )
    }

    /// The releases that send to Teams by themselves: those that read its webhook.
    fn with_teams(&self) -> Versions {
        self.installation.setting("ms_teams_webhook_url").setting.versions
    }

    fn may_know_teams(&self) -> bool {
        self.with_teams().read_by(self.installation.running()) != Some(false)
    }

    fn no_teams(&self, place: &Place) -> Option<Finding> {
        let finding = |state| {
            Finding::new(&META, "ms_teams_webhook_url", state, place.clone()).severity(Severity::High)
        };
        if !self.may_know_teams() {
            return Some(
                finding("teams_too_new")
                    .title("this version sends nothing to ms_teams")
                    .why(format!(
                        "LiteLLM sends to Teams {}; other releases compare with slack only",
                        self.with_teams().words()
                    ))
                    .advice("write slack, and set SLACK_WEBHOOK_URL to the URL of a Teams webhook"),
            );
        }
        let Webhook::Missing(reason) = of_teams(self.installation) else { return None };
        if self.cannot_see("MS_TEAMS_WEBHOOK_URL") {
            return None;
        }
        Some(
            finding("no_teams_webhook")
                .title("no alert leaves the proxy: alerting names ms_teams, but no webhook is visible")
                .why("LiteLLM drops each alert with a line in the log; it does not use SLACK_WEBHOOK_URL for Teams")
                .advice(format!("{reason}: give the process the URL of your webhook, in Kubernetes from a Secret")).lines(secret_lines(self.installation, "MS_TEAMS_WEBHOOK_URL", "the URL of your webhook")),
        )
    }
}

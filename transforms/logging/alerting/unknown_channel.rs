//! A channel of `alerting` that nobody sends to.

use super::channels::CHANNELS;
use super::names::meant;
use super::webhook::{Webhook, of_teams};
use super::{META, Situation};
use crate::document::Value;
use crate::plan::{Finding, Fix, Intent, Safety, Severity};
use crate::project::Place;

/// What people write for Microsoft Teams.
const TEAMS: [&str; 6] =
    ["teams", "msteams", "microsoft_teams", "microsoft-teams", "ms_team", "microsoftteams"];

impl Situation<'_> {
    /// The finding, with the channel that is meant if that is plain; `has` says which others are named.
    pub(super) fn unknown(&self, place: &Place, written: &str, has: &dyn Fn(&str) -> bool) -> Finding {
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
            (format!("remove \"{written}\"; {right} is already listed"), Intent::remove(place.clone()))
        } else {
            let value = if is_list { right.into() } else { Value::Seq(vec![right.into()]) };
            (format!("write {right}"), Intent::Set(place.clone(), value))
        };
        let fix = Fix::new(self.installation, title, Safety::Review, vec![intent]);
        if there { fix } else { fix.assuming(format!("alerts go to {right} from now on")) }
    }
}

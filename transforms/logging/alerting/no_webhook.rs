//! Channels that are named while no webhook of theirs is visible: no alert leaves the proxy.

use super::webhook::{Webhook, of_teams};
use super::{META, Situation};
use crate::plan::build::secret_lines;
use crate::plan::{Finding, Severity, State};
use crate::project::Place;
use crate::project::settings::Versions;

/// Alerts go to a channel whose webhook is not seen.
pub const NO_WEBHOOK: State = State::named("no_webhook");

impl Situation<'_> {
    pub(super) fn no_slack(&self, place: &Place) -> Option<Finding> {
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

    pub(super) fn no_teams(&self, place: &Place) -> Option<Finding> {
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

    /// The releases that send to Teams by themselves: those that read its webhook.
    fn with_teams(&self) -> Versions {
        self.installation.setting("ms_teams_webhook_url").setting.versions
    }

    pub(super) fn may_know_teams(&self) -> bool {
        self.with_teams().read_by(self.installation.running()) != Some(false)
    }

    /// Whether the process may be given this variable where it cannot be seen.
    pub(super) fn cannot_see(&self, name: &str) -> bool {
        let installation = self.installation;
        installation.unseen_variables().is_some()
            && installation.variables(name).is_empty()
            && installation.in_layers("environment_variables", name).is_empty()
    }
}

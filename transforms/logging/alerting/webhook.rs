//! Whether the process gets the URL of a webhook, as far as files tell.

use super::META;
use crate::plan::build::ineffective_places;
use crate::plan::{Finding, Severity, State};
use crate::project::settings::LATE_VARIABLES;
use crate::project::{Installation, Place, Source};
use crate::transforms::security::master_key::shared;

/// What is known of the webhook.
pub enum Webhook {
    /// It is defined and not empty here.
    Seen {
        /// Where.
        place: Place,
        /// The variable.
        name: String,
        /// Whether only newer releases apply it there, and which one runs is not known.
        perhaps: bool,
    },
    /// It may be in a Secret of which only the name is visible here.
    InSecret(Place),
    /// No sign of it, and what was looked for.
    Missing(String),
}

/// Looks for the webhook of the Slack channel; `in_secret` is what the user says of a Secret listed by name alone.
pub fn of_slack(installation: &Installation<'_>, in_secret: Option<bool>) -> Webhook {
    let of_all = installation.setting("alerting_webhook_url").setting.versions;
    if of_all.read_by(installation.running()) == Some(true) {
        webhook(installation, &["SLACK_WEBHOOK_URL", "ALERTING_WEBHOOK_URL"], in_secret)
    } else {
        webhook(installation, &["SLACK_WEBHOOK_URL"], in_secret)
    }
}

/// Looks for the webhook of Microsoft Teams.
pub fn of_teams(installation: &Installation<'_>) -> Webhook {
    webhook(installation, &["MS_TEAMS_WEBHOOK_URL"], None)
}

/// Names that LiteLLM does not read, and a webhook that everyone who reads these files may use.
pub fn findings(installation: &Installation<'_>) -> Vec<Finding> {
    let answer = installation.setting("slack_webhook_url");
    let mut findings = ineffective_places(installation, &META, &answer);
    // That is told with the webhook which is missing.
    findings.retain(|finding| finding.state != State::NOT_APPLIED);
    if let Webhook::Seen { place, name, .. } = of_slack(installation, None)
        && shared(installation, &place)
        && matches!(installation.source_at(&place), Source::Text(_))
    {
        findings.push(
            Finding::new(&META, answer.setting.name, "plain_text", place)
                .severity(Severity::Low)
                .title(format!("{name} is in plain text in the repository"))
                .why("whoever can read the file, or its history, can post to that channel")
                .advice("create a new webhook and give it to the process from a Secret (in the charts, one that is listed by name) or from a file outside the repository"),
        );
    }
    findings
}

fn webhook(installation: &Installation<'_>, names: &[&str], in_secret: Option<bool>) -> Webhook {
    let found =
        names.iter().find_map(|name| late(installation, name).or_else(|| from_process(installation, name)));
    if let Some(found) = found {
        return found;
    }
    if let Some(place) = installation.whole_secrets().filter(|_| in_secret != Some(false)) {
        return Webhook::InSecret(place);
    }
    let unapplied = |name: &&&str| {
        let old = !installation.running().maybe_since(LATE_VARIABLES);
        old && !installation.in_layers("environment_variables", name).is_empty()
    };
    Webhook::Missing(match names.iter().find(unapplied) {
        Some(name) => format!(
            "{name} is under `environment_variables:`, which LiteLLM applies only since {LATE_VARIABLES}"
        ),
        None => "no webhook URL is visible".into(),
    })
}

/// Under `environment_variables:`, which is in time for this variable.
fn late(installation: &Installation<'_>, name: &str) -> Option<Webhook> {
    let (value, place) = installation.late_variable(name)?;
    let text = value.as_str()?;
    let seen = match text.strip_prefix("os.environ/") {
        Some(other) => given(installation, other).is_some(),
        None => is_url(text),
    };
    let perhaps = installation.running().maybe_before(LATE_VARIABLES);
    seen.then(|| Webhook::Seen { place, name: name.to_owned(), perhaps })
}

fn from_process(installation: &Installation<'_>, name: &str) -> Option<Webhook> {
    Some(Webhook::Seen { place: given(installation, name)?, name: name.to_owned(), perhaps: false })
}

/// In the environment of the process: the strongest place decides.
fn given(installation: &Installation<'_>, name: &str) -> Option<Place> {
    let variable = installation.variables(name).into_iter().next()?;
    let seen = match &variable.text {
        Some(text) => is_url(text),
        None => installation.is_from_secret(&variable),
    };
    seen.then_some(variable.place)
}

/// A placeholder is no webhook.
fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

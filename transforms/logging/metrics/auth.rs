//! `require_auth_for_metrics_endpoint`: whether `/metrics` is open to everyone.

use super::{META, scrape};
use crate::document::Value;
use crate::plan::Finding;
use crate::plan::build::shown;
use crate::project::Installation;

const SETTING: &str = "require_auth_for_metrics_endpoint";

/// A move or rename that would open `/metrics` to everyone is only told.
pub fn unopened(installation: &Installation<'_>, mut finding: Finding) -> Finding {
    let opens =
        finding.setting == SETTING && installation.value_at(&finding.place) != Some(Value::Bool(true));
    if opens && finding.has_fix() {
        finding.only_tell("remove it, and give the scraper a key; where LiteLLM reads it, it would open /metrics to everyone who can reach the proxy");
    }
    finding
}

/// Anything but a boolean: every release goes by its default then.
pub fn no_boolean(installation: &Installation<'_>) -> Option<Finding> {
    let answer = installation.setting(SETTING);
    let (value, place) = (answer.value()?, answer.place()?);
    if matches!(value, Value::Bool(_) | Value::Null) {
        return None;
    }
    let since = scrape::WANTS_A_KEY;
    let finding = Finding::new(&META, SETTING, "wrong_type", place.clone())
        .title(format!("`{SETTING}` is {}, which has no effect: only a real boolean counts", shown(value)))
        .why(format!("the default applies: since {since} /metrics needs a key, before that it is open"))
        .advice("remove it and give the scraper a key, or write a real boolean");
    Some(finding)
}

//! The callback `prometheus`, which mounts `/metrics`: written as a bare text, or not there although something wants the metrics.

use super::super::service_callbacks::PACKAGE;
use super::{CALLBACK, META, scrape};
use crate::document::Value;
use crate::plan::{Finding, Fix, Intent, Recommended, Safety, Severity};
use crate::project::{Answer, Effective, Ineffective, Installation, Place, Why};

/// A callback as a bare text, which LiteLLM does not take for a list of one.
pub fn bare_text(installation: &Installation<'_>, name: &str) -> Option<Finding> {
    let answer = installation.setting(name);
    let place = answer.place().filter(|_| answer.value().and_then(Value::as_str) == Some(CALLBACK))?;
    let finding = Finding::new(&META, name, "bare_text", place.clone())
        .title(format!("`{name}` is the text \"{CALLBACK}\", not a list"));
    let finding = if name == "callbacks" {
        finding
            .severity(Severity::Critical)
            .why("LiteLLM reads a text as the path of a Python object: the configuration fails to load")
    } else {
        finding.why("LiteLLM reads each letter of the text as a name, so /metrics is not served")
    };
    let list = Recommended::new(installation, &answer, Value::Seq(vec![CALLBACK.into()]));
    Some(list.mend(finding, Safety::Review, |fix| fix.assuming(PACKAGE)))
}

/// Something that wants `/metrics` where nothing mounts it.
pub fn unserved(installation: &Installation<'_>) -> Option<Finding> {
    let (wanted, word) = expected(installation)?;
    let answer = installation.setting("callbacks");
    if stands_elsewhere(&answer) {
        // What moves or renames that one brings the metrics.
        return None;
    }
    let list = Recommended::new(installation, &answer, Value::Seq(vec![CALLBACK.into()]));
    if let Some(hidden) = list.hidden(&META) {
        return Some(hidden);
    }
    if answer.unseen.is_some() {
        return None;
    }
    let finding = list
        .finding(&META, "unserved")
        .title(format!("nothing serves /metrics: `{CALLBACK}` is not in callbacks"))
        .see(wanted, word);
    Some(match added(&answer) {
        Some(intent) => {
            let title = format!("add {CALLBACK} to the callbacks");
            finding.fix(Fix::new(installation, title, Safety::Review, vec![intent]).assuming(PACKAGE))
        }
        None => finding.advice("add it by hand to the existing value").lines(list.lines()),
    })
}

/// What wants the metrics, and why.
fn expected(installation: &Installation<'_>) -> Option<(Place, &'static str)> {
    match scrape::monitor(installation) {
        Some(place) => Some((place, "the ServiceMonitor scrapes /metrics")),
        None => {
            let word = "a service callback records metrics, but does not serve /metrics";
            Some((scrape::system(installation)?, word))
        }
    }
}

/// Whether the callback is named where nothing reads it.
fn stands_elsewhere(answer: &Answer) -> bool {
    let named = |one: &Ineffective| {
        one.why != Why::CommentedOut
            && Installation::texts(&one.value).is_some_and(|names| names.iter().any(|name| name == CALLBACK))
    };
    answer.ineffective.iter().any(named)
}

/// The callback beside the others; `None` where their value is no list.
fn added(answer: &Answer) -> Option<Intent> {
    let home = answer.homes.first()?.clone();
    match &answer.effective {
        Effective::Unset | Effective::Set { value: Value::Null, .. } => {
            Some(Intent::Set(home, Value::Seq(vec![CALLBACK.into()])))
        }
        Effective::Set { value: Value::Seq(_), .. } => Some(Intent::Append(home, CALLBACK.into())),
        _ => None,
    }
}

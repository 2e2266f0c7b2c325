//! Two timeouts that are set at once and differ.

use super::META;
use crate::plan::Finding;
use crate::project::{Installation, Limit, REQUEST_TIMEOUT_WINS, Running, Timeouts};

/// The limit that is effective, and the one that it overrides.
type Pair<'a> = (&'a Limit, &'a Limit);

/// Two limits that differ, and which of them is effective in the release that runs.
pub fn contradiction(installation: &Installation<'_>, timeouts: &Timeouts) -> Option<Finding> {
    let (new, old) = (timeouts.contradiction(true)?, timeouts.contradiction(false)?);
    let ((winner, loser), why) = effective(installation.running(), new, old);
    let text = "give both the same value, or remove the one you do not want; a timeout of an entry of model_list, or of the client, overrides both";
    Some(
        Finding::new(&META, META.id, "contradiction", loser.sign.place.clone())
            .title(format!("two timeouts contradict each other: {} and {}", said(winner), said(loser)))
            .why(why)
            .see(winner.sign.place.clone(), "the other one")
            .advice(text),
    )
}

/// The one that is effective and the one that is not, of those since the change and those before it, and why.
fn effective<'a>(running: &Running, new: Pair<'a>, old: Pair<'a>) -> (Pair<'a>, String) {
    let (now, before) = (said(new.0), said(old.0));
    let since = format!("LiteLLM {REQUEST_TIMEOUT_WINS}");
    match running {
        _ if new == old => {
            (new, "in every release the router's timeout overrides a request_timeout of 0".to_owned())
        }
        Running::Known(version, ..) if *version >= REQUEST_TIMEOUT_WINS => {
            (new, format!("LiteLLM {version} uses {now}; before {since} {before} was effective"))
        }
        Running::Known(version, ..) => {
            (old, format!("LiteLLM {version} uses {before}; from {since} on {now} is effective"))
        }
        Running::Unknown(..) => (
            new,
            format!("the running version is unknown: since {since} {now} is effective, before that {before}"),
        ),
    }
}

fn said(limit: &Limit) -> String {
    format!("{} ({})", limit.sign.what, limit.seconds)
}

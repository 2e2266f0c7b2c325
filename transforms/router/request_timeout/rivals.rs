//! Several limits that are set at once, and limits that are longer than advised.

use super::{META, Params, to_seconds};
use crate::plan::{Finding, Safety, Severity};
use crate::project::{Installation, Limit, Place, REQUEST_TIMEOUT_WINS, Running, Timeouts};

/// Two limits that differ, and which of them is effective in the release that runs.
pub fn contradiction(installation: &Installation<'_>, timeouts: &Timeouts) -> Option<Finding> {
    let now = |since| timeouts.contradiction(since).map(|(winner, loser)| (winner.clone(), loser.clone()));
    let (new, old) = (now(true)?, now(false)?);
    let say = |limit: &Limit| format!("{} ({})", limit.sign.what, limit.seconds);
    let since = format!("LiteLLM {REQUEST_TIMEOUT_WINS}");
    let ((winner, loser), why) = match installation.running() {
        _ if new == old => {
            (new, "in every release the router's timeout overrides a request_timeout of 0".to_owned())
        }
        Running::Known(version, ..) if *version >= REQUEST_TIMEOUT_WINS => {
            let why = format!(
                "LiteLLM {version} uses {}; before {since} {} was effective",
                say(&new.0),
                say(&old.0)
            );
            (new, why)
        }
        Running::Known(version, ..) => {
            let why = format!(
                "LiteLLM {version} uses {}; from {since} on {} is effective",
                say(&old.0),
                say(&new.0)
            );
            (old, why)
        }
        Running::Unknown(..) => {
            let why = format!(
                "the running version is unknown: since {since} {} is effective, before that {}",
                say(&new.0),
                say(&old.0)
            );
            (new, why)
        }
    };
    let mut finding = Finding::new(&META, META.id, "contradiction", loser.sign.place.clone())
        .title(format!("two timeouts contradict each other: {} and {}", say(&winner), say(&loser)))
        .why(why);
    finding.related.push((winner.sign.place.clone(), "the other one".into()));
    let text = "give both the same value, or remove the one you do not want; a timeout of an entry of model_list, or of the client, overrides both";
    Some(finding.advice(text))
}

/// A limit above the advised one, which somebody chose and is only offered to lower, or none at all (0).
pub fn too_long(
    installation: &Installation<'_>,
    timeouts: &Timeouts,
    limit: &Limit,
    params: &Params,
) -> Option<Finding> {
    let none = limit.seconds == 0.0;
    let is_long = |limit: &Limit| limit.seconds > f64::from(params.seconds);
    if !is_long(limit) && !none {
        return None;
    }
    let place = &limit.sign.place;
    // Lowered alone, one of two leaves the other: both go in one fix.
    let beside = [&timeouts.router, &timeouts.request].into_iter().flatten();
    let limits: Vec<&Limit> =
        std::iter::once(limit).chain(beside.filter(|one| *one != limit && is_long(one))).collect();
    let what: Vec<String> =
        limits.iter().map(|limit| format!("{} is {}", limit.sign.what, limit.seconds)).collect();
    let what = what.join(" and ");
    let finding = match none {
        true => Finding::new(&META, META.id, "no_limit", place.clone())
            .title(format!("{what}, which LiteLLM reads as no limit; {} is advised", params.seconds))
            .why("a hanging provider blocks the client, a connection and memory forever; LiteLLM's production page advises 600"),
        false => Finding::new(&META, META.id, "differs", place.clone())
            .severity(Severity::Low)
            .title(format!("{what}; {} is advised", params.seconds))
            .why(format!("a hanging provider blocks the client, a connection and memory for {}; LiteLLM's production page advises 600", minutes(limit.seconds)))
            .offer(),
    };
    let homes: Option<Vec<_>> = limits.iter().map(|limit| home(installation, limit)).collect();
    Some(match homes.as_deref() {
        Some([first, more @ ..]) => {
            let mut fix = to_seconds(
                installation,
                first,
                params,
                "requests that take longer then end with a timeout error, including those that the higher value was meant for",
            );
            for home in more {
                let other = to_seconds(installation, home, params, "");
                fix.title = format!("{}, and {}", fix.title, other.title);
                fix.intents.extend(other.intents);
            }
            fix.safety = fix.safety.max(if none { Safety::Review } else { Safety::OnRequest });
            finding.fix(fix)
        }
        _ => finding.advice(format!("set it to {} there, if no request needs longer", params.seconds)),
    })
}

/// Where a limit may be written.
fn home(installation: &Installation<'_>, limit: &Limit) -> Option<Place> {
    let place = &limit.sign.place;
    [META.id, "router_timeout"]
        .into_iter()
        .flat_map(|name| installation.setting(name).homes)
        .find(|home| home == place || place.child("value") == *home)
}

fn minutes(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round();
    if minutes < 2.0 { format!("{seconds} seconds") } else { format!("{minutes} minutes") }
}

/// An entry that may take longer than the rest: the limit of the others does not hold for it.
pub fn longer_entry(timeouts: &Timeouts, limit: &Limit) -> Option<Finding> {
    let longer: Vec<&Limit> = timeouts
        .entries
        .iter()
        .filter(|entry| limit.seconds > 0.0 && entry.seconds > limit.seconds)
        .collect();
    let first = longer.first()?;
    let mut finding = Finding::new(&META, META.id, "longer_entry", first.sign.place.clone())
        .severity(Severity::Low)
        .title(format!(
            "{} is {}, and overrides {} ({})",
            first.sign.what, first.seconds, limit.sign.what, limit.seconds
        ))
        .why("for an entry of model_list only its own timeout applies, even if it is longer");
    finding.related.extend(
        longer[1..].iter().map(|entry| {
            (entry.sign.place.clone(), format!("so does {} ({})", entry.sign.what, entry.seconds))
        }),
    );
    let text = "keep it if these requests need that long; otherwise lower it or remove it";
    Some(finding.advice(text).offer())
}

//! Limits that are longer than advised, or than that of the other entries.

use super::{META, Params, to_seconds};
use crate::plan::{Finding, Safety, Severity};
use crate::project::{Installation, Limit, Place, Timeouts};

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
    // Lowered alone, one of two leaves the other: both go in one fix.
    let beside = [&timeouts.router, &timeouts.request].into_iter().flatten();
    let limits: Vec<&Limit> =
        std::iter::once(limit).chain(beside.filter(|one| *one != limit && is_long(one))).collect();
    let finding = told(&limits, limit, params);
    let homes: Option<Vec<_>> = limits.iter().map(|limit| home(installation, limit)).collect();
    Some(match homes.as_deref() {
        Some([first, more @ ..]) => {
            let note = "requests that take longer then end with a timeout error, including those that the higher value was meant for";
            let mut fix = to_seconds(installation, first, params, note);
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

/// What the limits allow: no end at all, or one that is later than advised.
fn told(limits: &[&Limit], limit: &Limit, params: &Params) -> Finding {
    let what: Vec<String> =
        limits.iter().map(|limit| format!("{} is {}", limit.sign.what, limit.seconds)).collect();
    let (what, advised) = (what.join(" and "), params.seconds);
    let finding = |state| Finding::new(&META, META.id, state, limit.sign.place.clone());
    let blocks = |time: &str| {
        format!(
            "a hanging provider blocks the client, a connection and memory {time}; LiteLLM's production page advises 600"
        )
    };
    if limit.seconds == 0.0 {
        return finding("no_limit")
            .title(format!("{what}, which LiteLLM reads as no limit; {advised} is advised"))
            .why(blocks("forever"));
    }
    finding("differs")
        .severity(Severity::Low)
        .title(format!("{what}; {advised} is advised"))
        .why(blocks(&format!("for {}", minutes(limit.seconds))))
        .offer()
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

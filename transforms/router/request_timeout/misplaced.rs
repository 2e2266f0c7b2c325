//! Timeouts where LiteLLM does not read them, beside those that are effective.

use super::META;
use crate::plan::build::ineffective_places;
use crate::plan::{Finding, Remedy, Severity};
use crate::project::{Answer, Installation, Limit, REQUEST_TIMEOUT_WINS, Running, Timeouts, seconds};

/// What stands where LiteLLM does not read it. A move activates it, and says which of two timeouts then wins.
pub fn misplaced(installation: &Installation<'_>, answer: &Answer, timeouts: &Timeouts) -> Vec<Finding> {
    let mut findings = ineffective_places(installation, &META, answer);
    // Without a limit of their own streams go by that of all requests.
    let of_all = timeouts.effective(installation.running());
    let others = [("router_timeout", timeouts.request.as_ref()), ("router_stream_timeout", of_all)];
    let mut rivals = vec![timeouts.router.as_ref(); findings.len()];
    for (name, rival) in others {
        let more = ineffective_places(installation, &META, &installation.setting(name));
        rivals.extend(more.iter().map(|_| rival));
        findings.extend(more);
    }
    for (finding, rival) in findings.iter_mut().zip(rivals) {
        if let Some(rival) = rival.filter(|_| matches!(finding.remedy, Remedy::Fix(_))) {
            beside(installation, finding, rival);
        }
    }
    findings
}

/// The fix beside a timeout that is effective already: advice, where it would bring nothing.
fn beside(installation: &Installation<'_>, finding: &mut Finding, rival: &Limit) {
    let value = installation.value_at(&finding.place).as_ref().and_then(seconds);
    if value == Some(rival.seconds) {
        let text = format!("remove it there: {} has the same value", rival.sign.what);
        *finding = finding.clone().severity(Severity::Low).advice(text);
        return;
    }
    if finding.setting == "router_stream_timeout" {
        return;
    }
    let Remedy::Fix(fix) = &mut finding.remedy else { return };
    let other = format!("{} ({})", rival.sign.what, rival.seconds);
    // What a variable gives is taken for a limit.
    let limits = value != Some(0.0);
    match overrides(installation, finding.setting == "router_timeout", limits, rival) {
        Some(true) => fix.assumptions.push(format!("it then overrides {other}")),
        Some(false) if value == Some(0.0) => {
            let text = format!("remove it there: LiteLLM takes 0 as unset, and {other} is effective");
            *finding = finding.clone().advice(text);
        }
        Some(false) => {
            let release = match installation.running() {
                Running::Known(version, ..) => format!(" in LiteLLM {version}"),
                Running::Unknown(..) => String::new(),
            };
            let text = format!("remove it there; if you want this value, give it to {other}, which overrides it{release}");
            *finding = finding.clone().advice(text);
        }
        None => fix.assumptions.push(format!("{} is {}: since LiteLLM {REQUEST_TIMEOUT_WINS} request_timeout overrides the router's timeout, before that it was the other way round", rival.sign.what, rival.seconds)),
    }
}

/// Whether a timeout, of the router or of requests, overrides the other one once it is where LiteLLM reads it; `None` where that depends
/// on the release. A 0 does not limit.
fn overrides(installation: &Installation<'_>, of_router: bool, limits: bool, rival: &Limit) -> Option<bool> {
    let wins = |since: bool| match of_router {
        true => limits && !(since && rival.limits()),
        false => limits && since,
    };
    match installation.running() {
        _ if wins(true) == wins(false) => Some(wins(true)),
        Running::Known(version, ..) => Some(wins(*version >= REQUEST_TIMEOUT_WINS)),
        Running::Unknown(..) => None,
    }
}

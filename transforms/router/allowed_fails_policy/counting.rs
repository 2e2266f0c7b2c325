//! What lets LiteLLM count failures instead of going by their rate: a number of its own, or a policy without entries.

use super::META;
use super::cooldown::seconds_of_rest;
use super::names::{SPARES_ALONE, alone};
use crate::document::Value;
use crate::plan::build::{ineffective_places, named, shown};
use crate::plan::{Finding, Remedy, Safety, Severity};
use crate::project::{Answer, EntryParam, Installation, Place, Version};

/// A policy without an entry replaces the algorithm all the same.
pub fn empty(answer: &Answer) -> Option<Finding> {
    let place = answer.place().filter(|_| answer.value() == Some(&Value::Map(Vec::new())))?;
    let text =
        "remove it if you want the cooldown by failure rate; otherwise list which errors may fail how often";
    let finding = Finding::new(&META, META.id, "empty", place.clone())
        .title("an empty `allowed_fails_policy`: an entry goes into cooldown after 3 failures, no longer by failure rate")
        .why("LiteLLM switches to counting failures as soon as a policy is set, even an empty one");
    Some(finding.advice(text))
}

/// `litellm.allowed_fails`: with this number the algorithm stays as it is.
const DEFAULT_FAILS: i128 = 3;
const COUNTS: &str =
    "with any number but 3 LiteLLM counts failures instead of using the failure rate, for all errors";

/// Since this release any number does, also that of LiteLLM itself.
const ANY_NUMBER: Version = Version(1, 109, 3);

/// Policies of single entries, which nothing reads there.
pub fn of_entries(installation: &Installation<'_>) -> Vec<Finding> {
    let told = |EntryParam { sign, .. }: EntryParam| {
        Finding::new(&META, META.id, "in_entry", sign.place)
            .title(format!("{} in `litellm_params` is ignored", sign.what))
            .why("LiteLLM reads only the policy in `router_settings`, which applies to all entries")
            .advice("remove it there; if you want it for all entries, put it into `router_settings:`")
    };
    installation.entry_params(&[META.id]).into_iter().map(told).collect()
}

/// The number that LiteLLM counts by, where it does: any but its default replaces the cooldown algorithm. `no_policy` says that no policy does so anyway.
pub fn allowed_fails(installation: &Installation<'_>, no_policy: bool) -> Vec<Finding> {
    let answer = installation.setting("allowed_fails");
    let default = Value::Int(DEFAULT_FAILS);
    let mut findings = ineffective_places(installation, &META, &answer);
    // Where it is ignored, the default is what holds anyway. In litellm_settings it is the number that the router's is compared with.
    findings.retain(|finding| installation.value_at(&finding.place).as_ref() != Some(&default));
    let compared = installation.in_layers("litellm_settings", "allowed_fails").pop();
    if !answer.is_unset() {
        findings.retain(|finding| compared.as_ref().is_none_or(|(_, place)| *place != finding.place));
    }
    let same = compared.map_or(default.clone(), |(value, _)| value);
    for finding in &mut findings {
        finding.severity = Severity::Low;
        if let Remedy::Fix(fix) = &mut finding.remedy {
            fix.safety = fix.safety.max(Safety::OnRequest);
            fix.assumptions.push(COUNTS.into());
        }
    }
    let fails = answer.value().filter(|value| **value != Value::Null);
    if let (Some(value), Some(place), true) = (fails, answer.place(), no_policy) {
        let counts = *value != same || installation.running().surely_since(ANY_NUMBER);
        findings.extend(counts.then(|| leaves_none(installation, place, value)).flatten());
    }
    findings
}

/// A name whose only entry counting takes out: the cooldown by failure rate would spare it.
fn leaves_none(installation: &Installation<'_>, place: &Place, value: &Value) -> Option<Finding> {
    let names = alone(installation);
    let after = match value {
        Value::Int(fails) => format!("{} failures", fails + 1),
        _ => "some failures".to_owned(),
    };
    let since = if installation.running().maybe_since(SPARES_ALONE) {
        format!("; LiteLLM {SPARES_ALONE} exempts it, 1.106.2 does not")
    } else {
        String::new()
    };
    let rest = seconds_of_rest(installation);
    let finding = Finding::new(&META, "allowed_fails", "leaves_none", place.clone())
        .title(format!(
            "{after} within {rest} s put the only entry of {} into cooldown for {rest} s: `allowed_fails` is {}",
            named(&names),
            shown(value)
        ))
        .why(format!("with this number LiteLLM counts failures of every kind; without it rate limits and failure rates spare the only entry of a name, and only an error that is not retried (401, 404) puts it into cooldown, at once{since}"))
        .advice("add a second entry or a fallback for these names, or remove it if rate limits are what these entries fail with");
    (!names.is_empty()).then_some(finding)
}

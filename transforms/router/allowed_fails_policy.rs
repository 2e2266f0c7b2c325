//! `router_settings.allowed_fails_policy` decides how many errors of a kind an entry may have before it cools down.

use serde::Deserialize;

use crate::document::Value;
use crate::plan::build::{cannot_tell, ineffective_places, named};
use crate::plan::policy::{Expected, Policy, PolicyKey, entries, words};
use crate::plan::{Area, Finding, Fix, Intent, Meta, Parameter, Question, Safety, Severity};
use crate::project::{Effective, Installation, Place, Version};

mod cooldown;
mod counting;
mod names;

use cooldown::{are_off, cooldown_time, seconds_of_rest};
use counting::{allowed_fails, empty, of_entries};
use names::{alone, shared};

pub const META: Meta = Meta {
    id: "allowed_fails_policy",
    title: "an entry goes into cooldown at its first rate limit: allowed_fails_policy is not set",
    why: "under load, when the provider limits rates for long, cooldowns can leave a model group without entries",
    severity: Severity::Low,
    worst: Severity::Critical,
    gap: "cooldowns by kind of error",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; keys newer than the version are not written",
    settings: &["allowed_fails_policy", "cooldown_time", "allowed_fails"],
    params: &[
        Parameter::number("authentication", 5, (0, 1_000_000), "`AuthenticationErrorAllowedFails`"),
        Parameter::number(
            "rate_limit",
            10_000,
            (0, 1_000_000),
            "`RateLimitErrorAllowedFails`; a large number switches that cooldown off",
        ),
        Parameter::number("cooldown_time", 60, (1, 3600), "the longest `cooldown_time`, in seconds"),
    ],
    weights: &[(Area::Reliability, 2)],
    aliases: &[],
};

const POLICY: Policy = Policy {
    meta: &META,
    setting: META.id,
    keys: &[
        PolicyKey::always("BadRequestErrorAllowedFails"),
        PolicyKey::always("AuthenticationErrorAllowedFails"),
        PolicyKey::always("TimeoutErrorAllowedFails"),
        PolicyKey::always("RateLimitErrorAllowedFails"),
        PolicyKey::always("ContentPolicyViolationErrorAllowedFails"),
        PolicyKey("InternalServerErrorAllowedFails", Version(1, 98, 0)),
        PolicyKey("ServiceUnavailableErrorAllowedFails", Version(1, 98, 0)),
        PolicyKey("BadGatewayErrorAllowedFails", Version(1, 98, 0)),
        PolicyKey("NotFoundErrorAllowedFails", Version(1, 98, 0)),
    ],
    instead: ("allowed_fails", "3"),
    zero_since: Some(Version(1, 98, 0)),
};

#[derive(Debug, Deserialize)]
pub struct Params {
    /// Authentication errors (401, 403) before a cooldown.
    pub authentication: u32,
    /// Rate limits (429) before a cooldown; a large number switches that cooldown off.
    pub rate_limit: u32,
    /// The longest `cooldown_time`, in seconds.
    pub cooldown_time: u32,
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    let shared = shared(installation);
    POLICY.mend_moved(installation, &mut findings, &activated(&shared));
    let elsewhere = !findings.is_empty();
    findings.extend(of_entries(installation));
    findings.extend(cooldown_time(installation, params));
    if are_off(installation) {
        return findings;
    }
    let counts = allowed_fails(installation, answer.is_unset());
    let counted = !counts.is_empty() && answer.is_unset();
    findings.extend(counts);
    if counted {
        return findings;
    }
    let expected: [Expected; 2] = [
        ("AuthenticationErrorAllowedFails", params.authentication),
        ("RateLimitErrorAllowedFails", params.rate_limit),
    ];
    if let Some(hidden) = cannot_tell(&META, installation, &answer, POLICY.lines(installation, &expected)) {
        findings.extend((!shared.is_empty()).then_some(hidden));
        return findings;
    }
    let (place, intent): (_, fn(_, _) -> Intent) = match &answer.effective {
        Effective::Set { value: Value::Map(policy), place } if !policy.is_empty() => {
            findings.extend(POLICY.wrong_keys(installation, place, policy));
            let note = |written: &[Expected]| written.contains(&expected[1]).then(|| of_rate_limits(params));
            findings.extend(POLICY.compare(installation, place, policy, &said(&expected), note));
            return findings;
        }
        Effective::Set { value: Value::Null, place } => (place, Intent::Set),
        Effective::Set { value: Value::Map(_), place } => {
            findings.push(empty(place));
            return findings;
        }
        Effective::Set { value, place } => {
            findings.push(POLICY.not_a_mapping(installation, place, value, &expected));
            return findings;
        }
        Effective::Unset if !elsewhere => match answer.homes.first() {
            Some(home) => (home, Intent::Ensure),
            None => return findings,
        },
        _ => return findings,
    };
    // A single entry of a name is not cooled down by a rate limit, and with a policy it may be by other errors.
    if !shared.is_empty() {
        let finding = unset(installation, params, place, intent, &expected, &shared);
        findings.push(finding.mention_comments(&answer));
    }
    findings
}

fn unset(
    installation: &Installation<'_>,
    params: &Params,
    place: &Place,
    intent: fn(Place, Value) -> Intent,
    expected: &[Expected],
    shared: &[String],
) -> Finding {
    let intents = vec![intent(place.clone(), Value::Map(entries(expected)))];
    let title = format!("add an allowed fails policy: {}", words(expected));
    let mut fix = Fix::new(installation, title, Safety::OnRequest, intents)
        .assuming(format!("{REPLACES}, and {}", of_rate_limits(params)));
    let alone = alone(installation);
    fix.assumptions.extend((!alone.is_empty()).then(|| {
        format!("names with a single entry ({}) then have none left after a few failures: requests fail with \"No deployments available\" until the cooldown ends", named(&alone))
    }));
    let ask = |param, what: &str, number: u32, reason: &str| {
        Question::new(param, format!("{what} before a cooldown?"), number, reason)
    };
    let often = "a common value: waiting does not repair a wrong key";
    fix.questions.push(ask("authentication", "Authentication errors", params.authentication, often));
    let off = "a common value, which turns this cooldown off";
    fix.questions.push(ask("rate_limit", "Rate limits", params.rate_limit, off));
    Finding::new(&META, META.id, "unset", place.clone())
        .title(format!(
            "the first rate limit puts an entry of {} into cooldown for {} s: allowed_fails_policy is not set",
            named(shared),
            seconds_of_rest(installation)
        ))
        .production_default(installation)
        .fix(fix)
}

/// Of the numbers, those that the user said in the preferences or as an answer.
fn said(expected: &[Expected; 2]) -> Vec<Expected> {
    let asked = expected.iter().zip(META.params);
    asked.filter(|((_, number), param)| !param.recommends(*number)).map(|(one, _)| *one).collect()
}

/// What a policy does that a move or a rename puts in force.
fn activated(shared: &[String]) -> String {
    if shared.is_empty() {
        format!("{REPLACES}; no name here has several entries, so a cooldown leaves none")
    } else {
        REPLACES.to_owned()
    }
}

const REPLACES: &str = "the policy replaces the cooldown algorithm for all errors (for errors it does not list, an entry goes into cooldown after 3 failures, no longer by failure rate)";

fn of_rate_limits(params: &Params) -> String {
    let what = if params.rate_limit >= 1000 { "turns off" } else { "delays" };
    format!("RateLimitErrorAllowedFails {} {what} the cooldown after a 429", params.rate_limit)
}

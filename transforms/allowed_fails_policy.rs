//! `router_settings.allowed_fails_policy` decides how many errors of a kind an entry may have before it cools down.

use serde::{Deserialize, Serialize};

use crate::document::Value;
use crate::plan::build::{cannot_tell, goes_in, ignored_places, shown};
use crate::plan::policy::{Policy, PolicyKey, Wanted, entries, words};
use crate::plan::{
    Area, Finding, Fix, Intent, Meta, Params as Parameters, Question, Remedy, Safety, Severity,
};
use crate::project::{At, InForce, Installation, Version};

pub const META: Meta = Meta {
    id: "allowed_fails_policy",
    title: "no allowed_fails_policy: an entry cools down at its first rate limit",
    why: "with long rate limits at the provider, cooldowns can empty a model group under load",
    severity: Severity::Low,
    gap: "cooldowns by kind of error",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; keys newer than the version are not written",
    settings: &["allowed_fails_policy", "cooldown_time", "allowed_fails"],
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
        PolicyKey::always("InternalServerErrorAllowedFails"),
        PolicyKey("ServiceUnavailableErrorAllowedFails", Version(1, 98, 0)),
        PolicyKey("BadGatewayErrorAllowedFails", Version(1, 98, 0)),
        PolicyKey("NotFoundErrorAllowedFails", Version(1, 98, 0)),
    ],
};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// Authentication errors (401, 403) before a cooldown.
    pub authentication: u32,
    /// Rate limits (429) before a cooldown; a large number switches that cooldown off.
    pub rate_limit: u32,
    /// The longest `cooldown_time`, in seconds.
    pub cooldown_time: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { authentication: 5, rate_limit: 10_000, cooldown_time: 60 }
    }
}

impl Parameters for Params {
    fn check(&self) -> Result<(), String> {
        if self.authentication.max(self.rate_limit) > 1_000_000 {
            Err("authentication and rate_limit must be from 0 to 1000000".into())
        } else if !(1..=3600).contains(&self.cooldown_time) {
            Err("cooldown_time must be from 1 to 3600".into())
        } else {
            Ok(())
        }
    }
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ignored_places(installation, &META, &answer);
    POLICY.mend_moved(installation, &mut findings, REPLACES);
    let elsewhere = !findings.is_empty();
    findings.extend(cooldown_time(installation, params));
    if cooldowns_are_off(installation) {
        return findings;
    }
    let counts = allowed_fails(installation, answer.is_unset());
    let counted = !counts.is_empty() && answer.is_unset();
    findings.extend(counts);
    if counted {
        return findings;
    }
    let wanted: [Wanted; 2] = [
        ("AuthenticationErrorAllowedFails", params.authentication),
        ("RateLimitErrorAllowedFails", params.rate_limit),
    ];
    let goes = goes_in(installation, "router_settings");
    if let Some(hidden) = cannot_tell(&META, installation, &answer, POLICY.lines(&wanted), goes) {
        findings.push(hidden);
        return findings;
    }
    let (place, intent): (_, fn(_, _) -> Intent) = match &answer.in_force {
        InForce::Set { value: Value::Map(policy), place } if !policy.is_empty() => {
            findings.extend(POLICY.wrong_keys(installation, place, policy));
            let note = |written: &[Wanted]| written.contains(&wanted[1]).then(|| of_rate_limits(params));
            findings.extend(POLICY.compare(installation, place, policy, &wanted, note));
            return findings;
        }
        InForce::Set { value: Value::Null, place } => (place, Intent::Set),
        InForce::Set { value: Value::Map(_), place } => (place, Intent::Ensure),
        InForce::Set { value, place } => {
            findings.push(POLICY.not_a_mapping(installation, place, value, &wanted));
            return findings;
        }
        InForce::Unset if !elsewhere => match answer.homes.first() {
            Some(home) => (home, Intent::Ensure),
            None => return findings,
        },
        _ => return findings,
    };
    let intents = vec![intent(place.clone(), Value::Map(entries(&wanted)))];
    let title = format!("add an allowed fails policy: {}", words(&wanted));
    let mut fix = Fix::new(installation, title, Safety::OnRequest, intents)
        .assuming(format!("{REPLACES}, and {}", of_rate_limits(params)));
    let ask = |param, what: &str, number: u32, reason: &str| Question {
        param,
        ask: format!("{what} before a cooldown?"),
        default: Value::Int(number.into()),
        reason: reason.into(),
        required: false,
    };
    let often = "a widespread value: a wrong key does not heal by waiting";
    fix.questions.push(ask("authentication", "Authentication errors", params.authentication, often));
    let off = "a widespread value, which switches this cooldown off";
    fix.questions.push(ask("rate_limit", "Rate limits", params.rate_limit, off));
    let finding = Finding::new(&META, META.id, "unset", place.clone());
    findings.push(finding.mention_comments(&answer).fix(fix));
    findings
}

/// `litellm.allowed_fails`: with this number the algorithm stays as it is.
const DEFAULT_FAILS: i128 = 3;
const COUNTS: &str =
    "any number but 3 lets plain counting replace the cooldown by failure rate, for all errors";
const REPLACES: &str = "the policy replaces the cooldown algorithm for all errors (errors it does not list cool an entry down after 3 failures, no longer by failure rate)";

fn of_rate_limits(params: &Params) -> String {
    let what = if params.rate_limit >= 1000 { "switches off" } else { "delays" };
    format!("RateLimitErrorAllowedFails {} {what} the cooldown after a 429", params.rate_limit)
}

fn cooldowns_are_off(installation: &Installation<'_>) -> bool {
    installation.configs().any(|(layer, _)| {
        let off =
            installation.section(layer, "router_settings").and_then(|node| node.get("disable_cooldowns"));
        off.is_some_and(|node| node.value(installation.reader()) == Value::Bool(true))
    })
}

fn cooldown_time(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting("cooldown_time");
    let mut findings = ignored_places(installation, &META, &answer);
    let (value, seconds) = match answer.value() {
        Some(value @ Value::Int(seconds)) => (value, *seconds as f64),
        Some(value @ Value::Float(seconds)) => (value, *seconds),
        Some(value @ Value::Str(text)) => (value, text.parse().unwrap_or(0.0)),
        _ => return findings,
    };
    let Some(place) = answer.place().filter(|_| seconds > f64::from(params.cooldown_time)) else {
        return findings;
    };
    let wanted = params.cooldown_time;
    let finding = Finding::new(&META, "cooldown_time", "too_long", place.clone())
        .title(format!("`cooldown_time` is {}; {wanted} is recommended", shown(value)))
        .why("an entry that cools down takes no requests, however soon it is well again");
    let writable = matches!(place.at, At::Yaml { .. }) && answer.homes.contains(place);
    findings.push(if writable {
        let intent = Intent::Set(place.clone(), Value::Int(wanted.into()));
        let title = format!("set cooldown_time to {wanted}");
        finding.fix(Fix::new(installation, title, Safety::OnRequest, vec![intent]))
    } else {
        finding.advice(format!("set it to {wanted} there"), Vec::new(), "")
    });
    findings
}

/// The number that LiteLLM counts by, where it does: any but its default replaces the cooldown algorithm. `alone` says that no policy does so anyway.
fn allowed_fails(installation: &Installation<'_>, alone: bool) -> Vec<Finding> {
    let answer = installation.setting("allowed_fails");
    let default = Value::Int(DEFAULT_FAILS);
    let mut findings = ignored_places(installation, &META, &answer);
    // Where it is ignored, the default is what holds anyway.
    findings.retain(|finding| installation.value_at(&finding.place).as_ref() != Some(&default));
    for finding in &mut findings {
        finding.severity = Severity::Low;
        if let Remedy::Fix(fix) = &mut finding.remedy {
            fix.safety = fix.safety.max(Safety::OnRequest);
            fix.assumptions.push(COUNTS.into());
        }
    }
    let differs = answer.value().filter(|value| **value != default && **value != Value::Null);
    if let (Some(value), Some(place), true) = (differs, answer.place(), alone) {
        let finding = Finding::new(&META, "allowed_fails", "counts", place.clone())
            .title(format!("`allowed_fails` is {}: {COUNTS}", shown(value)))
            .why("by default an entry cools down at its first rate limit, and otherwise when more than half of its requests fail");
        let text = "keep it if plain counting is meant; else remove it, or write 3, which changes nothing";
        findings.push(finding.advice(text, Vec::new(), ""));
    }
    findings
}

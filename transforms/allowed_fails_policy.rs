//! `router_settings.allowed_fails_policy` decides how many errors of a kind an entry may have before it cools down.

use serde::{Deserialize, Serialize};

use crate::document::Value;
use crate::plan::build::{cannot_tell, goes_in, ignored_places, shown, yaml_lines};
use crate::plan::policy::{Policy, PolicyKey, Wanted, entries, words};
use crate::plan::{Area, Finding, Fix, Intent, Meta, Params as Parameters, Question, Safety, Severity};
use crate::project::{At, InForce, Installation, Version};

mod counting;

use counting::{allowed_fails, empty, of_entries};

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
    findings.extend(of_entries(installation));
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
        InForce::Set { value: Value::Map(_), place } => {
            findings.push(empty(place));
            return findings;
        }
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
    if let Some(place) = answer.place().filter(|_| seconds == 0.0 && *value == Value::Int(0)) {
        let finding = Finding::new(&META, "cooldown_time", "zero", place.clone())
            .title("`cooldown_time` is 0, which LiteLLM takes for the default: 5 seconds")
            .why("an explicit 0 counts as not set");
        let lines = yaml_lines("router_settings", &[("disable_cooldowns".into(), Value::Bool(true))]);
        let text = "remove it; where no cooldown is meant, this is what LiteLLM reads";
        findings.push(finding.advice(text, lines, goes_in(installation, "router_settings")));
    }
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

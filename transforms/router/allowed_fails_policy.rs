//! `router_settings.allowed_fails_policy` decides how many errors of a kind an entry may have before it cools down.

use serde::Deserialize;

use crate::plan::build::{cannot_tell, ineffective_places};
use crate::plan::policy::{Expected, Policy, PolicyKey, Vacancy};
use crate::plan::{Area, Finding, Meta, Parameter, Severity};
use crate::project::{Installation, Version};

mod cooldown;
mod counting;
mod names;
mod replaced;

use cooldown::{are_off, cooldown_time};
use counting::{allowed_fails, empty, of_entries};
use names::shared;
use replaced::{activated, of_rate_limits, unset};

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
    of_params: &["AuthenticationErrorAllowedFails", "RateLimitErrorAllowedFails"],
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
    let note = |written: &[Expected]| written.contains(&expected[1]).then(|| of_rate_limits(params));
    findings.extend(POLICY.judge(installation, &answer, &expected, note));
    if let Some(empty) = empty(&answer) {
        findings.push(empty);
        return findings;
    }
    // A single entry of a name is not cooled down by a rate limit, and with a policy it may be by other errors.
    let brings = !shared.is_empty() && (!answer.is_unset() || !elsewhere);
    if let Some(vacancy) = Vacancy::of(&answer).filter(|_| brings) {
        let finding = unset(installation, params, &vacancy, &expected, &shared);
        findings.push(finding.mention_comments(&answer));
    }
    findings
}

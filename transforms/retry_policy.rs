//! Without `router_settings.retry_policy` every retryable error gets the same number of retries.

use serde::{Deserialize, Serialize};

use crate::document::Value;
use crate::plan::build::{cannot_tell, goes_in, ignored_places};
use crate::plan::policy::{Policy, PolicyKey, Wanted, entries, words};
use crate::plan::{Area, Finding, Fix, Intent, Meta, Params as Parameters, Question, Severity};
use crate::project::{InForce, Installation, Place, Version};

mod groups;
mod numbers;

pub const META: Meta = Meta {
    id: "retry_policy",
    title: "no retry policy: every retryable error gets num_retries (2), whatever it is",
    why: "timeouts and rate limits are worth more retries than errors that repeat",
    severity: Severity::Medium,
    gap: "retries by kind of error",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; keys newer than the version are not written",
    settings: &["retry_policy", "model_group_retry_policy", "num_retries"],
    weights: &[(Area::Reliability, 3), (Area::Latency, 1)],
    aliases: &[],
};

const KEYS: &[PolicyKey] = &[
    PolicyKey::always("BadRequestErrorRetries"),
    PolicyKey::always("AuthenticationErrorRetries"),
    PolicyKey::always("TimeoutErrorRetries"),
    PolicyKey::always("RateLimitErrorRetries"),
    PolicyKey::always("ContentPolicyViolationErrorRetries"),
    PolicyKey("InternalServerErrorRetries", Version(1, 101, 0)),
    PolicyKey("ServiceUnavailableErrorRetries", Version(1, 101, 0)),
    PolicyKey("DefaultRetries", Version(1, 101, 0)),
    PolicyKey("NotFoundErrorRetries", Version(1, 104, 0)),
];
const POLICY: Policy = Policy { meta: &META, setting: META.id, keys: KEYS };
const OF_GROUPS: Policy = Policy { meta: &META, setting: "model_group_retry_policy", keys: KEYS };

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// Retries after a timeout.
    pub timeout: u32,
    /// Retries after a rate limit (429).
    pub rate_limit: u32,
    /// Retries after an authentication error (401, 403), where every model group has a single entry.
    pub authentication: u32,
    /// Retries after a content policy violation, where every model group has a single entry.
    pub content_policy: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self { timeout: 3, rate_limit: 5, authentication: 0, content_policy: 0 }
    }
}

impl Parameters for Params {
    fn check(&self) -> Result<(), String> {
        match [self.timeout, self.rate_limit, self.authentication, self.content_policy].iter().max() {
            Some(11..) => Err("retries must be from 0 to 10".into()),
            _ => Ok(()),
        }
    }
}

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ignored_places(installation, &META, &answer);
    let note = effects(installation);
    POLICY.mend_moved(installation, &mut findings, &note);
    findings.extend(groups::findings(installation, answer.value()));
    findings.extend(groups::of_entries(installation));
    findings.extend(numbers::findings(installation));
    let elsewhere = findings.iter().any(|finding| finding.setting == META.id);
    let mut wanted: Vec<Wanted> =
        vec![("TimeoutErrorRetries", params.timeout), ("RateLimitErrorRetries", params.rate_limit)];
    let zeros = [
        ("AuthenticationErrorRetries", params.authentication),
        ("ContentPolicyViolationErrorRetries", params.content_policy),
    ];
    let several = several_entries(installation);
    if several.is_none() {
        wanted.extend(zeros);
    }
    let goes = goes_in(installation, "router_settings");
    if let Some(hidden) = cannot_tell(&META, installation, &answer, POLICY.lines(&wanted), goes.clone()) {
        findings.push(hidden);
        return findings;
    }
    let (place, policy) = match &answer.in_force {
        InForce::Set { value: Value::Map(policy), place } if !policy.is_empty() => {
            findings.extend(POLICY.wrong_keys(installation, place, policy));
            findings.extend(POLICY.compare(installation, place, policy, &wanted, |_| Some(note.clone())));
            (place.clone(), policy.as_slice())
        }
        InForce::Set { value: value @ (Value::Null | Value::Map(_)), place } => {
            findings.push(unset(installation, params, place, *value == Value::Null, &wanted, note));
            (place.clone(), [].as_slice())
        }
        InForce::Set { value, place } => {
            findings.push(POLICY.not_a_mapping(installation, place, value, &wanted));
            return findings;
        }
        InForce::Unset if !elsewhere => {
            let Some(home) = answer.homes.first() else { return findings };
            let finding = unset(installation, params, home, false, &wanted, note);
            findings.push(finding.mention_comments(&answer));
            (home.clone(), [].as_slice())
        }
        _ => return findings,
    };
    if let Some(several) = several.filter(|_| !policy.is_empty() || !numbers::off(installation)) {
        findings.extend(left_to_the_user(&place, policy, &zeros, &several, goes));
    }
    findings
}

fn unset(
    installation: &Installation<'_>,
    params: &Params,
    place: &Place,
    null: bool,
    wanted: &[Wanted],
    note: String,
) -> Finding {
    let value = Value::Map(entries(wanted));
    let intent = if null { Intent::Set } else { Intent::Ensure }(place.clone(), value);
    let title = format!("add a retry policy: {}", words(wanted));
    let (finding, safety) = numbers::without_policy(installation, place);
    let mut fix = Fix::new(installation, title, safety, vec![intent]).assuming(note);
    let ask = |param, what: &str, number: u32| Question {
        param,
        ask: format!("Retries after a {what}?"),
        default: Value::Int(number.into()),
        reason: "the example of LiteLLM's reliability page".into(),
        required: false,
    };
    fix.questions.push(ask("timeout", "timeout", params.timeout));
    fix.questions.push(ask("rate_limit", "rate limit", params.rate_limit));
    finding.fix(fix)
}

/// Why authentication errors may be worth a retry here: groups in which a sibling may have a good key, as a clause.
fn several_entries(installation: &Installation<'_>) -> Option<String> {
    let groups = installation.model_groups();
    let several: Vec<String> =
        groups.iter().filter(|group| group.entries > 1).map(|group| format!("`{}`", group.name)).collect();
    if !several.is_empty() {
        Some(format!("several entries share the name {}", several.join(", ")))
    } else if installation.has_wildcards() {
        Some("wildcard names may match several entries".into())
    } else if groups.is_empty() || installation.stored_in_database().is_some() {
        Some("not all models stand in these files".into())
    } else {
        None
    }
}

fn effects(installation: &Installation<'_>) -> String {
    let mut text = "the errors listed get these numbers instead of num_retries".to_owned();
    if let Some(several) = several_entries(installation) {
        text += &format!("; {several}");
    }
    let fallbacks = installation.groups_with_fallbacks();
    if !fallbacks.is_empty() {
        text += &format!("; rate limits are now retried before the fallbacks of {}", fallbacks.join(", "));
    }
    if !installation.setting("model_group_retry_policy").is_unset() {
        text += "; groups with a policy in model_group_retry_policy keep theirs";
    }
    text
}

/// The keys that are advice where a group has several entries, and the zero that ends the failover there.
fn left_to_the_user(
    place: &Place,
    policy: &[(String, Value)],
    zeros: &[Wanted],
    several: &str,
    goes: String,
) -> Option<Finding> {
    let has = |key: &str| policy.iter().find(|(written, _)| written == key).map(|(_, value)| value);
    if has("AuthenticationErrorRetries") == Some(&Value::Int(0)) {
        let finding =
            Finding::new(&META, META.id, "ends_failover", place.child("AuthenticationErrorRetries"))
                .title(format!("`AuthenticationErrorRetries` is 0, and {several}"))
                .why("an authentication error is then not retried on a sibling that has a good key");
        return Some(finding.advice("remove it, unless all entries share one key", Vec::new(), ""));
    }
    let open: Vec<Wanted> = zeros.iter().filter(|(key, _)| has(key).is_none()).copied().collect();
    let finding = Finding::new(&META, META.id, "failover", place.clone())
        .severity(Severity::Low)
        .title(format!("left to you: {}, since {several}", words(&open)))
        .why("a 0 for authentication errors ends the failover to a sibling with a good key");
    let text = "add what fits: 0 saves useless retries only where no sibling can answer instead";
    (!open.is_empty()).then(|| finding.advice(text, POLICY.lines(&open), goes))
}

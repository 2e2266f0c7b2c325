//! Without `router_settings.retry_policy` every retryable error gets the same number of retries.

use serde::Deserialize;

use crate::document::Value;
use crate::plan::build::{cannot_tell, ineffective_places, named};
use crate::plan::policy::{Expected, Policy, PolicyKey, entries, words};
use crate::plan::{Area, Finding, Fix, Intent, Meta, Parameter, Question, Severity};
use crate::project::{Effective, Installation, Place, Version};

mod groups;
mod numbers;

pub const META: Meta = Meta {
    id: "retry_policy",
    title: "every retryable error gets 2 retries (num_retries): retry_policy is not set",
    why: "timeouts and rate limits deserve more retries than errors that will only repeat",
    severity: Severity::Medium,
    worst: Severity::Critical,
    gap: "retries by kind of error",
    files: "config.yaml, Helm values, ConfigMaps",
    versions: "all; keys newer than the version are not written",
    settings: &["retry_policy", "model_group_retry_policy", "num_retries"],
    params: &[
        Parameter::number("timeout", 3, (0, 10), "`TimeoutErrorRetries`"),
        Parameter::number("rate_limit", 5, (0, 10), "`RateLimitErrorRetries`"),
        Parameter::number(
            "authentication",
            0,
            (0, 10),
            "`AuthenticationErrorRetries`, where every group has a single entry",
        ),
        Parameter::number(
            "content_policy",
            0,
            (0, 10),
            "`ContentPolicyViolationErrorRetries`, where every group has a single entry",
        ),
    ],
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
const POLICY: Policy = policy(META.id);
const OF_GROUPS: Policy = policy("model_group_retry_policy");

const fn policy(setting: &'static str) -> Policy {
    Policy { meta: &META, setting, keys: KEYS, instead: ("num_retries", "2"), zero_since: None }
}

#[derive(Debug, Deserialize)]
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

/// The keys that bring something here, with their numbers.
struct Numbers {
    expected: Vec<Expected>,
    /// Keys that are left out, and why, as a sentence.
    left_out: Vec<String>,
}

impl Numbers {
    /// Rate limits are not retried before fallbacks: `tests/litellm` style runs against a provider that answers 429 took 17 s instead of
    /// 0.2 s until the fallback answered (two entries), 25 s instead of 4.5 s (one).
    fn of(installation: &Installation<'_>, params: &Params) -> Self {
        let mut numbers =
            Self { expected: vec![("TimeoutErrorRetries", params.timeout)], left_out: Vec::new() };
        let fallbacks = installation.groups_with_fallbacks();
        if fallbacks.is_empty() {
            numbers.expected.push(("RateLimitErrorRetries", params.rate_limit));
        } else {
            if numbers::chosen(installation).is_some_and(|chosen| chosen < params.timeout.into()) {
                numbers.expected.clear();
            }
            numbers.left_out.push(format!(
                "RateLimitErrorRetries is left out: retries of rate limits would delay the fallbacks of {} by seconds",
                named(&fallbacks)
            ));
        }
        let zeros = [
            ("AuthenticationErrorRetries", params.authentication),
            ("ContentPolicyViolationErrorRetries", params.content_policy),
        ];
        match several_entries(installation) {
            None => numbers.expected.extend(zeros),
            Some(several) => numbers.left_out.push(format!(
                "AuthenticationErrorRetries and ContentPolicyViolationErrorRetries are left out: {several}, and a 0 would end the failover to one that has a good key"
            )),
        }
        numbers
    }

    /// Whether any of them is more than a zero for what is not retried anyway.
    fn bring_retries(&self) -> bool {
        self.expected.iter().any(|(key, _)| KEYS_OF_PARAMS[..2].contains(key))
    }

    /// Those that the user said, in the preferences or as an answer.
    fn said(&self) -> Vec<Expected> {
        let names = KEYS_OF_PARAMS.iter().zip(META.params);
        let is_usual =
            |one: &Expected| names.clone().any(|(key, param)| *key == one.0 && param.recommends(one.1));
        self.expected.iter().filter(|one| !is_usual(one)).copied().collect()
    }
}

/// The keys that the parameters are for, in their order.
const KEYS_OF_PARAMS: [&str; 4] = [
    "TimeoutErrorRetries",
    "RateLimitErrorRetries",
    "AuthenticationErrorRetries",
    "ContentPolicyViolationErrorRetries",
];

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    POLICY.mend_moved(installation, &mut findings, &effects(installation));
    findings.extend(groups::findings(installation, answer.value()));
    findings.extend(groups::of_entries(installation));
    findings.extend(numbers::findings(installation));
    let elsewhere = findings.iter().any(|finding| finding.setting == META.id);
    let numbers = Numbers::of(installation, params);
    let lines = POLICY.lines(installation, &numbers.expected);
    if let Some(hidden) = cannot_tell(&META, installation, &answer, lines) {
        findings.push(hidden);
        return findings;
    }
    match &answer.effective {
        Effective::Set { value: Value::Map(policy), place } if !policy.is_empty() => {
            findings.extend(POLICY.wrong_keys(installation, place, policy));
            let note = |_: &[Expected]| Some(effects(installation));
            findings.extend(POLICY.compare(installation, place, policy, &numbers.said(), note));
            findings.extend(ends_failover(installation, place, policy));
        }
        Effective::Set { value: Value::Map(_), place } => {
            findings.push(unset(installation, params, place, Intent::Ensure, numbers));
        }
        Effective::Set { value: Value::Null, place } => {
            findings.push(unset(installation, params, place, Intent::Set, numbers));
        }
        Effective::Set { value, place } => {
            findings.push(POLICY.not_a_mapping(installation, place, value, &numbers.expected));
        }
        Effective::Unset if !elsewhere => {
            if let Some(home) = answer.homes.first().filter(|_| numbers.bring_retries()) {
                let finding = unset(installation, params, home, Intent::Ensure, numbers);
                findings.push(finding.mention_comments(&answer));
            }
        }
        _ => {}
    }
    findings
}

fn unset(
    installation: &Installation<'_>,
    params: &Params,
    place: &Place,
    intent: fn(Place, Value) -> Intent,
    numbers: Numbers,
) -> Finding {
    let (finding, safety) = numbers::without_policy(installation, place);
    let finding = if numbers.left_out.is_empty() || installation.groups_with_fallbacks().is_empty() {
        finding
    } else {
        // What answers when retries fail is there already.
        finding.offer()
    };
    let intents = vec![intent(place.clone(), Value::Map(entries(&numbers.expected)))];
    let title = format!("add a retry policy: {}", words(&numbers.expected));
    let mut fix = Fix::new(installation, title, safety, intents).assuming(REPLACES);
    fix.assumptions.extend(numbers::raised(installation, &numbers.expected));
    fix.assumptions.extend(numbers.left_out);
    let asks = [("timeout", "timeout", params.timeout), ("rate_limit", "rate limit", params.rate_limit)];
    for ((param, what, number), key) in asks.into_iter().zip(KEYS_OF_PARAMS) {
        if numbers.expected.iter().any(|(expected, _)| *expected == key) {
            fix.questions.push(Question::new(
                param,
                format!("Retries after a {what}?"),
                number,
                "the example on LiteLLM's reliability page",
            ));
        }
    }
    finding.fix(fix)
}

const REPLACES: &str = "the errors listed get these numbers instead of num_retries";

/// Why authentication errors may be worth a retry here: groups in which a sibling may have a good key, as a clause.
fn several_entries(installation: &Installation<'_>) -> Option<String> {
    let several = shared_names(installation);
    if !several.is_empty() {
        Some(format!("several entries share the name {}", named(&several)))
    } else if installation.has_wildcards() {
        Some("wildcard names may match several entries".into())
    } else if installation.model_groups().is_empty() || installation.has_unseen_models() {
        Some("not all models are in these files".into())
    } else {
        None
    }
}

/// The names that several entries of model_list share.
fn shared_names(installation: &Installation<'_>) -> Vec<String> {
    let groups = installation.model_groups().into_iter();
    groups.filter(|group| group.entries > 1).map(|group| group.name).collect()
}

/// What a policy does that a move or a rename puts in force.
fn effects(installation: &Installation<'_>) -> String {
    let mut text = REPLACES.to_owned();
    let fallbacks = installation.groups_with_fallbacks();
    if !fallbacks.is_empty() {
        text += &format!(
            "; rate limits that it lists are retried before the fallbacks of {} answer, which takes seconds each",
            named(&fallbacks)
        );
    }
    if !installation.setting("model_group_retry_policy").is_unset() {
        text += "; groups with a policy in model_group_retry_policy keep theirs";
    }
    text
}

/// The zero that ends the failover where a sibling may have a good key.
fn ends_failover(
    installation: &Installation<'_>,
    place: &Place,
    policy: &[(String, Value)],
) -> Option<Finding> {
    const KEY: &str = "AuthenticationErrorRetries";
    let zero =
        policy.iter().rev().find(|(key, _)| key == KEY).is_some_and(|(_, value)| *value == Value::Int(0));
    let with_fallbacks = installation.groups_with_fallbacks();
    // A sibling with the same key is refused likewise.
    let groups = installation.model_groups().into_iter().filter(|group| group.keys.len() > 1);
    let mut shared: Vec<String> = groups.map(|group| group.name).collect();
    shared.retain(|name| !with_fallbacks.contains(name));
    if installation.has_default_fallbacks() {
        return None;
    }
    let finding = Finding::new(&META, META.id, "ends_failover", place.child(KEY))
        .title(format!("`{KEY}` is 0, and entries with several keys share the name {}", named(&shared)))
        .why("if one of them has a bad key, the request fails instead of going to another")
        .severity(Severity::Low)
        .advice("remove it, unless all entries share one key");
    (zero && !shared.is_empty()).then_some(finding)
}

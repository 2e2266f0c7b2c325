//! Without `router_settings.retry_policy` every retryable error gets the same number of retries.

use serde::Deserialize;

use crate::plan::build::{cannot_tell, ineffective_places};
use crate::plan::policy::{Expected, Vacancy, words};
use crate::plan::{Area, Finding, Fix, Meta, Parameter, Question, Severity};
use crate::project::Installation;

mod chosen;
mod failover;
mod groups;
mod keys;
mod num_retries;
mod recommended;

use failover::{REPLACES, effects};
use keys::{KEYS_OF_PARAMS, POLICY};
use recommended::Numbers;

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

pub fn assess(installation: &Installation<'_>, params: &Params) -> Vec<Finding> {
    let answer = installation.setting(META.id);
    let mut findings = ineffective_places(installation, &META, &answer);
    POLICY.mend_moved(installation, &mut findings, &effects(installation));
    findings.extend(groups::findings(installation, answer.value()));
    findings.extend(groups::of_entries(installation));
    findings.extend(num_retries::findings(installation));
    let elsewhere = findings.iter().any(|finding| finding.setting == META.id);
    let numbers = Numbers::of(installation, params);
    let lines = POLICY.lines(installation, &numbers.expected);
    if let Some(hidden) = cannot_tell(&META, installation, &answer, lines) {
        findings.push(hidden);
        return findings;
    }
    let note = |_: &[Expected]| Some(effects(installation));
    findings.extend(POLICY.judge(installation, &answer, &numbers.expected, note));
    findings.extend(failover::ends_failover(installation, &answer));
    let brings = !answer.is_unset() || (!elsewhere && numbers.bring_retries());
    if let Some(vacancy) = Vacancy::of(&answer).filter(|_| brings) {
        let finding = unset(installation, params, &vacancy, numbers);
        findings.push(if answer.is_unset() { finding.mention_comments(&answer) } else { finding });
    }
    findings
}

fn unset(
    installation: &Installation<'_>,
    params: &Params,
    vacancy: &Vacancy<'_>,
    numbers: Numbers,
) -> Finding {
    let (finding, safety) = chosen::without_policy(installation, vacancy.place);
    let finding = if numbers.left_out.is_empty() || installation.groups_with_fallbacks().is_empty() {
        finding
    } else {
        // What answers when retries fail is there already.
        finding.offer()
    };
    let intents = vacancy.filled(&numbers.expected);
    let title = format!("add a retry policy: {}", words(&numbers.expected));
    let mut fix = Fix::new(installation, title, safety, intents).assuming(REPLACES);
    fix.assumptions.extend(chosen::raised(installation, &numbers.expected));
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

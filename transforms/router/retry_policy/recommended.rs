//! The numbers of retries that bring something here, and why others are left out.

use super::failover::several_entries;
use super::keys::KEYS_OF_PARAMS;
use super::{Params, chosen};
use crate::plan::build::named;
use crate::plan::policy::Expected;
use crate::project::Installation;

/// The keys that bring something here, with their numbers.
pub struct Numbers {
    pub expected: Vec<Expected>,
    /// Keys that are left out, and why, as a sentence.
    pub left_out: Vec<String>,
}

impl Numbers {
    /// Rate limits are not retried before fallbacks: `tests/litellm` style runs against a provider that answers 429 took 17 s instead of
    /// 0.2 s until the fallback answered (two entries), 25 s instead of 4.5 s (one).
    pub fn of(installation: &Installation<'_>, params: &Params) -> Self {
        let mut numbers =
            Self { expected: vec![("TimeoutErrorRetries", params.timeout)], left_out: Vec::new() };
        let fallbacks = installation.groups_with_fallbacks();
        if fallbacks.is_empty() {
            numbers.expected.push(("RateLimitErrorRetries", params.rate_limit));
        } else {
            if chosen::number(installation).is_some_and(|chosen| chosen < params.timeout.into()) {
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
    pub fn bring_retries(&self) -> bool {
        self.expected.iter().any(|(key, _)| KEYS_OF_PARAMS[..2].contains(key))
    }
}

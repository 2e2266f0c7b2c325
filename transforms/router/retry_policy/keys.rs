//! The keys of a retry policy: that of the router, and those of single groups.

use super::META;
use crate::plan::policy::{Policy, PolicyKey};
use crate::project::Version;

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
pub const POLICY: Policy = policy(META.id);
pub const OF_GROUPS: Policy = policy("model_group_retry_policy");

const fn policy(setting: &'static str) -> Policy {
    Policy {
        meta: &META,
        setting,
        keys: KEYS,
        of_params: &KEYS_OF_PARAMS,
        instead: ("num_retries", "2"),
        zero_since: None,
    }
}

/// The keys that the parameters are for, in their order.
pub const KEYS_OF_PARAMS: [&str; 4] = [
    "TimeoutErrorRetries",
    "RateLimitErrorRetries",
    "AuthenticationErrorRetries",
    "ContentPolicyViolationErrorRetries",
];

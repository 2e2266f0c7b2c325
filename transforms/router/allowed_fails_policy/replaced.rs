//! What a policy puts in the place of the cooldown by failure rate, and the fix that adds one.

use super::cooldown::seconds_of_rest;
use super::names::alone;
use super::{META, Params};
use crate::plan::build::named;
use crate::plan::policy::{Expected, Vacancy, words};
use crate::plan::{Finding, Fix, Question, Safety};
use crate::project::Installation;

const REPLACES: &str = "the policy replaces the cooldown algorithm for all errors (for errors it does not list, an entry goes into cooldown after 3 failures, no longer by failure rate)";

/// Where no policy is set: what the first rate limit does, and the policy.
pub fn unset(
    installation: &Installation<'_>,
    params: &Params,
    vacancy: &Vacancy<'_>,
    expected: &[Expected],
    shared: &[String],
) -> Finding {
    let title = format!("add an allowed fails policy: {}", words(expected));
    let mut fix = Fix::new(installation, title, Safety::OnRequest, vacancy.filled(expected))
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
    Finding::new(&META, META.id, "unset", vacancy.place.clone())
        .title(format!(
            "the first rate limit puts an entry of {} into cooldown for {} s: allowed_fails_policy is not set",
            named(shared),
            seconds_of_rest(installation)
        ))
        .production_default(installation)
        .fix(fix)
}

/// What a policy does that a move or a rename puts in force.
pub fn activated(shared: &[String]) -> String {
    if shared.is_empty() {
        format!("{REPLACES}; no name here has several entries, so a cooldown leaves none")
    } else {
        REPLACES.to_owned()
    }
}

pub fn of_rate_limits(params: &Params) -> String {
    let what = if params.rate_limit >= 1000 { "turns off" } else { "delays" };
    format!("RateLimitErrorAllowedFails {} {what} the cooldown after a 429", params.rate_limit)
}

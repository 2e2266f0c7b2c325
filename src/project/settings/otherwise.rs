//! What values do that a place does not take, or takes as something else than they look.
//!
//! `tests/litellm/values.rs` runs the real proxy with a pool of values at each of these places, and finds this.

use super::super::version::Running;
use super::Versions;
use super::values::Effect::{As, FailsRefused, FailsRequests, Nothing, StopsLoad, StopsWithDatabase, Taken};
use super::values::Form::{
    self, Bool, Duration, Empty, Fraction, List, Map, Null, Number, QuotedBool, QuotedNumber, Text,
};
use super::values::{Effect, Otherwise, before, from, narrowed};

const ALL: Versions = Versions::ALL;
/// Every text.
const TEXTS: &[Form] = &[Empty, Text, Duration, QuotedBool, QuotedNumber];
/// Everything but a boolean.
const NO_BOOL: &[Form] = &[Empty, Text, Duration, QuotedBool, QuotedNumber, Number, Fraction, List, Map];
/// Texts that are no number, and a list.
const NO_NUMBER: &[Form] = &[Text, Duration, QuotedBool, List];
/// What cannot be walked over as a list.
const NO_ITEMS: &[Form] = &[Bool, Number, Fraction];
const NO_ITEMS_OR_NULL: &[Form] = &[Null, Bool, Number, Fraction];
const NO_STRATEGY: &[Form] = &[Empty, Duration, QuotedBool, QuotedNumber, Bool, Number, Fraction, List, Map];
const NO_URL: &[Form] = &[Duration, QuotedBool, QuotedNumber, Bool, Number, Fraction, List, Map];
const NO_FALLBACKS: &[Form] = &[Text, Duration, QuotedBool, QuotedNumber, Bool, Number, Fraction];
const NO_JOB: &[Form] = &[Null, Empty, Text, Duration, QuotedBool, QuotedNumber, List, Map];
const ROUTER: &str = "router_settings";
const LITELLM: &str = "litellm_settings";
const GENERAL: &str = "general_settings";
const NO_HEALTH_CHECKS: Effect = As("no interval, and background health checks do not run");

const fn rule(
    section: &'static str,
    keys: &'static [&'static str],
    forms: &'static [Form],
    effect: Effect,
    versions: Versions,
) -> Otherwise {
    Otherwise { section, keys, forms, effect, versions }
}

/// The rules; of several for the same place and form, the first that may hold.
pub static RULES: &[Otherwise] = &[
    // The client of the provider wants a number, and makes one of a text that is one.
    rule(ROUTER, &["timeout", "stream_timeout"], &[QuotedNumber, Empty], Taken, ALL),
    rule(ROUTER, &["timeout", "stream_timeout"], NO_NUMBER, FailsRequests, ALL),
    rule(LITELLM, &["request_timeout"], &[QuotedNumber], Taken, ALL),
    rule(LITELLM, &["request_timeout"], &[Empty, Text, Duration, QuotedBool, List], FailsRequests, ALL),
    rule(LITELLM, &["request_timeout"], &[Null], FailsRequests, from(1, 91, 0)),
    rule(ROUTER, &["cooldown_time"], TEXTS, Nothing, before(1, 110, 0)),
    rule(ROUTER, &["cooldown_time"], &[QuotedNumber], Taken, from(1, 110, 0)),
    rule(ROUTER, &["cooldown_time"], &[Bool], StopsLoad, from(1, 110, 0)),
    rule(ROUTER, &["num_retries"], TEXTS, FailsRefused, before(1, 110, 0)),
    rule(LITELLM, &["num_retries"], TEXTS, FailsRefused, before(1, 110, 0)),
    rule(ROUTER, &["num_retries"], &[QuotedNumber], Taken, from(1, 110, 0)),
    rule(LITELLM, &["num_retries"], &[QuotedNumber], Taken, from(1, 110, 0)),
    rule(ROUTER, &["routing_strategy"], NO_STRATEGY, StopsLoad, ALL),
    rule(ROUTER, &["routing_strategy"], &[Null], FailsRequests, ALL),
    rule(ROUTER, &["disable_cooldowns"], TEXTS, As("true, whatever it says"), ALL),
    rule(ROUTER, &["redis_url"], NO_URL, StopsLoad, ALL),
    rule(
        ROUTER,
        &["default_fallbacks"],
        &[Text, Duration, QuotedBool, QuotedNumber],
        StopsLoad,
        from(1, 109, 0),
    ),
    rule(LITELLM, &["default_fallbacks"], TEXTS, StopsLoad, from(1, 109, 0)),
    rule(ROUTER, &["default_fallbacks"], NO_ITEMS, FailsRefused, ALL),
    rule(LITELLM, &["default_fallbacks"], NO_ITEMS, FailsRefused, ALL),
    rule(LITELLM, &["fallbacks", "content_policy_fallbacks"], NO_FALLBACKS, StopsLoad, ALL),
    rule(LITELLM, &["context_window_fallbacks"], NO_ITEMS, StopsLoad, ALL),
    // LiteLLM takes what is not a boolean for the cache itself, and asks it for answers.
    rule(LITELLM, &["cache"], NO_BOOL, FailsRequests, ALL),
    rule(LITELLM, &["cache_params.type"], &[Null, Empty, Bool, Number, Fraction, List, Map], StopsLoad, ALL),
    rule(
        LITELLM,
        &["callbacks"],
        &[Null, Empty, Text, Duration, QuotedBool, QuotedNumber, Bool, Number, Fraction],
        StopsLoad,
        ALL,
    ),
    rule(
        LITELLM,
        &["success_callback", "failure_callback", "service_callback"],
        NO_ITEMS_OR_NULL,
        StopsLoad,
        ALL,
    ),
    // Each letter counts as the name of a callback.
    rule(LITELLM, &["success_callback", "failure_callback", "service_callback"], TEXTS, Nothing, ALL),
    rule(GENERAL, &["alerting"], NO_ITEMS, StopsLoad, ALL),
    rule(GENERAL, &["master_key"], &[Bool, Number, Fraction, List], StopsLoad, ALL),
    rule(GENERAL, &["database_lock_timeout", "database_statement_timeout"], &[QuotedNumber], Taken, ALL),
    rule(GENERAL, &["database_lock_timeout", "database_statement_timeout"], NO_NUMBER, StopsLoad, ALL),
    rule(GENERAL, &["proxy_batch_write_at"], NO_JOB, StopsWithDatabase, ALL),
    // The client of Redis makes a number of a text.
    rule(ROUTER, &["redis_port", "redis_db", "cache_kwargs.db"], &[QuotedNumber], Taken, ALL),
    rule(LITELLM, &["cache_params.port", "cache_params.db"], &[QuotedNumber], Taken, ALL),
    rule(GENERAL, &["coordination_redis.port", "coordination_redis.db"], &[QuotedNumber], Taken, ALL),
    // The loop ends unless the interval is a whole number above zero.
    rule(GENERAL, &["health_check_interval"], TEXTS, NO_HEALTH_CHECKS, ALL),
    rule(GENERAL, &["health_check_interval"], &[Null, Fraction, List, Map], NO_HEALTH_CHECKS, ALL),
    // Compared with the boolean false alone.
    rule(GENERAL, &["disable_spend_logs"], TEXTS, As("true, whatever it says"), ALL),
    // Compared with the boolean true alone.
    rule(GENERAL, &["disable_error_logs"], TEXTS, Nothing, before(1, 110, 0)),
    rule(GENERAL, &["disable_spend_updates"], TEXTS, Nothing, ALL),
];

/// What values of a form do at a place, and in which of the releases that may run; `None` where that is not known.
pub(super) fn find(section: &str, key: &str, form: Form, running: &Running) -> Option<(Effect, Versions)> {
    RULES.iter().find_map(|rule| {
        let place = rule.section == section && rule.keys.contains(&key) && rule.forms.contains(&form);
        place.then(|| narrowed(rule.versions, running).map(|versions| (rule.effect, versions))).flatten()
    })
}

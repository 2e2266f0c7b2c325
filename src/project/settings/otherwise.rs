//! What values do that a place does not take, or takes as something else than they look.
//!
//! `tests/litellm/values.rs` runs the real proxy with a pool of values at each of these places, and finds this; `tests/litellm/stops.rs` finds
//! the same of the load, for the places that need a Redis or a database too.

use super::Versions;
use super::values::Effect::{
    As, FailsRefused, FailsRequests, FailsStreams, Nothing, StopsLoad, StopsStart, StopsWithDatabase, Taken,
};
use super::values::Form::{
    self, Bool, Duration, Empty, EmptyList, False, Fraction, List, Map, Null, Number, QuotedBool,
    QuotedNumber, Text,
};
use super::values::{Effect, Otherwise, before, from, narrowed};
use crate::project::settings::version::Running;

const ALL: Versions = Versions::ALL;
/// Every text.
const TEXTS: &[Form] = &[Empty, Text, Duration, QuotedBool, QuotedNumber];
/// Texts that are no number, and what is neither text nor number.
const NO_NUMBER: &[Form] = &[Text, Duration, QuotedBool, List, Map];
/// Everything but a boolean.
const NO_BOOL: &[Form] =
    &[Empty, Text, Duration, QuotedBool, QuotedNumber, Number, Fraction, List, EmptyList, Map];
/// What cannot be walked over as a list.
const NO_ITEMS: &[Form] = &[Bool, Number, Fraction];
const NO_LIST: &[Form] =
    &[Null, Empty, Text, Duration, QuotedBool, QuotedNumber, Number, Fraction, Bool, False, Map];
const NO_NAME: &[Form] =
    &[Empty, Duration, QuotedBool, QuotedNumber, Number, Fraction, Bool, False, List, EmptyList, Map];
const NO_COUNT: &[Form] = &[Empty, Text, Duration, QuotedBool, QuotedNumber, Fraction, List, EmptyList, Map];
/// Everything but a mapping, and nothing.
const NO_MAP: &[Form] =
    &[Empty, Text, Duration, QuotedBool, QuotedNumber, Number, Fraction, Bool, False, List, EmptyList];
const NO_URL: &[Form] = &[Duration, QuotedBool, QuotedNumber, Bool, Number, Fraction, List, Map];
const NO_FALLBACKS: &[Form] = &[Text, Duration, QuotedBool, QuotedNumber, Bool, Number, Fraction, Map];
const NO_JOB: &[Form] = &[Null, Empty, Text, Duration, QuotedBool, QuotedNumber, List, EmptyList, Map];
const NO_PORT: &[Form] = &[Empty, Text, Duration, QuotedBool, Fraction, List, EmptyList, Map];
/// Every text but an empty one.
const WORDS: &[Form] = &[Text, Duration, QuotedBool, QuotedNumber];
const ROUTER: &str = "router_settings";
const LITELLM: &str = "litellm_settings";
const GENERAL: &str = "general_settings";
const LISTS_OF_CALLBACKS: &[&str] = &["success_callback", "failure_callback", "service_callback"];
const POSTGRES_TIMEOUTS: &[&str] = &["database_lock_timeout", "database_statement_timeout"];
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
    rule(ROUTER, &["timeout"], NO_NUMBER, FailsRequests, ALL),
    rule(ROUTER, &["stream_timeout"], NO_NUMBER, FailsStreams, ALL),
    rule(LITELLM, &["request_timeout"], &[QuotedNumber], Taken, ALL),
    rule(LITELLM, &["request_timeout"], NO_NUMBER, FailsRequests, ALL),
    rule(LITELLM, &["request_timeout"], &[Null, Empty, EmptyList], FailsRequests, from(1, 91, 0)),
    rule(ROUTER, &["cooldown_time"], TEXTS, Nothing, before(1, 110, 0)),
    rule(ROUTER, &["cooldown_time"], &[QuotedNumber], Taken, from(1, 110, 0)),
    rule(ROUTER, &["cooldown_time"], &[Bool, False], StopsLoad, from(1, 110, 0)),
    rule(ROUTER, &["num_retries"], NO_COUNT, FailsRefused, before(1, 110, 0)),
    rule(LITELLM, &["num_retries"], NO_COUNT, FailsRefused, before(1, 110, 0)),
    rule(ROUTER, &["num_retries"], &[QuotedNumber], Taken, from(1, 110, 0)),
    rule(LITELLM, &["num_retries"], &[QuotedNumber], Taken, from(1, 110, 0)),
    rule(ROUTER, &["routing_strategy"], NO_NAME, StopsLoad, ALL),
    rule(ROUTER, &["routing_strategy"], &[Null], FailsRequests, ALL),
    rule(ROUTER, &["disable_cooldowns"], TEXTS, As("true, whatever it says"), ALL),
    rule(ROUTER, &["redis_url"], NO_URL, StopsLoad, ALL),
    rule(ROUTER, &["redis_url"], &[Empty, False, EmptyList], StopsLoad, ALL),
    rule(
        ROUTER,
        &["default_fallbacks"],
        &[Text, Duration, QuotedBool, QuotedNumber],
        StopsLoad,
        from(1, 109, 0),
    ),
    rule(LITELLM, &["default_fallbacks"], TEXTS, StopsLoad, from(1, 109, 0)),
    rule(ROUTER, &["default_fallbacks"], NO_ITEMS, FailsRefused, from(1, 106, 0)),
    rule(LITELLM, &["default_fallbacks"], NO_ITEMS, FailsRefused, from(1, 106, 0)),
    rule(LITELLM, &["fallbacks", "content_policy_fallbacks"], NO_FALLBACKS, StopsLoad, ALL),
    rule(LITELLM, &["fallbacks", "content_policy_fallbacks"], &[False], StopsLoad, before(1, 110, 0)),
    rule(ROUTER, &["fallbacks", "content_policy_fallbacks"], NO_FALLBACKS, StopsLoad, before(1, 110, 0)),
    rule(ROUTER, &["fallbacks", "content_policy_fallbacks"], NO_FALLBACKS, Nothing, from(1, 110, 0)),
    rule(LITELLM, &["context_window_fallbacks"], NO_ITEMS, StopsLoad, from(1, 110, 0)),
    rule(ROUTER, &["retry_policy", "allowed_fails_policy"], NO_MAP, StopsLoad, before(1, 81, 0)),
    rule(ROUTER, &["model_group_retry_policy"], &[Bool, False, Number, Fraction], FailsRefused, ALL),
    // LiteLLM takes what is not a boolean for the cache itself, and asks it for answers.
    rule(LITELLM, &["cache"], NO_BOOL, FailsRequests, ALL),
    rule(
        LITELLM,
        &["cache_params.type"],
        &[Null, Empty, Bool, False, Number, Fraction, List, Map],
        StopsLoad,
        ALL,
    ),
    rule(LITELLM, &["callbacks"], NO_LIST, StopsLoad, ALL),
    rule(LITELLM, LISTS_OF_CALLBACKS, &[Null, Bool, False, Number, Fraction], StopsLoad, ALL),
    // Each letter counts as the name of a callback.
    rule(LITELLM, LISTS_OF_CALLBACKS, TEXTS, Nothing, ALL),
    rule(GENERAL, &["alerting"], &[Bool, False, Number, Fraction], StopsLoad, ALL),
    rule(GENERAL, &["master_key"], &[Bool, Number, Fraction, List, Map], StopsLoad, ALL),
    rule(GENERAL, &["coordination_redis"], NO_MAP, StopsLoad, from(1, 93, 0)),
    rule(GENERAL, &["database_url"], &[Bool, Number, Fraction, List, Map], StopsStart, ALL),
    rule(GENERAL, POSTGRES_TIMEOUTS, &[QuotedNumber], Taken, ALL),
    rule(
        GENERAL,
        POSTGRES_TIMEOUTS,
        &[Empty, Text, Duration, QuotedBool, List, EmptyList, Map],
        StopsLoad,
        ALL,
    ),
    rule(GENERAL, &["proxy_batch_write_at"], NO_JOB, StopsWithDatabase, ALL),
    // The client of Redis makes a number of a text.
    rule(ROUTER, &["redis_port", "redis_db", "cache_kwargs.db"], &[QuotedNumber], Taken, ALL),
    rule(LITELLM, &["cache_params.port", "cache_params.db"], &[QuotedNumber], Taken, ALL),
    rule(GENERAL, &["coordination_redis.port", "coordination_redis.db"], &[QuotedNumber], Taken, ALL),
    // The client of Redis is made while the config loads. Where 1, "yes" and the like count as a boolean, nothing is said of their forms.
    rule(LITELLM, &["cache_params.max_connections"], &[Fraction, List, Map], StopsLoad, ALL),
    rule(LITELLM, &["cache_params.max_connections"], WORDS, StopsLoad, before(1, 81, 0)),
    rule(GENERAL, &["coordination_redis.max_connections"], &[Fraction, List, Map], StopsLoad, ALL),
    rule(GENERAL, &["coordination_redis.port"], NO_PORT, StopsLoad, ALL),
    rule(GENERAL, &["coordination_redis.ssl"], &[Empty, Duration, List, EmptyList, Map], StopsLoad, ALL),
    // The loop ends unless the interval is a whole number above zero.
    rule(GENERAL, &["health_check_interval"], TEXTS, NO_HEALTH_CHECKS, ALL),
    rule(GENERAL, &["health_check_interval"], &[Null, Fraction, List, EmptyList, Map], NO_HEALTH_CHECKS, ALL),
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

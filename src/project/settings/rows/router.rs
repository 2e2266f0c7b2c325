//! Retries, cooldowns, fallbacks and timeouts.

use super::{RUN, row};
use crate::project::settings::Home::{Config, Env};
use crate::project::settings::{Effect, Home, Setting, Shape, Version, Versions};

pub(super) static ROWS: &[Setting] = &[
    Setting {
        misnomers: &["retry_policies", "retries_policy", "retryPolicy"],
        ..row(
            "retry_policy",
            &[Config("router_settings", "retry_policy")],
            Shape::Map,
            "no policy: num_retries (2) for every retryable error",
        )
    },
    row(
        "model_group_retry_policy",
        &[Config("router_settings", "model_group_retry_policy")],
        Shape::Map,
        "none",
    ),
    Setting {
        misnomers: &["allowed_fail_policy", "allowedFailsPolicy"],
        ..row(
            "allowed_fails_policy",
            &[Config("router_settings", "allowed_fails_policy")],
            Shape::Map,
            "no policy: cooldown by failure rate",
        )
    },
    row("allowed_fails", &[Config("router_settings", "allowed_fails")], Shape::Int, "3"),
    row(
        "num_retries",
        &[Config("router_settings", "num_retries"), Config("litellm_settings", "num_retries")],
        Shape::Int,
        "2",
    ),
    row(
        "cooldown_time",
        &[Config("router_settings", "cooldown_time"), Env("DEFAULT_COOLDOWN_TIME_SECONDS")],
        Shape::Seconds,
        "5 s",
    ),
    row("disable_cooldowns", &[Config("router_settings", "disable_cooldowns")], Shape::Bool, "false"),
    row("max_fallbacks", &both("max_fallbacks"), Shape::Int, "5"),
    row("fallbacks", &both("fallbacks"), Shape::Fallbacks, "none"),
    row("default_fallbacks", &both("default_fallbacks"), Shape::List, "none"),
    row("context_window_fallbacks", &both("context_window_fallbacks"), Shape::Fallbacks, "none"),
    row("content_policy_fallbacks", &both("content_policy_fallbacks"), Shape::Fallbacks, "none"),
    row(
        "routing_strategy",
        &[Config("router_settings", "routing_strategy")],
        Shape::OneOf("routing_strategy", Effect::StopsLoad),
        "simple-shuffle",
    ),
    row(
        "enable_pre_call_checks",
        &[Config("router_settings", "enable_pre_call_checks")],
        Shape::Bool,
        "false",
    ),
    row(
        "router_timeout",
        &[Config("router_settings", "timeout")],
        Shape::Seconds,
        "none: request_timeout applies",
    ),
    row("router_stream_timeout", &[Config("router_settings", "stream_timeout")], Shape::Seconds, "none"),
    row(
        "request_timeout",
        &[Config("litellm_settings", "request_timeout"), Env("REQUEST_TIMEOUT")],
        Shape::Seconds,
        "6000 s where no other timeout is set",
    ),
    Setting {
        evidence: RUN,
        ..row(
            "request_timeout_option",
            &[Home::Option("--request_timeout")],
            Shape::Int,
            "none: it counts only for a model that is named on the command line",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 101, 0)),
        ..row(
            "max_in_flight_requests_per_worker",
            &[Config("general_settings", "max_in_flight_requests_per_worker")],
            Shape::Int,
            "no limit",
        )
    },
];

const fn both(key: &'static str) -> [Home; 2] {
    [Config("router_settings", key), Config("litellm_settings", key)]
}

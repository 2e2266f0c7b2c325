//! Logs, alerts, callbacks and metrics.

use super::{CHART, RUN, row};
use crate::project::settings::Component::{Backend, Gateway, Monolith};
use crate::project::settings::Home::{Chart, Config, Env, Flag, LateEnv, Option, Values};
use crate::project::settings::{Effect, Setting, Shape, Version, Versions};

pub(super) static ROWS: &[Setting] = &[
    Setting {
        misnomers: &["LITELLM_LOG_LEVEL", "LITELLM_LOGLEVEL", "LITELLM_LOGGING", "LITELLM_LOGS"],
        evidence: "tests/litellm.rs: litellm_log_counts_in_the_process_environment_only",
        ..row(
            "litellm_log",
            &[
                Env("LITELLM_LOG"),
                Values(Monolith, &["logLevel"]),
                Chart(Gateway, &["gateway", "logLevel"]),
                Chart(Backend, &["backend", "logLevel"]),
            ],
            Shape::Text,
            "WARNING, with access lines",
        )
    },
    row(
        "json_logs",
        &[Config("litellm_settings", "json_logs"), Env("JSON_LOGS")],
        Shape::Bool,
        "false: plain text",
    ),
    Setting {
        evidence: "tests/litellm/fixes.rs: debug_mode",
        ..row("set_verbose", &[Config("litellm_settings", "set_verbose")], Shape::Bool, "false")
    },
    row("router_set_verbose", &[Config("router_settings", "set_verbose")], Shape::Bool, "false"),
    row(
        "router_debug_level",
        &[Config("router_settings", "debug_level")],
        Shape::Text,
        "INFO, while router_settings.set_verbose is on",
    ),
    row("detailed_debug", &[Flag("--detailed_debug"), Env("DETAILED_DEBUG")], Shape::Bool, "off"),
    row("debug", &[Flag("--debug"), Env("DEBUG")], Shape::Bool, "off"),
    row("alerting", &[Config("general_settings", "alerting")], Shape::List, "none"),
    row(
        "alerting_threshold",
        &[Config("general_settings", "alerting_threshold")],
        Shape::Seconds,
        "600 s once alerting is on",
    ),
    row(
        "alert_types",
        &[Config("general_settings", "alert_types")],
        Shape::Names("alert_types", Effect::Nothing),
        "every type",
    ),
    row(
        "redact_messages_in_exceptions",
        &[Config("litellm_settings", "redact_messages_in_exceptions")],
        Shape::Bool,
        "false: alert texts carry request messages",
    ),
    Setting {
        misnomers: &["SLACK_WEBHOOK", "SLACK_URL", "SLACK_ALERTING_WEBHOOK_URL", "LITELLM_SLACK_WEBHOOK_URL"],
        ..row(
            "slack_webhook_url",
            &[Env("SLACK_WEBHOOK_URL"), LateEnv("SLACK_WEBHOOK_URL")],
            Shape::Text,
            "none",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 101, 0)),
        ..row(
            "alerting_webhook_url",
            &[Env("ALERTING_WEBHOOK_URL"), LateEnv("ALERTING_WEBHOOK_URL")],
            Shape::Text,
            "none",
        )
    },
    Setting {
        // `integrations/SlackAlerting` of LiteLLM, compared in the wheels of 1.99.4 and 1.100.0.
        versions: Versions::since(Version(1, 100, 0)),
        ..row(
            "ms_teams_webhook_url",
            &[Env("MS_TEAMS_WEBHOOK_URL"), LateEnv("MS_TEAMS_WEBHOOK_URL")],
            Shape::Text,
            "none",
        )
    },
    row("alert_to_webhook_url", &[Config("general_settings", "alert_to_webhook_url")], Shape::Map, "none"),
    Setting {
        misnomers: &["service_callbacks"],
        ..row("service_callback", &[Config("litellm_settings", "service_callback")], Shape::List, "none")
    },
    row(
        "callbacks",
        &[Config("litellm_settings", "callbacks")],
        Shape::Names("callbacks", Effect::StopsLoad),
        "none",
    ),
    row(
        "success_callback",
        &[Config("litellm_settings", "success_callback")],
        Shape::Names("logging_callbacks", Effect::Nothing),
        "none",
    ),
    row(
        "failure_callback",
        &[Config("litellm_settings", "failure_callback")],
        Shape::Names("logging_callbacks", Effect::Nothing),
        "none",
    ),
    row(
        "require_auth_for_metrics_endpoint",
        &[Config("litellm_settings", "require_auth_for_metrics_endpoint")],
        Shape::Bool,
        "true since 1.85: /metrics requires a key; false before",
    ),
    Setting {
        versions: Versions::since(Version(1, 101, 0)),
        evidence: RUN,
        ..row(
            "prometheus_metrics_port",
            &[
                Option("--prometheus_metrics_port"),
                Env("PROMETHEUS_METRICS_PORT"),
                Values(Monolith, &["metricsServer", "port"]),
            ],
            Shape::Int,
            "none: /metrics is served on the main port",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "metrics_server",
            &[
                Values(Monolith, &["metricsServer", "enabled"]),
                Values(Gateway, &["gateway", "metricsServer", "enabled"]),
            ],
            Shape::Bool,
            "false",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "service_monitor",
            &[
                Chart(Monolith, &["serviceMonitor", "enabled"]),
                Chart(Gateway, &["gateway", "serviceMonitor", "enabled"]),
            ],
            Shape::Bool,
            "false",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "service_monitor_auth",
            &[Values(Monolith, &["serviceMonitor", "authSecret", "enabled"])],
            Shape::Bool,
            "false",
        )
    },
];

//! The one table of LiteLLM settings: which homes LiteLLM really reads, and in which order.
//!
//! Section placement was established by loading every key alone in every section of LiteLLM 1.106.2 and again, in batches, of 1.72.6,
//! 1.80.15 and 1.109.1; `tests/litellm.rs` repeats it for the pinned release. Where a row names a version, the behaviour changed there.

use super::parts::Flavor;
use super::version::Version;

/// The sections of a `config.yaml` that hold settings.
pub const SECTIONS: [&str; 5] =
    ["litellm_settings", "general_settings", "router_settings", "environment_variables", "model_list"];

/// A place that LiteLLM reads a setting from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// A key of a section of config.yaml: section and key.
    Config(&'static str, &'static str),
    /// A variable of the process environment.
    Env(&'static str),
    /// A variable under `environment_variables:` of config.yaml, which is applied late: only for what is read later than that.
    LateEnv(&'static str),
    /// A flag of the command line, without value.
    Flag(&'static str),
    /// A key of the values of a chart that becomes the variable of the [`Home::Env`] before it, unless that is given directly.
    Values(Flavor, &'static [&'static str]),
}

/// The shape that a value must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A real YAML boolean.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list of texts.
    List,
    /// A mapping.
    Map,
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// The name in this program: that of its config key, or of its variable in lower case.
    pub name: &'static str,
    /// The homes, the strongest first.
    pub homes: &'static [Home],
    /// What its value looks like.
    pub shape: Shape,
    /// What holds when nothing sets it, for humans.
    pub default: &'static str,
    /// The first release that reads it; `None`: every supported one.
    pub since: Option<Version>,
    /// Names that people write for it and LiteLLM does not read.
    pub misnomers: &'static [&'static str],
    /// Where the row is known from: a section of LiteLLM's documentation or source, or the test that shows it.
    pub evidence: &'static str,
}

impl Setting {
    /// The keys of config.yaml that this setting lives under: section and key.
    pub fn config_homes(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.homes.iter().filter_map(|home| match home {
            Home::Config(section, key) => Some((*section, *key)),
            _ => None,
        })
    }

    /// The variables of the process environment that set it.
    pub fn env_homes(&self) -> impl Iterator<Item = &'static str> {
        self.homes.iter().filter_map(|home| match home {
            Home::Env(name) => Some(*name),
            _ => None,
        })
    }
}

use Home::{Config, Env, Flag, LateEnv, Values};

const MATRIX: &str = "tests/litellm.rs: sections_that_work";

const fn row(name: &'static str, homes: &'static [Home], shape: Shape, default: &'static str) -> Setting {
    Setting { name, homes, shape, default, since: None, misnomers: &[], evidence: MATRIX }
}

/// Every setting that a transform asks for.
pub static SETTINGS: &[Setting] = &[
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
    row(
        "cooldown_time",
        &[Config("router_settings", "cooldown_time"), Env("DEFAULT_COOLDOWN_TIME_SECONDS")],
        Shape::Number,
        "5 s",
    ),
    row(
        "proxy_batch_write_at",
        &[Config("general_settings", "proxy_batch_write_at"), Env("PROXY_BATCH_WRITE_AT")],
        Shape::Int,
        "10 s",
    ),
    Setting {
        misnomers: &["LITELLM_LOG_LEVEL", "LITELLM_LOGLEVEL", "LITELLM_LOGGING", "LITELLM_LOGS"],
        evidence: "tests/litellm.rs: litellm_log_is_read_from_the_process_environment",
        ..row(
            "litellm_log",
            &[
                Env("LITELLM_LOG"),
                Values(Flavor::Monolith, &["logLevel"]),
                Values(Flavor::Gateway, &["gateway", "logLevel"]),
                Values(Flavor::Backend, &["backend", "logLevel"]),
            ],
            Shape::Text,
            "WARNING, with access lines",
        )
    },
    row("set_verbose", &[Config("litellm_settings", "set_verbose")], Shape::Bool, "false"),
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
        Shape::Number,
        "600 s once alerting is on",
    ),
    row(
        "redact_messages_in_exceptions",
        &[Config("litellm_settings", "redact_messages_in_exceptions")],
        Shape::Bool,
        "false: alert texts carry request messages",
    ),
    row("slack_webhook_url", &[Env("SLACK_WEBHOOK_URL"), LateEnv("SLACK_WEBHOOK_URL")], Shape::Text, "none"),
    Setting {
        since: Some(Version(1, 101, 0)),
        ..row(
            "alerting_webhook_url",
            &[Env("ALERTING_WEBHOOK_URL"), LateEnv("ALERTING_WEBHOOK_URL")],
            Shape::Text,
            "none",
        )
    },
    row("alert_to_webhook_url", &[Config("general_settings", "alert_to_webhook_url")], Shape::Map, "none"),
    Setting {
        misnomers: &["service_callbacks"],
        ..row("service_callback", &[Config("litellm_settings", "service_callback")], Shape::List, "none")
    },
    row("callbacks", &[Config("litellm_settings", "callbacks")], Shape::List, "none"),
    row("success_callback", &[Config("litellm_settings", "success_callback")], Shape::List, "none"),
    row(
        "store_model_in_db",
        &[Config("general_settings", "store_model_in_db"), Env("STORE_MODEL_IN_DB")],
        Shape::Bool,
        "false",
    ),
    row(
        "database_url",
        &[Config("general_settings", "database_url"), Env("DATABASE_URL")],
        Shape::Text,
        "none",
    ),
];

/// What a name that the table lacks is answered with.
pub static UNKNOWN: Setting = row("unknown", &[], Shape::Text, "none");

/// The row of a setting; `None` if the table has none of that name.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// Whether LiteLLM reads `key` in `section`, as far as this table knows.
pub fn reads(section: &str, key: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.config_homes().any(|home| home == (section, key)))
}

/// Whether this is the name of a variable that LiteLLM reads, as far as this table knows.
pub fn is_variable(name: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.env_homes().any(|home| home == name))
}

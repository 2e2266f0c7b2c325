//! What fixes say that they change, in the words that a user reads, and what changes along with it in the process.

use std::collections::BTreeSet;

use litellm_fix::project::settings;
use serde_json::{Map, Value};

use crate::deployments::members;

/// What changes with a setting beside its own keys, by the beginnings of names.
const EFFECTS: &[(&str, &[&str])] = &[
    // `SlackAlerting.update_values` starts its tasks and registers itself as a callback; `ProxyLogging` starts its own.
    (
        "alerting",
        &[
            "alerts.",
            "logging.alert",
            "logging.deprecation_",
            "logging.slack_alerting_instance",
            "litellm.callbacks",
            "litellm._async_success_callback",
            "litellm.success_callback",
        ],
    ),
    ("database_connection_timeout", &["started.DATABASE_URL", "started.DIRECT_URL"]),
    ("database_connection_pool_limit", &["started.DATABASE_URL", "started.DIRECT_URL"]),
    // The address says so to Prisma: `pgbouncer=true`.
    ("database_disable_prepared_statements", &["started.DATABASE_URL", "started.DIRECT_URL"]),
    ("database_connection_pool_timeout", &["started.DATABASE_URL", "started.DIRECT_URL"]),
    ("MAX_REQUESTS_BEFORE_RESTART", &["started.limit_max_requests"]),
    // A list of models of a provider makes LiteLLM sort all that it knows by their providers.
    ("gradient_ai_models", &["litellm.models_by_provider"]),
    ("alerting_args", &["alerts.", "logging."]),
    ("background_health_checks", &["server.use_background_health_checks"]),
    // A cache registers itself as a callback.
    ("cache", &["cache.", "litellm.", "router.cache_responses", "router.cache", "server.redis_usage_cache"]),
    ("cache_params", &["cache.", "litellm.cache", "server.redis_usage_cache", "router."]),
    // `Router.__init__` makes a cache in memory where there is none.
    (
        "cache_responses",
        &[
            "cache.",
            "litellm.cache",
            "litellm.input_callback",
            "litellm.success_callback",
            "litellm._async_success_callback",
        ],
    ),
    ("caching_groups", &["router.default_litellm_params"]),
    ("callbacks", &["litellm.", "logging.", "server.prometheus"]),
    ("coordination_redis", &["server.redis_usage_cache"]),
    // They are kept as a fallback of every model.
    ("default_fallbacks", &["router.fallbacks", "litellm.fallbacks"]),
    // `SlackAlerting` is a callback only for some types of alerts.
    ("alert_types", &["alerts.", "litellm.callbacks"]),
    ("model_group_alias", &["server.llm_model_list"]),
    ("GRACEFUL_SHUTDOWN_TIMEOUT", &["started.timeout_graceful_shutdown"]),
    ("health_check_interval", &["server.health_check_interval"]),
    ("model_list", &["router.", "server.llm_model_list", "server.llm_router"]),
    (
        "provider_budget_config",
        &["router.router_budget_logger", "router.optional_callbacks", "litellm.callbacks"],
    ),
    ("redis_host", &["general_settings.redis_", "router."]),
    ("request_timeout", &["litellm.request_timeout_explicitly_set", "router.timeout"]),
    ("router_settings", &["router."]),
    ("stream_timeout", &["router.stream_timeout", "litellm.stream_timeout"]),
    (
        "timeout",
        &[
            "router._explicit_timeout",
            "router.default_litellm_params",
            "router.request_timeout",
            "router.timeout",
        ],
    ),
    // Each strategy has a logger of its own, with what it keeps.
    (
        "routing_strategy",
        &[
            "router.lowest",
            "router.least",
            "router.deployment_latency_map",
            "litellm.callbacks",
            "litellm.input_callback",
        ],
    ),
    ("success_callback", &["litellm.", "logging."]),
];

/// What the server sets to its defaults where there is something in `general_settings`, and leaves alone where there is not.
const OF_THE_SECTION: [&str; 5] = [
    "server.health_check_details",
    "server.health_check_interval",
    "server.litellm_master_key_hash",
    "server.use_background_health_checks",
    "server.use_shared_health_check",
];

/// The fixes that were applied.
pub fn applied(report: &Value) -> impl Iterator<Item = &Value> {
    report["findings"].as_array().into_iter().flatten().filter(|finding| finding["status"] == "applied")
}

/// The names that the fixes of the installations with one file speak of.
pub struct Announced(BTreeSet<String>);

impl Announced {
    pub fn of(report: &Value, file: &str) -> Self {
        let installations = report["installations"].as_array().into_iter().flatten();
        let ours: Vec<_> = installations
            .filter(|one| members(one).iter().any(|(member, _)| *member == file))
            .map(|one| &one["name"])
            .collect();
        let mut names = BTreeSet::new();
        for finding in applied(report).filter(|finding| ours.contains(&&finding["installation"])) {
            let (setting, fix) = (finding["setting"].as_str().unwrap_or_default(), &finding["fix"]);
            let homes = settings::find(setting).into_iter().flat_map(settings::Setting::config_homes);
            names.extend(homes.map(|(_, key)| key.to_owned()));
            let assumptions = fix["assumptions"].as_array().into_iter().flatten();
            let said = assumptions.chain([&fix["title"]]).filter_map(Value::as_str);
            names.extend(said.flat_map(words).map(str::to_owned));
            let place = finding["name"].as_str().unwrap_or_default();
            names.extend(place.rsplit('.').next().map(str::to_owned));
            // What is changed in an entry changes all that holds the entries.
            names.extend(place.starts_with("model_list[").then(|| "model_list".to_owned()));
        }
        Self(names)
    }

    /// Whether a name in the process is one of them, or changes along with one.
    pub fn explains(&self, name: &str) -> bool {
        let key = name.split_once('.').map_or(name, |(_, key)| key);
        let effects = EFFECTS.iter().filter(|(setting, _)| self.0.contains(*setting));
        self.0.contains(key)
            // A section inside another is read by nobody, whatever leaves it.
            || (name.starts_with("general_settings.") && settings::SECTIONS.contains(&key))
            || effects.flat_map(|(_, effects)| *effects).any(|beginning| name.starts_with(beginning))
    }
}

/// What could be a name in a sentence.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// The names of what is in force otherwise than before.
pub fn changes<'v>(before: &'v Map<String, Value>, after: &'v Map<String, Value>) -> BTreeSet<&'v str> {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).map(String::as_str).collect();
    let section = |values: &Map<String, Value>| values.keys().any(|key| key.starts_with("general_settings."));
    let other_section = section(after) != section(before);
    let differ = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differ.filter(|name| !(other_section && OF_THE_SECTION.contains(name))).collect()
}

//! What changes in a process along with a setting.

/// What changes with a setting beside its own keys, by the beginnings of names: the key or variable, and what `proxy.py` calls the rest.
pub const EFFECTS: &[(&str, &[&str])] = &[
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
/// Two of them are seen as settings too.
pub const OF_THE_SECTION: [&str; 7] = [
    "background_health_checks",
    "health_check_interval",
    "server.health_check_details",
    "server.health_check_interval",
    "server.litellm_master_key_hash",
    "server.use_background_health_checks",
    "server.use_shared_health_check",
];

/// Settings that are seen at one spot of the process: what changes one of them shows at the others too.
pub const SAME_SPOT: [&[&str]; 9] = [
    &["litellm_log", "set_verbose", "debug", "detailed_debug", "router_set_verbose", "router_debug_level"],
    &["allowed_fails", "allowed_fails_policy"],
    &["fallbacks", "default_fallbacks"],
    &["disable_prisma_schema_update", "disable_schema_update"],
    &["cache", "cache_params"],
    &["alerting", "alert_types"],
    &["request_timeout", "timeout", "stream_timeout", "router_timeout"],
    &["master_key", "salt_key"],
    // All of them are a part of the address.
    &[
        "database_url",
        "direct_url",
        "database_connection_pool_limit",
        "database_connection_timeout",
        "database_connection_pool_timeout",
        "database_disable_prepared_statements",
        "database_statement_timeout",
        "database_lock_timeout",
    ],
];

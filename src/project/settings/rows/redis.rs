//! Redis: the response cache, the router's, and the one that coordinates instances.

use super::{CHART, KNOWN, MATRIX, PROD, RUN, row};
use crate::project::settings::Component::{Backend, Gateway, Monolith};
use crate::project::settings::Home::{Chart, Config, Env, LateEnv};
use crate::project::settings::{Effect, Home, Setting, Shape, Version, Versions};

/// Of a router with a `redis_host` alone, run on 1.80.15 and 1.106.2.
const POOL: &str = "50, that of redis-py's asynchronous pool, unless REDIS_MAX_CONNECTIONS sets it";

const fn cache(name: &'static str, homes: &'static [Home], shape: Shape) -> Setting {
    Setting { evidence: RUN, ..row(name, homes, shape, "the REDIS_… variables, else none") }
}

const fn router(name: &'static str, homes: &'static [Home], shape: Shape) -> Setting {
    Setting { evidence: KNOWN, ..row(name, homes, shape, "none") }
}

const fn env(name: &'static str, homes: &'static [Home]) -> Setting {
    row(name, homes, Shape::Text, "none")
}

const fn coordination(name: &'static str, homes: &'static [Home], shape: Shape) -> Setting {
    Setting {
        versions: Versions::since(Version(1, 93, 0)),
        evidence: RUN,
        ..row(name, homes, shape, "what the cache or the environment says")
    }
}

pub(super) static ROWS: &[Setting] = &[
    row("cache", &[Config("litellm_settings", "cache")], Shape::Bool, "false"),
    Setting {
        versions: Versions::since(Version(1, 84, 0)),
        evidence: PROD,
        ..row(
            "enable_redis_auth_cache",
            &[Config("litellm_settings", "enable_redis_auth_cache")],
            Shape::Bool,
            "false: each process looks keys up by itself",
        )
    },
    row("cache_params", &[Config("litellm_settings", "cache_params")], Shape::Map, "none"),
    cache(
        "cache_type",
        &[Config("litellm_settings", "cache_params.type")],
        Shape::OneOf("cache_type", Effect::StopsLoad),
    ),
    Setting {
        misnomers: &["redis_url"],
        ..cache("cache_url", &[Config("litellm_settings", "cache_params.url")], Shape::Text)
    },
    Setting {
        misnomers: &["redis_host"],
        ..cache("cache_host", &[Config("litellm_settings", "cache_params.host")], Shape::Text)
    },
    Setting {
        misnomers: &["redis_port"],
        ..cache("cache_port", &[Config("litellm_settings", "cache_params.port")], Shape::Int)
    },
    Setting {
        misnomers: &["redis_password"],
        ..cache("cache_password", &[Config("litellm_settings", "cache_params.password")], Shape::Text)
    },
    cache("cache_username", &[Config("litellm_settings", "cache_params.username")], Shape::Text),
    cache("cache_ssl", &[Config("litellm_settings", "cache_params.ssl")], Shape::Bool),
    cache("cache_db", &[Config("litellm_settings", "cache_params.db")], Shape::Int),
    Setting {
        misnomers: &["redis_max_connections"],
        decoys: &[
            ("litellm_settings", "redis_max_connections"),
            ("general_settings", "redis_max_connections"),
            ("general_settings", "redis_connection_pool_limit"),
        ],
        default: POOL,
        ..cache(
            "cache_max_connections",
            &[Config("litellm_settings", "cache_params.max_connections")],
            Shape::Int,
        )
    },
    cache("cache_cluster", &[Config("litellm_settings", "cache_params.redis_startup_nodes")], Shape::List),
    cache("cache_sentinels", &[Config("litellm_settings", "cache_params.sentinel_nodes")], Shape::List),
    router(
        "redis_url",
        &[Config("router_settings", "redis_url")],
        Shape::Address(&["redis", "rediss", "unix"], Effect::StopsLoad),
    ),
    router("redis_host", &[Config("router_settings", "redis_host")], Shape::Text),
    Setting {
        default: "none: without it no Redis at all",
        ..router("redis_port", &[Config("router_settings", "redis_port")], Shape::Int)
    },
    router("redis_password", &[Config("router_settings", "redis_password")], Shape::Text),
    router("cache_kwargs", &[Config("router_settings", "cache_kwargs")], Shape::Map),
    Setting {
        decoys: &[("router_settings", "redis_ssl")],
        ..cache("router_redis_ssl", &[Config("router_settings", "cache_kwargs.ssl")], Shape::Bool)
    },
    Setting {
        decoys: &[("router_settings", "redis_username")],
        ..cache("router_redis_username", &[Config("router_settings", "cache_kwargs.username")], Shape::Text)
    },
    // The second home is deprecated, and works.
    cache(
        "router_redis_db",
        &[Config("router_settings", "cache_kwargs.db"), Config("router_settings", "redis_db")],
        Shape::Int,
    ),
    Setting {
        decoys: &[
            ("router_settings", "redis_max_connections"),
            ("router_settings", "redis_connection_pool_limit"),
            ("router_settings", "max_connections"),
        ],
        default: POOL,
        ..cache(
            "router_redis_max_connections",
            &[Config("router_settings", "cache_kwargs.max_connections")],
            Shape::Int,
        )
    },
    Setting {
        evidence: MATRIX,
        ..coordination("coordination_redis", &[Config("general_settings", "coordination_redis")], Shape::Map)
    },
    coordination("coordination_url", &[Config("general_settings", "coordination_redis.url")], Shape::Text),
    coordination("coordination_host", &[Config("general_settings", "coordination_redis.host")], Shape::Text),
    coordination("coordination_port", &[Config("general_settings", "coordination_redis.port")], Shape::Int),
    coordination(
        "coordination_password",
        &[Config("general_settings", "coordination_redis.password")],
        Shape::Text,
    ),
    coordination(
        "coordination_max_connections",
        &[Config("general_settings", "coordination_redis.max_connections")],
        Shape::Int,
    ),
    coordination(
        "coordination_username",
        &[Config("general_settings", "coordination_redis.username")],
        Shape::Text,
    ),
    coordination("coordination_ssl", &[Config("general_settings", "coordination_redis.ssl")], Shape::Bool),
    coordination("coordination_db", &[Config("general_settings", "coordination_redis.db")], Shape::Int),
    coordination(
        "coordination_cluster",
        &[Config("general_settings", "coordination_redis.startup_nodes")],
        Shape::List,
    ),
    coordination(
        "coordination_sentinels",
        &[Config("general_settings", "coordination_redis.sentinel_nodes")],
        Shape::List,
    ),
    Setting {
        evidence: KNOWN,
        ..env("env_redis_cluster", &[Env("REDIS_CLUSTER_NODES"), LateEnv("REDIS_CLUSTER_NODES")])
    },
    Setting {
        evidence: KNOWN,
        ..env("env_redis_sentinels", &[Env("REDIS_SENTINEL_NODES"), LateEnv("REDIS_SENTINEL_NODES")])
    },
    env("env_redis_url", &[Env("REDIS_URL"), LateEnv("REDIS_URL")]),
    env("env_redis_host", &[Env("REDIS_HOST"), LateEnv("REDIS_HOST")]),
    env("env_redis_port", &[Env("REDIS_PORT"), LateEnv("REDIS_PORT")]),
    env("env_redis_password", &[Env("REDIS_PASSWORD"), LateEnv("REDIS_PASSWORD")]),
    env("env_redis_username", &[Env("REDIS_USERNAME"), LateEnv("REDIS_USERNAME")]),
    env("env_redis_ssl", &[Env("REDIS_SSL"), LateEnv("REDIS_SSL")]),
    env("env_redis_db", &[Env("REDIS_DB"), LateEnv("REDIS_DB")]),
    env("redis_max_connections", &[Env("REDIS_MAX_CONNECTIONS"), LateEnv("REDIS_MAX_CONNECTIONS")]),
    Setting {
        decoys: &[
            ("router_settings", "redis_connection_pool_timeout"),
            ("litellm_settings", "redis_connection_pool_timeout"),
            ("general_settings", "redis_connection_pool_timeout"),
        ],
        default: "5 s",
        shape: Shape::Int,
        // Read while LiteLLM is imported, so `environment_variables:` comes too late.
        ..env("redis_connection_pool_timeout", &[Env("REDIS_CONNECTION_POOL_TIMEOUT")])
    },
    Setting {
        evidence: CHART,
        ..row("chart_redis", &[Chart(Monolith, &["redis", "enabled"])], Shape::Bool, "false")
    },
    Setting {
        evidence: CHART,
        ..row(
            "chart_redis_host",
            &[Chart(Gateway, &["redis", "host"]), Chart(Backend, &["redis", "host"])],
            Shape::Text,
            "none",
        )
    },
];

//! The database: connections, writes, migrations.

use super::{CHART, CLI, PROD, row};
use crate::project::settings::Component::{Backend, Gateway, Monolith};
use crate::project::settings::Home::{Chart, Config, Env, LateEnv, Values};
use crate::project::settings::{Effect, Setting, Shape, Version, Versions};

pub(super) static ROWS: &[Setting] = &[
    row(
        "database_url",
        &[Config("general_settings", "database_url"), Env("DATABASE_URL")],
        // `schema.prisma` of LiteLLM knows no other provider.
        Shape::Address(&["postgresql", "postgres"], Effect::StopsStart),
        "none",
    ),
    row("direct_url", &[Env("DIRECT_URL")], Shape::Text, "none"),
    Setting {
        evidence: CHART,
        ..row(
            "chart_database_url",
            &[Values(Monolith, &["db", "url"])],
            Shape::Text,
            "built by the chart from the parts of the address",
        )
    },
    Setting {
        evidence: CLI,
        ..row("database_read_replica", &[Env("DATABASE_URL_READ_REPLICA")], Shape::Text, "none")
    },
    Setting {
        versions: Versions::since(Version(1, 102, 0)),
        evidence: CLI,
        ..row(
            "pgbouncer",
            &[
                Values(Monolith, &["db", "connectionPool", "enabled"]),
                Values(Gateway, &["database", "connectionPool", "enabled"]),
                Values(Backend, &["database", "connectionPool", "enabled"]),
                Env("LITELLM_PGBOUNCER_ENABLED"),
            ],
            Shape::Bool,
            "off",
        )
    },
    row(
        "store_model_in_db",
        &[
            Config("general_settings", "store_model_in_db"),
            Env("STORE_MODEL_IN_DB"),
            LateEnv("STORE_MODEL_IN_DB"),
        ],
        Shape::Bool,
        "false",
    ),
    Setting {
        misnomers: &["database_pool_limit", "database_connection_pool_size"],
        ..row(
            "database_connection_pool_limit",
            &[Config("general_settings", "database_connection_pool_limit")],
            Shape::Int,
            "10 connections for each worker",
        )
    },
    Setting {
        versions: Versions { gap: Some((Version(1, 66, 0), Version(1, 84, 10))), ..Versions::ALL },
        ..row(
            "database_connection_timeout",
            &[Config("general_settings", "database_connection_timeout")],
            Shape::Seconds,
            "60 s",
        )
    },
    row(
        "database_connection_pool_timeout",
        &[Config("general_settings", "database_connection_pool_timeout")],
        Shape::Seconds,
        "60 s",
    ),
    Setting {
        versions: Versions::since(Version(1, 96, 0)),
        ..row(
            "database_statement_timeout",
            &[Config("general_settings", "database_statement_timeout")],
            Shape::Number,
            "none",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 96, 0)),
        ..row(
            "database_lock_timeout",
            &[Config("general_settings", "database_lock_timeout")],
            Shape::Number,
            "none",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 84, 10)),
        ..row(
            "database_disable_prepared_statements",
            &[Config("general_settings", "database_disable_prepared_statements")],
            Shape::Bool,
            "false",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 98, 0)),
        ..row(
            "scheduled_job_stagger",
            &[Config("general_settings", "scheduled_job_stagger")],
            Shape::Map,
            "none",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 95, 0)),
        ..row(
            "proxy_config_reload_interval_seconds",
            &[
                Config("general_settings", "proxy_config_reload_interval_seconds"),
                Env("PROXY_CONFIG_RELOAD_INTERVAL_SECONDS"),
            ],
            Shape::Seconds,
            "30 s",
        )
    },
    row(
        "proxy_batch_write_at",
        &[Config("general_settings", "proxy_batch_write_at"), Env("PROXY_BATCH_WRITE_AT")],
        Shape::Seconds,
        "10 s",
    ),
    row(
        "disable_error_logs",
        &[Config("general_settings", "disable_error_logs")],
        Shape::Bool,
        "false: failed requests are written to the database",
    ),
    row(
        "disable_spend_logs",
        &[Config("general_settings", "disable_spend_logs")],
        Shape::Bool,
        "false: a row for every request",
    ),
    row(
        "disable_spend_updates",
        &[Config("general_settings", "disable_spend_updates")],
        Shape::Bool,
        "false",
    ),
    row(
        "use_redis_transaction_buffer",
        &[Config("general_settings", "use_redis_transaction_buffer")],
        Shape::Bool,
        "false",
    ),
    row(
        "store_prompts_in_spend_logs",
        &[Config("general_settings", "store_prompts_in_spend_logs")],
        Shape::Bool,
        "false",
    ),
    row(
        "maximum_spend_logs_retention_period",
        &[Config("general_settings", "maximum_spend_logs_retention_period")],
        Shape::Text,
        "none: the table grows without end",
    ),
    Setting {
        // `proxy/db/db_transaction_queue/spend_log_cleanup.py`, compared in the wheels of 1.106.12, 1.108.14 and 1.109.3.
        versions: Versions::since(Version(1, 109, 0)),
        ..row(
            "maximum_spend_logs_size",
            &[Config("general_settings", "maximum_spend_logs_size")],
            Shape::Text,
            "none: the table grows without end",
        )
    },
    Setting {
        versions: Versions::since(Version(1, 110, 0)),
        ..row(
            "use_spend_logs_ledger",
            &[Config("general_settings", "use_spend_logs_ledger")],
            Shape::Bool,
            "true: a row for every request, in the transaction of its spend",
        )
    },
    row(
        "allow_requests_on_db_unavailable",
        &[Config("general_settings", "allow_requests_on_db_unavailable")],
        Shape::Bool,
        "false",
    ),
    row(
        "disable_prisma_schema_update",
        &[Config("general_settings", "disable_prisma_schema_update")],
        Shape::Bool,
        "false",
    ),
    row("disable_schema_update", &[Env("DISABLE_SCHEMA_UPDATE")], Shape::Bool, "false: each start migrates"),
    Setting {
        versions: Versions::until(Version(1, 76, 0)),
        evidence: PROD,
        ..row("use_prisma_migrate", &[Env("USE_PRISMA_MIGRATE")], Shape::Bool, "off")
    },
    Setting {
        evidence: CHART,
        ..row("migration_job", &[Chart(Monolith, &["migrationJob", "enabled"])], Shape::Bool, "true")
    },
    Setting {
        evidence: CHART,
        ..row(
            "migration_job_helm_hook",
            &[Values(Monolith, &["migrationJob", "hooks", "helm", "enabled"])],
            Shape::Bool,
            "false",
        )
    },
    Setting {
        evidence: CHART,
        ..row(
            "migration_job_argocd_hook",
            &[Values(Monolith, &["migrationJob", "hooks", "argocd", "enabled"])],
            Shape::Bool,
            "true",
        )
    },
];

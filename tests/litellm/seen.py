"""What can be seen of single settings in a loaded proxy, by their names in the table of settings.

A setting counts as read only if the package reads it: LiteLLM keeps every key of general_settings, and makes an attribute
of the package of every key of litellm_settings, also of those that nothing knows.
"""

import functools
import glob
import logging
import os
import re
import urllib.parse

# `general_settings.get("x")`, `_general_settings["x"]`, `(general_settings or {}).get("x")`, `general_settings_view().get("x")`,
# `_general_setting_enabled("x")`, `_retention_seconds_for("x")`, `SOME_KEY: Final = "x"`.
READERS = re.compile(
    r"""(?:settings\w*(?:\(\))?(?:\s+or\s+\{\}\))?\s*\)?(?:\s*\.get\(|\[)|(?:setting|retention)(?:_\w+)?\(|\w_(?:KEY|SETTING)\b[^=\n]*=)\s*["'](\w+)["']"""
)
VARIABLE = re.compile(r"""["']([A-Z][A-Z0-9_]+)["']""")


@functools.cache
def read_by_the_package():
    """The keys of general_settings and the variables that its source reads."""
    import litellm

    keys, variables = set(), set()
    for path in glob.glob(os.path.join(os.path.dirname(litellm.__file__), "**", "*.py"), recursive=True):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if "settings" in text:
            keys.update(READERS.findall(text))
        variables.update(VARIABLE.findall(text))
    return keys, variables


@functools.cache
def declared():
    """The attributes that the package has before a config is loaded."""
    import litellm

    return frozenset(dir(litellm))


def level(name):
    """The level from which lines of this logger come out: its own, and that of its handlers."""
    logger = logging.getLogger(name)
    handlers = [handler.level for handler in logger.handlers] or [logging.NOTSET]
    return logging.getLevelName(max(logger.getEffectiveLevel(), min(handlers)))


def query(url, name):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(url or "").query).get(name)


def option(started, name):
    """What the address of the database tells the server of the database, as `-c name=value`."""
    options = " ".join(query(started["DATABASE_URL"], "options") or [])
    return re.findall(rf"\b{name}=(\w+)", options)


def counting(router):
    """The failures after which a deployment cools down, where LiteLLM counts them instead of going by their rate."""
    import litellm

    # Newer releases also tell a number that was given from the same number as the default.
    given = getattr(router, "allowed_fails_is_default", lambda: router.allowed_fails == litellm.allowed_fails)
    counts = router.allowed_fails_policy is not None or not given()
    return counts and router.allowed_fails


def default_fallbacks(router):
    return [item["*"] for item in router.fallbacks or [] if "*" in item]


def salt_key():
    from litellm.proxy.common_utils import encrypt_decrypt_utils

    return encrypt_decrypt_utils._get_salt_key()


def stores_models(server):
    """As the server reads it once it has loaded its config."""
    from litellm.secret_managers.main import get_secret_bool

    return get_secret_bool("STORE_MODEL_IN_DB", server.store_model_in_db) or server.store_model_in_db


def permits_weak_master_key(general_settings):
    """As the worker asks once it has loaded its config; older releases do not ask."""
    try:
        from litellm.proxy.auth import master_key_boot_check as check
    except ImportError:
        return None
    from litellm.secret_managers.main import get_secret_bool

    by_variable = get_secret_bool(check.WEAK_OR_UNSET_MASTER_KEY_OVERRIDE_ENV_VAR) is True
    return by_variable or general_settings.get(check.WEAK_OR_UNSET_MASTER_KEY_OVERRIDE_SETTING) is True


def updates_schema(general_settings, started):
    """As the command line asks, before a worker has loaded the config."""
    from litellm.proxy.db.prisma_client import should_update_prisma_schema

    os.environ.pop("DISABLE_SCHEMA_UPDATE", None)
    if started["DISABLE_SCHEMA_UPDATE"] is not None:
        os.environ["DISABLE_SCHEMA_UPDATE"] = started["DISABLE_SCHEMA_UPDATE"]
    return should_update_prisma_schema(general_settings.get("disable_prisma_schema_update"))


def json_lines():
    return any(
        "Json" in type(handler.formatter).__name__
        for name in ("LiteLLM", "LiteLLM Proxy")
        for handler in logging.getLogger(name).handlers
    )


# What is not seen where the rules below look: from the loaded server, the package, the router, what the server was started with.
SPECIAL = {
    "allowed_fails": lambda server, package, router, started: counting(router),
    "default_fallbacks": lambda server, package, router, started: default_fallbacks(router),
    "router_set_verbose": lambda server, package, router, started: level("LiteLLM Router"),
    "router_debug_level": lambda server, package, router, started: level("LiteLLM Router"),
    "litellm_log": lambda server, package, router, started: level("LiteLLM"),
    "debug": lambda server, package, router, started: level("LiteLLM Proxy"),
    "detailed_debug": lambda server, package, router, started: level("LiteLLM Proxy"),
    "json_logs": lambda server, package, router, started: json_lines(),
    "alerting": lambda server, package, router, started: server.proxy_logging_obj.alerting,
    "alert_types": lambda server, package, router, started: server.proxy_logging_obj.alert_types,
    "alerting_threshold": lambda server, package, router, started: server.proxy_logging_obj.alerting_threshold,
    "alert_to_webhook_url": lambda server, package, router, started: server.proxy_logging_obj.alert_to_webhook_url,
    "proxy_batch_write_at": lambda server, package, router, started: server.proxy_batch_write_at,
    "master_key": lambda server, package, router, started: server.master_key,
    "salt_key": lambda server, package, router, started: salt_key(),
    "permit_weak_master_key": lambda server, package, router, started: permits_weak_master_key(
        server.general_settings
    ),
    "store_model_in_db": lambda server, package, router, started: stores_models(server),
    "disable_prisma_schema_update": lambda server, package, router, started: updates_schema(server.general_settings, started),
    "disable_schema_update": lambda server, package, router, started: updates_schema(server.general_settings, started),
    "database_url": lambda server, package, router, started: started["DATABASE_URL"],
    "direct_url": lambda server, package, router, started: started["DIRECT_URL"],
    "database_connection_pool_limit": lambda server, package, router, started: query(
        started["DATABASE_URL"], "connection_limit"
    ),
    "database_connection_timeout": lambda server, package, router, started: query(
        started["DATABASE_URL"], "pool_timeout"
    ),
    "database_connection_pool_timeout": lambda server, package, router, started: query(
        started["DATABASE_URL"], "pool_timeout"
    ),
    "database_disable_prepared_statements": lambda server, package, router, started: query(
        started["DATABASE_URL"], "pgbouncer"
    ),
    "database_statement_timeout": lambda server, package, router, started: option(started, "statement_timeout"),
    "database_lock_timeout": lambda server, package, router, started: option(started, "lock_timeout"),
    # Older releases have none.
    "proxy_config_reload_interval_seconds": lambda server, package, router, started: getattr(
        server, "proxy_config_reload_interval_seconds", None
    ),
    "keepalive_timeout": lambda server, package, router, started: started["timeout_keep_alive"],
    "max_requests_before_restart_jitter": lambda server, package, router, started: started["limit_max_requests_jitter"],
    "port": lambda server, package, router, started: started["port"],
    "run_gunicorn": lambda server, package, router, started: started["gunicorn"],
    "redis_connection_pool_timeout": lambda server, package, router, started: package.constants.REDIS_CONNECTION_POOL_TIMEOUT,
    "num_workers": lambda server, package, router, started: started["workers"],
    "max_requests_before_restart": lambda server, package, router, started: started["limit_max_requests"],
    "background_health_checks": lambda server, package, router, started: server.use_background_health_checks,
    "health_check_interval": lambda server, package, router, started: server.health_check_interval,
    "cache": lambda server, package, router, started: package.cache is not None,
    "cache_params": lambda server, package, router, started: package.cache and package.cache.ttl,
}


# Variables that stand for an argument of the Redis client.
REDIS_ARGUMENTS = {
    *(f"env_redis_{name}" for name in ("url", "host", "port", "password", "username", "ssl", "db")),
    "redis_max_connections",
}


def seen(name, homes, started):
    """What is seen of the setting with these homes, each [kind, section, key]; NotImplemented where nothing can be seen."""
    import litellm
    from litellm.proxy import proxy_server as server

    # Two connect while the config loads, and one counts only beside what is connected.
    if name in ("env_redis_cluster", "env_redis_sentinels", "enable_redis_auth_cache"):
        return NotImplemented
    if name in REDIS_ARGUMENTS:
        from litellm import _redis

        return _redis._redis_kwargs_from_environment().get(homes[-1][2].removeprefix("REDIS_").lower())
    if name in SPECIAL:
        return SPECIAL[name](server, litellm, server.llm_router, started)
    keys, variables = read_by_the_package()
    for kind, section, key in homes:
        if kind == "config" and "." not in key and section == "general_settings":
            return key in keys and server.general_settings.get(key)
        if kind == "config" and "." not in key and section == "litellm_settings":
            return key in declared() and getattr(litellm, key, None)
        if kind == "config" and "." not in key and section == "router_settings":
            if hasattr(server.llm_router, key):
                return getattr(server.llm_router, key)
        if kind == "late":
            return key in variables and os.environ.get(key)
    return NotImplemented

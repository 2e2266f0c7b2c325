"""Loads one LiteLLM proxy as its server does, cut off from everything, and tells what is effective in it.

Reads one question from standard input (`Question` in `protocol.rs`) and writes one answer to standard output (`Answer`). What is in
force is told as a fingerprint under the key of the question, and as text only where it is no secret: secrets never leave the process.
The tests of this project load their configs with the functions of this file.
"""

import asyncio
import contextlib
import dataclasses
import errno
import functools
import glob
import hashlib
import hmac
import importlib
import importlib.machinery
import importlib.metadata
import importlib.util
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Mapping

# Where what is installed stands, before anything else is added; LiteLLM may stand elsewhere, as a copy of its source.
LITELLM = getattr(importlib.util.find_spec("litellm"), "submodule_search_locations", None) or []
INSTALLED = tuple(os.path.realpath(folder) + os.sep for folder in [sys.prefix, sys.base_prefix, *sys.path, *LITELLM] if folder)
# Releases that were compromised: they are not even imported.
COMPROMISED = {"1.82.7", "1.82.8", "1.107.0"}


def cut_off():
    """Leaves the network, where the operating system lets a process do so: whether it did."""
    new_user, new_network = 0x10000000, 0x40000000
    try:
        import ctypes

        unshare = ctypes.CDLL(None, use_errno=True).unshare
        return unshare(new_network) == 0 or unshare(new_user | new_network) == 0
    except (ImportError, OSError, AttributeError, TypeError):
        return False


# What would reach another host or start a program, by the names of Python's audit events.
REFUSED = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.forkpty",
    "pty.spawn",
}


# What reads or changes files, by the names of the events, with the number of paths among the arguments.
FILES = {
    "open": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.utime": 1,
    "shutil.rmtree": 1,
    "sqlite3.connect": 1,
}
# The folder of the load, which alone may be written; without one all may be.
OWN = []
# Of the system, and no secret of anybody.
SYSTEM = ("/usr/", "/lib/", "/lib64/", "/nix/store/", "/System/", "/Library/", "/sys/", "/proc/sys/", "/etc/ssl/certs/", "/etc/pki/tls/certs/")
SYSTEM_FILE = re.compile(
    r"/dev/u?random|/proc/(?:cpuinfo|meminfo|stat|version|loadavg|uptime)|/(?:etc|run|private)/(?:.*/)?(?:mime\.types|[\w-]*release|[\w-]*resolv\.conf|hosts|nsswitch\.conf|timezone)|.*/zoneinfo/.*"
)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def may_touch(path, writes):
    """Whether a load may read a file, or write it."""
    real = os.path.realpath(os.fsdecode(path))
    if real == os.path.realpath(os.devnull) or (real + os.sep).startswith(tuple(OWN)):
        return True
    if writes:
        return False
    itself = f"/proc/{os.getpid()}/"
    known = real.startswith((*INSTALLED, *SYSTEM, itself)) or SYSTEM_FILE.fullmatch(real) is not None
    # What is missing says so by itself.
    return known or not os.path.exists(real)


def refuse_outside():
    """Lets connections, programs and files of others fail at once. What Python has audited once can not be taken back."""

    def refuse(event, arguments):
        if event in REFUSED:
            raise PermissionError(f"{event} is refused while a config is proven")
        if not OWN or event not in FILES:
            return
        writes = event != "open" or arguments[2] & WRITES
        for path in arguments[: FILES[event]]:
            # Else it is open already, or in memory.
            is_path = isinstance(path, (str, bytes, os.PathLike)) and path != ":memory:"
            if is_path and not may_touch(path, writes):
                raise PermissionError(errno.EACCES, "refused while a config is proven", os.fsdecode(path))

    sys.addaudithook(refuse)
    # It tells by a number, and is asked whether a port is free.
    socket.socket.connect_ex = lambda *_given: errno.ECONNREFUSED


# A load takes a twentieth of it; libraries set some aside for each processor.
MOST_MEMORY = 8 << 30


def limit(seconds):
    """Ends a load whose asker is gone, or that takes all memory; leaves no image of the process on the disk."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        signal.alarm(seconds)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


class Installed(importlib.machinery.PathFinder):
    """Finds modules where what is installed stands only: LiteLLM adds the folder of the config, and others."""

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        folders = [folder for folder in (sys.path if path is None else path) if not is_own(folder)]
        return super().find_spec(fullname, folders, target)


def inert(path):
    """An object in place of the one at this dotted path: a callback, a guardrail and its class, a function."""
    from litellm.integrations.custom_guardrail import CustomGuardrail

    def call(self, *_arguments, **_given):
        return self

    name = path.rpartition(".")[2] or "stub"
    return type(name, (CustomGuardrail,), {"__call__": call})()


def stub_own_code(stubbed):
    """Puts inert objects in place of all code that a config names outside of LiteLLM, and notes what it names."""
    from litellm.proxy.types_utils import utils

    real = utils.get_instance_fn

    def get_instance_fn(value, config_file_path=None):
        own = str(value).split(".")[0] in ("litellm", "litellm_enterprise")
        if own or "." not in str(value):
            return real(value, config_file_path)
        stubbed.add(str(value))
        return inert(str(value))

    def load_custom_secret_manager(config_file_path=None):
        stubbed.add("key_management_settings.custom_secret_manager")

    replace("get_instance_fn", real, get_instance_fn)
    with contextlib.suppress(ImportError):
        from litellm.secret_managers import custom_secret_manager_loader as loader

        replace("load_custom_secret_manager", loader.load_custom_secret_manager, load_custom_secret_manager)
    with contextlib.suppress(ImportError):
        from litellm.proxy.guardrails.guardrail_hooks.custom_code.custom_code_guardrail import CustomCodeGuardrail

        # It stands in the config itself.
        CustomCodeGuardrail._compile_custom_code = lambda self: stubbed.add("custom_code")
    from_file = importlib.util.spec_from_file_location

    def spec_from_file_location(name, location=None, **given):
        if location is not None and is_own(str(location)):
            stubbed.add(os.path.basename(str(location)))
            return importlib.machinery.ModuleSpec(name, InertLoader)
        return from_file(name, location, **given)

    importlib.util.spec_from_file_location = spec_from_file_location


def is_own(location):
    """Whether a file or folder is no part of what is installed."""
    return not (os.path.realpath(location) + os.sep).startswith(INSTALLED)


def replace(name, old, new):
    """Puts another function in place of one, in every module that has it."""
    for module in list(sys.modules.values()):
        if vars(module).get(name) is old:
            setattr(module, name, new)


class InertLoader:
    """Loads a module that has whatever is asked for."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.__getattr__ = lambda name: inert(name)


def wait_for_nothing():
    """Lets the client of Redis try again at once: it waits for seconds, and what refused it goes on refusing."""
    import asyncio.tasks
    import redis.asyncio.retry
    import redis.retry

    async def sleep(_seconds):
        await asyncio.tasks.sleep(0)

    redis.retry.sleep = lambda _seconds: None
    redis.asyncio.retry.sleep = sleep


# What needs no look at its abstract type: nearly all that a load holds.
AS_IT_IS = {type(None), bool, int, float, str}


def plain(value):
    """A value as JSON data: policies as maps without their unset keys, callbacks as the names of their classes."""
    kind = type(value)
    if kind in AS_IT_IS:
        return value
    if kind is dict:
        return {str(key): plain(item) for key, item in value.items()}
    if kind is list:
        return [plain(item) for item in value]
    if hasattr(value, "model_dump") and not isinstance(value, type):
        return plain(value.model_dump(exclude_none=True))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        # Their order is by chance.
        return sorted((plain(item) for item in value), key=str)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return type(value).__name__


def pretend_a_database():
    """Lets the server start with a database that is not there. Gives what the start would have Prisma do to it."""
    from litellm.proxy.db import check_migration, prisma_client
    from litellm_proxy_extras.utils import ProxyExtrasDBManager

    done = []
    run = subprocess.run

    def prisma(command, *arguments, **given):
        if command[0] != "prisma":
            return run(command, *arguments, **given)
        # Alone it is how older releases ask whether there is one.
        if len(command) > 1:
            done.append(" ".join(command[:3]))
        return subprocess.CompletedProcess(command, 0)

    subprocess.run = prisma
    ProxyExtrasDBManager.setup_database = lambda **_given: done.append("prisma migrate deploy") or True
    check_migration.check_prisma_schema_diff = lambda **_given: done.append("compare")
    prisma_client.PrismaManager.start_request_log_index_build = lambda: None
    try:
        from litellm_proxy_extras import prisma_toolchain
    except ImportError:
        return done
    prisma_toolchain.prisma_cli_available = lambda: True
    return done


# What the web server is started with, beside its workers.
SERVER = ("port", "gunicorn", "timeout_keep_alive", "timeout_graceful_shutdown", "limit_max_requests_jitter")


def start_server(arguments):
    """What the command line makes of its arguments, the environment and the config, up to the start of the server."""
    import uvicorn
    from litellm.proxy.proxy_cli import ProxyInitializationHelpers, run_server

    started = {"gunicorn": False}
    uvicorn.run = lambda *_args, **given: started.update(given)
    # Of the two names each release calls one.
    for name in ("_run_gunicorn_server", "run_gunicorn_server"):
        setattr(ProxyInitializationHelpers, name, lambda *_args, **_given: started.update(gunicorn=True))
    migrations = pretend_a_database()
    run_server.main(arguments, standalone_mode=False)
    workers, limit = started.get("workers"), started.get("limit_max_requests")
    given = {name: os.environ.get(name) for name in ("DATABASE_URL", "DIRECT_URL", "DISABLE_SCHEMA_UPDATE")}
    server = {name: started.get(name) for name in SERVER}
    return {"workers": workers, "limit_max_requests": limit, "migrations": migrations, **server, **given}


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
def attributes():
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


def special(server, package, router, started):
    """How to see what is not seen where the rules of `seen` look."""
    return {
        "allowed_fails": lambda: counting(router),
        "default_fallbacks": lambda: default_fallbacks(router),
        "router_set_verbose": lambda: level("LiteLLM Router"),
        "router_debug_level": lambda: level("LiteLLM Router"),
        "litellm_log": lambda: level("LiteLLM"),
        "debug": lambda: level("LiteLLM Proxy"),
        "detailed_debug": lambda: level("LiteLLM Proxy"),
        "json_logs": json_lines,
        "alerting": lambda: server.proxy_logging_obj.alerting,
        "alert_types": lambda: server.proxy_logging_obj.alert_types,
        "alerting_threshold": lambda: server.proxy_logging_obj.alerting_threshold,
        "alert_to_webhook_url": lambda: server.proxy_logging_obj.alert_to_webhook_url,
        "proxy_batch_write_at": lambda: server.proxy_batch_write_at,
        "master_key": lambda: server.master_key,
        "salt_key": salt_key,
        "permit_weak_master_key": lambda: permits_weak_master_key(server.general_settings),
        "store_model_in_db": lambda: stores_models(server),
        "disable_prisma_schema_update": lambda: updates_schema(server.general_settings, started),
        "disable_schema_update": lambda: updates_schema(server.general_settings, started),
        "database_url": lambda: started["DATABASE_URL"],
        "direct_url": lambda: started["DIRECT_URL"],
        "database_connection_pool_limit": lambda: query(started["DATABASE_URL"], "connection_limit"),
        "database_connection_timeout": lambda: query(started["DATABASE_URL"], "pool_timeout"),
        "database_connection_pool_timeout": lambda: query(started["DATABASE_URL"], "pool_timeout"),
        "database_disable_prepared_statements": lambda: query(started["DATABASE_URL"], "pgbouncer"),
        "database_statement_timeout": lambda: option(started, "statement_timeout"),
        "database_lock_timeout": lambda: option(started, "lock_timeout"),
        # Older releases have none.
        "proxy_config_reload_interval_seconds": lambda: getattr(server, "proxy_config_reload_interval_seconds", None),
        "keepalive_timeout": lambda: started["timeout_keep_alive"],
        "max_requests_before_restart_jitter": lambda: started["limit_max_requests_jitter"],
        "port": lambda: started["port"],
        "run_gunicorn": lambda: started["gunicorn"],
        "redis_connection_pool_timeout": lambda: package.constants.REDIS_CONNECTION_POOL_TIMEOUT,
        "num_workers": lambda: started["workers"],
        "max_requests_before_restart": lambda: started["limit_max_requests"],
        "background_health_checks": lambda: server.use_background_health_checks,
        "health_check_interval": lambda: server.health_check_interval,
        "cache": lambda: package.cache is not None,
        "cache_params": lambda: package.cache and package.cache.ttl,
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
    at = special(server, litellm, server.llm_router, started).get(name)
    if at is not None:
        return at()
    keys, variables = read_by_the_package()
    for kind, section, key in homes:
        if kind == "config" and "." not in key and section == "general_settings":
            return key in keys and server.general_settings.get(key)
        if kind == "config" and "." not in key and section == "litellm_settings":
            return key in attributes() and getattr(litellm, key, None)
        if kind == "config" and "." not in key and section == "router_settings":
            if hasattr(server.llm_router, key):
                return getattr(server.llm_router, key)
        if kind == "late":
            return key in variables and os.environ.get(key)
    return NotImplemented


# No settings: a table of models, where the files lie, a time, what is made when it is first asked for, and copies of other attributes.
UNSEEN = {"model_cost", "user_config_file_path", "last_flush_time", "openaiOSeriesConfig", "given", "assigned"}


def held(thing):
    """The attributes of an object. The router since 1.110 keeps what it is given, and what it makes of it, in an object below it."""
    core = getattr(thing, "_core", None)
    if core is None:
        return vars(thing)
    resolved = core._resolved
    return {**{field.name: getattr(resolved, field.name) for field in dataclasses.fields(resolved)}, **core._config.arguments}


def texts(thing):
    """The attributes that can be written as JSON, by their names; of functions and modules nothing."""
    named = {name: value for name, value in held(thing).items() if not name.startswith("__") and name not in UNSEEN}
    return {
        name: without_ids(plain(value))
        for name, value in named.items()
        if not callable(value) and not isinstance(value, type(sys))
    }


def without_ids(value):
    """The same without the ids that LiteLLM makes up at every load."""
    if isinstance(value, dict):
        return {key: without_ids(item) for key, item in value.items() if key != "id"}
    return [without_ids(item) for item in value] if isinstance(value, list) else value


@functools.cache
def first_declared():
    """What the modules hold before a config is loaded; asked before the first fork, it is the same for all."""
    return declared()


def declared():
    """What the modules hold."""
    import litellm
    from litellm.proxy import proxy_server

    return {"litellm": texts(litellm), "server": texts(proxy_server)}


def state(before, started):
    """What is otherwise than in `before`, and all of the objects that the load makes, by names with dots."""
    import litellm
    from litellm.proxy import proxy_server

    state = {f"started.{name}": value for name, value in started.items()}
    for module, values in declared().items():
        for name, value in values.items():
            if before[module].get(name) != value:
                state[f"{module}.{name}"] = value
    alerts = proxy_server.proxy_logging_obj
    objects = {
        "router": proxy_server.llm_router,
        "alerts": alerts.slack_alerting_instance,
        "logging": alerts,
        "cache": litellm.cache,
    }
    for name, thing in objects.items():
        if thing is not None:
            state.update({f"{name}.{key}": value for key, value in texts(thing).items()})
    for key, value in (state.pop("server.general_settings", None) or {}).items():
        state[f"general_settings.{key}"] = value
    return state


async def initialize(proxy_server):
    """The part of a worker's start that reads the config; it goes on to `ProxyConfig.load_config`."""
    worker = json.loads(os.environ["WORKER_CONFIG"])
    worker.pop("telemetry", None)
    # As `proxy_startup_event` does first.
    proxy_server.master_key = os.environ.get("LITELLM_MASTER_KEY")
    await proxy_server.initialize(**worker)


def write(folder, files):
    """Writes the files of a question into a folder that only this user can read."""
    os.umask(0o077)
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)


SECRET_NAME = re.compile(
    r"key$|keys$|secret|passw|token$|credential|private|dsn|salt|webhook|header|authorization|license|bearer|hash$|cookie", re.I
)
IN_ADDRESS = re.compile(r"(://[^/@\s:]*:)[^@\s]+@")
HIDDEN = "<hidden>"


def secrets_in(node, name=""):
    """The texts of a config that stand under the names of secrets."""
    if isinstance(node, dict):
        return {text for key, value in node.items() for text in secrets_in(value, str(key))}
    if isinstance(node, list):
        return {text for value in node for text in secrets_in(value, name)}
    return {node} if isinstance(node, str) and SECRET_NAME.search(name) else set()


class Teller:
    """Tells values without their secrets: a fingerprint under a key that only the asker knows, and a text."""

    def __init__(self, question, folder):
        import yaml

        self.key, self.folder = bytes.fromhex(question["key"]), os.path.realpath(folder)
        secrets = {value for name, value in question["env"].items() if name in question["secrets"] or SECRET_NAME.search(name)}
        for text in question["files"].values():
            with contextlib.suppress(Exception):
                secrets |= secrets_in(yaml.safe_load(text))
        # Short ones are words of every deployment; their names hide them.
        self.secrets = sorted((text for text in secrets if len(text) >= 6), key=len, reverse=True)

    def text(self, text):
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)

    def shown(self, name, value):
        if SECRET_NAME.search(name) and not isinstance(value, (bool, int, float, type(None), dict, list)):
            return HIDDEN
        if isinstance(value, dict):
            return {self.text(key): self.shown(key, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.shown(name, item) for item in value]
        return self.text(value) if isinstance(value, str) else value

    def told(self, name, value):
        # Each load has a folder of its own.
        whole = json.dumps(value, sort_keys=True, default=str).replace(self.folder, "")
        shown = json.dumps(self.shown(name.rpartition(".")[2], value), sort_keys=True, default=str).replace(self.folder, "")
        digest = hmac.new(self.key, whole.encode(), hashlib.sha256).hexdigest()
        return {"digest": digest, "shown": shown if len(shown) <= 400 else shown[:400] + "…"}

    def all(self, values):
        return {name: self.told(name, value) for name, value in values.items()}


def prove(question, folder, stubbed):
    """Loads the config of a question, and tells the effective settings and all else that the load changed."""
    from litellm.proxy import proxy_server

    if not question["trust"]:
        stub_own_code(stubbed)
    wait_for_nothing()
    teller, before = Teller(question, folder), first_declared()
    attributes()
    write(folder, question["files"])
    started = start_server(["--config", os.path.join(folder, question["config"]), *question["arguments"]])

    async def load():
        await initialize(proxy_server)
        found = {name: seen(name, homes, started) for name, homes in question["settings"].items()}
        found = {name: plain(value) for name, value in found.items() if value is not NotImplemented}
        return {"settings": teller.all(found), "state": teller.all(state(before, started))}

    # Its end would wait for all that the proxy has started in the background.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(load())


def version():
    try:
        return importlib.metadata.version("litellm")
    except importlib.metadata.PackageNotFoundError:
        return None


def answer(question, folder):
    """The answer to a question."""
    found = {"version": version(), "network": "left" if cut_off() else "refused"}
    if found["version"] is None or found["version"] in COMPROMISED:
        return {**found, "stage": "install", "error": "no LiteLLM is installed" if found["version"] is None else "this release of LiteLLM was compromised, and is not loaded"}
    if not question["trust"]:
        sys.meta_path[:] = [Installed if finder is importlib.machinery.PathFinder else finder for finder in sys.meta_path]
        OWN.append(os.path.realpath(folder) + os.sep)
    tempfile.tempdir = folder
    os.chdir(folder)
    refuse_outside()
    os.environ.update(question["env"] | question["fixed"])
    stage, stubbed = "import", set()
    try:
        from litellm.proxy import proxy_cli, proxy_server  # noqa: F401

        stage = "load"
        found |= prove(question, folder, stubbed)
    except BaseException as error:  # The load also stops by SystemExit.
        teller = Teller(question, folder)
        text = f"{type(error).__name__}: {error}".replace(teller.folder + os.sep, "")
        found |= {"stage": stage, "error": teller.text(text)[:2000]}
    return {**found, "stubbed": sorted(stubbed)}


def main():
    # What LiteLLM prints must not get between question and answer.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    question = json.load(sys.stdin)
    limit(question["seconds"])
    if question["folder"] is None:
        with tempfile.TemporaryDirectory() as folder:
            found = answer(question, folder)
    else:
        found = answer(question, question["folder"])
    json.dump(found, out)
    out.flush()
    # Threads that LiteLLM has started would go on.
    os._exit(0)


if __name__ == "__main__":
    main()

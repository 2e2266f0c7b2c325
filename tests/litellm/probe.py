"""Loads LiteLLM configs as the proxy does and tells which values are effective.

Reads one JSON object per line, {"files": {name: text}, "env": {name: value}} (the config is the first file), and answers
each with one line: the values, or {"error": ..., "stage": "import" | "load"}; {} alone where "values" is false. {"deployment": ...} asks for all configs of a
deployment, before and after; {"all": [...]} asks questions without an environment at once, and is answered by a list. The package is imported
once; every config is loaded in a fork of its own, so that none sees another. Some variables are read at import: a question with
some of those is answered by {"import": [name, ...]}, and wants a process that has them in its environment from the start.
"""

import asyncio
import collections
import contextlib
import gc
import importlib
import importlib.util
import json
import logging
import os
import signal
import sys
import tempfile
import traceback

import configs
import serve

# The functions that the binary proves configs with.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "verify"))
import proxy  # noqa: E402

LOAD_SECONDS = 60

WARM_CONFIG = """
model_list:
  - model_name: one
    litellm_params: {model: openai/gpt-4o, api_key: none}
litellm_settings: {cache: true, cache_params: {type: redis, host: host.invalid, port: 6379}}
general_settings: {alerting: [slack]}
"""


def access_lines():
    """Whether the server writes a line per request."""
    import uvicorn
    from litellm.proxy.proxy_cli import ProxyInitializationHelpers

    # The name with the underscore is known to every release.
    arguments = ProxyInitializationHelpers._get_default_unvicorn_init_args("127.0.0.1", 4000)
    uvicorn.Config(**arguments)
    return logging.getLogger("uvicorn.access").isEnabledFor(logging.INFO)


def reads_what_the_master_key_wrote(master_key):
    """Whether what was stored before there was a salt key can be read: encrypted with the master key, decrypted as the proxy does now."""
    from litellm.proxy.common_utils import encrypt_decrypt_utils as crypt

    if not isinstance(master_key, str):
        return None
    stored = crypt.encrypt_value_helper("a word", new_encryption_key=master_key)
    try:
        return crypt.decrypt_value_helper(stored, "error") == "a word"
    except Exception:
        return False


def redis_of(cache):
    """What a client of Redis connects to, however it was told; None without one."""
    client = getattr(cache, "redis_client", None)
    if client is None:
        return None
    pool = client.connection_pool
    given = {part: pool.connection_kwargs.get(part) for part in ("host", "username", "password")}
    numbers = {part: int(pool.connection_kwargs.get(part) or 0) for part in ("port", "db")}
    return {**given, **numbers, "tls": pool.connection_class.__name__ == "SSLConnection"}


def connections_of(cache):
    """The most connections to Redis that a client's pool opens; None without one."""
    return getattr(getattr(cache, "async_redis_conn_pool", None), "max_connections", None)


def values(params, started):
    """The values in force after the load."""
    import litellm
    from litellm.proxy import proxy_server
    from litellm.proxy.db.exception_handler import PrismaDBExceptionHandler

    router = proxy_server.llm_router
    alerts = proxy_server.proxy_logging_obj
    # As the service hooks walk over it: the letters, where it is a text.
    service = [callback for callback in litellm.service_callback if callback == "prometheus_system"]
    return proxy.plain(
        {
            "router": router
            and {
                "models": router.model_names,
                "served": [entry["model_name"] for entry in router.model_list],
                "retry_policy": router.retry_policy,
                "model_group_retry_policy": router.model_group_retry_policy,
                "allowed_fails_policy": router.allowed_fails_policy,
                "allowed_fails": router.allowed_fails,
                "cooldown_time": router.cooldown_time,
                "num_retries": router.num_retries,
                "timeout": router.timeout,
                "set_verbose": router.set_verbose,
                "debug_level": router.debug_level,
                "retry_after": router.retry_after,
            },
            "general_settings": proxy_server.general_settings,
            "master_key": proxy_server.master_key,
            "reads_what_the_master_key_wrote": reads_what_the_master_key_wrote(proxy_server.master_key),
            "serves_without_database": PrismaDBExceptionHandler.should_allow_request_on_db_unavailable(),
            "proxy_batch_write_at": proxy_server.proxy_batch_write_at,
            "disable_spend_logs": proxy_server.disable_spend_logs,
            "litellm": {
                "num_retries": litellm.num_retries,
                "request_timeout": litellm.request_timeout,
                "set_verbose": litellm.set_verbose,
                "json_logs": litellm.json_logs,
                "service_callback": litellm.service_callback,
                "callbacks": litellm.callbacks,
                "default_redis_ttl": litellm.default_redis_ttl,
                "redact_messages_in_exceptions": litellm.redact_messages_in_exceptions,
            },
            "redis": {
                "cache": redis_of(getattr(litellm.cache, "cache", None)),
                "router": redis_of(router and router.cache.redis_cache),
                "coordination": redis_of(proxy_server.redis_usage_cache),
            },
            "redis_connections": {
                "cache": connections_of(getattr(litellm.cache, "cache", None)),
                "router": connections_of(router and router.cache.redis_cache),
            },
            "emits_service_metrics": bool(service),
            "alerting": alerts.slack_alerting_instance.alerting,
            "alerting_threshold": alerts.slack_alerting_instance.alerting_threshold,
            "webhook": os.environ.get("SLACK_WEBHOOK_URL") or os.environ.get("ALERTING_WEBHOOK_URL"),
            "levels": {name: proxy.level(name) for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")},
            "access_lines": access_lines(),
            "migrations": started["migrations"],
            "from_dotenv": os.environ.get("FROM_DOTENV"),
            "health_app": importlib.util.find_spec("litellm.proxy.health_endpoints.health_app_factory") is not None,
            "num_workers": started["workers"],
            "max_requests_before_restart": started["limit_max_requests"],
            "cancels_requests_after": started["timeout_graceful_shutdown"],
            "debug": bool(params["debug"]),
            "detailed_debug": bool(params["detailed_debug"]),
        }
    )


def load(question):
    """Writes the files, loads the first of them as the server does, and gives the values in force or the error."""
    from litellm.proxy import proxy_server

    modules = set(sys.modules)
    proxy.attributes()
    before = proxy.first_declared() if question.get("whole") else None
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, text in question["files"].items():
            paths.append(os.path.join(folder, name))
            os.makedirs(os.path.dirname(paths[-1]), exist_ok=True)
            with open(paths[-1], "w", encoding="utf-8", newline="") as file:
                file.write(text)
        os.chdir(folder)
        started = proxy.start_server(["--config", paths[0], *question.get("arguments", [])])
        worker = json.loads(os.environ["WORKER_CONFIG"])
        worker.pop("telemetry", None)

        async def start():
            # As `proxy_startup_event` does first.
            proxy_server.master_key = os.environ.get("LITELLM_MASTER_KEY")
            # The part of the worker's start that reads the config; it goes on to ProxyConfig.load_config.
            if question.get("serve"):
                return {**await serve.outcome(worker, question["serve"]), "modules": sorted(set(sys.modules) - modules)}
            await proxy_server.initialize(**worker)
            if question.get("values") is False:
                return {}
            if "settings" in question:
                found = {name: proxy.seen(name, homes, started) for name, homes in question["settings"].items()}
                return proxy.plain({name: value for name, value in found.items() if value is not NotImplemented})
            if before is not None:
                return proxy.state(before, started)
            return values(worker, started)

        # Its end would wait for all that the proxy has started in the background.
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(start())


class Watched(os._Environ):
    """The environment, which notes the names that are asked for."""

    asked = set()

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.asked.add(name)
        return super().__contains__(name)


def start(question):
    """Loads a config in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(LOAD_SECONDS)
        try:
            os.environ.update(question["env"])
            answer = load(question)
        except BaseException as error:  # The load also stops by SystemExit.
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}", "stage": "load"}
        with os.fdopen(writer, "w") as out:
            json.dump(answer, out)
        os._exit(0)
    os.close(writer)
    return child, reader


def finish(child, reader):
    with os.fdopen(reader) as answers:
        answer = answers.read()
    _, status = os.waitpid(child, 0)
    return answer or json.dumps({"error": f"the load ended without an answer (status {status})", "stage": "load"})


def grown():
    """The modules that are imported, and the models of pydantic that are complete."""
    from pydantic import BaseModel

    models, known = [BaseModel], {}
    while models:
        for model in models.pop().__subclasses__():
            name = f"{model.__module__}.{model.__qualname__}"
            if name not in known:
                known[name] = model
                models.append(model)
    return set(sys.modules), known


def warm_up():
    """Imports and completes what a first load does, so that the forks find it done. The load itself happens in a fork."""
    modules, models = grown()
    incomplete = {name for name, model in models.items() if not model.__pydantic_complete__}
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        try:
            load({"files": {"config.yaml": WARM_CONFIG}, "whole": True})
        except BaseException:
            traceback.print_exc()
        after, known = grown()
        done = [name for name in incomplete if name in known and known[name].__pydantic_complete__]
        with os.fdopen(writer, "w") as out:
            json.dump([sorted(after - modules), done], out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answers:
        wanted, done = json.loads(answers.read() or "[[], []]")
    os.wait()
    for name in wanted:
        try:
            importlib.import_module(name)
        except Exception:  # It is a help only.
            traceback.print_exc()
    for name in done:
        models[name].model_rebuild()
    proxy.first_declared()
    proxy.attributes()
    proxy.read_by_the_package()
    # What a collection would touch, each fork would copy.
    gc.freeze()
    gc.enable()


def compare(deployment):
    """Every config of a deployment as it was and as it is, both loaded at once; once only where nothing has changed.

    Variables that are read at import are left out: they would want a process for each deployment.
    """
    found, questions = {}, {}
    for when in ("before", "after"):
        for one in configs.find(deployment[when], deployment.get("config")):
            found[one["file"], one["where"]] = None
            question = configs.question(one, deployment[when], deployment["variables"][when], deployment)
            question["env"] = {name: value for name, value in question["env"].items() if name not in Watched.asked}
            questions[when, one["file"], one["where"]] = question
    compared = []
    for file, where in found:
        both = {when: questions.get((when, file, where)) for when in ("before", "after")}
        same = both["before"] == both["after"]
        asked = {when: question for when, question in both.items() if question and not (same and when == "after")}
        children = {when: start(question) for when, question in asked.items()}
        answers = {when: json.loads(finish(*child)) for when, child in children.items()}
        compared.append({"file": file, "where": where, "same": same, **answers})
    return compared


def warm(modules):
    """Imports once what every start imports by itself, so that the next ones are quick."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    serve.warm()


def answer(question):
    """The answer to a question, as JSON."""
    if "deployment" in question:
        return json.dumps(compare(question["deployment"]))
    given = question["env"].items()
    anew = [name for name, value in given if name in Watched.asked and os.environ.get(name) != value]
    if anew:
        return json.dumps({"import": anew})
    found = finish(*start(question))
    if "serve" not in question:
        return found
    found = json.loads(found)
    modules = found.pop("modules", None)
    # The first that is asked for tells what to import before the others.
    if modules and not answer.warm:
        answer.warm = True
        warm(modules)
    return json.dumps(found)


answer.warm = False


def answer_all(questions):
    """The answers to questions without an environment, in their order: as many at once as there are processors."""
    found, running = [answer(question) for question in questions[:1]], collections.deque()
    for question in questions[1:]:
        if len(running) == os.cpu_count():
            found.append(finish(*running.popleft()))
        running.append(start(question))
    found.extend(finish(*child) for child in running)
    return "[" + ",".join(found) + "]"


def main():
    # Nearly all that an import makes stays, and looking for what does not takes a fourth of the time.
    gc.disable()
    # What LiteLLM prints must not get between the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    proxy.refuse_outside()
    broken = None
    unwatched, os.environ.__class__ = os.environ.__class__, Watched
    try:
        from litellm.proxy import proxy_cli, proxy_server  # noqa: F401
    except BaseException as error:
        traceback.print_exc()
        broken = json.dumps({"error": f"{type(error).__name__}: {error}", "stage": "import"})
    os.environ.__class__ = unwatched
    proxy.wait_for_nothing()
    for number, line in enumerate(sys.stdin):
        # Many processes are asked once, for the sake of their environment.
        if number == 1 and not broken:
            warm_up()
        question = json.loads(line)
        out.write(broken or (answer_all(question["all"]) if "all" in question else answer(question)))
        out.write("\n")
        out.flush()


main()

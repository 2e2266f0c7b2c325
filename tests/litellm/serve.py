"""What becomes of a proxy with a config: whether it loads, starts, does its jobs with a database, and answers.

The server is the real one, in one process and without a port: its start runs, then two requests go through it, one that a
model answers and one that every entry of a group refuses. Waiting is cut short; what no clock takes fails as it would.
"""

import asyncio
import contextlib
import importlib.machinery
import inspect
import sys
import types
import unittest.mock

KEY = "sk-0815-abcdefgh"
# A group that answers, and one whose two entries are over their limit.
MODELS = [
    {"model_name": "answers", "litellm_params": {"model": "openai/a", "api_key": "none", "mock_response": "yes"}},
    *(
        {
            "model_name": "refuses",
            "litellm_params": {"model": f"openai/{name}", "api_key": "none", "mock_response": "litellm.RateLimitError"},
        }
        for name in ("b", "c")
    ),
]


class Prisma(types.ModuleType):
    """The client of the database, which is generated where LiteLLM runs: every name in it is an error that nothing raises."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {})


class Finder:
    @staticmethod
    def find_spec(name, _path=None, _target=None):
        found = name.partition(".")[0] == "prisma"
        return importlib.machinery.ModuleSpec(name, Finder) if found else None

    @staticmethod
    def create_module(spec):
        return Prisma(spec.name)

    @staticmethod
    def exec_module(_module):
        pass


def hurry():
    """Lets whatever waits wait for a moment only, unless what it waits for is no number of seconds."""
    sleep = asyncio.sleep

    async def moment(delay, *rest):
        await sleep(min(delay, 0.01), *rest)

    asyncio.sleep = moment


def warm():
    """Makes the server put its routes together, which each of its copies would do anew."""
    from litellm.proxy import proxy_server as server

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message):
        pass

    scope = {"type": "http", "method": "GET", "scheme": "http", "http_version": "1.1", "path": "/v1/chat/completions"}
    scope |= {"raw_path": b"/v1/chat/completions", "query_string": b"", "headers": [], "server": ("proxy", 80)}
    with contextlib.suppress(Exception):
        asyncio.run(server.app(scope | {"client": ("proxy", 1), "root_path": ""}, receive, send))


async def jobs(server):
    """The jobs that a server with a database starts, with the numbers of the config."""
    start = server.ProxyStartupEvent.initialize_scheduled_background_jobs
    given = {
        "general_settings": server.general_settings,
        "prisma_client": unittest.mock.AsyncMock(),
        "proxy_budget_rescheduler_min_time": server.proxy_budget_rescheduler_min_time,
        "proxy_budget_rescheduler_max_time": server.proxy_budget_rescheduler_max_time,
        "proxy_batch_write_at": server.proxy_batch_write_at,
        "proxy_logging_obj": server.proxy_logging_obj,
    }
    await start(**{name: given.get(name) for name in inspect.signature(start).parameters})


async def ask(server, model):
    """The status of a request to a group of models, and what the proxy says to it."""
    import httpx

    transport = httpx.ASGITransport(app=server.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://proxy", timeout=20) as client:
        body = {"model": model, "messages": [{"role": "user", "content": "?"}]}
        answer = await client.post("/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {KEY}"})
    return answer.status_code, answer.text[:400]


async def cooled_down(server):
    """How many entries are left alone after a refused request."""
    router = server.llm_router
    await asyncio.sleep(0.01)
    ids = router.get_model_ids()
    return len(router.cooldown_cache.get_active_cooldowns(model_ids=ids, parent_otel_span=None))


async def outcome(worker, last):
    """The step that fails, up to the last one asked for, and why."""
    from litellm.proxy import proxy_server as server

    sys.meta_path.append(Finder)
    hurry()
    step = "load"
    try:
        await server.initialize(**worker)
        if last == "load":
            return {"step": None}
        step = "start"
        async with asyncio.timeout(30), server.proxy_startup_event(server.app):
            step = "request"
            if server.llm_router is None:
                return {"step": None, "error": "no router"}
            status, text = await ask(server, "answers")
            if status != 200:
                return {"step": "request", "error": text}
            step = "refused"
            status, text = await ask(server, "refuses")
            if status != 429:
                return {"step": "refused", "error": f"{status} {text}"}
            cooled = await cooled_down(server)
            step = "jobs"
            await jobs(server)
            return {"step": None, "cooled": cooled}
    except BaseException as error:
        return {"step": step, "error": f"{type(error).__name__}: {error}"[:400]}

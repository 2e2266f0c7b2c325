"""All that a config has changed in a proxy: what the package, the server, the router and the alerts hold after the load."""

import dataclasses
import sys

# No settings: a table of models, where the files lie, a time, what is made when it is first asked for, and copies of other attributes.
UNSEEN = {"model_cost", "user_config_file_path", "last_flush_time", "openaiOSeriesConfig", "given", "assigned"}


def held(thing):
    """The attributes of an object. The router since 1.110 keeps what it is given, and what it makes of it, in an object below it."""
    core = getattr(thing, "_core", None)
    if core is None:
        return vars(thing)
    resolved = core._resolved
    return {**{field.name: getattr(resolved, field.name) for field in dataclasses.fields(resolved)}, **core._config.arguments}


def texts(thing, plain):
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


def declared(plain):
    """What the modules hold before a config is loaded."""
    import litellm
    from litellm.proxy import proxy_server

    return {"litellm": texts(litellm, plain), "server": texts(proxy_server, plain)}


def state(before, started, plain):
    """What is otherwise than in `before`, and all of the objects that the load makes, by names with dots."""
    import litellm
    from litellm.proxy import proxy_server

    state = {f"started.{name}": value for name, value in started.items()}
    for module, values in declared(plain).items():
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
            state.update({f"{name}.{key}": value for key, value in texts(thing, plain).items()})
    for key, value in (state.pop("server.general_settings", None) or {}).items():
        state[f"general_settings.{key}"] = value
    return state

"""Finds LiteLLM's configs in the files of a deployment, with PyYAML and without anything of litellm-fix."""

import io
import re

import dotenv
import yaml

# The quick one takes a little more than that which LiteLLM uses.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SECTIONS = {"model_list", "litellm_settings", "general_settings", "router_settings", "environment_variables"}


def is_config(node):
    """Whether a mapping is what LiteLLM would take for its config."""
    if not isinstance(node, dict):
        return False
    sections = SECTIONS.intersection(key for key in node if isinstance(key, str))
    return "model_list" in sections or len(sections) > 1


def documents(text):
    """The documents of a text; none where it is no YAML."""
    try:
        return list(yaml.load_all(text, LOADER))
    except Exception:  # PyYAML also lets errors of its constructors through.
        return []


def variables(values):
    """The variables that the chart makes of the values that a config stands in."""
    given = values.get("envVars")
    given = given.items() if isinstance(given, dict) else ()
    return {name: str(value) for name, value in given if isinstance(name, str) and isinstance(value, (str, int))}


def inside(node, where, around):
    """Every config below a node: its place, its text and its variables."""
    if is_config(node):
        yield where, yaml.safe_dump(node, sort_keys=False, allow_unicode=True), variables(around)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from inside(value, [*where, str(key)], node)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from inside(value, [*where, str(index)], {})
    elif isinstance(node, str) and "\n" in node:
        found = documents(node)
        if len(found) == 1 and is_config(found[0]):
            yield where, node, {}


def find(tree, named=None):
    """The configs in files, given by their names; the file that is named is one whatever it holds."""
    configs = []
    for name, text in tree.items():
        found = documents(text)
        if len(found) == 1 and (name == named or is_config(found[0])):
            configs.append({"file": name, "where": "", "text": text, "env": {}})
            continue
        for index, document in enumerate(found):
            for where, inner, env in inside(document, [str(index)], {}):
                configs.append({"file": name, "where": ".".join(where), "text": inner, "env": env})
    return configs


def stand_in(name):
    """A value for a variable that a config refers to and that no file has."""
    if "DATABASE" in name or "POSTGRES" in name:
        return "postgresql://user:password@host.invalid:5432/database"
    if "REDIS" in name and "URL" in name:
        return "redis://host.invalid:6379"
    if name.endswith("PORT"):
        return "6379"
    if name.endswith("HOST"):
        return "host.invalid"
    return "https://host.invalid" if re.search("URL|BASE|ENDPOINT", name) else "sk-stand-in"


def service(tree, name):
    """The variables that compose gives to a service, and the arguments of its command behind `--config`."""
    service = yaml.load(tree["compose.yaml"], LOADER)["services"][name]
    given = {}
    if "env_file" in service:
        given.update(dotenv.dotenv_values(stream=io.StringIO(tree[".env"]), interpolate=False))
    environment = service.get("environment") or {}
    pairs = environment.items() if isinstance(environment, dict) else (one.split("=", 1) for one in environment)
    given.update(pairs)
    return {name: str(value) for name, value in given.items() if value is not None}, service.get("command", [])[2:]


def question(config, tree, variables, deployment):
    """The question for a config of this deployment, where the config's file has these variables from env files."""
    files = {config["file"]: config["text"], **{name: text for name, text in tree.items() if name != config["file"]}}
    outside = re.findall(r"os\.environ/(\w+)", config["text"]) if deployment["given_outside"] else ()
    env, arguments = {name: stand_in(name) for name in outside}, []
    if deployment["service"]:
        given, arguments = service(tree, deployment["service"])
    else:
        given = {**variables.get(config["file"], {}), **config["env"]}
    return {"files": files, "env": {**env, **given}, "arguments": arguments, "whole": True}

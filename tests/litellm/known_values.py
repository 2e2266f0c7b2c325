"""Prints the names that LiteLLM takes as values, one `list name releases` a line, from the sources of installed packages.

    python3 tests/litellm/known_values.py SITE_PACKAGES... > src/project/settings/known/names.txt

Each SITE_PACKAGES is a folder as for known_keys.py. Nothing is imported. A list errs on the side of knowing too much: a
name too many makes a wrong one go unnoticed, a name too few makes a good one look wrong.
"""

import ast
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HEAD = """\
# The names that LiteLLM takes as values, from its sources: list, name, and the releases that have it where not all of these do.
# Made by tests/litellm/known_values.py, never by hand. Releases: {releases}
"""
# Enums whose values are names: list, file, class.
ENUMS = [
    ("routing_strategy", "types/router.py", "RoutingStrategy"),
    ("cache_type", "types/caching.py", "LiteLLMCacheType"),
    ("alert_types", "types/integrations/slack_alerting.py", "AlertType"),
    ("key_management_system", ("types/secret_managers/main.py", "proxy/_types.py"), "KeyManagementSystem"),
]
# Names of literal types, and the lists that their texts are in.
LITERALS = {
    "_custom_logger_compatible_callbacks_literal": ("callbacks", "logging_callbacks"),
    "RoutingStrategyName": ("routing_strategy",),
    "OptionalPreCallChecks": ("optional_pre_call_checks",),
}
# Functions that compare a callback with the names that they know, by file: a text that is compared, or looked for in a list.
CALLBACKS = {
    "proxy/common_utils/callback_utils.py": ("callbacks",),
    "litellm_core_utils/litellm_logging.py": ("logging_callbacks",),
    "_service_logger.py": ("service_callback",),
    "integrations/opentelemetry.py": ("logging_callbacks", "callbacks", "service_callback"),
    "proxy/proxy_server.py": ("logging_callbacks",),
    "utils.py": ("logging_callbacks",),
}


def texts(node):
    return {item.value for item in ast.walk(node) if isinstance(item, ast.Constant) and isinstance(item.value, str)}


def name_of(node):
    return getattr(node, "id", getattr(node, "attr", ""))


def enum(tree, name):
    """The values of the members of an enum."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            for item in node.body:
                if isinstance(item, (ast.Assign, ast.AnnAssign)) and item.value is not None:
                    found |= texts(item.value)
    return found


def literals(tree):
    """The texts of the literal types that are known here, by list."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in targets:
                for name in LITERALS.get(name_of(target), ()):
                    yield from ((name, text) for text in texts(node.value))
        if type(node).__name__ == "TypeAlias":
            for name in LITERALS.get(name_of(node.name), ()):
                yield from ((name, text) for text in texts(node.value))


def strategies(tree):
    """The texts of the literal type of the router's parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg == "routing_strategy" and node.annotation is not None:
            if "Literal" in ast.unparse(node.annotation):
                yield from (("routing_strategy", text) for text in texts(node.annotation))
        # A name that stands for a choice between texts, where a release checks the strategies by hand.
        if isinstance(node, ast.FunctionDef) and "routing_strategy" in node.name and "valid" in ast.unparse(node):
            for item in ast.walk(node):
                if isinstance(item, (ast.List, ast.Tuple, ast.Set)):
                    yield from (("routing_strategy", text) for text in texts(item) if " " not in text)


def compared(tree):
    """The texts that something called a callback is compared with, or that are looked for among callbacks."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        if any("callback" in name_of(side) or name_of(side) == "value" for side in sides):
            for side in sides:
                if isinstance(side, (ast.Constant, ast.Tuple, ast.List, ast.Set)):
                    yield from texts(side)


def of_release(folder):
    root = folder / "litellm"
    release = next(folder.glob("litellm-*.dist-info")).name.removeprefix("litellm-").removesuffix(".dist-info")
    trees = {}
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        if name in CALLBACKS or any(literal in text for literal in LITERALS) or "Enum" in text or "routing_strategy" in text:
            trees[name] = ast.parse(text)
    found = set()
    for name, paths, cls in ENUMS:
        for path in (paths,) if isinstance(paths, str) else paths:
            if path in trees:
                found |= {(name, text) for text in enum(trees[path], cls)}
    for path, tree in trees.items():
        found.update(literals(tree))
        if path.startswith(("router", "types/router")):
            found.update(strategies(tree))
    for path, lists in CALLBACKS.items():
        if path in trees:
            names = {text for text in compared(trees[path]) if text and " " not in text and "." not in text}
            found |= {(name, text) for name in lists for text in names}
    found.add(("routing_strategy", "simple-shuffle"))
    return release, found


def main(folders):
    with ProcessPoolExecutor() as pool:
        releases = dict(pool.map(of_release, map(Path, folders)))
    order = sorted(releases, key=lambda release: [int(part) for part in release.split(".")])
    print(HEAD.format(releases=" ".join(order)), end="")
    for name, text in sorted(set().union(*releases.values())):
        having = [release for release in order if (name, text) in releases[release]]
        print(" ".join([name, text, *(having if having != order else [])]))


if __name__ == "__main__":
    main(sys.argv[1:])

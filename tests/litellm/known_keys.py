"""Prints the keys that LiteLLM reads, one `section key releases` a line, from the sources of installed packages.

    python3 tests/litellm/known_keys.py SITE_PACKAGES... > src/project/known/keys.txt

Each SITE_PACKAGES is a folder with `litellm` and `litellm-VERSION.dist-info` in it: that of a virtual environment, or an
unpacked wheel. Nothing is imported: names are read out of the syntax trees, so a release needs none of its dependencies.

The table errs on the side of knowing too much. A name too many makes a misspelling go unnoticed; a name too few makes a
good key look misspelt.
"""

import ast
import re
import sys
from pathlib import Path

HEAD = """\
# The keys that LiteLLM reads, from its sources: section, key, and the releases that have it where not all of these do.
# Made by tests/litellm/known_keys.py, never by hand. Releases: {releases}
"""
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,}")
KEY = re.compile(r"[a-z][a-zA-Z0-9_]*")
# Functions whose first text is the name of a variable: os.getenv, os.environ.get, get_secret_str, _env_int, ...
READS_VARIABLE = re.compile(r"env|secret", re.IGNORECASE)
# The models and constructors whose names are keys: section, file, class, whether the fields or the parameters of __init__.
MODELS = [
    ("top", "proxy/_types.py", "ConfigYAML"),
    ("general_settings", "proxy/_types.py", "ConfigGeneralSettings"),
    ("router_settings", "types/router.py", "UpdateRouterConfig"),
    ("retry_policy", "types/router.py", "RetryPolicy"),
    ("allowed_fails_policy", "types/router.py", "AllowedFailsPolicy"),
    ("alerting_args", "types/integrations/slack_alerting.py", "SlackAlertingArgs"),
]
CONSTRUCTORS = [
    ("router_settings", "router.py", "Router"),
    ("cache_params", "caching/caching.py", "Cache"),
]
# Sections whose models document keys that the code may not read: those that are not seen to be read get a question mark.
DECLARED = ["general_settings", "router_settings"]
# Mappings in the code that hold a section, by the end of the variable's name.
SECTIONS = ["litellm_settings", "general_settings", "router_settings", "cache_params", "alerting_args"]


def texts(node):
    """The texts that a node can be, when it is a text or a choice between texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return [text for item in node.elts for text in texts(item)]
    return []


def name_of(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return ""


def section_of(node):
    """The section that an expression holds: general_settings, proxy_server.general_settings, general_settings or {}."""
    if isinstance(node, ast.BoolOp):
        return section_of(node.values[0])
    name = name_of(node)
    if isinstance(node, ast.Call) and name_of(node.func) == "get" and node.args:
        name = "".join(texts(node.args[0])[:1])
    return next((section for section in SECTIONS if name.endswith(section)), None)


class Names(ast.NodeVisitor):
    """Everything that one file says about keys, as (section, key)."""

    def __init__(self, path):
        self.found = set()
        # Elsewhere `config` and `settings` are the configs of other things.
        self.is_server = path == "proxy/proxy_server.py"

    def key(self, section, *nodes):
        self.found.update((section, text) for node in nodes for text in texts(node) if KEY.fullmatch(text))

    def variable(self, *nodes):
        for text in (text for node in nodes for text in texts(node)):
            text = text.removeprefix("os.environ/")
            if VARIABLE.fullmatch(text):
                self.found.add(("environment", text))

    def visit_Call(self, node):
        called = name_of(node.func)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called in ("get", "pop", "setdefault") and node.args and owner is not None:
            section = section_of(owner)
            if section:
                self.key(section, node.args[0])
            elif self.is_server and name_of(owner) == "settings":
                self.key("general_settings", node.args[0])
            elif self.is_server and name_of(owner) == "config":
                self.key("top", node.args[0])
            elif name_of(owner) == "environ":
                self.variable(node.args[0])
        if called in ("getattr", "hasattr", "setattr") and len(node.args) > 1 and name_of(node.args[0]) == "litellm":
            self.key("litellm_settings", node.args[1])
        if READS_VARIABLE.search(called):
            self.variable(*node.args[:1], *(keyword.value for keyword in node.keywords))
        self.variable(*(keyword.value for keyword in node.keywords if keyword.arg == "envvar"))
        self.generic_visit(node)

    def visit_Subscript(self, node):
        section = section_of(node.value)
        if section:
            self.key(section, node.slice)
        elif name_of(node.value) == "environ":
            self.variable(node.slice)
        self.generic_visit(node)

    def visit_Compare(self, node):
        right = node.comparators[0]
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            section = section_of(right)
            if section:
                self.key(section, node.left)
            elif name_of(right) == "environ":
                self.variable(node.left)
            elif self.is_server and name_of(right) == "config":
                self.key("top", node.left)
        self.generic_visit(node)

    def visit_Assign(self, node):
        for target in node.targets:
            self.named(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self.named(node.target, node.value)
        self.generic_visit(node)

    def named(self, target, value):
        """`X_ENV = "NAME"`, and lists of such names; and `INCLUDE_KEY = "include"`."""
        if name_of(target) == "INCLUDE_KEY":
            self.key("top", value)
        if READS_VARIABLE.search(name_of(target)):
            self.variable(value)

    def visit_Constant(self, node):
        if isinstance(node.value, str) and node.value.startswith("os.environ/"):
            self.variable(node)


def fields(tree, name):
    """The fields of a class, and of its bases in the same file."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            found |= {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)}
            for base in node.bases:
                found |= fields(tree, name_of(base)) if name_of(base) != name else set()
    return found


def parameters(tree, name):
    """The parameters of the __init__ of a class."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name == "__init__":
                    arguments = item.args.posonlyargs + item.args.args + item.args.kwonlyargs
                    found |= {argument.arg for argument in arguments} - {"self"}
    return found


def module_variables(body):
    """The names that a module assigns at its top level, also below `if` and `try`."""
    found = set()
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try)):
                found |= module_variables(getattr(node, part, []))
    return {name for name in found if KEY.fullmatch(name) and name.islower()}


def handled(tree):
    """The texts that the loop over `litellm_settings` compares a key with."""
    return {
        text
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For) and "litellm_settings" in ast.unparse(loop.iter)
        for node in ast.walk(loop)
        if isinstance(node, ast.Compare) and name_of(node.left) == "key"
        for text in texts(node.comparators[0])
    }


def of_release(folder):
    """The release in a folder, and everything that it reads."""
    root = folder / "litellm"
    release = next(folder.glob("litellm-*.dist-info")).name.removeprefix("litellm-").removesuffix(".dist-info")
    found, trees = set(), {}
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        trees[path.relative_to(root).as_posix()] = tree
        names = Names(path.relative_to(root).as_posix())
        names.visit(tree)
        found |= names.found
    for section, path, name in CONSTRUCTORS:
        found |= {(section, parameter) for parameter in parameters(trees[path], name)}
    for section, path, name in MODELS:
        declared = {field for field in fields(trees[path], name) if field != "model_config"}
        unread = {field for field in declared if section in DECLARED and (section, field) not in found}
        found |= {(section + "?" * (field in unread), field) for field in declared}
    for path in sorted(name for name in trees if name.startswith("caching/")):
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Cache"):
                found |= {("cache_params", parameter) for parameter in parameters(trees[path], node.name)}
    found |= {("litellm_settings", name) for name in module_variables(trees["__init__.py"].body)}
    found |= {("litellm_settings", name) for name in handled(trees["proxy/proxy_server.py"])}
    return release, found


def main(folders):
    releases = dict(of_release(Path(folder)) for folder in folders)
    order = sorted(releases, key=lambda release: [int(part) for part in release.split(".")])
    print(HEAD.format(releases=" ".join(order)), end="")
    for section, key in sorted(set().union(*releases.values())):
        having = [release for release in order if (section, key) in releases[release]]
        print(" ".join([section, key, *(having if having != order else [])]))


main(sys.argv[1:])

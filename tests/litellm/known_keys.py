"""Prints the keys that LiteLLM reads, and names that it takes as values, one `section key releases` a line, from the sources of installed packages.

    python3 tests/litellm/known_keys.py SITE_PACKAGES... > src/project/settings/known/keys.txt

Each SITE_PACKAGES is a folder with `litellm` and `litellm-VERSION.dist-info` in it: that of a virtual environment, or an
unpacked wheel. Nothing is imported: names are read out of the syntax trees, so a release needs none of its dependencies.

The table errs on the side of knowing too much. A name too many makes a misspelling go unnoticed; a name too few makes a
good key look misspelt.
"""

import ast
import gc
import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HEAD = """\
# The keys that LiteLLM reads, from its sources, and names that it knows: section, key, and the releases that have it where not all of these do.
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
# The enums whose values are names that some key takes: list, file, class.
ENUMS = [
    ("guardrails", "types/guardrails.py", "SupportedGuardrailIntegrations"),
    ("guardrail_modes", "types/guardrails.py", "GuardrailEventHooks"),
    ("providers", "types/utils.py", "LlmProviders"),
]
# Providers that are described by data alone.
PROVIDERS = "llms/openai_like/providers.json"
# Sections whose models document keys that the code may not read: those that are not seen to be read get a question mark.
DECLARED = ["general_settings", "router_settings"]
# Mappings in the code that hold a section, by the end of the variable's name.
SECTIONS = ["litellm_settings", "general_settings", "router_settings", "cache_params", "alerting_args"]


# A file with none of these has no name to read.
SPEAKS = ("env", "secret", "settings", "cache_params", "alerting_args", "litellm,", "include_key")
FILES = {path.rpartition("/")[2] for _, path, _ in [*MODELS, *CONSTRUCTORS, *ENUMS]}
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]+")


def name_of(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return ""


def literals(node):
    """The texts that a node can be, when it is a text or a choice between texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return [text for item in node.elts for text in literals(item)]
    if isinstance(node, ast.Call) and name_of(node.func) in ("frozenset", "tuple", "MappingProxyType") and node.args:
        return literals(node.args[0])
    return []


def assigned(node):
    """What an assignment gives to which name, as pairs."""
    if isinstance(node, ast.Assign):
        return [(name_of(target), node.value) for target in node.targets]
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return [(name_of(node.target), node.value)]
    return []


def constants(trees):
    """The constants that are texts, or choices between texts, by name: those of all files, for they import each other's."""
    found = {}
    for tree in trees.values():
        for node in tree.body:
            for name, value in assigned(node):
                if CONSTANT.fullmatch(name):
                    found.setdefault(name, []).extend(literals(value))
    return found


# Most of all nodes, with nothing below them that anybody looks at.
LEAVES = (ast.Name, ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop, ast.alias)


class Scope(ast.NodeVisitor):
    """Walks over a file, and knows which local names hold a section or run over texts."""

    def generic_visit(self, node):
        """As that of the library, in half of the time."""
        for field in node._fields:
            below = getattr(node, field, None)
            for item in below if type(below) is list else (below,):
                if isinstance(item, ast.AST) and not isinstance(item, LEAVES):
                    self.visit(item)

    def __init__(self, constants, given=None):
        self.constants, self.given = constants, given or {}
        self.sections, self.running = {}, {}

    def texts(self, node):
        """The texts that a node can be, also where it is a constant or the variable of a loop over texts."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return [*self.constants.get(name_of(node), []), *self.running.get(name_of(node), [])]
        if isinstance(node, ast.Starred):
            return self.texts(node.value)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return [text for item in node.elts for text in self.texts(item)]
        return literals(node)

    def section_of(self, node):
        """The section that an expression holds: general_settings, proxy_server.general_settings, general_settings or {},
        general_settings_view(), getattr(proxy_server, "general_settings"), ADAPTER.validate_python(general_settings)."""
        if isinstance(node, ast.BoolOp):
            return self.section_of(node.values[0])
        name = name_of(node)
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            if called in ("get", "getattr"):
                name = "".join(literals(node.args[called == "getattr"])[:1]) if len(node.args) > (called == "getattr") else ""
            elif called in ("cast", "dict", "validate_python", "deepcopy", "copy", "MappingProxyType"):
                return next(filter(None, map(self.section_of, node.args)), None)
            else:
                return next((section for section in SECTIONS if section in called), None) if not node.args else None
        return self.sections.get(name) or next((section for section in SECTIONS if name.endswith(section)), None)

    def visit_FunctionDef(self, node):
        sections, running = self.sections, self.running
        self.sections, self.running = dict(sections), dict(running)
        for position, name in enumerate(parameters_of(node)):
            given = self.given.get((node.name, position), set()) | self.given.get((node.name, name), set())
            # One that gets several of them holds any mapping.
            if len(given) == 1 and not self.section_of(ast.Name(name)):
                self.sections[name] = next(iter(given))
        self.generic_visit(node)
        self.sections, self.running = sections, running

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node):
        for name, value in assigned(node):
            section = self.section_of(value)
            if section and name:
                self.sections[name] = section
        self.generic_visit(node)

    visit_AnnAssign = visit_Assign

    def visit_For(self, node):
        running, self.running = self.running, {**self.running, name_of(node.target): self.texts(node.iter)}
        self.generic_visit(node)
        self.running = running

    def visit_GeneratorExp(self, node):
        loops = {name_of(loop.target): self.texts(loop.iter) for loop in node.generators}
        running, self.running = self.running, {**self.running, **loops}
        self.generic_visit(node)
        self.running = running

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp


def parameters_of(function):
    """The names of a function's parameters, as a caller counts them."""
    arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    names = [argument.arg for argument in arguments]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


class Given(Scope):
    """The sections that functions are called with: by function, and position or name of the parameter."""

    def __init__(self, constants, known):
        super().__init__(constants, known)
        self.found = {}

    def visit_Call(self, node):
        called = name_of(node.func)
        handed = [*enumerate(node.args), *((keyword.arg, keyword.value) for keyword in node.keywords)]
        for parameter, value in handed:
            section = self.section_of(value) if isinstance(value, (ast.Name, ast.Attribute)) else None
            # A mapping of any kind is updated with another one.
            if section and called != "update":
                self.found.setdefault((called, parameter), set()).add(section)
        self.generic_visit(node)


def given_in(trees, constants, speaking):
    """The sections that the functions of each file get from their callers; a private one only from its own file."""
    public, own = {}, {path: {} for path in trees}
    for _ in range(2):
        for path in speaking:
            visitor = Given(constants, {**public, **own[path]})
            visitor.visit(trees[path])
            for (function, parameter), sections in visitor.found.items():
                where = own[path] if function.startswith("_") else public
                where.setdefault((function, parameter), set()).update(sections)
    return {path: {**public, **found} for path, found in own.items()}


class Helpers(Scope):
    """The functions that look up in a section what their caller names: (function, parameter) and the section."""

    def __init__(self, constants, known):
        super().__init__(constants)
        self.known, self.found = known, {}
        self.function, self.parameters = "", []

    def visit_FunctionDef(self, node):
        around = self.function, self.parameters
        self.function, self.parameters = node.name, parameters_of(node)
        super().visit_FunctionDef(node)
        self.function, self.parameters = around

    visit_AsyncFunctionDef = visit_FunctionDef

    def looked_up(self, section, key):
        if section and isinstance(key, ast.Name) and key.id in self.parameters:
            self.found[self.function, self.parameters.index(key.id), key.id] = section

    def visit_Call(self, node):
        if name_of(node.func) == "get" and node.args and isinstance(node.func, ast.Attribute):
            self.looked_up(self.section_of(node.func.value), node.args[0])
        for section, argument in helped(self.known, node):
            self.looked_up(section, argument)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        self.looked_up(self.section_of(node.value), node.slice)
        self.generic_visit(node)


def helped(helpers, node):
    """What a call gives to a helper to look up: section and argument."""
    for position, parameter, section in helpers.get(name_of(node.func), ()):
        yield from ((section, argument) for argument in node.args[position : position + 1])
        yield from ((section, keyword.value) for keyword in node.keywords if keyword.arg == parameter)


def helpers_in(trees, constants, speaking):
    """The helpers that each file can call, by name: its own, and the public ones of the others. Also those that ask another helper."""
    public, own = {}, {path: {} for path in trees}
    for _ in range(2):
        for path in speaking:
            visitor = Helpers(constants, {**public, **own[path]})
            visitor.visit(trees[path])
            for (function, position, parameter), section in visitor.found.items():
                if function not in ("get", "__getitem__", "pop"):
                    where = own[path] if function.startswith("_") else public
                    where.setdefault(function, set()).add((position, parameter, section))
    return {path: {**public, **found} for path, found in own.items()}


class Names(Scope):
    """Everything that one file says about keys, as (section, key)."""

    def __init__(self, path, constants, helpers, given):
        super().__init__(constants, given)
        self.found, self.helpers = set(), helpers
        # Elsewhere `config` and `settings` are the configs of other things.
        self.is_server = path == "proxy/proxy_server.py"

    def key(self, section, *nodes):
        self.found.update((section, text) for node in nodes for text in self.texts(node) if KEY.fullmatch(text))

    def variable(self, *nodes):
        for text in (text for node in nodes for text in self.texts(node)):
            text = text.removeprefix("os.environ/")
            if VARIABLE.fullmatch(text):
                self.found.add(("environment", text))

    def visit_Call(self, node):
        called = name_of(node.func)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called in ("get", "pop", "setdefault") and node.args and owner is not None:
            section = self.section_of(owner)
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
        # read(get_secret, "NAME")
        if any(READS_VARIABLE.search(name_of(argument)) for argument in node.args):
            self.variable(*(argument for argument in node.args if isinstance(argument, ast.Constant)))
        for section, argument in helped(self.helpers, node):
            self.key(section, argument)
        # rules("general_settings", ("one", "two"))
        if len(node.args) > 1 and isinstance(node.args[1], (ast.Name, ast.Tuple)):
            self.key_of(*node.args[:2])
        self.variable(*(keyword.value for keyword in node.keywords if keyword.arg == "envvar"))
        self.generic_visit(node)

    def key_of(self, section, keys):
        """What stands beside the name of a section."""
        for text in literals(section):
            # Beside the name of another section it is a list of sections.
            if text in SECTIONS and not any(key.endswith("_settings") for key in self.texts(keys)):
                self.key(text, keys)

    def visit_Tuple(self, node):
        if len(node.elts) == 2:
            self.key_of(*node.elts)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        section = self.section_of(node.value)
        if section:
            self.key(section, node.slice)
        elif name_of(node.value) == "environ":
            self.variable(node.slice)
        self.generic_visit(node)

    def visit_Compare(self, node):
        right = node.comparators[0]
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            section = self.section_of(right)
            if section:
                self.key(section, node.left)
            elif name_of(right) == "environ":
                self.variable(node.left)
            elif self.is_server and name_of(right) == "config":
                # One that runs over several is looked for in the wrong place.
                self.key("top", *(part for part in [node.left] if isinstance(part, ast.Constant)))
        self.generic_visit(node)

    def visit_Assign(self, node):
        for name, value in assigned(node):
            self.named(name, value)
        super().visit_Assign(node)

    visit_AnnAssign = visit_Assign

    def named(self, name, value):
        """`X_ENV = "NAME"`, and lists of such names; and `INCLUDE_KEY = "include"`."""
        if name == "INCLUDE_KEY":
            self.key("top", value)
        if READS_VARIABLE.search(name):
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


def members(tree, name):
    """The values of the members of an enum."""
    return {
        text
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name == name
        for item in node.body
        for _, value in assigned(item)
        for text in literals(value)
    }


def arguments_of(function):
    arguments = function.args.posonlyargs + function.args.args + function.args.kwonlyargs
    return {argument.arg for argument in arguments} - {"self"}


def parameters(tree, name):
    """The parameters of the __init__ of a class, or of the function whose parameters a decorator says it takes."""
    found = set()
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name == "__init__":
                    found |= arguments_of(item)
                    named = {name_of(part) for part in item.decorator_list for part in ast.walk(part)}
                    found |= {text for taken in named & functions.keys() for text in arguments_of(functions[taken])}
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
        for text in literals(node.comparators[0])
    }


def of_release(folder):
    """The release in a folder, and everything that it reads."""
    # Nothing of what is read is ever in a circle, and looking for such takes half of the time.
    gc.disable()
    root = folder / "litellm"
    release = next(folder.glob("litellm-*.dist-info")).name.removeprefix("litellm-").removesuffix(".dist-info")
    found, trees, speaking = set(), {}, []
    for path in sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        small = text.lower()
        if any(word in small for word in SPEAKS) or path.name in FILES or path.name.startswith("router") or path.parent.name == "caching":
            trees[path.relative_to(root).as_posix()] = ast.parse(text)
            speaking += [path.relative_to(root).as_posix()] * any(section in text for section in SECTIONS)
    named = constants(trees)
    helpers = helpers_in(trees, named, speaking)
    given = given_in(trees, named, speaking)
    for path, tree in trees.items():
        names = Names(path, named, helpers[path], given[path])
        names.visit(tree)
        found |= names.found
    for section, path, name in CONSTRUCTORS:
        found |= {(section, key) for key in parameters(trees[path], name)}
    # Releases on the way to another form have the constructor of the router in a file beside: what takes a list of models.
    for tree in (tree for path, tree in trees.items() if path.startswith("router_") and "/" not in path):
        for node in (node for node in tree.body if isinstance(node, ast.ClassDef)):
            taken = parameters(tree, node.name)
            found |= {("router_settings", key) for key in taken if "model_list" in taken}
    for section, path, name in MODELS:
        declared = {field for field in fields(trees[path], name) if field != "model_config"}
        unread = {field for field in declared if section in DECLARED and (section, field) not in found}
        found |= {(section + "?" * (field in unread), field) for field in declared}
    for section, path, name in ENUMS:
        found |= {(section, member) for member in members(trees[path], name)}
    if (root / PROVIDERS).exists():
        found |= {("providers", name) for name in json.loads((root / PROVIDERS).read_text(encoding="utf-8"))}
    for path in sorted(name for name in trees if name.startswith("caching/")):
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Cache"):
                found |= {("cache_params", parameter) for parameter in parameters(trees[path], node.name)}
    found |= {("litellm_settings", name) for name in module_variables(trees["__init__.py"].body)}
    found |= {("litellm_settings", name) for name in handled(trees["proxy/proxy_server.py"])}
    return release, found


def main(folders):
    with ProcessPoolExecutor() as pool:
        releases = dict(pool.map(of_release, map(Path, folders)))
    order = sorted(releases, key=lambda release: [int(part) for part in release.split(".")])
    print(HEAD.format(releases=" ".join(order)), end="")
    for section, key in sorted(set().union(*releases.values())):
        having = [release for release in order if (section, key) in releases[release]]
        print(" ".join([section, key, *(having if having != order else [])]))


if __name__ == "__main__":
    main(sys.argv[1:])

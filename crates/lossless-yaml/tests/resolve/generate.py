"""Writes table.tsv: what readers of YAML make of the plain scalars in scalars.txt.

    python3 -m venv venv && venv/bin/pip install pyyaml==6.0.3
    apt-get install golang-go golang-k8s-sigs-yaml-dev        # Debian 12: sigs.k8s.io/yaml 1.3.0
    venv/bin/python tests/resolve/generate.py

Columns: the scalar; PyYAML's safe_load; Go's sigs.k8s.io/yaml; whether the core schema of YAML 1.2.2 (section 10.3.2) has
a string, by the regular expressions of the specification. A value is `null`, `bool`, `int`, `float`, `number` (Go has only those,
through JSON), `str`, `other` (a date) or `error`, and behind a blank what it is.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import yaml

HERE = Path(__file__).parent
CORE = re.compile(
    r"null|Null|NULL|~||true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN"
)


def shown(value):
    kinds = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}
    kind = kinds.get(type(value), "other")
    if kind in ("null", "str", "other"):
        return kind
    return f"{kind} {json.dumps(value) if kind == 'bool' else repr(value)}"


def python(text):
    try:
        return shown(yaml.safe_load(text)["k"])
    except yaml.YAMLError:
        return "error"
    except ValueError:
        return "error"


def go(texts):
    environment = {"GOPATH": "/usr/share/gocode", **os.environ, "GO111MODULE": "off"}
    result = subprocess.run(
        ["go", "run", HERE / "resolve.go"], input=json.dumps(texts), capture_output=True, text=True, check=True, env=environment
    )
    for answer in json.loads(result.stdout):
        if not answer:
            yield "error"
            continue
        value = json.loads(answer, parse_int=float)["k"]
        yield f"number {value!r}" if isinstance(value, float) else shown(value)


def main():
    scalars = (HERE / "scalars.txt").read_text().splitlines()
    texts = [f"k: {scalar}\n" for scalar in scalars]
    rows = zip(scalars, map(python, texts), go(texts), strict=True)
    core = ["other" if CORE.fullmatch(scalar) else "str" for scalar in scalars]
    lines = ["\t".join([*row, core]) for row, core in zip(rows, core, strict=True)]
    head = f"# Made by generate.py from scalars.txt: PyYAML {yaml.__version__}, sigs.k8s.io/yaml, YAML 1.2.2 core. Not edited by hand.\n"
    (HERE / "table.tsv").write_text(head + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes a release of LiteLLM known: installs it, makes the tables again, and prints what is different, to be judged.

    python3 tests/litellm/refresh.py VERSION

Writes constraints/VERSION.txt, the tables below src/project/known/ and, for a release newer than all that is known, NEWEST in
src/project/version.rs. Then it loads each setting in each place of the release, as the tests do. A release of a line that the tables have
already, and that is not installed for the tests, takes the place of the older one.

Run it again where it was broken off: what is installed stays.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
KNOWN = ROOT / "src/project/known"
VERSION_RS = ROOT / "src/project/version.rs"
# Published by an attacker, or withdrawn: never to be installed.
REFUSED = {"1.82.7", "1.82.8", "1.107.0"}
# Tables that a script makes of unpacked packages: script, table.
TABLES = [("known_keys.py", "keys.txt"), ("known_values.py", "names.txt")]
# Packages of LiteLLM's own that it pins, and of which the registry has other versions, or none.
COMPANIONS = ("litellm-proxy", "litellm-proxy-extras", "litellm-enterprise")
FREEZE_HEAD = """\
# What litellm[proxy] pulled in when the facts were measured, so that a new release of a dependency changes no test.
"""


def numbers(version):
    return tuple(int(part) for part in version.split("."))


def run(*command, **given):
    print("+", " ".join(str(part) for part in command), file=sys.stderr)
    return subprocess.run([str(part) for part in command], check=True, text=True, **given)


def uv():
    return shutil.which("uv") is not None


def pip(python, *arguments):
    """`pip install` into the environment of an interpreter, or only what comes behind `--target`."""
    if uv():
        run("uv", "pip", "install", "--quiet", "--python", python, *arguments)
    else:
        run(python, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", *arguments)


def purelib(venv):
    return next((venv / "lib").glob("python3*/site-packages"))


def make_venv(version):
    """The virtual environment of a release, with everything that it asks for and the registry has."""
    venv = TARGET / f"litellm-{version}"
    python = venv / "bin/python"
    if not python.exists():
        run("uv", "venv", "--quiet", venv) if uv() else run("python3", "-m", "venv", venv)
    requirements = HERE / "requirements.txt"
    try:
        pip(python, "-r", requirements, f"litellm=={version}")
    except subprocess.CalledProcessError:
        print("litellm[proxy] does not resolve: its declared dependencies, with companions that there are", file=sys.stderr)
        pip(python, "--no-deps", f"litellm=={version}")
        pip(python, *declared(venv, version))
        pip(python, "--no-deps", f"litellm=={version}")
    return venv


def declared(venv, version):
    """What the package asks for, for the proxy too; of its companions any version, and none of those that there are not."""
    package = importlib.metadata.Distribution.at(purelib(venv) / f"litellm-{version}.dist-info")
    wanted = ["prometheus-client"]
    for line in package.requires or []:
        requirement, _, marker = (part.strip() for part in line.partition(";"))
        extra = re.search(r"extra\s*==\s*['\"](\w[\w-]*)['\"]", marker)
        if extra and extra.group(1) != "proxy":
            continue
        name = re.match(r"[\w.-]+", requirement).group(0)
        rest = re.sub(r"(\s+and\s+)?\(?extra\s*==\s*['\"]proxy['\"]\)?(\s+and\s+)?", "", marker).strip()
        if name in COMPANIONS:
            if name == "litellm-proxy":
                continue
            requirement = name
        wanted.append(f"{requirement}; {rest}" if rest else requirement)
    return wanted


def freeze(venv, version):
    """Pins what is installed, in the file that the tests install from."""
    versions = {}
    for one in importlib.metadata.distributions(path=[str(purelib(venv))]):
        versions[re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower()] = one.version
    for tool in ("pip", "setuptools", "wheel"):
        versions.pop(tool, None)
    first = ["litellm", "prometheus-client"]
    lines = [f"{name}=={versions[name]}" for name in first + sorted(versions.keys() - set(first))]
    text = FREEZE_HEAD + "\n".join(lines) + "\n"
    (HERE / f"constraints/{version}.txt").write_text(text, encoding="utf-8")
    (venv / "complete").write_text((HERE / "requirements.txt").read_text(encoding="utf-8") + text, encoding="utf-8")


def sources(version):
    """A folder with the package of a release: its environment, or the package alone."""
    if (HERE / f"constraints/{version}.txt").exists() and (TARGET / f"litellm-{version}/bin/python").exists():
        return purelib(TARGET / f"litellm-{version}")
    folder = TARGET / f"litellm-{version}-sources"
    if not any(folder.glob("litellm-*.dist-info")):
        pip(sys.executable, "--no-deps", "--target", folder, f"litellm=={version}")
    return folder


def releases_of(table):
    """The releases that a table was made of."""
    return re.search(r"Releases:(.*)", table.read_text(encoding="utf-8")).group(1).split()


def with_release(known, version):
    """The releases of a table with this one: of its line only those that are installed for the tests stay besides."""
    line = numbers(version)[:2]
    stays = lambda one: numbers(one)[:2] != line or (HERE / f"constraints/{one}.txt").exists()
    return sorted({version, *filter(stays, known)}, key=numbers)


def of_release(table, version):
    """What a table says of one release: pairs of a list and a name."""
    found = set()
    for line in table.splitlines():
        if not line.startswith("#"):
            group, name, *releases = line.split()
            if not releases or version in releases:
                found.add((group, name))
    return found


def tell(title, pairs):
    print(f"\n{title}: {len(pairs)}")
    for group in sorted({group for group, _ in pairs}):
        print(f"  {group}: " + " ".join(sorted(name for own, name in pairs if own == group)))


def make_table(script, name, version):
    """Makes a table again, and tells how the release differs from the one before it."""
    table = KNOWN / name
    if not table.exists():
        return
    known = releases_of(table)
    releases = with_release(known, version)
    made = run(sys.executable, "-W", "ignore", HERE / script, *map(sources, releases), stdout=subprocess.PIPE).stdout
    with tempfile.NamedTemporaryFile("w", dir=KNOWN, delete=False, encoding="utf-8") as file:
        file.write(made)
    os.replace(file.name, table)
    before = max((one for one in releases if numbers(one) < numbers(version)), key=numbers, default=None)
    if before:
        old, new = of_release(made, before), of_release(made, version)
        tell(f"{name}: in {version}, not in {before}", new - old)
        tell(f"{name}: in {before}, not in {version}", old - new)


def make_newest(version):
    """Says that this is the newest release, if it is; whether it is one that the tests install."""
    text = VERSION_RS.read_text(encoding="utf-8")
    newest = re.search(r"NEWEST: Version = Version\((\d+), (\d+), (\d+)\);", text)
    if numbers(version) < tuple(map(int, newest.groups())):
        return False
    shown = "NEWEST: Version = Version({}, {}, {});".format(*numbers(version))
    VERSION_RS.write_text(text.replace(newest.group(0), shown), encoding="utf-8")
    return True


def main(version):
    if version in REFUSED:
        sys.exit(f"{version} is compromised or withdrawn: it must never be installed")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"{version} is no release such as 1.110.2")
    newest = make_newest(version)
    if newest:
        freeze(make_venv(version), version)
    for script, name in TABLES:
        make_table(script, name, version)
    if not newest:
        return
    print(f"\nWhat the tests find in {version} is to be judged: each line is a claim that no longer holds there.")
    tests = ["sections_that_work", "the_table_of_known_keys_is_that_of_the_package"]
    given = {**os.environ, "LITELLM_FIX_RELEASE": version}
    sys.exit(subprocess.run(["cargo", "test", "--locked", "--test", "litellm", "--", *tests], cwd=ROOT, env=given).returncode)


if __name__ == "__main__":
    main(*sys.argv[1:] or sys.exit(__doc__))

#!/usr/bin/env python3
"""Makes a release of LiteLLM known: installs it, makes the tables again, and prints what is different, to be judged.

    python3 tests/litellm/refresh.py VERSION [--without-values]

Of every release it makes the tables below src/project/settings/known/ again. One of a line that they have already takes the place of the older one,
unless that is installed for the tests. One that is newer than all that is known is NEWEST in src/project/settings/version.rs from then on,
and installed for the tests in place of the one before: as constraints/VERSION.txt says. Each setting is loaded in each place of it, and the real
server is started with a pool of values at each: values/VERSION.txt, and the table of what stops the load. That last step takes
about ten minutes, and another ten for each release that is installed; --without-values leaves it for later.

Run it again where it was broken off: what is installed stays.
"""

import argparse
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
KNOWN = ROOT / "src/project/settings/known"
VERSION_RS = ROOT / "src/project/settings/version.rs"
HARNESS = HERE / "harness.rs"
VALUES = HERE / "values"
STOPS = ROOT / "src/project/settings/stops.txt"
# Published by an attacker, or withdrawn: never to be installed.
REFUSED = {"1.82.7", "1.82.8", "1.107.0"}
# Tables that a script makes of unpacked packages: script, table.
TABLES = [("known_keys.py", "keys.txt"), ("known_values.py", "names.txt")]
# Packages of LiteLLM's own that it pins, and of which the registry has other versions, or none.
COMPANIONS = ("litellm-proxy", "litellm-proxy-extras", "litellm-enterprise")
FREEZE_HEAD = """\
# What litellm[proxy] pulled in when the facts were measured, so that a new release of a dependency changes no test.{others}
"""
OTHERS = " Of its\n# companions {} the registry has not what it pins: the newest, or none, stands in."


def numbers(version):
    return tuple(int(part) for part in version.split("."))


def run(*command, **given):
    print("+", " ".join(str(part) for part in command), file=sys.stderr)
    return subprocess.run([str(part) for part in command], **{"check": True, "text": True, **given})


def uv():
    return shutil.which("uv") is not None


def pip(python, *arguments, quiet=False):
    """`pip install` into the environment of an interpreter, or only what comes behind `--target`; `quiet` where it may well fail."""
    said = {"stderr": subprocess.DEVNULL} if quiet else {}
    if uv():
        run("uv", "pip", "install", "--quiet", "--python", python, *arguments, **said)
    else:
        run(python, "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", *arguments, **said)


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
        pip(python, "-r", requirements, f"litellm=={version}", quiet=True)
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
    requires = importlib.metadata.Distribution.at(purelib(venv) / f"litellm-{version}.dist-info").requires or []
    pinned = re.findall(rf"^({'|'.join(COMPANIONS)})\s*==\s*([\d.]+)", "\n".join(requires), re.MULTILINE)
    others = sorted({name for name, wanted in pinned if versions.get(name) != wanted})
    text = FREEZE_HEAD.format(others=OTHERS.format(", ".join(others)) if others else "") + "\n".join(lines) + "\n"
    (HERE / f"constraints/{version}.txt").write_text(text, encoding="utf-8")
    (venv / "complete").write_text((HERE / "requirements.txt").read_text(encoding="utf-8") + text, encoding="utf-8")


def is_installed(version):
    """Whether the environment of a release is there, with what is pinned."""
    return (HERE / f"constraints/{version}.txt").exists() and (TARGET / f"litellm-{version}/complete").exists()


def sources(version):
    """A folder with the package of a release: its environment, or the package alone."""
    if is_installed(version):
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


def newest_known():
    """The release that is said to be the newest, as Rust and as a text."""
    found = re.search(r"NEWEST: Version = Version\((\d+), (\d+), (\d+)\);", VERSION_RS.read_text(encoding="utf-8"))
    return found.group(0), ".".join(found.groups())


def always_installed():
    """The releases that are installed for the tests besides the newest."""
    listed = re.search(r"RELEASES: .*?\];\n", HARNESS.read_text(encoding="utf-8"), re.DOTALL).group(0)
    return {".".join(found) for found in re.findall(r"Version\((\d+), (\d+), (\d+)\)", listed)}


def make_newest(version):
    """Installs a release for the tests, in place of the newest before it, and says that it is the newest. Gives the one before."""
    shown, before = newest_known()
    if not is_installed(version):
        freeze(make_venv(version), version)
    text = VERSION_RS.read_text(encoding="utf-8")
    VERSION_RS.write_text(text.replace(shown, "NEWEST: Version = Version({}, {}, {});".format(*numbers(version))), encoding="utf-8")
    if before != version and before not in always_installed():
        (HERE / f"constraints/{before}.txt").unlink(missing_ok=True)
    return before


def test(version, *names, **given):
    """Runs tests on this release. What fails is a claim that does not hold there."""
    command = ["cargo", "test", "--locked", "--test", "litellm", "--", *names]
    print("+", " ".join(command), file=sys.stderr)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "LITELLM_FIX_RELEASE": version, **given}).returncode == 0


def lines_of(file):
    """The lines of a table of values, as pairs of a place and a value with what it does; none where there is no such file."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return {tuple(line.split(" ", 1)) for line in text.splitlines() if not line.startswith("#")}


def try_values(version):
    """Starts the server with the pool of values, and tells what is otherwise than in the newest release that was tried before."""
    known = [file.stem for file in VALUES.glob("*.txt") if numbers(file.stem) < numbers(version)]
    before = max(known, key=numbers, default=None)
    held = test(version, "values_do_what_the_table_says", VALUES="all", UPDATE="1")
    if before:
        old, new = lines_of(VALUES / f"{before}.txt"), lines_of(VALUES / f"{version}.txt")
        tell(f"values that fail in {version}, and did not or otherwise in {before}", new - old)
        tell(f"values that failed in {before}, and do not or otherwise in {version}", old - new)
    if STOPS.exists():
        old = lines_of(STOPS)
        held &= test(version, "what_stops", VALUES="all", UPDATE="1")
        new = lines_of(STOPS)
        tell("lines that are new in the table of what stops the load", new - old)
        tell("lines that are no longer in it", old - new)
    return held


def mentions(version):
    """Where a release is named, for what is said of the newest."""
    found = run("git", "grep", "-nF", version, "--", ":!src/project/settings/known", ":!tests", cwd=ROOT, stdout=subprocess.PIPE, check=False)
    return [line[:160] for line in found.stdout.splitlines()]


def refuse(version):
    """Ends here for what must not be made known."""
    if version in REFUSED:
        sys.exit(f"{version} is compromised or withdrawn: it must never be installed")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"{version} is no release such as 1.110.2")
    for known in releases_of(KNOWN / "keys.txt"):
        if numbers(known)[:2] == numbers(version)[:2] and numbers(known) > numbers(version):
            sys.exit(f"the tables have {known}, a later patch of the same line")


def main(version, with_values):
    refuse(version)
    newest = numbers(version) >= numbers(newest_known()[1])
    before = make_newest(version) if newest else None
    for script, name in TABLES:
        make_table(script, name, version)
    if not newest:
        return
    print(f"\nWhat the tests find in {version} is to be judged: each failure is a claim that no longer holds there.")
    held = test(version, "sections_that_work")
    if with_values:
        held &= try_values(version)
    else:
        print(f"\nThe values were left out: run this again without --without-values before {version} is called known.")
    if before != version:
        print(f"\nWhat is said of {before}, and may be true of {version}:", *mentions(before), sep="\n  ")
    if not held:
        sys.exit("\nSome claims do not hold: see the failures above.")


if __name__ == "__main__":
    # What the commands say comes in between.
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version")
    parser.add_argument("--without-values", action="store_true", help="leave out what takes longest")
    given = parser.parse_args()
    main(given.version, not given.without_values)

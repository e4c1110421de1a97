"""Say whether the locks are closed: every requirement of every locked package is locked too, with hashes.

Usage: `python -m scripts.lock_closure`. Part of `make check`; needs no network. Reads the requirements from
the metadata of what is installed, which must be what the lock names, and asks for each supported Python and
processor, whatever runs here: an open requirement shows before somebody's machine meets it. What
pyproject.toml leaves out on purpose (`tool.uv.override-dependencies`) may be missing. Decides nothing about
files: that a wheel exists for a processor is the registry's to say.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.install_packages import BUILD_LOCK, LOCK, left_out

PROJECT: Final = Path(__file__).resolve().parent.parent
PYTHONS: Final = ("3.11", "3.12", "3.13")
PROCESSORS: Final = ("x86_64", "aarch64")

_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?==(\S+) \\\n((?:[ \t]+.*\n?)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a lock; the name in its normal form."""

    name: str
    extras: frozenset[str]
    version: str
    has_hashes: bool


def read_pins(lock: str) -> dict[str, Pin]:
    """Name -> pin. Raises ValueError: a line that is no pin, or a pin for some machines only."""
    pins = {}
    for name, extras, version, rest in _PIN.findall(lock):
        wanted = frozenset(filter(None, (extras or "").split(",")))
        pins[canonicalize_name(name)] = Pin(
            canonicalize_name(name), wanted, version, "--hash=sha256:" in rest
        )
    lines = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    if len(lines) != len(pins):
        raise ValueError("not every line of the lock is name==version, once, for every machine")
    return pins


def environments() -> Iterator[dict[str, str]]:
    """Marker environments of every supported Python and processor, on Linux."""
    for python in PYTHONS:
        for processor in PROCESSORS:
            here = {key: str(value) for key, value in default_environment().items()}
            yield here | {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "implementation_version": f"{python}.0",
                "platform_machine": processor,
            }


def missing(wanted: Iterable[Requirement], pins: Mapping[str, Pin], asking: Iterable[str]) -> Iterator[str]:
    """What of these requirements the pins do not meet, somewhere; `asking`: extras of the one who asks."""
    for requirement in wanted:
        places = [env | {"extra": extra} for env in environments() for extra in ("", *asking)]
        if requirement.marker and not any(map(requirement.marker.evaluate, places)):
            continue
        pin = pins.get(canonicalize_name(requirement.name))
        if pin is None:
            yield f"{requirement.name} is not locked"
        elif not requirement.specifier.contains(pin.version, prereleases=True):
            yield f"{requirement.name} is locked at {pin.version}, not {requirement.specifier}"
        elif not requirement.extras <= pin.extras:
            extras = ", ".join(sorted(requirement.extras - pin.extras))
            yield f"{requirement.name} is locked without its extra {extras}"


def open_requirements(pins: Mapping[str, Pin], ignored: frozenset[str]) -> Iterator[str]:
    """Everything that stands open among installed packages; a package that is not here cannot be judged."""
    for pin in pins.values():
        if not pin.has_hashes:
            yield f"{pin.name} has no hash"
        try:
            found = distribution(pin.name)
        except PackageNotFoundError:
            yield f"{pin.name} is locked but not installed; run scripts/setup"
            continue
        if found.version != pin.version:
            yield f"{pin.name} {found.version} is installed, {pin.version} is locked; run scripts/setup"
        asked = [Requirement(line) for line in found.requires or ()]
        wanted = [one for one in asked if canonicalize_name(one.name) not in ignored]
        for problem in missing(wanted, pins, pin.extras):
            yield f"{pin.name}: {problem}"


def project_requirements(pyproject: Mapping[str, Any]) -> tuple[list[Requirement], list[Requirement]]:
    """What this project asks for: to run and test, and to be built."""
    project, groups = pyproject["project"], pyproject["dependency-groups"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    build = [*groups["build"], *pyproject["build-system"]["requires"]]
    run = [*project["dependencies"], *extras, *groups["dev"]]
    return [Requirement(line) for line in run], [Requirement(line) for line in build]


def main() -> int:
    """Run the command; returns the exit code."""
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    run, build = project_requirements(tomllib.loads(text))
    problems: list[str] = []
    for name, wanted in ((LOCK, run), (BUILD_LOCK, build)):
        pins = read_pins((PROJECT / name).read_text(encoding="utf-8"))
        found = [*missing(wanted, pins, ()), *open_requirements(pins, left_out(text))]
        problems += [f"{name}: {problem}" for problem in found]
    for problem in problems:
        print(f"error: {problem} [lock.open]", file=sys.stderr)
    if problems:
        print("  hint: Run make lock, then scripts/setup.", file=sys.stderr)
        return 1
    print(f"locks closed for Python {', '.join(PYTHONS)} on {' and '.join(PROCESSORS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

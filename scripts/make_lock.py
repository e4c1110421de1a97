"""Write requirements.lock and requirements-build.lock from pyproject.toml. Needs uv and the network.

Usage: `python -m scripts.make_lock [--upgrade]`. Without --upgrade, versions that still fit stay as they are.
One lock serves every Python and processor in pyproject.toml's `tool.uv.environments`: uv gives each pin the
marker that stands for all of them, which is taken off again, so that a pin holds on every machine.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = "requirements.lock"
BUILD_LOCK: Final = "requirements-build.lock"
"""What installs the rest: uv, and what builds this project and the packages that come as source."""

MIN_AGE: Final = "7 days"
"""Nothing younger is locked: a release that turns out hostile is mostly found within days."""

_ALIKE: Final = ("--universal", "--generate-hashes", "--no-strip-extras", "--fork-strategy", "fewest", "-q")
_PARTS: Final = {
    LOCK: ("pyproject.toml", "--group", "dev", "--all-extras"),
    BUILD_LOCK: ("--group", "build", "--constraint", LOCK),
}


def shared_marker(pyproject: str) -> str:
    """The marker of the one environment that this project is locked for."""
    (marker,) = tomllib.loads(pyproject)["tool"]["uv"]["environments"]
    return str(marker)


def without_marker(lock: str, marker: str) -> str:
    """A lock whose pins hold everywhere. Raises ValueError: one of them is for some machines only."""
    terms = set(marker.split(" and "))
    lines = []
    for line in lock.splitlines(keepends=True):
        pin, separator, rest = line.partition(" ; ")
        if separator and not line.startswith((" ", "#")):
            condition = rest.strip().removesuffix("\\").strip()
            if set(condition.split(" and ")) != terms:
                raise ValueError(f"{pin} is locked for some machines only: {condition}")
            line = f"{pin} \\\n"  # noqa: PLW2901
        lines.append(line)
    return "".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make_lock", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = ["--upgrade"] if parser.parse_args(arguments).upgrade else []
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin") or shutil.which(
        "uv"
    )
    if uv is None:
        print("error: uv is not installed [lock.no_uv]\n  hint: Run scripts/setup.", file=sys.stderr)
        return 1
    marker = shared_marker((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, source in _PARTS.items():
        command = [uv, "pip", "compile", *source, *_ALIKE, *upgrade, "--exclude-newer", MIN_AGE]
        command += ["--custom-compile-command", "make lock", "--output-file", name]
        done = subprocess.run(command, cwd=PROJECT, check=False)
        if done.returncode:
            return done.returncode
        path = PROJECT / name
        path.write_text(without_marker(path.read_text(encoding="utf-8"), marker), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

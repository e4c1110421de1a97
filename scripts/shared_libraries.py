"""Which Debian packages hold the shared libraries that a folder of Python packages links against.

Decides nothing; `dockerfile_dry_run` compares the answer with the packages that the image installs. Needs a
Debian or Ubuntu machine on which the libraries are installed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

_LINKED = re.compile(r"^\s*\S+ => (/\S+)", re.MULTILINE)
_RECURSE = ("--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces")


def linked_packages(folder: Path) -> set[str]:
    """Names of the packages whose libraries the folder's own libraries load."""
    libraries = [path for path in folder.rglob("*.so*") if path.is_file() and not path.is_symlink()]
    listed = _output("ldd", *map(str, libraries))
    outside = {path for path in map(Path, _LINKED.findall(listed)) if not path.is_relative_to(folder)}
    # Debian's own records name the path before or after /lib became a link to /usr/lib.
    spelled = {name for path in outside for name in (str(path), str(path.resolve()), f"/usr{path}")}
    owners = _output("dpkg", "--search", *sorted(spelled))
    return {line.split(":")[0] for line in owners.splitlines() if ": /" in line and "diversion" not in line}


def with_dependencies(packages: Iterable[str]) -> set[str]:
    """Packages and everything that they depend on."""
    listed = _output("apt-cache", "depends", *_RECURSE, "--no-enhances", *packages)
    return {line for line in listed.splitlines() if not line.startswith((" ", "<"))}


def _output(*command: str) -> str:
    """What a command prints; both tools end with an error when they found only part, and still print it."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout

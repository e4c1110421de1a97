"""Print the part of requirements.lock that a running node needs: no test tools, same versions and hashes.

Usage: `python -m scripts.runtime_lock [requirements.lock] > runtime.lock`. Follows the lock's own "via" notes
from this project's dependencies, so it needs no resolver, no network and no package but the standard library;
the image build runs it before anything is installed. Whatever only the group `dev` or the extra `solc` asked
for is left out.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

LOCK = Path("requirements.lock")
ROOT = "rireki (pyproject.toml)"
"""How the lock names this project, extras included; its test tools read `pyproject.toml:dev`."""

NOT_AT_RUN_TIME = frozenset({"py-solc-x"})
"""Locked among all extras; a node reads the committed artifact and compiles nothing."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package of the lock.

    Attributes:
        name: as the lock spells it.
        text: its lines, hashes and notes included.
        wanted_by: names that ask for it; None stands for this project itself.
    """

    name: str
    text: str
    wanted_by: frozenset[str | None]


def read_lock(text: str) -> list[Pinned]:
    """Packages in the lock's order. Raises ValueError: no package, or one without hashes."""
    blocks = re.findall(r"^\S+==\S+.*\n(?:[ \t]+.*\n)*", text, re.MULTILINE)
    if not blocks or any("--hash=sha256:" not in block for block in blocks):
        raise ValueError("not a lock with hashes")
    return [Pinned(re.split(r"[=\[]", block, maxsplit=1)[0], block, _wanted_by(block)) for block in blocks]


def runtime(packages: list[Pinned]) -> list[Pinned]:
    """What this project needs to run, directly or through others."""
    needed: set[str | None] = {None}
    while True:
        found = {one.name for one in packages if one.wanted_by & needed} - NOT_AT_RUN_TIME - needed
        if not found:
            return [one for one in packages if one.name in needed]
        needed |= found


def _wanted_by(block: str) -> frozenset[str | None]:
    notes = [note.strip().removeprefix("via").strip() for note in re.findall(r"#(.*)", block)]
    return frozenset(None if note == ROOT else note for note in notes if note)


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    path = Path(arguments[0]) if arguments else LOCK
    print("".join(one.text for one in runtime(read_lock(path.read_text(encoding="utf-8")))), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

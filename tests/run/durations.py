"""How long each test file took when it was last measured, kept beside this module.

Rough is enough: what matters is which files are long. `python -m pytest -n 2 --record-durations` measures
anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("durations.json")
ROOT: Final = Path(__file__).resolve().parents[2]

UNKNOWN_S: Final = 0.3
"""A test of a file that was never measured."""


def file_of(nodeid: str) -> str:
    """The file that a test stands in."""
    return nodeid.partition("::")[0]


def measured(path: Path = FILE) -> dict[str, float]:
    """File -> seconds."""
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found


def expected(nodeids: Iterable[str], seconds: Mapping[str, float]) -> dict[str, float]:
    """Test -> seconds it should take: a file's time in equal parts."""
    tests = list(nodeids)
    count = Counter(map(file_of, tests))
    return {one: seconds.get(name := file_of(one), UNKNOWN_S * count[name]) / count[name] for one in tests}


def record(spent: Mapping[str, float], path: Path = FILE) -> None:
    """Note what these tests took. Of files that did not run, what is known stays; files that are gone, go."""
    ran: dict[str, float] = {}
    for nodeid, seconds in spent.items():
        ran[file_of(nodeid)] = ran.get(file_of(nodeid), 0) + seconds
    known = measured(path) if path.exists() else {}
    both = sorted({**known, **ran}.items())
    kept = {name: round(seconds, 1) for name, seconds in both if (ROOT / name).exists()}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")

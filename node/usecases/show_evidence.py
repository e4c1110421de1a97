"""A reviewer looks at what the engine left for a person: figures, pictures, both spellings of the texts.

Shows only what the engine put there for this purpose; photographs, clips and records have their own ways out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from node.errors import InvalidInput
from node.usecases.case_files import stored
from node.usecases.transaction import Transactions

REPORTS: Final = ("photo-evidence.json", "surface-text.json", "face-evidence.json")
"""Written by the engine beside its verdict; each only where its method makes one."""

PICTURE: Final = re.compile(r"photo-[a-z_-]{1,40}\.(?:png|jpg)")
MEDIA_TYPES: Final = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class ShowEvidence:
    """Read the reports of one case."""

    snapshot: Transactions

    def __call__(self, case_id: str) -> Mapping[str, Any]:
        """Report by name; empty where the engine left none ("case.unknown")."""
        with self.snapshot() as unit:
            unit.cases.get(case_id)
            found = {name: stored(unit.vault, case_id, name) for name in REPORTS}
        return {name: json.loads(data) for name, data in found.items() if data is not None}


@dataclass(frozen=True)
class ListPictures:
    """Name the pictures of one case."""

    snapshot: Transactions

    def __call__(self, case_id: str) -> list[str]:
        """Names for `ShowPicture`, in alphabetical order ("case.unknown")."""
        with self.snapshot() as unit:
            case = unit.cases.get(case_id)
            # An erased case's files keep their names until they are swept away.
            kept = unit.vault.names(case_id) if case.erased_at is None else ()
        return [name for name in kept if PICTURE.fullmatch(name)]


@dataclass(frozen=True)
class ShowPicture:
    """Read one picture of one case."""

    snapshot: Transactions

    def __call__(self, case_id: str, name: str) -> tuple[bytes, str]:
        """The picture and its media type ("case.unknown", "evidence.unknown")."""
        with self.snapshot() as unit:
            unit.cases.get(case_id)
            data = stored(unit.vault, case_id, name) if PICTURE.fullmatch(name) else None
        if data is None:
            raise InvalidInput("evidence.unknown", "no such picture", hint="GET .../evidence names them")
        return data, MEDIA_TYPES[name.rpartition(".")[2]]

"""A reviewer looks at what the capture page said about itself and the camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from node.domain.bundle import unpack_clip
from node.domain.signals import Signals, remarks
from node.errors import InvalidInput
from node.usecases.transaction import Transactions


@dataclass(frozen=True, slots=True)
class Told:
    """How a clip came about.

    Attributes:
        signals: JSON of `Signals`, or None.
        remarks: what deserves a look (`node.domain.signals.remarks`).
        frames: of the clip.
    """

    signals: dict[str, Any] | None
    remarks: tuple[str, ...]
    frames: int


@dataclass(frozen=True)
class ShowSignals:
    """Read the page's account of a case's clip."""

    snapshot: Transactions

    def __call__(self, case_id: str) -> Told:
        """The account, and what deserves a look. Raises InvalidInput ("case.unknown", "clip.none")."""
        with self.snapshot() as unit:
            case = unit.cases.get(case_id)
            if case.clip_file is None:
                raise InvalidInput("clip.none", "the case has no clip", hint="record one first")
            clip = unpack_clip(unit.vault.get(case_id, case.clip_file))
        told = clip.signals
        return Told(
            None if told is None else told.to_json(),
            remarks(told or Signals(), clip.timestamps_ms),
            len(clip.frames),
        )

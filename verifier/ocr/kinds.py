"""The kinds of document whose surface can be read, by name.

To add one: write a reader with the signature of `ReadSurface` (take `read_frames`, `agree` and `frames_check`
from their modules; give `pin_b=None`), describe it in a `SurfaceKind`, and add that to `SURFACE_KINDS`. The
command `rireki ocr --kind NAME` and whatever else works on any document then knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, Protocol

from verifier.errors import InvalidInput
from verifier.ocr.documents import LICENCE, PASSPORT, RESIDENCE, read_surface
from verifier.ocr.surface import read_mynumber_surface
from verifier.ocr.text import TextReader
from verifier.types import Image, SurfaceReading


class ReadSurface(Protocol):
    """Reads one kind of document from several photographs."""

    def __call__(
        self,
        frames: Sequence[Image],
        *,
        reader: TextReader,
        today: date,
        typed_birth_date: date | None = None,
    ) -> SurfaceReading:
        """Read.

        Args:
            frames: photographs of one document, (H, W, 3) uint8, BGR, upright, taken apart in time and pose.
            reader: the text reader.
            today: civil date in Japan.
            typed_birth_date: what the customer typed, if asked.

        Raises:
            InvalidInput: not images, or of unusable size or number ("ocr.*").
            Unavailable: the text reader failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class SurfaceKind:
    """One kind of document.

    Attributes:
        name: as in `--kind`: one lower-case word.
        title: as people call it, Japanese and English.
        read: reads it.
        gives_pin_b: its reading may give 照合番号B; others never do.
    """

    name: str
    title: str
    read: ReadSurface
    gives_pin_b: bool = False


_KINDS: Final = (
    SurfaceKind(
        "mynumber", "マイナンバーカード (My Number card), front", read_mynumber_surface, gives_pin_b=True
    ),
    SurfaceKind("licence", "運転免許証 (driver's licence), front", partial(read_surface, LICENCE)),
    SurfaceKind(
        "residence", "在留カード (residence card, 2012 form), front", partial(read_surface, RESIDENCE)
    ),
    SurfaceKind("passport", "旅券 (passport), data page", partial(read_surface, PASSPORT)),
)

SURFACE_KINDS: Final[Mapping[str, SurfaceKind]] = {kind.name: kind for kind in _KINDS}
"""By name."""


def surface_kind(name: str) -> SurfaceKind:
    """Look up a kind.

    Raises:
        InvalidInput: there is none of this name (code "ocr.unknown_kind").
    """
    if name not in SURFACE_KINDS:
        raise InvalidInput(
            "ocr.unknown_kind", "no such kind of document", hint=f"one of: {', '.join(SURFACE_KINDS)}"
        )
    return SURFACE_KINDS[name]

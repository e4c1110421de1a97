"""Finds a Japanese font on this machine.

The faces of the specimens come from the Debian packages that set-up installs: fontconfig is asked first, then
the standard font directories are searched. Those of scripts/bench/ocr.py are fetched
(scripts/fetch_fonts.py). No font is shipped with the tests.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from PIL import ImageFont

from scripts.fetch_fonts import DEFAULT_FONT_ROOT

Face: TypeAlias = Literal[
    "serif",
    "sans",
    "serif-bold",
    "sans-bold",
    "biz-serif",
    "biz-sans",
    "biz-bold",
    "plus-sans",
    "plus-bold",
    "shippori-serif",
    "zen-sans",
    "klee-hand",
    "kurenaido-hand",
]

FAMILIES: dict[Face, str] = {
    "serif": "Noto Serif CJK JP",
    "sans": "Noto Sans CJK JP",
    "serif-bold": "Noto Serif CJK JP:bold",
    "sans-bold": "Noto Sans CJK JP:bold",
}
FILES: dict[Face, str] = {
    "serif": "NotoSerifCJK*Regular*",
    "sans": "NotoSansCJK*Regular*",
    "serif-bold": "NotoSerifCJK*Bold*",
    "sans-bold": "NotoSansCJK*Bold*",
}
PACKAGE = "fonts-noto-cjk"
"""Debian package of all four."""
FETCHED: dict[Face, str] = {
    "biz-serif": "BIZUDMincho_400Regular.ttf",
    "biz-sans": "BIZUDGothic_400Regular.ttf",
    "biz-bold": "BIZUDGothic_700Bold.ttf",
    "plus-sans": "MPLUS1p_500Medium.ttf",
    "plus-bold": "MPLUS1p_800ExtraBold.ttf",
    "klee-hand": "KleeOne_400Regular.ttf",
    "kurenaido-hand": "ZenKurenaido_400Regular.ttf",
    "shippori-serif": "ShipporiMincho_400Regular.ttf",
    "zen-sans": "ZenKakuGothicNew_400Regular.ttf",
}
"""Faces of the unseen specimens of scripts/bench/ocr.py; the last two look written by hand."""
FONT_DIRECTORIES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
JAPANESE_FACE_INDEX = 0
"""Index of the JP face in the Noto CJK collections."""


class FontMissingError(RuntimeError):
    """No Japanese font is installed."""

    def __init__(self, face: Face) -> None:
        self.hint = f"Install the Debian package {PACKAGE}."
        if face in FETCHED:
            self.hint = "Run: python -m scripts.fetch_fonts"
        super().__init__(f"No font of the face {face!r} found. {self.hint}")


@cache
def japanese_font(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    """Load a Japanese font.

    Raises:
        FontMissingError: none is installed.
    """
    path, index = _fetched(face) if face in FETCHED else _from_fontconfig(face) or _from_directories(face)
    return ImageFont.truetype(str(path), size_px, index=index)


def _fetched(face: Face) -> tuple[Path, int]:
    path = DEFAULT_FONT_ROOT / FETCHED[face]
    if not path.is_file():
        raise FontMissingError(face)
    return path, 0


def _from_fontconfig(face: Face) -> tuple[Path, int] | None:
    """Ask `fc-match`; it always answers something, so only a CJK family counts."""
    if shutil.which("fc-match") is None:
        return None
    answer = subprocess.run(
        ["fc-match", "--format", "%{family}|%{file}|%{index}", FAMILIES[face]],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    family, _, rest = answer.partition("|")
    file, _, index = rest.partition("|")
    if FAMILIES[face].partition(":")[0] not in family:
        return None
    return Path(file), int(index)


def _from_directories(face: Face) -> tuple[Path, int]:
    for directory in FONT_DIRECTORIES:
        for path in sorted(directory.rglob(FILES[face])):
            return path, JAPANESE_FACE_INDEX
    raise FontMissingError(face)

"""Finds a Japanese font on this machine.

Asks fontconfig first, then looks in the standard font directories. No font is shipped with the tests.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from PIL import ImageFont

Face: TypeAlias = Literal["serif", "sans", "ipaex-serif", "ipaex-sans", "bizud-serif", "bizud-sans"]

FAMILIES: dict[Face, str] = {
    "serif": "Noto Serif CJK JP",
    "sans": "Noto Sans CJK JP",
    "ipaex-serif": "IPAexMincho",
    "ipaex-sans": "IPAexGothic",
    "bizud-serif": "BIZ UDMincho",
    "bizud-sans": "BIZ UDGothic",
}
FILES: dict[Face, str] = {
    "serif": "NotoSerifCJK*Regular*",
    "sans": "NotoSansCJK*Regular*",
    "ipaex-serif": "ipaexm.ttf",
    "ipaex-sans": "ipaexg.ttf",
    "bizud-serif": "BIZUDMincho-Regular*",
    "bizud-sans": "BIZUDGothic-Regular*",
}
PACKAGES: dict[Face, str] = {
    "serif": "fonts-noto-cjk",
    "sans": "fonts-noto-cjk",
    "ipaex-serif": "fonts-ipaexfont-mincho",
    "ipaex-sans": "fonts-ipaexfont-gothic",
    "bizud-serif": "fonts-morisawa-bizud-mincho",
    "bizud-sans": "fonts-morisawa-bizud-gothic",
}
"""Debian packages. Only the held-out specimens of scripts/bench/ocr need the IPAex and BIZ UD faces."""
FONT_DIRECTORIES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
JAPANESE_FACE_INDEX = 0
"""Index of the JP face in the Noto CJK collections."""


class FontMissingError(RuntimeError):
    """No Japanese font is installed."""

    def __init__(self, face: Face) -> None:
        self.hint = f"Install the Debian package {PACKAGES[face]}."
        super().__init__(f"No font of the family {FAMILIES[face]!r} found. {self.hint}")


@cache
def japanese_font(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    """Load a Japanese font.

    Raises:
        FontMissingError: none is installed.
    """
    path, index = _from_fontconfig(face) or _from_directories(face)
    return ImageFont.truetype(str(path), size_px, index=index)


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
    if FAMILIES[face] not in family:
        return None
    return Path(file), int(index)


def _from_directories(face: Face) -> tuple[Path, int]:
    for directory in FONT_DIRECTORIES:
        for path in sorted(directory.rglob(FILES[face])):
            return path, JAPANESE_FACE_INDEX
    raise FontMissingError(face)

"""Every colour that carries words can be read: WCAG 2.2, success criterion 1.4.3 (contrast, level AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import node.web

pytestmark = pytest.mark.unit

ENOUGH = 4.5
"""Contrast ratio that WCAG 2.2 asks of text in ordinary size."""

STYLE = (Path(node.web.__file__).parent / "static" / "style.css").read_text()
SCHEMES = dict(zip(("light", "dark"), re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL), strict=True))
ON_GROUND = [
    (ink, ground) for ink in ("ink", "quiet", "good", "bad", "accent") for ground in ("paper", "ground")
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), [*ON_GROUND, ("paper", "accent")])
def test_words_stand_out_from_their_ground(scheme: str, ink: str, ground: str):
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", SCHEMES[scheme]))
    dark, light = sorted((_luminance(colours[ink]), _luminance(colours[ground])))
    assert (light + 0.05) / (dark + 0.05) >= ENOUGH


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (_linear(int(colour[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

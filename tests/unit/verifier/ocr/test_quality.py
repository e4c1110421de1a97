"""Frames that spoil digits are refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from verifier.ocr.quad import Quad
from verifier.ocr.quality import Quality, measure

if TYPE_CHECKING:
    from verifier.types import Image

pytestmark = pytest.mark.unit

WIDE = Quad(np.array([(0, 0), (1200, 0), (1200, 757), (0, 757)], np.float32), 1.0)


def printed_card() -> Image:
    card = np.full((821, 1288, 3), 235, np.uint8)
    for row in range(60, 800, 60):
        cv2.putText(card, "0123456789 ABCDEFGHIJ", (60, row), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (40, 40, 40), 3)
    return card


def test_a_sharp_card_is_accepted() -> None:
    assert measure(printed_card(), WIDE).code is None


def test_a_blurred_card_is_refused() -> None:
    blurred = cv2.GaussianBlur(printed_card(), (0, 0), 6).astype(np.uint8)
    assert measure(blurred, WIDE).code == "ocr.frame_blurred"


def test_a_light_spot_over_the_print_is_refused() -> None:
    lit = printed_card()
    cv2.ellipse(lit, (800, 400), (260, 160), 0, 0, 360, (255, 255, 255), -1)
    quality = measure(lit, WIDE)
    assert quality.code == "ocr.frame_glare"
    assert quality.glare_share == pytest.approx(np.pi * 260 * 160 / (1288 * 821), abs=0.02)


def test_a_small_card_is_refused() -> None:
    assert Quality(card_width_px=849, sharpness=500, glare_share=0).code == "ocr.card_too_small"
    assert Quality(card_width_px=850, sharpness=500, glare_share=0).code is None

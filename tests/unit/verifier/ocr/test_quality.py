"""Frames that spoil digits are refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from verifier.ocr.place import Place
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


def test_a_light_spot_over_the_print_is_told() -> None:
    lit = printed_card()
    cv2.ellipse(lit, (800, 400), (260, 160), 0, 0, 360, (255, 255, 255), -1)
    quality = measure(lit, WIDE)
    assert (quality.code, quality.glare_code) == (None, "ocr.frame_glare")
    assert quality.glare_share == pytest.approx(np.pi * 260 * 160 / (1288 * 821), abs=0.02)


def test_a_light_spot_matters_where_a_needed_field_stands() -> None:
    lit = printed_card()
    lit[420:660, 450:1240] = 255  # a burnt-out signature panel
    dates, foot = Place(0.30, 0.98, 0.31, 0.45), Place(0.02, 0.36, 0.86, 1.0)
    assert measure(lit, WIDE, [dates, foot]).glare_code is None
    lit[740:800, 60:300] = 255
    assert measure(lit, WIDE, [dates, foot]).glare_code == "ocr.frame_glare"


def test_blank_paper_is_not_blurred_and_blurred_print_on_it_is() -> None:
    page = np.full((821, 1288, 3), 250, np.uint8)
    page[:240] = printed_card()[:240]
    assert measure(page, WIDE).code is None
    assert measure(cv2.GaussianBlur(page, (0, 0), 6).astype(np.uint8), WIDE).code == "ocr.frame_blurred"


def test_a_small_card_is_refused() -> None:
    assert Quality(card_width_px=849, sharpness=500, glare_share=0).code == "ocr.card_too_small"
    assert Quality(card_width_px=850, sharpness=500, glare_share=0).code is None

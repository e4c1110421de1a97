"""Is there colour where a card has colour? Pure.

Decides the check "document.colour": a grey copy has none. Says nothing of colour copies. A cast of the light
colours everything alike, so it is taken off first.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from verifier.types import CheckResult, Image, Outcome

COLOURED: Final = 2.5
"""Chroma (CIE 1976 a*, b* units) that a fifth of a card's surface reaches at least: docs/measured."""
QUANTILE: Final = 0.8


def chroma(card: Image) -> float:
    """Chroma that a fifth of the surface reaches, after the cast was taken off; a*, b* units.

    Args:
        card: (H, W, 3) uint8, BGR, the card alone.
    """
    smooth = (
        cv2.GaussianBlur(card, (0, 0), 2.0).astype(np.float32) / 255
    )  # noise of single pixels is coloured
    lab = np.asarray(cv2.cvtColor(smooth, cv2.COLOR_BGR2LAB))
    plane = lab[:, :, 1:].reshape(-1, 2)
    away = np.linalg.norm(plane - np.median(plane, axis=0), axis=1)
    return float(np.quantile(away, QUANTILE))


def judge_colour(card: Image) -> CheckResult:
    """Judge the sharpest flat picture."""
    value = chroma(card)
    coloured = value >= COLOURED
    return CheckResult(
        "document.colour",
        Outcome.PASSED if coloured else Outcome.FAILED,
        None if coloured else "document.grey_copy",
        score=round(value, 2),
        threshold=COLOURED,
    )

"""Is it one card all the time? Pure.

Decides the check "document.same_card" from flat pictures of the card: two cards of one kind share their form,
so whole-picture likeness says little; what counts are the parts in which they differ. The picture is cut into
blocks, every block with print is compared with its like in the reference, and the worst fifth decides.
Features that match (ORB, Rublee and others 2011) are counted beside it: another kind of thing has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.types import CheckResult, Image, Outcome

BLOCKS: Final = (12, 8)
"""Across and down: about 7 mm square."""
SHIFT_PX: Final = 5
"""How far a block may have moved: errors of the outline, at 5 px per mm."""
MIN_CONTRAST: Final = 7.0
"""Standard deviation in grey levels below which a block holds nothing to compare."""
WORST_SHARE: Final = 0.2
ALIKE: Final = 0.85
"""Mean correlation of the worst fifth of the blocks at which two pictures show one card: docs/measured."""
MIN_BLOCKS: Final = 12
ORB_FEATURES: Final = 400
ORB_DISTANCE: Final = 64
"""Hamming distance of two matching features, of 256 bits."""


def likeness(reference: Image, other: Image) -> float | None:
    """How alike two flat pictures of a card are where they could differ, -1..1; None without print.

    Args:
        reference: (H, W, 3) uint8, BGR.
        other: the same size.
    """
    ours, theirs = (
        np.asarray(cv2.GaussianBlur(_grey(one), (0, 0), 1.0), np.uint8) for one in (reference, other)
    )
    values = [_block(ours, theirs, column, row) for row in range(BLOCKS[1]) for column in range(BLOCKS[0])]
    found = sorted(value for value in values if value is not None)
    if len(found) < MIN_BLOCKS:
        return None
    return float(np.mean(found[: max(1, round(WORST_SHARE * len(found)))]))


def matching_features(reference: Image, other: Image) -> int:
    """How many ORB features of one picture are at the same place in the other."""
    orb = cv2.ORB.create(nfeatures=ORB_FEATURES)
    everywhere = np.full(reference.shape[:2], 255, np.uint8)
    ours, first = orb.detectAndCompute(_grey(reference), everywhere)
    theirs, second = orb.detectAndCompute(_grey(other), everywhere)
    if not len(ours) or not len(theirs):
        return 0
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(first, second)
    near = [
        np.hypot(*np.subtract(ours[pair.queryIdx].pt, theirs[pair.trainIdx].pt)) <= 2 * SHIFT_PX
        for pair in pairs
        if pair.distance <= ORB_DISTANCE
    ]
    return int(sum(near))


def judge_sameness(reference: Image, others: Sequence[Image], *, losses: int) -> CheckResult:
    """Judge all pictures of one film against the best one.

    Args:
        reference: the sharpest picture.
        others: pictures over the whole film, and of the photographs that were read.
        losses: how often the card was lost from view.
    """
    measured = [(value, other) for other in others if (value := likeness(reference, other)) is not None]
    if not measured:
        return CheckResult("document.same_card", Outcome.NOT_PERFORMED, "document.nothing_to_compare")
    worst, least_like = min(measured, key=lambda pair: pair[0])
    same = worst >= ALIKE
    return CheckResult(
        "document.same_card",
        Outcome.PASSED if same else Outcome.FAILED,
        None if same else "document.card_changed",
        score=round(worst, 3),
        threshold=ALIKE,
        facts={
            "compared": len(measured),
            "losses": losses,
            "features_in_least_like": matching_features(reference, least_like),
        },
    )


def _grey(picture: Image) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _block(ours: NDArray[np.uint8], theirs: NDArray[np.uint8], column: int, row: int) -> float | None:
    """Best correlation of one block over small shifts; None for a blank block."""
    height, width = ours.shape
    top, bottom = row * height // BLOCKS[1], (row + 1) * height // BLOCKS[1]
    left, right = column * width // BLOCKS[0], (column + 1) * width // BLOCKS[0]
    block = ours[top:bottom, left:right]
    if block.std() < MIN_CONTRAST:
        return None
    around = theirs[max(0, top - SHIFT_PX) : bottom + SHIFT_PX, max(0, left - SHIFT_PX) : right + SHIFT_PX]
    return float(cv2.matchTemplate(around, block, cv2.TM_CCOEFF_NORMED).max())

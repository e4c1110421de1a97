"""Follows a card through a film: its outline in every frame, and pictures of a few frames. Decides nothing.

Between frames the print's corners are tracked (Lucas and Kanade 1981, with a check backwards) and a
homography carries the outline over, which is then moved onto the edges that are really there. A card that is
lost is searched again; how often that happened is kept, because a card that was put in another's place is
lost first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.document.pose import Corners
from verifier.ocr.quad import SEARCH_WIDTH_PX, find_quad, settle
from verifier.types import Image

MIN_POINTS: Final = 20
"""Tracked corners of print below which a homography is not trusted."""
MIN_INLIERS: Final = 0.5
BACKWARD_PX: Final = 1.0
"""A point that does not come back to within this when tracked backwards is dropped."""
INLIER_PX: Final = 1.5
MIN_SUPPORT: Final = 0.5
"""Share of the outline on real edges at which the edges are believed more than the tracked print."""
MAX_MOVE_PX: Final = 6.0
"""At search width: edges farther from the tracked outline belong to something else."""
MAX_SEARCHES: Final = 12
"""Searches of a whole frame in one film: bounds time, each costs about 0.2 s."""
CARD_PX: Final = (428, 270)
"""Width and height of the small flat pictures of the card: 5 px per mm."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The card in one frame.

    Attributes:
        time_ms: of the frame.
        corners: outline in px of the frame.
        run: number of unbroken stretches before this one.
        card: (270, 428, 3) uint8, BGR: the card alone, flat.
        sharpness: variance of the Laplacian over it, grey levels squared.
    """

    time_ms: int
    corners: Corners = field(repr=False)
    run: int
    card: Image = field(repr=False)
    sharpness: float


@dataclass(frozen=True, slots=True)
class Followed:
    """A card through a film.

    Attributes:
        sightings: frames in which it was seen, in order.
        frames: how many frames the film has.
        size_px: width and height of a frame.
    """

    sightings: tuple[Sighting, ...]
    frames: int
    size_px: tuple[int, int]

    @property
    def losses(self) -> int:
        """How often the card was lost and found again."""
        return self.sightings[-1].run if self.sightings else 0


class Follower:
    """Takes frames one by one, so that a film never lies in memory as a whole."""

    def __init__(self) -> None:
        """Begin without a card."""
        self._sightings: list[Sighting] = []
        self._frames = 0
        self._size_px = (0, 0)
        self._before: NDArray[np.uint8] | None = None
        self._outline: Corners | None = None
        self._run, self._searches = -1, 0

    def take(self, frame: Image, time_ms: int) -> Sighting | None:
        """Look at the next frame; the card in it, or None."""
        self._frames += 1
        self._size_px = (frame.shape[1], frame.shape[0])
        scale = SEARCH_WIDTH_PX / frame.shape[1]
        small = np.asarray(
            cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        outline = self._carried(grey, small)
        if outline is None:
            outline = self._searched(frame, scale)
        self._before, self._outline = grey, outline
        if outline is None:
            return None
        seen = _sighting(frame, (outline + 0.5) / scale - 0.5, time_ms, self._run)
        self._sightings.append(seen)
        return seen

    def followed(self) -> Followed:
        """What was seen so far."""
        return Followed(tuple(self._sightings), self._frames, self._size_px)

    def _carried(self, grey: NDArray[np.uint8], small: Image) -> Corners | None:
        if self._before is None or self._outline is None:
            return None
        moved = carry(self._outline, self._before, grey)
        if moved is None:
            return None
        lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_BGR2LAB), np.float32)
        settled = settle(moved, lab)
        if settled is None or settled.support < MIN_SUPPORT:
            return moved
        near = float(np.abs(settled.corners - moved).max()) <= MAX_MOVE_PX
        return settled.corners if near else moved

    def _searched(self, frame: Image, scale: float) -> Corners | None:
        if self._searches >= MAX_SEARCHES:
            return None
        self._searches += 1
        found = find_quad(frame)
        if found is None:
            return None
        self._run += 1
        return ((found.corners + 0.5) * scale - 0.5).astype(np.float32)


def follow(film: Iterable[tuple[int, Image]]) -> Followed:
    """Follow the card through (time in ms, (H, W, 3) uint8 BGR) frames of one size."""
    follower = Follower()
    for time_ms, frame in film:
        follower.take(frame, time_ms)
    return follower.followed()


def carry(outline: Corners, before: NDArray[np.uint8], now: NDArray[np.uint8]) -> Corners | None:
    """Where an outline is in the next frame, by the print inside it; None when the print is not found again.

    Args:
        outline: (4, 2) in px of `before`.
        before: (H, W) uint8, grey.
        now: the same.
    """
    mask = np.zeros(before.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(outline).astype(np.int32), 255)
    found_points = cv2.goodFeaturesToTrack(before, 250, 0.01, 6, mask=mask)
    points = np.zeros((0, 1, 2), np.float32) if found_points is None else np.asarray(found_points, np.float32)
    if len(points) < MIN_POINTS:
        return None
    ahead, found = _flow(before, now, points)
    back, again = _flow(now, before, ahead)
    returned = np.linalg.norm((points - back).reshape(-1, 2), axis=1) < BACKWARD_PX
    kept = found & again & returned
    if kept.sum() < MIN_POINTS:
        return None
    matrix, inliers = cv2.findHomography(points[kept], ahead[kept], cv2.RANSAC, INLIER_PX)
    if matrix is None or inliers is None or inliers.mean() < MIN_INLIERS:
        return None
    return np.asarray(cv2.perspectiveTransform(outline[None], matrix)[0], np.float32)


def _flow(
    before: NDArray[np.uint8], now: NDArray[np.uint8], points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Where points went, and which were found."""
    start = np.zeros_like(points)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(before, now, points, start, winSize=(21, 21), maxLevel=3)
    return np.asarray(moved, np.float32), np.asarray(found).ravel() == 1


def _sighting(frame: Image, corners: NDArray[np.float32], time_ms: int, run: int) -> Sighting:
    card = flat_card(frame, corners)
    grey = cv2.cvtColor(card, cv2.COLOR_BGR2GRAY)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var())
    return Sighting(time_ms, np.asarray(corners, np.float32), run, card, sharpness)


def flat_card(frame: Image, corners: NDArray[np.float32], size_px: tuple[int, int] = CARD_PX) -> Image:
    """The card alone, seen from straight ahead."""
    width, height = size_px
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(np.asarray(corners, np.float32), target.astype(np.float32))
    return np.asarray(cv2.warpPerspective(frame, matrix, size_px, flags=cv2.INTER_AREA), np.uint8)

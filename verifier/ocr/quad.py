"""Finds the card in a photograph and rectifies it.

Several masks (edges, distance from the background's colour, brightness) propose outlines; each is fitted
with four sides, the sides are moved onto the strongest nearby edge, and the outline with the best support
by real edges and the best shape (`verifier.ocr.card_shape`) wins: a printed band has edges too. Says
nothing about what kind of card it is or whether it is genuine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from verifier.ocr.card_shape import CARD_ASPECT, extended, misshape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from verifier.types import Image

RECTIFIED_SIZE_PX = (1288, 821)
"""Width and height of a rectified card; measured: enough for the address print, no gain above."""
SEARCH_WIDTH_PX = 640
"""Outlines are searched in a reduced image of this width."""
MIN_AREA_SHARE = 0.12
"""A card smaller than this share of the frame is too small to read in any case."""
MAX_AREA_SHARE = 0.97
MAX_ASPECT_ERROR = 0.35
"""Relative; a tilt of 30 degrees shortens one side by 13 %, perspective adds to it."""
MIN_SUPPORT = 0.80
"""Share of points along the sides that lie on an edge; below it the outline is a guess and is not used."""
MIN_EXTENDED_SUPPORT = 0.60
"""Of an outline around a well supported one that is too flat: pale cards on pale desks have faint edges."""
SHAPE_WEIGHT = 4.0
"""Support that a misshape of 1 costs: an edge 5 % off may have 0.2 more support than the card's own."""
MAX_SHARED_AREA = 0.05
"""Share of the smaller outline that two cards beside each other may share; more is one card found twice."""
CANNY_THRESHOLDS = ((8, 24), (20, 60), (50, 150))
"""Pairs, grey levels: a pale card on a pale desk needs the lowest, a textured desk the highest."""
SIDE_SAMPLES = 48
CORNER_SHARE = 0.08
"""Left out at both ends of a side: corners are round."""
SIDE_REACH_PX = 7
"""How far from a proposed side its edge is looked for, at search width."""
MIN_EDGE_CONTRAST = 8.0
"""Grey levels across a card's edge, at search width."""
EDGE_TOLERANCE_PX = 1.5
"""An edge point supports a side that passes this close, at search width."""


@dataclass(frozen=True, slots=True)
class Quad:
    """A card's outline.

    Attributes:
        corners: (4, 2) float32, px: top left, top right, bottom right, bottom left.
        support: share of its sides that lies on a real edge, 0..1.
    """

    corners: NDArray[np.float32]
    support: float

    @property
    def width_px(self) -> float:
        """Mean length of the upper and the lower side."""
        top_left, top_right, bottom_right, bottom_left = self.corners
        return float(np.linalg.norm(top_right - top_left) + np.linalg.norm(bottom_right - bottom_left)) / 2

    @property
    def to_card(self) -> NDArray[np.float64]:
        """(3, 3): homography from the photograph to the rectified card."""
        width, height = RECTIFIED_SIZE_PX
        target = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], np.float32)
        return np.asarray(cv2.getPerspectiveTransform(self.corners, target), np.float64)

    def onto_card(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points of the photograph, (N, 2) px, as px of the rectified card."""
        return np.asarray(cv2.perspectiveTransform(points[None], self.to_card)[0], np.float32)

    def holds(self, point: NDArray[np.float32]) -> bool:
        """True for a point, (2,) px, within the outline."""
        x, y = float(point[0]), float(point[1])
        return bool(cv2.pointPolygonTest(self.corners, (x, y), measureDist=False) >= 0)


def find_quad(image: Image) -> Quad | None:
    """Find the card's outline: the best supported one of `find_quads`, None without any."""
    return next(iter(find_quads(image)), None)


def find_quads(image: Image) -> tuple[Quad, ...]:
    """Find the outlines of all cards that lie apart from each other.

    Args:
        image: (H, W, 3) uint8, BGR; cards upright within 40 degrees, all four corners visible.

    Returns:
        The outlines in px of `image`, the best supported first; none that is not well supported.
    """
    scale = SEARCH_WIDTH_PX / image.shape[1]
    reduced = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(reduced, (5, 5), 0), np.uint8)
    channels = _channels(small)
    size = (small.shape[1], small.shape[0])
    fitted = (_fit(outline, channels) for outline in _outlines(small))
    supported = [quad for quad in fitted if quad is not None and quad.support >= MIN_SUPPORT]
    supported += [wider for quad in supported for wider in _wider(quad, channels, size)]
    apart: list[Quad] = []
    for quad in sorted(
        supported, key=lambda quad: SHAPE_WEIGHT * misshape(quad.corners, size) - quad.support
    ):
        if not any(_overlap(quad, other) for other in apart):
            apart.append(quad)
    # Pixel centres: the reduced image's pixel (0, 0) covers the source around ((1 / scale) - 1) / 2.
    return tuple(
        Quad(((quad.corners + 0.5) / scale - 0.5).astype(np.float32), quad.support) for quad in apart
    )


def _overlap(one: Quad, other: Quad) -> bool:
    shared, _ = cv2.intersectConvexConvex(one.corners, other.corners)
    smaller = min(cv2.contourArea(quad.corners) for quad in (one, other))
    return float(shared) > MAX_SHARED_AREA * smaller


def rectify(image: Image, quad: Quad) -> Image:
    """Warp the card to (821, 1288, 3), upright."""
    warped = cv2.warpPerspective(image, quad.to_card, RECTIFIED_SIZE_PX, flags=cv2.INTER_CUBIC)
    return np.asarray(warped, np.uint8)


def _channels(small: Image) -> NDArray[np.float32]:
    """(H, W, 3) float32, Lab: a card may differ from its background in colour alone."""
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), np.float32)


def _outlines(small: Image) -> Iterator[NDArray[np.float32]]:
    """Propose four-cornered outlines, (4, 2) float32 each, ordered."""
    area = small.shape[0] * small.shape[1]
    for mask in _masks(small):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for contour in contours:
            hull = cv2.convexHull(contour)
            if MIN_AREA_SHARE * area <= cv2.contourArea(hull) <= MAX_AREA_SHARE * area:
                outline = _four_sides(np.asarray(hull, np.int32))
                if outline is not None and _card_shaped(outline):
                    yield outline


def _masks(small: Image) -> Iterator[NDArray[np.uint8]]:
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    lab = _channels(small)
    for low, high in CANNY_THRESHOLDS:
        yield np.asarray(cv2.dilate(cv2.Canny(grey, low, high), np.ones((3, 3), np.uint8)), np.uint8)
    for threshold_input in (grey, _distance_from_border(lab)):
        _, mask = cv2.threshold(threshold_input, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        yield np.asarray(mask, np.uint8)
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
        yield np.asarray(opened, np.uint8)


def _distance_from_border(lab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour distance from the frame's border, which shows background."""
    border = np.concatenate([lab[:6].reshape(-1, 3), lab[-6:].reshape(-1, 3), lab[:, :6].reshape(-1, 3)])
    distance = np.linalg.norm(lab - np.median(border, axis=0), axis=2)
    return np.asarray(np.clip(distance * 2, 0, 255), np.uint8)


def _four_sides(hull: NDArray[np.int32]) -> NDArray[np.float32] | None:
    polygon = cv2.approxPolyN(hull, 4)
    corners = np.asarray(polygon, np.float32).reshape(-1, 2)
    return _ordered(corners) if len(corners) == 4 else None  # noqa: PLR2004  a quadrilateral


def _ordered(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Clockwise from the top left, where the long side on top is the upper edge."""
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    clockwise = corners[np.argsort(angles)]
    return np.roll(clockwise, -int(np.argmin(clockwise.sum(axis=1))), axis=0)


def _card_shaped(corners: NDArray[np.float32]) -> bool:
    if not cv2.isContourConvex(corners.astype(np.int32)):
        return False
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    aspect = (sides[0] + sides[2]) / max(sides[1] + sides[3], 1.0)
    return abs(float(aspect) / CARD_ASPECT - 1) <= MAX_ASPECT_ERROR


def _fit(outline: NDArray[np.float32], channels: NDArray[np.float32]) -> Quad | None:
    settled = settle(outline, channels)
    return settled if settled is not None and _card_shaped(settled.corners) else None


def _wider(quad: Quad, channels: NDArray[np.float32], size: tuple[int, int]) -> Iterator[Quad]:
    """Outlines around one that is too flat for a card, where there are edges that bear them out."""
    for outline in extended(quad.corners, size):
        settled = _fit(outline, channels)
        if settled is not None and settled.support >= MIN_EXTENDED_SUPPORT:
            yield settled


def settle(outline: NDArray[np.float32], channels: NDArray[np.float32]) -> Quad | None:
    """Move each side onto its edge twice; the second pass starts closer and is stricter.

    Args:
        outline: (4, 2) float32, px; a guess within `SIDE_REACH_PX`.
        channels: (H, W, 3) float32, Lab, of an image about `SEARCH_WIDTH_PX` wide.
    """
    corners, support = outline, 0.0
    for reach in (SIDE_REACH_PX, SIDE_REACH_PX // 2):
        fits = [_fit_side(corners[i], corners[(i + 1) % 4], channels, reach) for i in range(4)]
        moved = _intersections([line for line, _ in fits])
        if moved is None or not cv2.isContourConvex(moved.astype(np.int32)):
            return None
        corners, support = moved, float(np.mean([share for _, share in fits]))
    return Quad(corners, support)


def _fit_side(
    start: NDArray[np.float32], end: NDArray[np.float32], channels: NDArray[np.float32], reach: int
) -> tuple[NDArray[np.float32], float]:
    """Fit a line to the edge points near one side.

    Returns:
        (4,) float32: unit direction and a point of the line, px; and the share of samples that lie on it.
    """
    points = _edge_points(start, end, channels, reach)
    if len(points) < SIDE_SAMPLES // 4:
        direction = (end - start) / np.linalg.norm(end - start)
        return np.concatenate([direction, start]).astype(np.float32), 0.0
    line = np.asarray(cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01), np.float32).ravel()
    offsets = points - line[2:]
    distance = np.abs(offsets[:, 0] * line[1] - offsets[:, 1] * line[0])
    return line, float(np.count_nonzero(distance <= EDGE_TOLERANCE_PX)) / SIDE_SAMPLES


def _edge_points(
    start: NDArray[np.float32], end: NDArray[np.float32], channels: NDArray[np.float32], reach: int
) -> NDArray[np.float32]:
    """(N, 2) float32: where the colour changes most across the side, at evenly spaced places along it."""
    along = end - start
    normal = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    places = start + np.linspace(CORNER_SHARE, 1 - CORNER_SHARE, SIDE_SAMPLES)[:, None] * along
    offsets = np.arange(-reach - 1, reach + 2, 0.5)
    grid = (places[:, None, :] + offsets[None, :, None] * normal).astype(np.float32)
    profile = cv2.remap(
        channels, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    change = np.linalg.norm(profile[:, 4:] - profile[:, :-4], axis=2)
    strongest = np.argmax(change, axis=1)
    strong = change[np.arange(SIDE_SAMPLES), strongest] >= MIN_EDGE_CONTRAST
    chosen = grid[np.arange(SIDE_SAMPLES), strongest + 2]
    return np.asarray(chosen[strong], np.float32)


def _intersections(lines: list[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """Corner i is where side i - 1 meets side i."""
    corners = [_meet(lines[index - 1], lines[index]) for index in range(4)]
    found = [corner for corner in corners if corner is not None]
    return np.array(found, np.float32) if len(found) == len(corners) else None


def _meet(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float64] | None:
    directions = np.column_stack([first[:2], -second[:2]]).astype(np.float64)
    if abs(np.linalg.det(directions)) < 0.1:  # noqa: PLR2004  nearly parallel: not adjacent sides of a card
        return None
    step = np.linalg.solve(directions, (second[2:] - first[2:]).astype(np.float64))
    return np.asarray(first[2:] + step[0] * first[:2], np.float64)

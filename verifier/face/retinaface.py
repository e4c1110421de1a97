"""Faces by a RetinaFace network with a MobileNet 0.25 body, for the pack without research-only licences.

Decides where faces are, with five keypoints each; nothing about whose they are. The network answers for
anchors: squares of two sizes on each of three grids, with offsets scaled by two variances. J. Deng et al.,
RetinaFace: Single-stage Dense Face Localisation in the Wild, arXiv:1905.00641; anchors and variances are
those of the training code that the weights come from (WIDER FACE, "mobile0.25").
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from verifier.types import Image

STRIDES: Final = (8, 16, 32)
ANCHOR_SIDES: Final = ((16, 32), (64, 128), (256, 512))
"""Pixels, per stride."""
CENTRE_VARIANCE: Final = 0.1
SIZE_VARIANCE: Final = 0.2
MEAN_BGR: Final = (104.0, 117.0, 123.0)
"""Subtracted from every pixel in training (ImageNet, BGR)."""
OVERLAP: Final = 0.4
"""Boxes that overlap more (intersection over union) are one face; InsightFace's detectors use the same."""

Floats = NDArray[np.float32]


class RetinaFace:
    """The same call as InsightFace's detectors: `detect(image, input_size)`."""

    def __init__(self, session: Any, threshold: float) -> None:
        self._session = session
        self._threshold = threshold

    def detect(self, image: Image, input_size: tuple[int, int]) -> tuple[Floats, Floats]:
        """Faces of one image.

        Args:
            image: (H, W, 3) uint8, BGR.
            input_size: width and height of the network's input; the image is fitted into its top left.

        Returns:
            (N, 5) boxes (left, top, right, bottom, score) and (N, 5, 2) keypoints, pixels of `image`.
        """
        fitted, scale = _fitted(image, input_size)
        blob = cv2.dnn.blobFromImage(fitted, 1.0, mean=MEAN_BGR)
        offsets, scores, points = (out[0] for out in self._session.run(None, {"input": blob}))
        live = scores[:, 1] >= self._threshold
        anchors, score = _anchors(*input_size)[live], scores[live, 1]
        boxes = _boxes(anchors, offsets[live]) / scale
        kept = _without_overlaps(boxes, score, self._threshold)
        found = np.hstack([boxes, score[:, None]]).astype(np.float32)
        return found[kept], (_keypoints(anchors, points[live]) / scale).astype(np.float32)[kept]


def _fitted(image: Image, size: tuple[int, int]) -> tuple[Image, float]:
    width, height = size
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[: inner[1], : inner[0]] = cv2.resize(image, inner)
    return canvas, scale


@lru_cache(maxsize=4)
def _anchors(width: int, height: int) -> Floats:
    """(N, 3) centre x, centre y, side of every anchor, pixels, in the network's order."""
    return np.array(list(_each_anchor(width, height)), np.float32)


def _each_anchor(width: int, height: int) -> Iterator[tuple[float, float, float]]:
    for stride, sides in zip(STRIDES, ANCHOR_SIDES, strict=True):
        for row in range(-(-height // stride)):
            for column in range(-(-width // stride)):
                for side in sides:
                    yield (column + 0.5) * stride, (row + 0.5) * stride, side


def _boxes(anchors: Floats, offsets: Floats) -> Floats:
    side = anchors[:, 2:]
    centre = anchors[:, :2] + side * offsets[:, :2] * CENTRE_VARIANCE
    half = side * np.exp(offsets[:, 2:] * SIZE_VARIANCE) / 2
    return np.hstack([centre - half, centre + half]).astype(np.float32)


def _keypoints(anchors: Floats, offsets: Floats) -> Floats:
    shifts = offsets.reshape(-1, 5, 2) * CENTRE_VARIANCE
    return (anchors[:, None, :2] + anchors[:, None, 2:] * shifts).astype(np.float32)


def _without_overlaps(boxes: Floats, scores: Floats, threshold: float) -> NDArray[np.intp]:
    corners_and_sizes = np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
    kept = cv2.dnn.NMSBoxes(corners_and_sizes.tolist(), scores.tolist(), threshold, OVERLAP)
    return np.asarray(kept, np.intp).reshape(-1)

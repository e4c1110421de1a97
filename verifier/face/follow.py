"""Follows one face through a clip: detects it seldom, finds its landmarks in every sampled frame.

Judges nothing. The detector runs twice a second, and at once where the face moved or changed further than a
face can between two frames; in between the box is carried along by the landmarks of the frame before. Head
pose is asked six times a second. What this costs: docs/measured/face.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from verifier.face.faces import MAIN_FACE_SHARE, Face, Points, Pose
from verifier.face.measures import LEFT_EYE, NOSE_TIP, RIGHT_EYE, Measures, measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from verifier.face.eyes import Eyes
    from verifier.face.models import FaceModels
    from verifier.types import Clip, Image

SAMPLE_INTERVAL_MS: Final = 55
"""10 to 17 frames a second, however fast the camera, and all of the capture page's 15: turns of a film that
runs twice as fast look like a quick person's where every other frame is left out."""
DENSE_INTERVAL_MS: Final = 38
"""Where a lid is asked to move, up to 26 frames a second: a blink lasts 100 to 300 ms."""
DETECT_INTERVAL_MS: Final = 480
"""The detector's own look at least twice a second: finds a second face, and that the face is gone."""
POSE_INTERVAL_MS: Final = 160
"""A nod lasts half a second or more: three looks at it."""

MAX_STEP: Final = 0.5
"""Eye distances the middle of the eyes may move between two sampled frames: fast turns of real and synthetic
heads measured up to .25."""
MAX_GROWTH: Final = 1.25
"""Factor by which the eye distance may change between two sampled frames: fast approaches measured 1.09."""
MOUTH_CORNERS: Final = (52, 61)
SHARPNESS_SIDE: Final = 112


@dataclass(frozen=True, slots=True)
class TrackedFrame:
    """What one sampled frame shows.

    Attributes:
        index: position in the clip.
        t_ms: its timestamp.
        count: faces at least half as large as the largest; where the face was followed and not detected, 1.
        face: the largest face; None when there is none.
        pose: its pose by fr_pose, six times a second; None in between.
        sharpness: variance of the Laplacian of the face at 112 pixels; higher is sharper; 0 without a face.
        landmarks: (106, 2) pixels; None without a face.
        measures: what they say; None without a face.
        eyes: how alike each eye is to the person's own open one, -1 to 1; None without a face or a baseline.
        leaped: whether the face was somewhere else, or of another size, than it can have come to since the
            sampled frame before: another face, or a cut.
    """

    index: int
    t_ms: int
    count: int
    face: Face | None
    pose: Pose | None
    sharpness: float
    landmarks: Points | None = None
    measures: Measures | None = None
    eyes: Eyes | None = None
    leaped: bool = False


@dataclass(frozen=True, slots=True)
class _Trail:
    """What the frame before leaves behind: where to look next."""

    landmarks: Points
    measures: Measures
    box_of_landmarks: NDArray[np.float32]
    """(4,) the detected box in units of the landmarks' own bounding box."""
    detected_ms: int
    score: float


def sampled(timestamps_ms: Iterable[int], dense: Iterable[tuple[int, int]] = ()) -> tuple[int, ...]:
    """Indices of the frames to look at: `SAMPLE_INTERVAL_MS` apart, closer in `dense` (from, to) spans."""
    spans, chosen = tuple(dense), list[int]()
    last_ms: int | None = None
    for index, t_ms in enumerate(timestamps_ms):
        within = any(start <= t_ms <= end for start, end in spans)
        if last_ms is None or t_ms - last_ms >= (DENSE_INTERVAL_MS if within else SAMPLE_INTERVAL_MS):
            chosen.append(index)
            last_ms = t_ms
    return tuple(chosen)


def follow(clip: Clip, indices: Iterable[int], models: FaceModels) -> tuple[TrackedFrame, ...]:
    """Look at the sampled frames once, in order."""
    frames: list[TrackedFrame] = []
    trail: _Trail | None = None
    posed_ms = -POSE_INTERVAL_MS
    for index in indices:
        image, t_ms = clip.frames[index], clip.timestamps_ms[index]
        seen, trail, count, leaped = _next(image, t_ms, trail, models)
        if seen is None or trail is None:
            frames.append(TrackedFrame(index, t_ms, 0, None, None, 0.0))
            continue
        pose = None
        if t_ms - posed_ms >= POSE_INTERVAL_MS:
            pose, posed_ms = models.pose(image, seen), t_ms
        sharpness = sharpness_of(image, seen)
        landmarks, measures = trail.landmarks, trail.measures
        frames.append(
            TrackedFrame(index, t_ms, count, seen, pose, sharpness, landmarks, measures, leaped=leaped)
        )
    return tuple(frames)


def sharpness_of(image: Image, face: Face) -> float:
    """Variance of the Laplacian of a face at `SHARPNESS_SIDE` pixels."""
    left, top, right, bottom = np.maximum(face.box, 0).astype(int)
    crop = image[top:bottom, left:right]
    if not crop.size:
        return 0.0
    grey = cv2.cvtColor(cv2.resize(crop, (SHARPNESS_SIDE, SHARPNESS_SIDE)), cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def _next(
    image: Image, t_ms: int, trail: _Trail | None, models: FaceModels
) -> tuple[Face | None, _Trail | None, int, bool]:
    """The face of the next frame: carried along where that is possible and recent, else detected."""
    if trail is not None and t_ms - trail.detected_ms < DETECT_INTERVAL_MS:
        face = _carried(trail)
        moved = _trail(image, face, models, trail.detected_ms)
        if _continues(trail, moved):
            return _with_keypoints(face, moved.landmarks), moved, 1, False
    found = models.faces(image)
    if not found:
        return None, None, 0, False
    count = sum(face.area > MAIN_FACE_SHARE * found[0].area for face in found)
    moved = _trail(image, found[0], models, t_ms)
    leaped = trail is not None and not _continues(trail, moved)
    return found[0], moved, count, leaped


def _trail(image: Image, face: Face, models: FaceModels, detected_ms: int) -> _Trail:
    landmarks = models.landmarks(image, face)
    corner, size = _bounds(landmarks)
    relative = (face.box - np.tile(corner, 2)) / np.tile(size, 2)
    return _Trail(landmarks, measure(landmarks), relative.astype(np.float32), detected_ms, face.score)


def _carried(trail: _Trail) -> Face:
    corner, size = _bounds(trail.landmarks)
    box = trail.box_of_landmarks * np.tile(size, 2) + np.tile(corner, 2)
    return Face(box.astype(np.float32), np.zeros((5, 2), np.float32), trail.score)


def _with_keypoints(face: Face, landmarks: Points) -> Face:
    """The five points of the detector, read off the landmarks."""
    eyes = [landmarks[list(edge[0] + edge[1])].mean(axis=0) for edge in (RIGHT_EYE, LEFT_EYE)]
    points = np.stack([*eyes, landmarks[NOSE_TIP], *landmarks[list(MOUTH_CORNERS)]])
    return Face(face.box, points.astype(np.float32), face.score)


def _continues(trail: _Trail, moved: _Trail) -> bool:
    before, after = trail.measures.eye_distance, moved.measures.eye_distance
    step = float(np.linalg.norm(_between_eyes(moved.landmarks) - _between_eyes(trail.landmarks)))
    growth = max(before, after) / max(min(before, after), 1e-6)
    return step <= MAX_STEP * before and growth <= MAX_GROWTH


def _between_eyes(landmarks: Points) -> NDArray[np.float32]:
    corners = [edge[0][end] for edge in (RIGHT_EYE, LEFT_EYE) for end in (0, -1)]
    return np.asarray(landmarks[corners].mean(axis=0), np.float32)


def _bounds(landmarks: Points) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    corner = landmarks.min(axis=0)
    return corner, np.maximum(landmarks.max(axis=0) - corner, 1.0)

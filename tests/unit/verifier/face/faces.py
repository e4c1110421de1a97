"""Hand-made tracks: what the networks would have said, without running one."""

from __future__ import annotations

import numpy as np

from verifier.face.faces import Embedding, Face, Pose
from verifier.face.track import FaceTrack, KeyFrame, TrackedFrame
from verifier.models import REGISTRY

FLAT = np.random.default_rng(7).uniform(0, 100, (106, 2)).astype(np.float32)
"""Landmarks of no face in particular."""


def a_face() -> Face:
    box = np.array([100, 100, 200, 220], np.float32)
    points = np.array([[130, 150], [170, 150], [150, 175], [135, 195], [165, 195]], np.float32)
    return Face(box, points, 0.9)


def seen(t_ms: int, yaw: float, *, count: int = 1, sharpness: float = 100.0) -> TrackedFrame:
    return TrackedFrame(t_ms // 100, t_ms, count, a_face(), Pose(yaw, 0.0, 0.0), sharpness)


def unseen(t_ms: int) -> TrackedFrame:
    return TrackedFrame(t_ms // 100, t_ms, 0, None, None, 0.0)


def person(seed: int) -> Embedding:
    raw = np.random.default_rng(seed).normal(size=512)
    return (raw / np.linalg.norm(raw)).astype(np.float32)


def key(turn: float, embedding: Embedding, *, live: float | None = None, index: int = 0) -> KeyFrame:
    return KeyFrame(index, turn, FLAT, embedding, live)


def a_track(
    frames: tuple[TrackedFrame, ...] = (),
    *,
    frontal: tuple[KeyFrame, ...] = (),
    turned: tuple[KeyFrame, ...] = (),
    baseline_yaw: float | None = 0.0,
) -> FaceTrack:
    return FaceTrack(frames, baseline_yaw, frontal, turned, REGISTRY)

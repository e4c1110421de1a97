"""Hand-made tracks: what the networks would have said, without running one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from verifier.face.baseline import Baseline
from verifier.face.eyes import Eyes
from verifier.face.faces import Embedding, Face, Pose
from verifier.face.follow import TrackedFrame
from verifier.face.measures import Measures
from verifier.face.track import FaceTrack, KeyFrame
from verifier.models import REGISTRY

FLAT = np.random.default_rng(7).uniform(0, 100, (106, 2)).astype(np.float32)
"""Landmarks of no face in particular."""


def a_face() -> Face:
    box = np.array([100, 100, 200, 220], np.float32)
    points = np.array([[130, 150], [170, 150], [150, 175], [135, 195], [165, 195]], np.float32)
    return Face(box, points, 0.9)


AT_REST = Measures(
    yaw=0.0, roll=0.0, nose_drop=0.55, eye_distance=70.0, right_eye=0.3, left_eye=0.3, mouth=0.0
)
OPEN = Eyes(0.97, 0.97)
LIDS = {"right_eye": "right", "left_eye": "left"}


def seen(
    t_ms: int,
    yaw: float = 0.0,
    *,
    count: int = 1,
    sharpness: float = 100.0,
    pitch: float = 0.0,
    eyes: Eyes = OPEN,
    **measures: float,
) -> TrackedFrame:
    """A frame at rest but for what is given: yaw and pitch in degrees, fields of `Measures`."""
    drop = 0.55 - 0.57 * float(np.sin(np.radians(pitch)))
    lids = {name: AT_REST.right_eye * getattr(eyes, side) / 0.97 for name, side in LIDS.items()}
    said = replace(AT_REST, **({"yaw": yaw, "nose_drop": drop} | lids | measures))
    pose = Pose(yaw, pitch, 0.0)
    return TrackedFrame(t_ms // 100, t_ms, count, a_face(), pose, sharpness, FLAT, said, eyes)


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
    base = None if baseline_yaw is None else Baseline(yaw=baseline_yaw)
    return FaceTrack(frames, base, frontal, turned, REGISTRY)

"""One pass over a clip: where the face is, where it looks, and the frames worth the expensive networks.

Decides which frames are frontal and which are turned; judges nothing. Matching and liveness both read the
`FaceTrack`, so no frame is detected twice. Cost: about 17 ms per sampled frame plus 40 ms per key frame on
one core.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from verifier.face.faces import MAIN_FACE_SHARE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from verifier.face.faces import Embedding, Face, Points, Pose
    from verifier.face.models import FaceModels
    from verifier.models import ModelPack
    from verifier.types import Clip, Image

SAMPLE_INTERVAL_MS: Final = 85
"""About 10 to 12 frames a second, however fast the camera: a half-second turn gives several."""
BASELINE_MS: Final = 800
"""The person looks straight ahead at least this long before the first prompt
(liveness.challenge.FIRST_PROMPT_MS)."""
FRONTAL_DEGREES: Final = 8.0
"""Distance from the person's own baseline up to which a frame counts as frontal: homographies separate
nothing below 10."""
FRONTAL_LIMIT_DEGREES: Final = 20.0
"""A baseline further off than this is not a look into the camera; portraits of people looking ahead
measured up to 12."""
TURN_DEGREES: Final = 15.0
"""From here on a turn counts: a flat photograph turned 45 degrees was never measured beyond 9, from its own
baseline."""
BEST_TURN_DEGREES: Final = 25.0
"""Turned key frames are taken near this: enough parallax, and embeddings still hold (cosine .74 to .91 to
frontal)."""
FRONTAL_KEY_FRAMES: Final = 5
TURNED_KEY_FRAMES: Final = 3
"""Per side."""
SHARPNESS_SIDE: Final = 112


@dataclass(frozen=True, slots=True)
class TrackedFrame:
    """What one sampled frame shows.

    Attributes:
        index: position in the clip.
        t_ms: its timestamp.
        count: faces at least half as large as the largest.
        face: the largest face; None when there is none.
        pose: its pose; None when there is none.
        sharpness: variance of the Laplacian of the face at 112 pixels; higher is sharper; 0 without a face.
    """

    index: int
    t_ms: int
    count: int
    face: Face | None
    pose: Pose | None
    sharpness: float


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A frame chosen for closer study.

    Attributes:
        index: position in the clip.
        turn: yaw from the person's baseline, degrees.
        landmarks: (106, 2) pixels.
        embedding: unit length.
        live: passive live score, only for frontal frames.
    """

    index: int
    turn: float
    landmarks: Points
    embedding: Embedding
    live: float | None


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """What a clip shows, for match and liveness.

    Attributes:
        frames: sampled frames in time order.
        baseline_yaw: how the person looks "straight ahead", degrees; None when no face was seen in time.
        frontal: best first; empty when there is none.
        turned: key frames of both sides, at least `TURN_DEGREES` from the baseline.
        pack: the models that saw it.
    """

    frames: tuple[TrackedFrame, ...]
    baseline_yaw: float | None
    frontal: tuple[KeyFrame, ...]
    turned: tuple[KeyFrame, ...]
    pack: ModelPack

    def turns(self) -> tuple[tuple[int, float], ...]:
        """(t_ms, yaw from the baseline) of every frame with a face; empty without a baseline."""
        base = self.baseline_yaw
        if base is None:
            return ()
        return tuple((frame.t_ms, frame.pose.yaw - base) for frame in self.frames if frame.pose is not None)


def track(clip: Clip, models: FaceModels) -> FaceTrack:
    """Look at a clip once."""
    frames = tuple(_looked_at(clip, index, models) for index in sampled(clip.timestamps_ms))
    base = baseline(frames)
    if base is None:
        return FaceTrack(frames, None, (), (), models.pack)
    return FaceTrack(
        frames,
        base,
        tuple(_key(clip.frames[f.index], f, base, models, live=True) for f in frontal_frames(frames, base)),
        tuple(_key(clip.frames[f.index], f, base, models, live=False) for f in turned_frames(frames, base)),
        models.pack,
    )


def sampled(timestamps_ms: Iterable[int]) -> tuple[int, ...]:
    """Indices of frames at least `SAMPLE_INTERVAL_MS` apart."""
    chosen: list[int] = []
    last_ms: int | None = None
    for index, t_ms in enumerate(timestamps_ms):
        if last_ms is None or t_ms - last_ms >= SAMPLE_INTERVAL_MS:
            chosen.append(index)
            last_ms = t_ms
    return tuple(chosen)


def baseline(frames: Iterable[TrackedFrame]) -> float | None:
    """Median yaw while the person was asked to look ahead.

    None without a face then, or when they looked away.
    """
    yaws = [frame.pose.yaw for frame in frames if frame.pose is not None and frame.t_ms <= BASELINE_MS]
    if not yaws:
        return None
    median = float(np.median(yaws))
    return median if abs(median) <= FRONTAL_LIMIT_DEGREES else None


def frontal_frames(frames: Sequence[TrackedFrame], base: float) -> list[TrackedFrame]:
    """The sharpest frame that looks ahead in each fifth of the clip, best first.

    Spread over the clip, so that a person who steps in later does not supply all of them.
    """
    ahead = [
        frame for frame in frames if frame.pose is not None and abs(frame.pose.yaw - base) <= FRONTAL_DEGREES
    ]
    if not ahead:
        return []
    fifth_ms = (frames[-1].t_ms - frames[0].t_ms) / FRONTAL_KEY_FRAMES + 1
    best: dict[int, TrackedFrame] = {}
    for frame in sorted(ahead, key=lambda frame: frame.sharpness):
        best[int((frame.t_ms - frames[0].t_ms) / fifth_ms)] = frame
    return sorted(best.values(), key=lambda frame: frame.sharpness, reverse=True)


def turned_frames(frames: Iterable[TrackedFrame], base: float) -> list[TrackedFrame]:
    """Up to three frames per side, those nearest to `BEST_TURN_DEGREES`."""
    seen = [(frame, frame.pose.yaw - base) for frame in frames if frame.pose is not None]

    def side(of: Callable[[float], bool]) -> list[TrackedFrame]:
        far = [(frame, turn) for frame, turn in seen if of(turn) and abs(turn) >= TURN_DEGREES]
        far.sort(key=lambda pair: abs(abs(pair[1]) - BEST_TURN_DEGREES))
        return [frame for frame, _ in far[:TURNED_KEY_FRAMES]]

    return side(lambda turn: turn > 0) + side(lambda turn: turn < 0)


def _looked_at(clip: Clip, index: int, models: FaceModels) -> TrackedFrame:
    image, t_ms = clip.frames[index], clip.timestamps_ms[index]
    found = models.faces(image)
    if not found:
        return TrackedFrame(index, t_ms, 0, None, None, 0.0)
    count = sum(face.area > MAIN_FACE_SHARE * found[0].area for face in found)
    return TrackedFrame(
        index, t_ms, count, found[0], models.pose(image, found[0]), _sharpness(image, found[0])
    )


def _key(image: Image, frame: TrackedFrame, base: float, models: FaceModels, *, live: bool) -> KeyFrame:
    face, pose = frame.face, frame.pose
    assert face is not None
    assert pose is not None
    return KeyFrame(
        frame.index,
        pose.yaw - base,
        models.landmarks(image, face),
        models.embedding(image, face),
        models.live_score(image, face) if live else None,
    )


def _sharpness(image: Image, face: Face) -> float:
    left, top, right, bottom = np.maximum(face.box, 0).astype(int)
    crop = image[top:bottom, left:right]
    if not crop.size:
        return 0.0
    grey = cv2.cvtColor(cv2.resize(crop, (SHARPNESS_SIDE, SHARPNESS_SIDE)), cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())

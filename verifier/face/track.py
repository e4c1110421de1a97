"""One pass over a clip: where the face is, what it does, and the frames worth the expensive networks.

Decides which frames are frontal and which are turned; judges nothing. Matching and liveness both read the
`FaceTrack`, so no frame is detected twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from verifier.face.baseline import Baseline, baseline, with_eyes
from verifier.face.eyes import eye_patches
from verifier.face.follow import TrackedFrame, follow, sampled
from verifier.face.quality import Quality, assess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from verifier.face.faces import Embedding, Face, Points
    from verifier.face.models import FaceModels
    from verifier.models import ModelPack
    from verifier.types import Clip, Image

FRONTAL_DEGREES: Final = 8.0
"""Distance from the person's own baseline up to which a frame counts as frontal: homographies separate
nothing below 10."""
LEVEL_DEGREES: Final = 4.0
"""By the parallax of the nose, up to this a frame looks neither up nor down: on synthetic clips at most 3 at
rest, 7 and 8 in nods of 20 to 28. Such a face was .39 to .50 like one turned away, at rest .53 and more."""
TURN_DEGREES: Final = 15.0
"""From here on a turn counts: a flat photograph turned 45 degrees was never measured beyond 9, from its own
baseline."""
BEST_TURN_DEGREES: Final = 25.0
"""Turned key frames are taken near this: enough parallax, and embeddings still hold (cosine .74 to .91 to
frontal)."""
FRONTAL_KEY_FRAMES: Final = 5
REST_CLOSING: Final = 0.05
REST_GAP: Final = 0.10
REST_GROWTH: Final = 0.08
"""Half of what an action takes, or less (verifier/action_thresholds.py)."""
TURNED_KEY_FRAMES: Final = 3
"""Per side."""


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A frame chosen for closer study.

    Attributes:
        index: position in the clip.
        turn: yaw from the person's baseline, degrees.
        landmarks: (106, 2) pixels.
        embedding: unit length.
        live: passive live score, only for frontal frames.
        t_ms: its timestamp.
        face: as the detector found it in this very frame.
        sharpness: as in `TrackedFrame`.
        quality: how well it can be matched, only for frontal frames.
    """

    index: int
    turn: float
    landmarks: Points
    embedding: Embedding
    live: float | None
    t_ms: int = 0
    face: Face | None = None
    sharpness: float = 0.0
    quality: Quality | None = None


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """What a clip shows, for match and liveness.

    Attributes:
        frames: sampled frames in time order.
        baseline: how the person looks at rest; None when no face looked into the camera in time.
        frontal: best first; empty when there is none.
        turned: key frames of both sides, at least `TURN_DEGREES` from the baseline.
        pack: the models that saw it.
    """

    frames: tuple[TrackedFrame, ...]
    baseline: Baseline | None
    frontal: tuple[KeyFrame, ...]
    turned: tuple[KeyFrame, ...]
    pack: ModelPack

    def turns(self) -> tuple[tuple[int, float], ...]:
        """(t_ms, yaw from the baseline) of every frame with a face; empty without a baseline."""
        base = self.baseline
        if base is None:
            return ()
        return tuple((frame.t_ms, base.turn(frame.measures)) for frame in self.frames if frame.measures)


def track(clip: Clip, models: FaceModels, *, dense: Iterable[tuple[int, int]] = ()) -> FaceTrack:
    """Look at a clip once.

    Args:
        clip: what the camera saw.
        models: the networks.
        dense: (from, to) milliseconds in which every frame is looked at:
            `verifier.liveness.challenge.Challenge.eye_windows`.
    """
    frames = follow(clip, sampled(clip.timestamps_ms, dense), models)
    base = baseline(frames)
    if base is None:
        return FaceTrack(frames, None, (), (), models.pack)
    patches = [
        None if frame.landmarks is None else eye_patches(clip.frames[frame.index], frame.landmarks)
        for frame in frames
    ]
    frames, base = with_eyes(frames, patches, base)
    frontal = tuple(_key(clip, frame, base, models, live=True) for frame in frontal_frames(frames, base))
    turned = tuple(_key(clip, frame, base, models, live=False) for frame in turned_frames(frames, base))
    return FaceTrack(frames, base, frontal, turned, models.pack)


def frontal_frames(frames: Sequence[TrackedFrame], base: Baseline) -> list[TrackedFrame]:
    """The sharpest frame that looks ahead in each fifth of the clip, best first.

    Spread over the clip, so that a person who steps in later does not supply all of them. Of a fifth's frames
    those come first that look neither up nor down, then those at rest: eyes open, mouth closed, no nearer
    than usual.
    """
    ahead = [
        frame
        for frame in frames
        if frame.measures is not None and abs(base.turn(frame.measures)) <= FRONTAL_DEGREES
    ]
    fifth_ms = (frames[-1].t_ms - frames[0].t_ms) / FRONTAL_KEY_FRAMES + 1 if frames else 1
    best: dict[int, TrackedFrame] = {}
    for frame in sorted(ahead, key=lambda one: (_is_level(one, base), is_at_rest(one, base), one.sharpness)):
        best[int((frame.t_ms - frames[0].t_ms) / fifth_ms)] = frame
    return sorted(best.values(), key=lambda frame: frame.sharpness, reverse=True)


def _is_level(frame: TrackedFrame, base: Baseline) -> bool:
    return frame.measures is not None and abs(base.parallax(frame.measures)) <= LEVEL_DEGREES


def is_at_rest(frame: TrackedFrame, base: Baseline) -> bool:
    """Whether eyes, mouth and distance are near the person's own baseline."""
    if frame.measures is None or frame.eyes is None:
        return False
    closing = base.closing(frame.eyes)
    return (
        max(closing.right, closing.left) <= REST_CLOSING
        and frame.measures.mouth - base.mouth <= REST_GAP
        and abs(base.growth(frame.measures) - 1) <= REST_GROWTH
    )


def turned_frames(frames: Iterable[TrackedFrame], base: Baseline) -> list[TrackedFrame]:
    """Up to three frames per side, those nearest to `BEST_TURN_DEGREES`."""
    seen = [(frame, base.turn(frame.measures)) for frame in frames if frame.measures is not None]

    def side(of: Callable[[float], bool]) -> list[TrackedFrame]:
        far = [(frame, turn) for frame, turn in seen if of(turn) and abs(turn) >= TURN_DEGREES]
        far.sort(key=lambda pair: abs(abs(pair[1]) - BEST_TURN_DEGREES))
        return [frame for frame, _ in far[:TURNED_KEY_FRAMES]]

    return side(lambda turn: turn > 0) + side(lambda turn: turn < 0)


def _key(clip: Clip, frame: TrackedFrame, base: Baseline, models: FaceModels, *, live: bool) -> KeyFrame:
    assert frame.face is not None
    assert frame.landmarks is not None
    assert frame.measures is not None
    image = clip.frames[frame.index]
    face = _detected(image, frame.face, models)
    return KeyFrame(
        frame.index,
        base.turn(frame.measures),
        frame.landmarks,
        models.embedding(image, face),
        models.live_score(image, face) if live else None,
        frame.t_ms,
        face,
        frame.sharpness,
        assess(image, face, yaw=base.turn(frame.measures)) if live else None,
    )


def _detected(image: Image, followed: Face, models: FaceModels) -> Face:
    """The followed face as the detector sees it: the thresholds were measured with its keypoints."""
    centre = followed.keypoints.mean(axis=0)
    found = models.faces(image)
    near = [face for face in found if np.linalg.norm(face.keypoints.mean(axis=0) - centre) < face.width / 2]
    return near[0] if near else followed

"""How one person looks at rest: straight ahead, eyes open, mouth closed.

All their actions are measured from it. Taken from the first moments of the clip, before anything is asked.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Final

import numpy as np

from verifier.face.eyes import Eyes, likeness, mean_patch
from verifier.face.measures import NOSE_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verifier.face.eyes import Patch
    from verifier.face.follow import TrackedFrame
    from verifier.face.measures import Measures

BASELINE_MS: Final = 800
"""The person looks straight ahead at least this long before the first prompt
(liveness.challenge.FIRST_PROMPT_MS)."""
FRONTAL_LIMIT_DEGREES: Final = 20.0
"""A baseline further off than this is not a look into the camera; portraits of people looking ahead
measured up to 12."""


_ALIKE: Final = Eyes(0.97, 0.97)


@dataclass(frozen=True, slots=True)
class Baseline:
    """One person at rest.

    Attributes:
        yaw, roll: degrees, of `Measures`.
        pitch: degrees, of `Pose`: means something only against other frames of the same clip.
        nose_drop, eye_distance, right_eye, left_eye, mouth: as in `Measures`.
        likeness: how alike an open eye is to the mean of the open eyes, right and left: what noise and small
            movements leave of 1.
    """

    yaw: float = 0.0
    roll: float = 0.0
    pitch: float = 0.0
    nose_drop: float = 0.55
    eye_distance: float = 70.0
    right_eye: float = 0.30
    left_eye: float = 0.30
    mouth: float = 0.0
    likeness: Eyes = _ALIKE

    def turn(self, measures: Measures) -> float:
        """Degrees from straight ahead, positive to the person's own left."""
        return measures.yaw - self.yaw

    def tilt(self, measures: Measures) -> float:
        """Degrees of tilting the head sideways."""
        return measures.roll - self.roll

    def lift(self, frame: TrackedFrame) -> float | None:
        """Degrees of looking up (positive) or down; None in frames whose pose was not asked.

        Mean of the network's pitch and of the parallax of the nose: each errs by up to 6 degrees, not alike.
        """
        if frame.pose is None or frame.measures is None:
            return None
        return (frame.pose.pitch - self.pitch + self.parallax(frame.measures)) / 2

    def parallax(self, measures: Measures) -> float:
        """Degrees of looking up (positive) or down by how the nose stands to the eyes; errs by up to 6."""
        rise = (self.nose_drop - measures.nose_drop) / NOSE_DEPTH
        return float(np.degrees(np.arcsin(np.clip(rise, -1, 1))))

    def growth(self, measures: Measures) -> float:
        """Size of the face / size at rest."""
        return measures.eye_distance / self.eye_distance

    def opening(self, measures: Measures) -> float:
        """Mean height of both eyes by the landmarks / at rest."""
        return (measures.right_eye + measures.left_eye) / max(self.right_eye + self.left_eye, 1e-6)

    def closing(self, eyes: Eyes) -> Eyes:
        """How much less each eye looks like itself open: 0 at rest."""
        return Eyes(self.likeness.right - eyes.right, self.likeness.left - eyes.left)


def baseline(frames: Iterable[TrackedFrame]) -> Baseline | None:
    """Medians over the first `BASELINE_MS`; `likeness` is left at 1.

    None without a face or a pose then, or when the person looked away.
    """
    early = [frame for frame in frames if frame.measures is not None and frame.t_ms <= BASELINE_MS]
    poses = [frame.pose for frame in early if frame.pose is not None]
    seen = [frame.measures for frame in early if frame.measures is not None]
    if not poses or abs(median(pose.yaw for pose in poses)) > FRONTAL_LIMIT_DEGREES:
        return None
    return Baseline(
        yaw=median(one.yaw for one in seen),
        roll=median(one.roll for one in seen),
        pitch=median(pose.pitch for pose in poses),
        nose_drop=median(one.nose_drop for one in seen),
        eye_distance=median(one.eye_distance for one in seen),
        right_eye=median(one.right_eye for one in seen),
        left_eye=median(one.left_eye for one in seen),
        mouth=median(one.mouth for one in seen),
        likeness=Eyes(1.0, 1.0),
    )


def with_eyes(
    frames: Sequence[TrackedFrame], patches: Sequence[tuple[Patch, Patch] | None], base: Baseline
) -> tuple[tuple[TrackedFrame, ...], Baseline]:
    """Compare every frame's eyes with the person's own open ones, and note how alike those are to each other.

    Args:
        frames: in time order.
        patches: (right, left) of each frame; None without a face.
        base: from `baseline`.
    """
    wide = base.right_eye + base.left_eye
    opened = [
        cut
        for frame, cut in zip(frames, patches, strict=True)
        if cut is not None
        and frame.measures is not None
        and frame.t_ms <= BASELINE_MS
        # A person may blink while looking ahead: the wider half of the frames shows open eyes.
        and frame.measures.right_eye + frame.measures.left_eye >= wide
    ]
    if not opened:
        return tuple(frames), base
    right, left = (mean_patch([cut[side] for cut in opened]) for side in (0, 1))
    alike = [
        None if cut is None else Eyes(likeness(cut[0], right), likeness(cut[1], left)) for cut in patches
    ]
    usual = [eyes for frame, eyes in zip(frames, alike, strict=True) if eyes and frame.t_ms <= BASELINE_MS]
    likeness_at_rest = Eyes(median(eyes.right for eyes in usual), median(eyes.left for eyes in usual))
    seen = tuple(replace(frame, eyes=eyes) for frame, eyes in zip(frames, alike, strict=True))
    return seen, replace(base, likeness=likeness_at_rest)

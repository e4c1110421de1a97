"""Everything the judge needs beside the track, read once from the pixels: traces of a medium, film, depth.

Runs no network and judges nothing. Reads few frames: the frontal ones for the medium, one turn to each side
for the depth, thumbnails of all for the film.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from verifier.face.track import FRONTAL_DEGREES, FaceTrack, KeyFrame
from verifier.liveness.medium.bands import bands
from verifier.liveness.medium.colour import colour
from verifier.liveness.medium.moire import moire
from verifier.liveness.medium.pace import fastest_turn, unevenness_ms, unseen_turn
from verifier.liveness.medium.repetition import Repetition, repetition
from verifier.liveness.medium.sheet import edges
from verifier.liveness.planar_flow import Flow, flow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verifier.face.faces import Face
    from verifier.types import Clip

FLOW_FRAMES: Final = 8
"""Corners are followed over at most so many frames: each step loses some."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Figures of verifier/liveness/medium, medians over the frontal frames; None where none was usable."""

    moire: float | None = None
    bands: float | None = None
    edges: float | None = None
    colour: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What pixels and times say.

    Attributes:
        traces: of a display or of paper.
        repetition: copies and loops among the frames.
        speed: of the fastest turn, degrees per second.
        unevenness_ms: of the intervals between frames; None for too few.
        flows: followed corners, one per side that was turned to.
        unseen_turn: degrees turned where frames are too far apart to tell how fast.
    """

    traces: Traces
    repetition: Repetition
    speed: float
    unevenness_ms: float | None
    flows: tuple[Flow, ...]
    unseen_turn: float = 0.0


def gather(clip: Clip, track: FaceTrack) -> Evidence:
    """Read a clip's evidence; `track` must be of this very clip."""
    return Evidence(
        traces=_traces(clip, track),
        repetition=repetition(clip.frames),
        speed=fastest_turn(track.turns()),
        unevenness_ms=unevenness_ms(clip.timestamps_ms),
        flows=_flows(clip, track),
        unseen_turn=unseen_turn(track.turns()),
    )


def _traces(clip: Clip, track: FaceTrack) -> Traces:
    seen = [(clip.frames[key.index], key.face) for key in track.frontal if key.face is not None]
    pairs = [(clip.frames[key.index - 1], clip.frames[key.index]) for key in track.frontal if key.index]
    return Traces(
        moire=_median(moire(image, face) for image, face in seen),
        bands=_median(bands(before, after) for before, after in pairs),
        edges=_median(edges(image, face) for image, face in seen),
        colour=_median(colour(image, face) for image, face in seen),
    )


def _median(figures: Iterable[float]) -> float | None:
    found = list(figures)
    return float(median(found)) if found else None


def _flows(clip: Clip, track: FaceTrack) -> tuple[Flow, ...]:
    """The best turn to each side, from the last frontal frame before it."""
    sides = ([key for key in track.turned if key.turn * sign > 0] for sign in (1, -1))
    starts = _frontal_faces(track)
    return tuple(found for side in sides if side and (found := _flow(clip, side[0], starts)) is not None)


def _frontal_faces(track: FaceTrack) -> dict[int, Face]:
    base = track.baseline
    if base is None:
        return {}
    return {
        frame.index: frame.face
        for frame in track.frames
        if frame.face and frame.measures and abs(base.turn(frame.measures)) <= FRONTAL_DEGREES
    }


def _flow(clip: Clip, turned: KeyFrame, starts: dict[int, Face]) -> Flow | None:
    before = [index for index in starts if index < turned.index]
    if not before:
        return None
    start = max(before)
    length = turned.index - start
    step = -(-length // FLOW_FRAMES)
    chosen = [*range(start, turned.index, step), turned.index]
    return flow([clip.frames[index] for index in chosen], starts[start])

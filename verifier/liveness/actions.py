"""What the face in a track did, and when: turns, nods, blinks, winks, an open mouth, coming closer. Pure.

Every figure is measured from the person's own baseline (verifier/face/baseline.py). Decides which actions
happened; whether they are the ones that were asked for is verifier/liveness/answer.py's matter, and whether a
head or a picture did them verifier/liveness/planar.py's.

A head that moves changes its eyes and its mouth in the picture too, so an eye or a mouth is read only while
the head is near its baseline: looking down is not a blink. Squinting is not one either: it leaves an eye
far more alike to itself than a closed lid does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from verifier.action_thresholds import ACTION
from verifier.liveness.challenge import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verifier.action_thresholds import Excursion
    from verifier.face.baseline import Baseline
    from verifier.face.follow import TrackedFrame
    from verifier.face.track import FaceTrack

MIN_FRAMES: Final = 2
"""A single frame beyond the limit is taken for noise, except of a blink, which may fall into one."""
MAX_BLINK_MS: Final = 1500
"""Eyes closed for longer rest; asked to blink, slow people keep them closed for about a second."""
BLINK_OPENING: Final = 0.90
WINK_OPENING: Final = 0.96
"""Mean height of the eyes by the landmarks / at rest, at most: .47 to .88 of blinks, .64 to .93 of winks (6
people), .96 or more at rest but for one who laughs (.85)."""
STILL_DEGREES: Final = 10.0
"""Lids are read while the head is turned and tilted no further than this from rest: a tilted head of a real
film looked like a wink."""
LEAD_MS: Final = 150
"""One lid may begin or end a blink this much before or after the other: that is no wink."""

Series = tuple[tuple[int, float], ...]
"""(t_ms, figure), in time order."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One action that was done.

    Attributes:
        action: which.
        start_ms: first frame beyond the limit.
        end_ms: last frame before it was released.
        peak: largest figure, in the unit of its limit, positive.
        strength: peak / limit.
    """

    action: Action
    start_ms: int
    end_ms: int
    peak: float
    strength: float


def deeds(track: FaceTrack) -> tuple[Deed, ...]:
    """Everything that was done, by time; empty without a baseline.

    A lid or a mouth that moves while the head does is part of that, and of two movements of the head at once
    only the stronger is one.
    """
    base = track.baseline
    if base is None:
        return ()
    frames = [frame for frame in track.frames if frame.measures is not None]
    head = _strongest(
        [
            *_both_ways(_turns(frames, base), ACTION["turn"], (Action.TURN_LEFT, Action.TURN_RIGHT)),
            *_both_ways(_lifts(frames, base), ACTION["lift"], (Action.TURN_UP, Action.TURN_DOWN)),
            *_runs(_growth(frames, base), ACTION["growth"], Action.MOVE_CLOSER),
        ]
    )
    still = [frame for frame in frames if not _moving(frame, head)]
    face = [
        *_runs(_mouths(still, base), ACTION["mouth"], Action.OPEN_MOUTH),
        *_lids(still, base),
    ]
    return tuple(sorted([*head, *face], key=lambda deed: deed.start_ms))


def _turns(frames: Iterable[TrackedFrame], base: Baseline) -> Series:
    return tuple((frame.t_ms, base.turn(frame.measures)) for frame in frames if frame.measures)


def _lifts(frames: Iterable[TrackedFrame], base: Baseline) -> Series:
    lifts = ((frame.t_ms, base.lift(frame)) for frame in frames)
    return tuple((t_ms, lift) for t_ms, lift in lifts if lift is not None)


def _growth(frames: Iterable[TrackedFrame], base: Baseline) -> Series:
    return tuple((frame.t_ms, base.growth(frame.measures) - 1) for frame in frames if frame.measures)


def _mouths(frames: Iterable[TrackedFrame], base: Baseline) -> Series:
    return tuple((frame.t_ms, frame.measures.mouth - base.mouth) for frame in frames if frame.measures)


def _lids(frames: Sequence[TrackedFrame], base: Baseline) -> list[Deed]:
    """Blinks and winks: how far both, or one eye more than the other, went from looking like itself open.

    Only where the landmarks see less open eyes, too: gaze, shadow and blur also change how an eye looks.
    """
    seen = [
        (frame.t_ms, base.closing(frame.eyes), base.opening(frame.measures))
        for frame in frames
        if frame.eyes is not None and frame.measures is not None
        if max(abs(base.turn(frame.measures)), abs(base.tilt(frame.measures))) <= STILL_DEGREES
    ]
    both = tuple(
        (t, min(eyes.right, eyes.left) if opening <= BLINK_OPENING else 0) for t, eyes, opening in seen
    )
    apart = tuple((t, eyes.left - eyes.right if opening <= WINK_OPENING else 0) for t, eyes, opening in seen)
    blinks = _runs(both, ACTION["lid"], Action.BLINK, least=1)
    winks = _both_ways(apart, ACTION["wink"], (Action.WINK_LEFT, Action.WINK_RIGHT))
    real = [wink for wink in winks if not any(_overlap(wink, blink, LEAD_MS) for blink in blinks)]
    return [deed for deed in (*blinks, *real) if deed.end_ms - deed.start_ms <= MAX_BLINK_MS]


def _both_ways(series: Series, limit: Excursion, actions: tuple[Action, Action]) -> list[Deed]:
    """Deeds in a signed series: the first action where it is positive, the second where it is negative."""
    mirrored = tuple((t_ms, -figure) for t_ms, figure in series)
    return [*_runs(series, limit, actions[0]), *_runs(mirrored, limit, actions[1])]


def _runs(series: Series, limit: Excursion, action: Action, *, least: int = MIN_FRAMES) -> list[Deed]:
    """Stretches that begin at `limit.limit` and end below `limit.release`; the gap outlasts noise."""
    found: list[Deed] = []
    run: list[tuple[int, float]] = []
    for t_ms, figure in series:
        if run and figure < limit.release:
            found += _deed(run, limit, action, least)
            run = []
        elif run or figure >= limit.limit:
            run.append((t_ms, figure))
    return found + _deed(run, limit, action, least)


def _deed(run: Sequence[tuple[int, float]], limit: Excursion, action: Action, least: int) -> list[Deed]:
    if not run or sum(figure >= limit.limit for _, figure in run) < least:
        return []
    peak = max(figure for _, figure in run)
    return [Deed(action, run[0][0], run[-1][0], peak, peak / limit.limit)]


def _strongest(found: Iterable[Deed]) -> list[Deed]:
    """Deeds that do not overlap, stronger ones first: a turn tilts a little, a nod comes a little nearer."""
    kept: list[Deed] = []
    for deed in sorted(found, key=lambda deed: -deed.strength):
        if not any(_overlap(deed, other) for other in kept):
            kept.append(deed)
    return kept


def _overlap(one: Deed, other: Deed, margin_ms: int = 0) -> bool:
    return one.start_ms <= other.end_ms + margin_ms and other.start_ms <= one.end_ms + margin_ms


def _moving(frame: TrackedFrame, head: Iterable[Deed]) -> bool:
    return any(deed.start_ms <= frame.t_ms <= deed.end_ms for deed in head)

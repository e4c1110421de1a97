"""Examines the film of a tilted card: all signals, and what a reviewer shall see.

Decides nothing by itself: the checks flag, the policy sends every case to a person, and the evidence holds
the pictures and figures to look at. One frame is in memory at a time, apart from a few that are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from verifier.document.answer import judge_tilt
from verifier.document.challenge import Tilt, TiltChallenge
from verifier.document.colour import judge_colour
from verifier.document.edge import EdgeStrip, measure_edge
from verifier.document.follow import Followed, Follower, Sighting, flat_card
from verifier.document.pose import USUAL_FOCAL, Corners, Pose, focal_of, pose_of
from verifier.document.sameness import judge_sameness
from verifier.document.screen import beat, judge_screen
from verifier.image import encode_jpeg, encode_png
from verifier.ocr.quad import RECTIFIED_SIZE_PX, find_quad
from verifier.policy import NEEDS_REVIEWER
from verifier.types import CheckResult, Image, Outcome

FLAT_DEG: Final = 12.0
"""Up to here a frame counts as taken from straight ahead."""
EDGE_DEG: Final = 25.0
"""From here on an edge is worth measuring: 3.8 px of a card 1000 px wide."""
COMPARED_DEG: Final = 35.0
"""Farther tilted, print is too foreshortened to be compared."""
COMPARED_EVERY_MS: Final = 400
BEATS: Final = 6
"""Flat frames whose spectrum is taken: each costs about 20 ms."""
REPORT_FILE: Final = "photo-evidence.json"


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of one film.

    Attributes:
        checks: "document.tilt", "document.same_card", "document.colour", "document.screen",
            "document.thickness" (never performed by the engine; it carries the measured figure).
        evidence: files for the reviewer by name: pictures and `REPORT_FILE`.
    """

    checks: tuple[CheckResult, ...]
    evidence: Mapping[str, bytes] = field(repr=False)


@dataclass
class _Kept:
    """The few frames that are looked at again."""

    tilted: dict[Tilt, tuple[float, Image, Corners]] = field(default_factory=dict)
    flattest: tuple[float, Image, Corners] | None = None
    beats: list[float] = field(default_factory=list)


def examine(
    film: Iterable[tuple[int, Image]], challenge: TiltChallenge, *, photographs: Sequence[Image] = ()
) -> Examination:
    """Examine a film.

    Args:
        film: (ms since the challenge was shown, (H, W, 3) uint8 BGR) of one size, in order.
        challenge: what it should answer.
        photographs: of the same card, taken for reading it.
    """
    follower, kept = Follower(), _Kept()
    for time_ms, frame in film:
        seen = follower.take(frame, time_ms)
        if seen is not None:
            _keep(kept, seen, frame)
    followed = follower.followed()
    known = focal_of([one.corners for one in followed.sightings], followed.size_px)
    focal = known or USUAL_FOCAL
    poses = [(one.time_ms, pose_of(one.corners, followed.size_px, focal=focal)) for one in followed.sightings]
    strips = _strips(kept, challenge, followed.size_px, focal)
    checks = (
        judge_tilt(poses, challenge, frames=followed.frames),
        *_surface_checks(followed, poses, photographs),
        judge_screen(kept.beats),
        _thickness(strips),
    )
    return Examination(checks, _evidence(kept, strips, checks, poses, known))


def _keep(kept: _Kept, seen: Sighting, frame: Image) -> None:
    """By a usual camera's pose: the film's own focal length is known only at its end."""
    pose = pose_of(seen.corners, (frame.shape[1], frame.shape[0]), focal=USUAL_FOCAL)
    for tilt in Tilt:
        if pose.angle(tilt) >= max(EDGE_DEG, kept.tilted.get(tilt, (0.0,))[0]):
            kept.tilted[tilt] = (pose.angle(tilt), frame.copy(), seen.corners)
    if pose.tilt_deg > FLAT_DEG:
        return
    if kept.flattest is None or seen.sharpness > kept.flattest[0]:
        kept.flattest = (seen.sharpness, frame.copy(), seen.corners)
    if len(kept.beats) < BEATS and (value := beat(frame, seen.corners)) is not None:
        kept.beats.append(value)


def _surface_checks(
    followed: Followed, poses: Sequence[tuple[int, Pose]], photographs: Sequence[Image]
) -> tuple[CheckResult, CheckResult]:
    paired = zip(followed.sightings, poses, strict=True)
    flat = [one for one, (_, pose) in paired if pose.tilt_deg <= COMPARED_DEG]
    if not flat:
        return _unseen("document.same_card"), _unseen("document.colour")
    reference = max(flat, key=lambda one: one.sharpness)
    spaced: list[Sighting] = []
    for one in flat:
        if not spaced or one.time_ms - spaced[-1].time_ms >= COMPARED_EVERY_MS:
            spaced.append(one)
    outlines = [(photograph, find_quad(photograph)) for photograph in photographs[:1]]
    others = [one.card for one in spaced if one is not reference]
    others += [flat_card(photograph, quad.corners) for photograph, quad in outlines if quad is not None]
    return judge_sameness(reference.card, others, losses=followed.losses), judge_colour(reference.card)


def _unseen(check: str) -> CheckResult:
    return CheckResult(check, Outcome.NOT_PERFORMED, "document.not_seen")


def _strips(
    kept: _Kept, challenge: TiltChallenge, size_px: tuple[int, int], focal: float
) -> tuple[EdgeStrip, ...]:
    asked = dict.fromkeys(step.tilt for step in challenge.steps)
    frames = [(tilt, *kept.tilted[tilt][1:]) for tilt in asked if tilt in kept.tilted]
    return tuple(
        measure_edge(frame, corners, pose_of(corners, size_px, focal=focal), tilt)
        for tilt, frame, corners in frames
    )


def _thickness(strips: Sequence[EdgeStrip]) -> CheckResult:
    """The most certain figure; a person looks at the crops."""
    best = min(strips, key=lambda strip: strip.uncertainty_mm, default=None)
    facts: dict[str, str | int | float | bool] = {"edges": len(strips)}
    if best is not None:
        facts |= {"strip_px": best.strip_px, "uncertainty_mm": best.uncertainty_mm, "tilt_deg": best.tilt_deg}
    return CheckResult(
        "document.thickness",
        Outcome.NOT_PERFORMED,
        NEEDS_REVIEWER,
        score=None if best is None else best.thickness_mm,
        facts=facts,
    )


def _evidence(
    kept: _Kept,
    strips: Sequence[EdgeStrip],
    checks: Sequence[CheckResult],
    poses: Sequence[tuple[int, Pose]],
    focal: float | None,
) -> dict[str, bytes]:
    pictures = {f"photo-edge-{strip.tilt.value}.png": encode_png(strip.crop) for strip in strips}
    pictures |= {
        f"photo-tilted-{strip.tilt.value}.jpg": encode_jpeg(kept.tilted[strip.tilt][1]) for strip in strips
    }
    if kept.flattest is not None:
        _, frame, corners = kept.flattest
        pictures["photo-flat.jpg"] = encode_jpeg(flat_card(frame, corners, RECTIFIED_SIZE_PX))
    report: dict[str, Any] = {
        "pictures": sorted(pictures),
        "focal_over_width": None if focal is None else round(focal, 3),
        "poses": [[time, round(pose.pitch_deg, 1), round(pose.yaw_deg, 1)] for time, pose in poses],
        "edges": [_edge(strip) for strip in strips],
        "checks": [_check(check) for check in checks],
    }
    return {**pictures, REPORT_FILE: json.dumps(report).encode()}


def _edge(strip: EdgeStrip) -> dict[str, Any]:
    return {
        "tilt": strip.tilt.value,
        "tilt_deg": strip.tilt_deg,
        "strip_px": strip.strip_px,
        "thickness_mm": strip.thickness_mm,
        "uncertainty_mm": strip.uncertainty_mm,
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "check": check.check,
        "outcome": check.outcome.value,
        "code": check.code,
        "score": check.score,
        "threshold": check.threshold,
        "facts": dict(check.facts),
    }

"""Everything a live face is asked, in one call: match, liveness and what they mean together.

Runs the networks once over the clip. For callers without a document: the command line, benchmarks, a reuse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verifier.face.match import match
from verifier.face.track import track
from verifier.liveness.evidence import gather
from verifier.liveness.fusion import NOT_COVERED, Answer, Level, fuse
from verifier.liveness.judge import judge

if TYPE_CHECKING:
    from verifier.face.models import FaceModels
    from verifier.liveness.challenge import Challenge
    from verifier.types import CheckResult, Clip, Image


@dataclass(frozen=True, slots=True)
class Presence:
    """What came of one clip.

    Attributes:
        answer: what to do with the person.
        codes: of everything that did not pass.
        checks: all of them.
        not_covered: what no check on pixels can see.
    """

    answer: Answer
    codes: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    not_covered: tuple[str, ...] = NOT_COVERED


def judge_presence(
    clip: Clip, challenge: Challenge, portrait: Image | None, models: FaceModels, *, timed: bool = True
) -> Presence:
    """Judge one clip; without a portrait, liveness alone.

    Args:
        clip: the capture.
        challenge: what was asked.
        portrait: of the claimed person, BGR.
        models: the networks.
        timed: whether the clip's times were taken as each frame came; else their evenness says nothing.
    """
    seen = track(clip, models, dense=challenge.eye_windows())
    evidence = gather(clip, seen)
    if not timed:
        evidence = replace(evidence, unevenness_ms=None)
    compared = () if portrait is None else (match(portrait, seen, models),)
    checks = (*compared, *judge(seen, challenge, evidence))
    # As at a verification: a reviewer is at hand who can look at what is doubtful.
    fusion = fuse(Level.PRESENT_REVIEWED if portrait is None else Level.RECORD, checks)
    return Presence(fusion.answer, fusion.codes, checks)

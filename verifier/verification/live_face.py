"""The live face's part of a verification: is it the person of the portrait, and is it there, alive?

Decides only whether a clip showed so little that it is asked for again. The checks themselves are
`verifier.face.match` and `verifier.liveness.judge`; what they mean together is the policy's decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verifier.errors import InvalidInput
from verifier.face.for_review import face_evidence
from verifier.face.match import best_selfie, match
from verifier.face.track import FaceTrack, track
from verifier.image import encode_png
from verifier.liveness.evidence import gather
from verifier.liveness.fusion import TOO_LITTLE, TOO_SMALL, Answer, Level, fuse
from verifier.liveness.judge import judge
from verifier.types import CheckResult, Clip, Image
from verifier.verification.stages import Stages
from verifier.verification.subject import Subject

if TYPE_CHECKING:
    from verifier.face.models import FaceModels  # loads the face library: a second and 100 MB

FACE, LIVENESS = "face", "liveness"
"""Names of the stages, as reported to `on_stage`."""


@dataclass(frozen=True, slots=True)
class LiveFace:
    """A clip held against a portrait.

    Attributes:
        portrait: the document's photograph, BGR.
        clip: the live capture.
        seen: what the clip shows.
        matched: the check "face.match".
        liveness: the checks "liveness.*".
    """

    portrait: Image = field(repr=False)
    clip: Clip = field(repr=False)
    seen: FaceTrack = field(repr=False)
    matched: CheckResult
    liveness: tuple[CheckResult, ...]

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """All of them, in the order they were made."""
        return (self.matched, *self.liveness)

    def selfie(self) -> bytes | None:
        """PNG of the best frame; None where no frame shows a face well."""
        index = best_selfie(self.seen)
        return None if index is None else encode_png(self.clip.frames[index])

    def for_review(self, models: FaceModels) -> dict[str, bytes]:
        """The faces side by side, as files for a reviewer."""
        return face_evidence(self.portrait, self.clip, self.seen, self.matched, models)


def judge_live_face(portrait: Image, subject: Subject, models: FaceModels, run: Stages) -> LiveFace:
    """Hold a subject's clip against a portrait.

    Raises:
        InvalidInput: the clip showed too little, and the subject may be asked again ("liveness.*").
    """
    with run.stage(FACE):
        seen = track(subject.clip, models, dense=subject.challenge.eye_windows())
        matched = match(portrait, seen, models)
    with run.stage(LIVENESS):
        liveness = tuple(judge(seen, subject.challenge, gather(subject.clip, seen)))
    live = LiveFace(portrait, subject.clip, seen, matched, liveness)
    if subject.may_ask_again:
        _require_enough_shown(live.checks)
    return live


def _require_enough_shown(checks: Iterable[CheckResult]) -> None:
    """Raise where the clip showed too little to judge; the code is the first of what was not shown."""
    fusion = fuse(Level.RECORD, checks)
    if fusion.answer is Answer.AGAIN:
        shown_too_little = [code for code in fusion.codes if code in TOO_LITTLE]
        raise InvalidInput(
            TOO_SMALL if TOO_SMALL in shown_too_little else shown_too_little[0],
            "the clip showed too little of what was asked",
            hint="ask for a new challenge and record again: turn as far as the shoulder, in good light",
        )

"""One verification of one customer under way: its evidence, its progress, its outcome.

Entity and state changes only; what the checks say is the engine's matter (`verifier`), what the record says
`record`'s. Evidence and everything personal lies in the vault under the case id; nothing here is personal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from node.domain.methods import CHIP_FACE, IMAGE_FACE, JPKI_SIGN
from node.errors import InvalidInput


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    """Evidence may be given and the verification started; also after an attempt that could not decide."""
    VERIFYING = "verifying"
    VERIFIED = "verified"
    REJECTED = "rejected"
    REVIEW = "review"
    """The engine leaves the decision to a reviewer."""
    ABANDONED = "abandoned"
    """Never decided; its evidence was erased."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        case_id: random hex.
        method: stable method id.
        state: a `CaseState` value.
        challenge: what the customer must do before the camera (JSON of the engine's challenge, and the same
            signed: node.domain.challenge).
        challenged_at: when the challenge was made, seconds since 1970.
        opened_by: holder of the API key.
        created_at: seconds since 1970.
        surface_file: vault name of the photographs of the card's front, or None.
        surface_images: how many they are.
        clip_file: vault name of the live clip, or None.
        clip_frames: how many frames it has.
        tilt_challenge: how the card shall be tilted (as `challenge`), where the method asks for it, or None.
        tilt_file: vault name of the film of the tilted card, or None.
        tilt_frames: how many frames it has.
        facts_file: vault name of what a record would say, while a reviewer decides.
        turn: while it waits for an engine: its number in the line, which a restart keeps; None when it does
            not wait, or when a restart would lose what the customer typed.
        stage: which part of the verification runs now, or None.
        stages: parts done, `{"stage", "seconds"}` each.
        checks: the outcome of every check, as `CheckFact` values.
        codes: reason codes of what did not pass.
        last_error: `{"code", "detail", "hint"}` of the last attempt that could not decide, or None.
        review: `{"decision", "by", "at"}` once a reviewer decided, or None.
        record_id: the verification record that came of it, or None.
        decided_at: seconds since 1970, or None.
        erased_at: when the evidence was destroyed, or None.
    """

    case_id: str
    method: str
    state: str
    challenge: dict[str, Any]
    challenged_at: int
    opened_by: str
    created_at: int
    surface_file: str | None = None
    surface_images: int = 0
    clip_file: str | None = None
    clip_frames: int = 0
    tilt_challenge: dict[str, Any] | None = None
    tilt_file: str | None = None
    tilt_frames: int = 0
    facts_file: str | None = None
    turn: int | None = None
    stage: str | None = None
    stages: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    last_error: dict[str, str] | None = None
    review: dict[str, Any] | None = None
    record_id: str | None = None
    decided_at: int | None = None
    erased_at: int | None = None

    def require(self, state: CaseState) -> None:
        """Raise unless the case is in this state ("case.wrong_state")."""
        if self.state != state:
            raise InvalidInput(
                "case.wrong_state",
                f"the case is {self.state}, this needs {state.value}",
                hint="GET the case to see where it stands",
            )

    def with_surface(self, file: str, images: int) -> Case:
        """Photographs of the card's front were stored; they take the place of earlier ones."""
        self.require(CaseState.OPEN)
        return replace(self, surface_file=file, surface_images=images)

    def with_clip(self, file: str, frames: int) -> Case:
        """A live clip was stored; a challenge takes one answer ("challenge.answered")."""
        self.require(CaseState.OPEN)
        if self.clip_file is not None:
            raise InvalidInput(
                "challenge.answered",
                "a clip has answered this challenge already",
                hint="POST .../challenge for a new one, then record again",
            )
        return replace(self, clip_file=file, clip_frames=frames)

    def challenged(self, challenge: dict[str, Any], *, now: int) -> Case:
        """A new challenge; a clip that answered the old one no longer counts."""
        self.require(CaseState.OPEN)
        return replace(self, challenge=challenge, challenged_at=now, clip_file=None, clip_frames=0)

    def tilt_asked(self, challenge: dict[str, Any]) -> Case:
        """A new tilt challenge; a film of an earlier one no longer counts ("tilt.not_for_method")."""
        self.require(CaseState.OPEN)
        if self.method != IMAGE_FACE:
            raise InvalidInput(
                "tilt.not_for_method", f"{self.method} asks for no film of the card", hint="leave it out"
            )
        return replace(self, tilt_challenge=challenge, tilt_file=None, tilt_frames=0)

    def with_tilt(self, file: str, frames: int) -> Case:
        """A film of the tilted card was stored ("tilt.not_asked" before a tilt challenge was drawn)."""
        self.require(CaseState.OPEN)
        if self.tilt_challenge is None:
            raise InvalidInput(
                "tilt.not_asked", "no tilt challenge was drawn", hint="POST .../tilt-challenge, then film"
            )
        return replace(self, tilt_file=file, tilt_frames=frames)

    def started(self, *, typed_document: bool = False, turn: int | None = None) -> Case:
        """The verification begins; all evidence that the method needs must be there ("case.incomplete").

        A signature needs none beforehand: the card is read while the verification runs. Where the customer
        typed what opens the document's chip ("document.not_for_method" for other methods), no photograph of
        its front is needed.
        """
        self.require(CaseState.OPEN)
        if typed_document and self.method != CHIP_FACE:
            raise InvalidInput(
                "document.not_for_method",
                f"{self.method} does not read another document's chip",
                hint=f"leave the document out, or open a case with {CHIP_FACE}",
            )
        given = {"surface": self.surface_file or typed_document or None, "clip": self.clip_file}
        if self.method == IMAGE_FACE:
            given["tilt"] = self.tilt_file
        missing = [name for name, file in given.items() if file is None and self.method != JPKI_SIGN]
        if missing:
            raise InvalidInput(
                "case.incomplete",
                f"missing evidence: {', '.join(missing)}",
                hint="PUT it, then start the verification again",
            )
        return replace(
            self,
            state=CaseState.VERIFYING.value,
            turn=turn,
            stage=None,
            stages=[],
            checks=[],
            codes=[],
            last_error=None,
        )

    def begun(self) -> Case:
        """An engine takes it: it waits no longer."""
        self.require(CaseState.VERIFYING)
        return replace(self, turn=None)

    def at_stage(self, stage: str, done: Sequence[dict[str, Any]]) -> Case:
        """Progress of the running verification."""
        return replace(self, stage=stage, stages=list(done))

    def undecided(self, *, code: str, detail: str, hint: str) -> Case:
        """The attempt could not decide; the evidence stays and another attempt may follow."""
        error = {"code": code, "detail": detail, "hint": hint}
        return replace(self, state=CaseState.OPEN.value, turn=None, stage=None, last_error=error)

    def judged(
        self,
        state: CaseState,
        *,
        checks: Sequence[dict[str, Any]],
        codes: Sequence[str],
        stages: Sequence[dict[str, Any]],
        now: int,
    ) -> Case:
        """The engine decided, or left the decision to a reviewer."""
        self.require(CaseState.VERIFYING)
        decided_at = None if state is CaseState.REVIEW else now
        return replace(
            self,
            state=state.value,
            stage=None,
            stages=list(stages),
            checks=list(checks),
            codes=list(codes),
            decided_at=decided_at,
        )

    def reviewed(self, *, approved: bool, by: str, now: int) -> Case:
        """A reviewer decided."""
        self.require(CaseState.REVIEW)
        state = CaseState.VERIFIED if approved else CaseState.REJECTED
        review = {"decision": state.value, "by": by, "at": now}
        return replace(self, state=state.value, review=review, decided_at=now)

    def erased(self, *, now: int) -> Case:
        """The evidence of a case that led to nothing was destroyed."""
        state = CaseState.ABANDONED.value if self.state == CaseState.OPEN else self.state
        return replace(self, state=state, erased_at=now)

    def required_record(self) -> str:
        """The record that came of it ("case.wrong_state" before there is one)."""
        self.require(CaseState.VERIFIED)
        assert self.record_id is not None, "a verified case has its record since the same transaction"
        return self.record_id

    def recorded(self, record_id: str) -> Case:
        """A verification record was written."""
        self.require(CaseState.VERIFIED)
        return replace(self, record_id=record_id)

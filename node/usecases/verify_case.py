"""Run the engine over a case's evidence, and write down what came of it.

Starting is quick and answers at once; running happens in a worker. An attempt that could not decide puts the
case back to open with the reason; so does a node that was stopped in the middle (`ResumeCases`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from node.domain import days, methods
from node.domain.bundle import unpack_clip, unpack_images
from node.domain.canonical import canonical_bytes
from node.domain.case import Case, CaseState
from node.domain.challenge import asked_of
from node.domain.document import TypedDocument
from node.domain.evidence import CaseEvidence, Judgement, facts_to_bytes
from node.domain.ids import MemberId
from node.domain.pins import PinEvent, spent
from node.domain.record import VerificationFacts
from node.domain.register import SELFIE_FILE
from node.errors import Corrupt, NodeError
from node.ports import Clock, Randomness, VerificationEngine
from node.usecases.case_files import SALT_FILE, asked_again_file, new_file, numbered, pin_event_file
from node.usecases.change_case import change_case
from node.usecases.confirm_code import confirmed_code, typed_birth_date
from node.usecases.record_verification import record_verification
from node.usecases.transaction import Transactions, VerificationUnit

_log = logging.getLogger(__name__)

RESTARTED = "case.restarted"

SHOWED_TOO_LITTLE = frozenset(
    {
        "liveness.turn_too_small",
        "liveness.action_missing",
        "liveness.no_frontal_start",
        "liveness.no_frontal_frame",
    }
)
"""The engine's codes for a clip that neither passes nor fails: the person is asked for another."""

MAX_ASKED_AGAIN = 2
"""How often in one case; then too little is a refusal. Whoever holds up a picture always shows too little."""


@dataclass(frozen=True)
class StartVerification:
    """Mark a case as being verified; the caller then hands it to a worker."""

    transaction: Transactions
    clock: Clock

    def __call__(self, case_id: str, *, typed_document: bool = False, turn: int | None = None) -> Case:
        """Start.

        Args:
            case_id: a case in state "open".
            typed_document: whether this attempt brings what opens another document than the My Number card.
            turn: its number in the line, if it must wait and a restart may keep it there.

        Raises:
            InvalidInput: "case.unknown", "case.wrong_state", "case.incomplete", "document.not_for_method",
                "method_not_allowed" (the method ended since the case was opened).
        """
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            methods.require_in_force(case.method, days.jst_date(self.clock.now()))
            started = case.started(typed_document=typed_document, turn=turn)
            unit.cases.replace(started, was=case)
        return started


@dataclass(frozen=True)
class ResumeCases:
    """After a restart: cases that waited go on waiting, those that an engine had are open again.

    An engine's case is not run again by itself: it may be what ended the process.
    """

    transaction: Transactions

    def __call__(self) -> Sequence[Case]:
        """Reopen the others; returns those that wait, in their order."""
        waiting = []
        with self.transaction() as unit:
            for case in unit.cases.find(state=CaseState.VERIFYING.value):
                if case.turn is not None:
                    waiting.append(case)
                    continue
                reopened = case.undecided(
                    code=RESTARTED, detail="the node was restarted", hint="Start the verification again."
                )
                unit.cases.replace(reopened, was=case)
        return sorted(waiting, key=lambda case: case.turn or 0)


@dataclass(frozen=True)
class TypedSecrets:
    """What the customer typed for one attempt; never stored.

    Attributes:
        pin_b: 照合番号B.
        sign_password: signature password.
        document: what opens the chip of another document.
    """

    pin_b: str | None = field(default=None, repr=False)
    sign_password: str | None = field(default=None, repr=False)
    document: TypedDocument | None = field(default=None, repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed, so that nothing is lost with the node's memory."""
        return self.pin_b is None and self.sign_password is None and self.document is None


@dataclass(frozen=True)
class RunVerification:
    """Verify one started case, in a worker."""

    transaction: Transactions
    snapshot: Transactions
    engine: VerificationEngine
    clock: Clock
    randomness: Randomness
    member_id: Callable[[], MemberId]

    def __call__(self, case_id: str, typed: TypedSecrets | None = None) -> Case:
        """Run to the end; the result is in the case.

        Args:
            case_id: a case in state "verifying".
            typed: what the customer typed, for this attempt only.
        """
        try:
            self.begin(case_id)
            return self._decide(case_id, typed or TypedSecrets())
        except NodeError as error:
            _log.warning("case %s could not be decided: %s", case_id, error.code)
            if isinstance(error, Corrupt):
                _log.critical("corrupt: %s %s", error.code, error.message)
            if error.code in SHOWED_TOO_LITTLE:
                self._note_asked_again(case_id)
            return self._reopen(case_id, code=error.code, detail=error.message, hint=error.hint)
        except Exception:  # noqa: BLE001  the worker's border: a bug must be seen and must not hang the case
            _log.exception("case %s: the verification failed", case_id)
            return self._reopen(
                case_id, code="internal", detail="the engine failed", hint="see the node's log"
            )

    def begin(self, case_id: str) -> None:
        """The case waits no longer.

        Noted before the engine looks: evidence that ends the process must not end the next one as well.
        """
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            if case.turn is not None:
                unit.cases.replace(case.begun(), was=case)

    def _decide(self, case_id: str, typed: TypedSecrets) -> Case:
        # Before the engine runs: a member without an id could not record what came of it.
        issuer = self.member_id()
        progress = _Progress(lambda stage, done: self._note_stage(case_id, stage, done))
        given = self._evidence(case_id, typed)
        judgement = self.engine.judge(
            replace(given, transaction=_transaction(given, issuer)),
            on_stage=progress.begin,
            on_try=lambda one: self._remember(case_id, PinEvent(one, accepted=False)),
            on_accepted=lambda one: self._remember(case_id, PinEvent(one, accepted=True)),
        )
        return self._write_down(case_id, judgement, issuer)

    def _evidence(self, case_id: str, typed: TypedSecrets) -> CaseEvidence:
        with self.snapshot() as unit:
            case = unit.cases.get(case_id)
            case.require(CaseState.VERIFYING)
            surface, clip, tilt = case.surface_file, case.clip_file, case.tilt_file
            opens_by_code = typed.pin_b is None and typed.document is None
            return CaseEvidence(
                method=case.method,
                # what the method needs was checked when the verification started
                surface=unpack_images(unit.vault.get(case_id, surface)) if surface else (),
                clip=unpack_clip(unit.vault.get(case_id, clip)) if clip else None,
                challenge=asked_of(case.challenge),
                tilt=unpack_clip(unit.vault.get(case_id, tilt)) if tilt else None,
                tilt_challenge=asked_of(case.tilt_challenge or {}),
                typed_birth_date=typed_birth_date(unit, case_id),
                typed_pin_b=typed.pin_b,
                confirmed=confirmed_code(unit, case) if opens_by_code else None,
                tried=spent(_pin_events(unit, case_id)),
                case_secret=unit.vault.get(case_id, SALT_FILE),
                case_id=case_id,
                may_ask_again=_times_asked_again(unit, case_id) < MAX_ASKED_AGAIN,
                sign_password=typed.sign_password,
                document=typed.document,
            )

    def _remember(self, case_id: str, event: PinEvent) -> None:
        with self.transaction() as unit:
            number = len(_pin_events(unit, case_id))
            unit.vault.put(case_id, pin_event_file(number), event.to_bytes())

    def _note_asked_again(self, case_id: str) -> None:
        with self.transaction() as unit:
            unit.vault.put(case_id, asked_again_file(_times_asked_again(unit, case_id)), b"")

    def _write_down(self, case_id: str, judgement: Judgement, issuer: MemberId) -> Case:
        facts, now = judgement.facts, self.clock.now()
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            decided = case.judged(
                CaseState(judgement.decision),
                checks=[asdict(check) for check in judgement.checks],
                codes=judgement.codes,
                stages=[{"stage": name, "seconds": s} for name, s in judgement.seconds.items()],
                now=now,
            )
            if judgement.decision == "verified" and facts is not None:
                decided = record_verification(
                    unit, decided, facts, issuer=issuer, selfie=judgement.selfie, now=now
                )
            if judgement.decision == "review" and facts is not None:
                decided = self._keep_for_review(unit, decided, facts, judgement.selfie)
            for name, attachment in judgement.attachments.items():
                unit.vault.put(case_id, name, attachment)
            unit.cases.replace(decided, was=case)
        return decided

    def _keep_for_review(
        self, unit: VerificationUnit, case: Case, facts: VerificationFacts, selfie: bytes | None
    ) -> Case:
        file = new_file("facts", "json", self.randomness)
        unit.vault.put(case.case_id, file, facts_to_bytes(facts))
        if selfie is not None:
            unit.vault.put(case.case_id, SELFIE_FILE, selfie)
        return replace(case, facts_file=file)

    def _note_stage(self, case_id: str, stage: str, done: list[dict[str, Any]]) -> None:
        change_case(self.transaction, case_id, lambda case: case.at_stage(stage, done))

    def _reopen(self, case_id: str, *, code: str, detail: str, hint: str) -> Case:
        return change_case(
            self.transaction, case_id, lambda case: case.undecided(code=code, detail=detail, hint=hint)
        )


@dataclass
class _Progress:
    """Which stage runs, and how long the earlier ones took."""

    report: Callable[[str, list[dict[str, Any]]], None]
    done: list[dict[str, Any]] = field(default_factory=list)
    running: tuple[str, float] | None = None

    def begin(self, stage: str) -> None:
        now = time.perf_counter()
        if self.running is not None:
            name, began = self.running
            self.done.append({"stage": name, "seconds": round(now - began, 3)})
        self.running = (stage, now)
        self.report(stage, list(self.done))


def _transaction(given: CaseEvidence, issuer: MemberId) -> bytes:
    """What a customer signs with a card: this case and no other, at this member and no other."""
    return canonical_bytes({"case_id": given.case_id, "issuer": issuer, "method": given.method})


def _times_asked_again(unit: VerificationUnit, case_id: str) -> int:
    return len(numbered(unit.vault, case_id, asked_again_file))


def _pin_events(unit: VerificationUnit, case_id: str) -> list[PinEvent]:
    """The case's memory of codes, oldest first."""
    return [PinEvent.from_bytes(data) for data in numbered(unit.vault, case_id, pin_event_file)]

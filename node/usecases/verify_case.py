"""Run the engine over a case's evidence, and write down what came of it.

Starting is quick and answers at once; running happens in a worker. An attempt that could not decide puts the
case back to open with the reason; so does a node that was stopped in the middle (`ResumeCases`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from node.domain.bundle import unpack_clip, unpack_images
from node.domain.case import Case, CaseState
from node.domain.evidence import CaseEvidence, Judgement, PinTry, facts_to_bytes
from node.domain.pins import PinLog
from node.domain.register import SELFIE_FILE
from node.errors import Corrupt, InvalidInput, NodeError
from node.ports import Clock, Vault, VerificationEngine
from node.usecases.case_files import CLIP_FILE, FACTS_FILE, PINS_FILE, SURFACE_FILE, TYPED_FILE
from node.usecases.record_verification import RecordVerification
from node.usecases.transaction import Transactions

_log = logging.getLogger(__name__)

RESTARTED = "case.restarted"


@dataclass(frozen=True)
class StartVerification:
    """Mark a case as being verified; the caller then hands it to a worker."""

    transaction: Transactions

    def __call__(self, case_id: str) -> Case:
        """Start. Raises InvalidInput ("case.unknown", "case.wrong_state", "case.incomplete")."""
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            started = case.started()
            unit.cases.replace(started, was=case)
        return started


@dataclass(frozen=True)
class ResumeCases:
    """After a restart: cases whose worker died are open again."""

    transaction: Transactions

    def __call__(self) -> int:
        """Reopen them; returns how many."""
        with self.transaction() as unit:
            stuck = unit.cases.find(state=CaseState.VERIFYING.value)
            for case in stuck:
                reopened = case.undecided(
                    code=RESTARTED, detail="the node was restarted", hint="start the verification again"
                )
                unit.cases.replace(reopened, was=case)
        return len(stuck)


@dataclass(frozen=True)
class RunVerification:
    """Verify one started case, in a worker."""

    transaction: Transactions
    vault: Vault
    engine: VerificationEngine
    clock: Clock
    record: RecordVerification

    def __call__(self, case_id: str, *, typed_pin_b: str | None = None) -> Case:
        """Run to the end; the result is in the case.

        Args:
            case_id: a case in state "verifying".
            typed_pin_b: 照合番号B as the customer typed it, for this attempt only.
        """
        try:
            return self._decide(case_id, typed_pin_b)
        except NodeError as error:
            _log.warning("case %s could not be decided: %s", case_id, error.code)
            if isinstance(error, Corrupt):
                _log.critical("corrupt: %s %s", error.code, error.message)
            return self._reopen(case_id, code=error.code, detail=error.message, hint=error.hint)
        except Exception:  # noqa: BLE001  the worker's border: a bug must be seen and must not hang the case
            _log.exception("case %s: the verification failed", case_id)
            return self._reopen(
                case_id, code="internal", detail="the engine failed", hint="see the node's log"
            )

    def _decide(self, case_id: str, typed_pin_b: str | None) -> Case:
        progress = _Progress(lambda stage, done: self._note_stage(case_id, stage, done))
        memory = _PinMemory(self.vault, case_id)
        judgement = self.engine.judge(
            self._evidence(case_id, memory.log(), typed_pin_b),
            on_stage=progress.begin,
            on_try=memory.remember,
            on_accepted=memory.forget,
        )
        return self._write_down(case_id, judgement)

    def _evidence(self, case_id: str, pins: PinLog, typed_pin_b: str | None) -> CaseEvidence:
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
        case.require(CaseState.VERIFYING)
        return CaseEvidence(
            method=case.method,
            surface=unpack_images(self.vault.get(case_id, SURFACE_FILE)),
            clip=unpack_clip(self.vault.get(case_id, CLIP_FILE)),
            challenge=case.challenge,
            typed_birth_date=self._typed_birth_date(case_id),
            typed_pin_b=typed_pin_b,
            tried=pins.tried,
            case_secret=bytes.fromhex(pins.secret),
        )

    def _typed_birth_date(self, case_id: str) -> date | None:
        try:
            return date.fromisoformat(self.vault.get(case_id, TYPED_FILE).decode())
        except InvalidInput:
            return None

    def _write_down(self, case_id: str, judgement: Judgement) -> Case:
        """Vault first, then one transaction: a crash between them repeats the attempt and loses nothing."""
        facts, entry = judgement.facts, None
        if judgement.decision == "verified" and facts is not None:
            entry = self.record.store(case_id, facts, selfie=judgement.selfie)
        if judgement.decision == "review" and facts is not None:
            self.vault.put(case_id, FACTS_FILE, facts_to_bytes(facts))
            self.vault.put(case_id, SELFIE_FILE, judgement.selfie or b"")
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            decided = case.judged(
                CaseState(judgement.decision),
                checks=[asdict(check) for check in judgement.checks],
                codes=judgement.codes,
                stages=[{"stage": name, "seconds": s} for name, s in judgement.seconds.items()],
                now=self.clock.now(),
            )
            if entry is not None:
                return self.record.enter(unit, entry, case=case, decided=decided)
            unit.cases.replace(decided, was=case)
            return decided

    def _note_stage(self, case_id: str, stage: str, done: list[dict[str, Any]]) -> None:
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            unit.cases.replace(case.at_stage(stage, done), was=case)

    def _reopen(self, case_id: str, *, code: str, detail: str, hint: str) -> Case:
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            reopened = case.undecided(code=code, detail=detail, hint=hint)
            unit.cases.replace(reopened, was=case)
        return reopened


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


@dataclass(frozen=True)
class _PinMemory:
    """The case's memory of codes, in the vault."""

    vault: Vault
    case_id: str

    def log(self) -> PinLog:
        return PinLog.from_bytes(self.vault.get(self.case_id, PINS_FILE))

    def remember(self, one: PinTry) -> None:
        self.vault.put(self.case_id, PINS_FILE, self.log().with_try(one).to_bytes())

    def forget(self, one: PinTry) -> None:
        self.vault.put(self.case_id, PINS_FILE, self.log().without(one).to_bytes())

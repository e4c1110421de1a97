"""An issuer's use cases on an in-memory store, with an engine that says what a test tells it to say."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from joserfc.jwk import ECKey

from node.domain.challenge import TOKEN
from node.domain.days import from_text
from node.domain.evidence import CaseEvidence, ClipFiles, Judgement, PinTry
from node.domain.ids import Ledger, MemberId
from node.domain.methods import IMAGE_FACE
from node.domain.passkey import relying_party
from node.errors import InvalidInput, NodeError
from node.usecases.issuing import Issuing
from tests.sim.authenticator import SoftwareAuthenticator
from tests.sim.memory_store import FixedClock, MemoryHistory, MemoryStore
from tests.sim.scenario import verification

NOW = from_text("2026-11-22T03:00:00Z")
ORIGIN = "http://localhost:8800"
LEDGER = Ledger(31337, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
IMAGES = (b"one", b"two", b"three")
RECORD_KEY = ECKey.generate_key("P-256")
CLIP = ClipFiles((b"a", b"b"), (0, 100))


def judged(decision: str = "verified", *, facts: bool = True, **more: Any) -> Judgement:
    """An answer of the engine."""
    found = verification(verified_at=NOW) if facts else None
    checks = verification().checks
    values = {"codes": (), "checks": checks, "facts": found, "selfie": b"PNG", "seconds": {"chip": 0.5}}
    return Judgement(decision=decision, **values | more)  # type: ignore[arg-type]


@dataclass
class ToldEngine:
    """Implements `node.ports.VerificationEngine`.

    Attributes:
        answer: what `judge` gives; an error is raised.
        unusable: evidence checks raise this.
        tries: codes that `judge` sends to the card, as (code, whether the card accepts it).
        seen: the evidence of every attempt.
        challenges: how many were drawn.
        watcher: called at each stage.
    """

    answer: Judgement | Exception = field(default_factory=judged)
    unusable: NodeError | None = None
    tries: list[tuple[PinTry, bool]] = field(default_factory=list)
    seen: list[CaseEvidence] = field(default_factory=list)
    challenges: int = 0
    watcher: Callable[[], None] = lambda: None

    def new_challenge(self, now: int) -> dict[str, Any]:
        self.challenges += 1
        return {"nonce": f"{self.challenges}", "issued_at": now}

    def check_surface(self, _images: object) -> None:
        self._refuse_unusable()

    def check_clip(self, _clip: object) -> None:
        self._refuse_unusable()

    def new_tilt_challenge(self, now: int) -> dict[str, Any]:
        self.challenges += 1
        return {"nonce": f"tilt {self.challenges}", "issued_at": now}

    def check_tilt(self, _film: object) -> None:
        self._refuse_unusable()

    def judge(
        self,
        evidence: CaseEvidence,
        *,
        on_stage: Callable[[str], None],
        on_try: Callable[[PinTry], None],
        on_accepted: Callable[[PinTry], None],
    ) -> Judgement:
        self.seen.append(evidence)
        for stage in ("surface", "chip"):
            on_stage(stage)
            self.watcher()
        for one, accepted in self.tries:
            on_try(one)
            if accepted:
                on_accepted(one)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def judge_presence(self, *_: object) -> tuple[()]:
        return ()

    def _refuse_unusable(self) -> None:
        if self.unusable is not None:
            raise self.unusable


class Desk:
    """One issuer's desk: use cases, store, engine, chain and clock, all at hand."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.store, self.engine, self.history = MemoryStore(self.clock), ToldEngine(), MemoryHistory()
        self.randomness = random.Random(7).randbytes
        self.passkeys = SoftwareAuthenticator(self.randomness)
        self.issuing = Issuing(
            transaction=self.store.transaction,  # type: ignore[arg-type]
            snapshot=self.store.snapshot,  # type: ignore[arg-type]
            clock=self.clock,
            randomness=self.randomness,
            engine=self.engine,
            history=self.history,  # type: ignore[arg-type]
            ledger=LEDGER,
            member_id=lambda: MemberId(1),
            site=relying_party(ORIGIN),
            legal_name="見本銀行",
            record_key=RECORD_KEY,
        )

    def ready_case(self, method: str = "jp.chip+face") -> str:
        """A case with all its evidence."""
        case_id = self.issuing.open_case(method, opened_by="見本", typed_birth_date=None).case_id
        self.issuing.add_surface(case_id, IMAGES)
        self.issuing.add_clip(case_id, self.answer(case_id))
        if method == IMAGE_FACE:
            self.issuing.add_tilt(case_id, self.tilted(case_id))
        return case_id

    def answer(self, case_id: str) -> ClipFiles:
        """A clip that comes with the case's open challenge: other frames for each."""
        token = self.case(case_id).challenge[TOKEN]
        return replace(CLIP, frames=tuple(frame + token.encode() for frame in CLIP.frames), token=token)

    def tilted(self, case_id: str) -> ClipFiles:
        """A film that comes with a fresh tilt challenge of the case."""
        asked = self.issuing.ask_tilt(case_id).tilt_challenge or {}
        return replace(CLIP, token=asked[TOKEN])

    def verified_record(self) -> str:
        """A record whose customer has no passkey yet."""
        case_id = self.ready_case()
        self.issuing.start_verification(case_id)
        return self.issuing.run_verification(case_id).record_id or ""

    def enrolled_record(self) -> str:
        """A record with its passkey bound."""
        record_id = self.verified_record()
        self.enrol(self.issuing.offer_enrolment(record_id)[1])
        return record_id

    def enrol(self, token: str, **changes: Any) -> Any:
        """Go through the passkey ceremony of a link."""
        ceremony_id, options = self.issuing.begin_enrolment(token)
        credential = self.passkeys.create(options, origin=changes.get("origin", ORIGIN))
        return self.issuing.enrol_passkey(token, ceremony_id, credential)

    def case(self, case_id: str) -> Any:
        """As stored."""
        with self.store.transaction() as unit:
            return unit.cases.get(case_id)

    def code_of(self, action: Callable[[], object]) -> str:
        """Code of the refusal that an action ends in."""
        try:
            action()
        except InvalidInput as error:
            return error.code
        return "none"

"""Stands where the verification engine stands, so that killing a node costs seconds and not minutes.

Goes through what the real one does at its port: stages, a code noted before it is sent to the card, the
card's answer, a judgement with everything a record holds. The card is a file that counts what reached it,
outside of the node's memory and database: it shows whether a code went to the chip a second time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from node.domain.card_code import CodeReading, CodeValues
from node.domain.evidence import CaseEvidence, ClipFiles, Judgement, PinTry
from node.domain.methods import CHIP_FACE
from node.domain.record import CheckFact
from node.errors import InvalidInput
from node.local_reader import LocalReader
from node.relay.tickets import Relays
from tests.sim.invented_customer import FACE_CHECKS, turn_challenge, verified_facts

CODE = CodeValues("平成2年4月1日", "2031年4月1日", "2285")
PIN_B = "90040120312285"
"""What is read from every card's front."""

CODES = 8
"""Readings of the code that the engine may try: more than any case dies."""


@dataclass
class CountedCards:
    """What reached the chips: one line per code sent, `CASE DIGEST right` or `wrong`."""

    file: Path

    def send(self, case_id: str, digest: str, *, right: bool) -> None:
        """The chip answers, and counts a wrong try whatever becomes of the node."""
        with self.file.open("a") as lines:
            lines.write(f"{case_id} {digest} {'right' if right else 'wrong'}\n")

    def wrong(self) -> list[str]:
        """Every wrong try so far."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [line for line in lines if line.endswith("wrong")]


@dataclass
class CountingEngine:
    """Implements `node.ports.VerificationEngine`; every customer passes."""

    cards: CountedCards
    relays: Relays = field(default_factory=Relays)
    reader: LocalReader = field(default_factory=LocalReader)

    def warm_up(self) -> None:
        """There is nothing to load."""

    def new_challenge(self, now: int) -> dict[str, Any]:
        return turn_challenge(now)

    def check_surface(self, images: Sequence[bytes]) -> None:
        """Anything will do."""

    def check_clip(self, clip: ClipFiles) -> None:
        """Anything will do."""

    def read_code(self, _images: Sequence[bytes], _typed_birth_date: date | None) -> CodeReading:
        return CodeReading(CODE, PIN_B, ())

    def compose_code(self, _values: CodeValues, _typed_birth_date: date | None) -> str:
        return PIN_B

    def new_tilt_challenge(self, now: int) -> dict[str, Any]:
        return {"nonce": secrets.token_hex(8), "issued_at": now}

    def check_tilt(self, film: ClipFiles) -> None:
        """Anything will do."""

    def judge(
        self,
        evidence: CaseEvidence,
        *,
        on_stage: Callable[[str], None],
        on_try: Callable[[PinTry], None],
        on_accepted: Callable[[PinTry], None],
    ) -> Judgement:
        on_stage("read surface")
        if evidence.method == CHIP_FACE:
            on_stage("read chip")
            self._present(evidence, on_try, on_accepted)
        on_stage("compare faces")
        decision: Literal["verified", "review"] = "verified" if evidence.method == CHIP_FACE else "review"
        facts = verified_facts(evidence.method, verified_at=int(evidence.challenge["issued_at"]))
        return Judgement(
            decision, (), facts.checks, facts, b"live frame", {"compare faces": 0.1}, {"notes": b"x"}
        )

    def judge_presence(
        self, _clip: ClipFiles, _challenge: Mapping[str, Any], _portrait: bytes | None
    ) -> tuple[CheckFact, ...]:
        return tuple(CheckFact(name, "passed") for name in FACE_CHECKS)

    def _present(
        self, evidence: CaseEvidence, on_try: Callable[[PinTry], None], on_accepted: Callable[[PinTry], None]
    ) -> None:
        """Send codes that were not tried before; the first reading is wrong, every other right.

        Nothing goes to the card before its holder confirmed what was read: a confirmation that got lost ends
        the journey.
        """
        if evidence.confirmed is None or evidence.confirmed.pin_b != PIN_B:
            raise InvalidInput("code.not_confirmed", "the holder's confirmation is not there")
        spent = {one.digest for one in evidence.tried}
        for number in range(CODES):
            one = PinTry(sha256(evidence.case_secret + bytes([number])).hexdigest(), "ocr")
            if one.digest in spent:
                continue
            on_try(one)
            self.cards.send(evidence.case_id, one.digest, right=number > 0)
            if number > 0:
                on_accepted(one)
                return
        raise InvalidInput("card.no_tries", "every code was tried")

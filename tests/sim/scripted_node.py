"""A node whose engine takes its time and then says yes, as a process of its own: for many customers at once.

    python -m tests.sim.scripted_node --config FILE --notes FILE --judge-s 7 --read-s 2

Everything but the models is the product: uploads are decoded, engines are lent, the reader is shared. The
engine waits where the real one computes; it reads the same values from every card, and everybody passes.
What it does stands in the notes, outside of the node's memory and database: `judged CASE` whenever a
judgement begins, `card taken` and `card given back` at the node's own reader.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import uvicorn

from node.api.app import create_app
from node.bootstrap import Node, build
from node.config import load_settings
from node.domain.evidence import CaseEvidence, Judgement
from node.engine import NodeEngine
from tests.sim.invented_customer import APPLICATION, FACE_CHECKS, PORTRAIT
from tests.sim.patience import let_pass
from verifier.card.transport import Transport
from verifier.policy import CHIP_FACE
from verifier.types import (
    CheckResult,
    Decision,
    DocumentDetails,
    Outcome,
    Person,
    Sex,
    SurfaceField,
    SurfaceReading,
    Verdict,
)

READ = {"birth_date": "平成2年4月1日生", "expires_on": "2031年4月1日まで有効", "security_code": "2285"}
PIN_B = "90040120312285"

CARD_SHARE = 0.15
"""Of a judgement; the chip takes about a second of seven."""

PERSON = Person(
    APPLICATION["name"], APPLICATION["address"], date.fromisoformat(APPLICATION["birth_date"]), Sex.FEMALE
)


@dataclass(frozen=True)
class Notes:
    """A file of what happened, one line each."""

    file: Path

    def add(self, line: str) -> None:
        """Write one more."""
        with self.file.open("a") as lines:
            lines.write(f"{line}\n")

    def lines(self) -> list[str]:
        """All so far."""
        return self.file.read_text().splitlines() if self.file.exists() else []


@dataclass(frozen=True)
class ScriptedVerifier:
    """Stands where `verifier.engine.Engine` stands, behind `node.engine.NodeEngine`."""

    open_card: Callable[[], Any]
    judge_s: float
    read_s: float

    def read_surface(self, _photographs: Any, _typed_birth_date: date | None) -> SurfaceReading:
        let_pass(self.read_s)
        values = {name: SurfaceField(text, text, 3, 1.0) for name, text in READ.items()}
        return SurfaceReading("mynumber_card", values, PIN_B, (), None, 3)

    def verify_chip_face(self, _subject: Any, _pins: Any, *, on_stage: Callable[[str], None]) -> Verdict:
        on_stage("surface")
        let_pass(self.judge_s * CARD_SHARE)
        on_stage("chip")
        with self.open_card():
            let_pass(self.judge_s * CARD_SHARE)
        on_stage("face")
        let_pass(self.judge_s * (1 - 2 * CARD_SHARE))
        return Verdict(
            method=CHIP_FACE,
            decision=Decision.VERIFIED,
            codes=(),
            checks=tuple(CheckResult(name, Outcome.PASSED) for name in FACE_CHECKS),
            person=PERSON,
            document=DocumentDetails("mynumber_card", date(2031, 4, 1), "ab" * 20),
            portrait=PORTRAIT,
            selfie=None,
            verified_at=datetime.now(UTC),
        )

    def verify_presence(self, *_: Any) -> tuple[CheckResult, ...]:
        let_pass(self.read_s)
        return tuple(CheckResult(name, Outcome.PASSED) for name in FACE_CHECKS)


@dataclass(frozen=True)
class ScriptedEngine(NodeEngine):
    """The node's door to the engine, with a scripted one behind it."""

    judge_s: float = 7.0
    read_s: float = 2.0
    notes: Notes = Notes(Path("notes"))

    def judge(self, evidence: CaseEvidence, **told: Any) -> Judgement:
        """As the node's own, and noted."""
        self.notes.add(f"judged {evidence.case_id}")
        return super().judge(evidence, **told)

    def _load(self) -> Any:
        return ScriptedVerifier(self.open_card, self.judge_s, self.read_s)


def scripted(node: Node, notes: Notes, *, judge_s: float, read_s: float) -> Node:
    """The node with a scripted engine and a reader in which there always is a card."""
    real = {one.name: getattr(node.engine, one.name) for one in fields(NodeEngine) if one.init}
    engine = ScriptedEngine(**real, judge_s=judge_s, read_s=read_s, notes=notes)
    return replace(node, engine=replace(engine, open_card=_reader(notes)))


def _reader(notes: Notes) -> Callable[[], Any]:
    @contextmanager
    def opened() -> Iterator[Transport | None]:
        notes.add("card taken")
        try:
            yield None
        finally:
            notes.add("card given back")

    return opened


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--judge-s", type=float, default=7.0)
    parser.add_argument("--read-s", type=float, default=2.0)
    given = parser.parse_args()
    settings = load_settings(given.config)
    node = scripted(build(settings), Notes(given.notes), judge_s=given.judge_s, read_s=given.read_s)
    uvicorn.run(
        create_app(node),
        host=settings.listen_host,
        port=settings.listen_port,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()

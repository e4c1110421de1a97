"""The consortium as real processes that may die at any point, and come back.

A person whose page does not answer does it again: `again` is that person. What they were told on the way is
kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from node.bootstrap import build
from node.chain import proposals
from node.chain.deploy import deploy
from node.chain.rpc import Rpc
from node.config import load_settings
from node.domain.access import Role as StaffRole
from node.domain.commitments import method_code
from node.domain.events import KeySet, Role
from node.domain.legal_basis import LegalBasis, bitmap_of
from node.domain.methods import CHIP_FACE, IMAGE_FACE, proposed_rule
from tests.integration.reuse_network import BRISK
from tests.sim.anvil import Anvil
from tests.sim.kill.nodes import MortalNode
from tests.sim.patience import DEADLINE_S, eventually
from tests.sim.running_node import RunningNode

PAUSE_S = 0.1
NAMES = {"a": "見本第一銀行", "b": "見本ひかり証券", "r": "見本監督庁"}


class NotYetError(Exception):
    """The answer was none, or not the final one."""


@dataclass
class MortalNetwork:
    """Issuer A, recipient B and regulator R on one chain; a context manager.

    Attributes:
        folder: for databases, keys and plans.
        database: member's name -> URL.
        told: codes that people were answered with on the way, with how often.
    """

    folder: Path
    database: Callable[[str], str]
    told: Counter[str] = field(default_factory=Counter)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        with self._stack as stack:
            self.chain = stack.enter_context(Anvil(state=self.folder / "chain.json"))
            running = {key: self._prepared(key, name) for key, name in NAMES.items()}
            self.a, self.b, self.r = (MortalNode(one) for one in running.values())
            self._found()
            for one in self.nodes:
                one.start()
                stack.callback(one.stop)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def nodes(self) -> tuple[MortalNode, MortalNode, MortalNode]:
        """Issuer, recipient, regulator."""
        return (self.a, self.b, self.r)

    @cached_property
    def people(self) -> dict[tuple[str, StaffRole], httpx.Client]:
        """Clients of everybody who works at the members."""
        wanted = {
            "a": (StaffRole.STAFF, StaffRole.REVIEWER, StaffRole.OFFICER),
            "b": (StaffRole.STAFF, StaffRole.OFFICER),
            "r": (StaffRole.AUDITOR,),
        }
        return {(name, role): getattr(self, name).staff(role) for name in wanted for role in wanted[name]}

    def again(self, act: Callable[[], Any]) -> Any:
        """Do something until it is done, as a person does whose page does not answer."""
        why: list[Exception] = []

        def act_once() -> list[Any] | None:
            try:
                return [act()]
            except (httpx.TransportError, NotYetError) as error:
                why[:] = [error]
                return None

        done = eventually(act_once, every_s=PAUSE_S, describe=lambda: repr(why))
        assert done is not None
        return done[0]

    def answer(self, response: httpx.Response, *known: str) -> Any:
        """The answer's content; one with a known code, or that a peer is away, asks to look again."""
        if response.is_success:
            return response.json()
        code = str(response.json().get("code"))
        self.told[code] += 1
        if code in known or response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise NotYetError(code)
        raise AssertionError(response.text)

    def _prepared(self, key: str, name: str) -> RunningNode:
        screening = self.folder / "screening.txt"
        screening.write_text("# 見本\n見本 手配\n", encoding="utf-8")
        policy = {
            "legal_basis": "RELIANCE",
            "allowed_methods": (CHIP_FACE, IMAGE_FACE),
            "rebind": "liveness_match",
            "reaudit_share": 0.0,
            "screening_list": str(screening),
        }
        settings = {**BRISK, "database_url": self.database(key), "case_evidence_days": 1, "reuse": policy}
        return RunningNode(self.folder / key, name, self.chain.url, settings=settings)

    def _found(self) -> None:
        """Deploy, admit the regulator, publish keys, allow methods and bases."""
        signers = [one.running.prepare() for one in self.nodes]
        founders = [(signer.address, name) for signer, name in zip(signers[:2], NAMES.values(), strict=False)]
        deployment = deploy(Rpc(self.chain.url), signers[0], founders)
        for one in self.nodes:
            one.running.write_settings(deployment)
        ledgers = [build(load_settings(one.running.config)) for one in self.nodes]
        bases = bitmap_of([LegalBasis.ASSIST, LegalBasis.RELIANCE], reference="見本規約 第1条")
        votes = [
            proposals.admit(signers[2].address, Role.REGULATOR, NAMES["r"]),
            *(proposals.set_method_rule(method_code(m), proposed_rule(m)) for m in (CHIP_FACE, IMAGE_FACE)),
            proposals.set_legal_bases(bases),
        ]
        for number, vote in enumerate(votes, start=1):
            _write(ledgers[0], partial(_propose, name=f"found-{number}", proposal=vote))
            _write(ledgers[1], partial(_approve, name=f"found-{number}", number=number))
        for ledger in ledgers:
            _write(ledger, partial(_publish, keys=ledger.keys, url=ledger.settings.public_url))
        for ledger in ledgers:
            ledger.ledger.sync()
            ledger.database.dispose()


def _publish(ledger: Any, *, keys: Any, url: str) -> Any:
    shown = KeySet(keys.record_public, keys.transfer.public_bytes, url, "見本第1号", "見本監督庁")
    return ledger.publish_keys("keys", shown)


def _propose(ledger: Any, *, name: str, proposal: Any) -> Any:
    return ledger.propose(name, proposal)


def _approve(ledger: Any, *, name: str, number: int) -> Any:
    return ledger.approve(name, number)


def _write(node: Any, write: Callable[[Any], Any]) -> None:
    with node.transaction() as unit:
        intent = write(node.ledger.within(unit.session))
    assert node.ledger.settle(intent.intent_id, timeout_s=DEADLINE_S).is_recorded

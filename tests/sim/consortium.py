"""A consortium for tests: one anvil, the contract deployed, and members whose ledgers are real ones.

Not a simulation but the product's own adapters on a private chain, with what a test wants at hand: a fault
between node and chain (`Faults`), a restart, and terms and policies with plain defaults.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import httpx
from eth_account import Account

from node.chain import proposals
from node.chain.connect import connect
from node.chain.deploy import Deployment, deploy
from node.chain.rpc import Rpc
from node.chain.signer import Signer
from node.chain.views import pending_time
from node.clock import ChainClock
from node.domain.days import jst_day
from node.domain.events import MethodRule, Terms
from node.store.database import open_engine, transaction, upgrade
from tests.sim.anvil import Anvil
from tests.sim.patience import DEADLINE_S
from tests.sim.sqlite import migrated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from node.chain.ledger import ChainLedger
    from node.chain.proposals import Proposal
    from node.domain.ledger import Intent

METHOD = bytes.fromhex("5a5a0001")
"""An invented method."""


@dataclass
class Faults(httpx.BaseTransport):
    """Stands between a node and its chain; passes everything on unless told otherwise.

    Attributes:
        before: sees each call's method; may raise an httpx error, as if the request never arrived.
        after: sees each call's method; may raise, as if the answer never came back.
        alter: (method, result) -> result; a lying endpoint.
        methods: every method that arrived, in order.
    """

    before: Callable[[str], None] | None = None
    after: Callable[[str], None] | None = None
    alter: Callable[[str, Any], Any] | None = None
    methods: list[str] = field(default_factory=list)
    _inner: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        methods = [call["method"] for call in (body if isinstance(body, list) else [body])]
        self.methods += methods
        for method in methods if self.before else []:
            self.before(method)
        response = self._inner.handle_request(request)
        response.read()
        for method in methods if self.after else []:
            self.after(method)
        if self.alter is None:
            return response
        return httpx.Response(200, json=self._altered(json.loads(response.content), methods))

    def _altered(self, answer: Any, methods: list[str]) -> Any:
        if isinstance(answer, dict):
            return self._altered([answer], methods)[0]
        pairs = zip(sorted(answer, key=lambda item: item["id"]), methods, strict=True)
        return [
            item | {"result": self.alter(method, item["result"])} if "result" in item else item
            for item, method in pairs
        ]

    def close(self) -> None:
        self._inner.close()


@dataclass
class SimMember:
    """One member's node, as far as the ledger goes."""

    signer: Signer
    engine: Engine
    faults: Faults
    ledger: ChainLedger
    member_id: int

    def submit(self, write: Callable[[Any], Intent]) -> Intent:
        """Queue one write in a transaction of its own."""
        with transaction(self.engine) as session:
            return write(self.ledger.within(session))

    def do(self, intent_id: str, method: str, *args: Any, **kwargs: Any) -> Intent:
        """Queue one write and settle it."""
        self.submit(lambda ledger: getattr(ledger, method)(intent_id, *args, **kwargs))
        return self.settle(intent_id)

    def settle(self, intent_id: str) -> Intent:
        """Bring an intent onto the chain, however busy the machine."""
        return self.ledger.settle(intent_id, timeout_s=DEADLINE_S)


class Consortium:
    """Two founding providers on one chain; a context manager.

    Args:
        folder: for what the members' nodes keep.
        database: member's name -> URL of its database; SQLite files in the folder when None.
        anvil: options of the chain.
    """

    def __init__(self, folder: Path, *, database: Callable[[str], str] | None = None, **anvil: Any) -> None:
        self.chain = Anvil(**anvil)
        self._database = database or (lambda name: migrated(folder / f"{name}.db"))
        self._intents = 0

    def __enter__(self) -> Self:
        self.chain.start()
        signers = [Signer(Account.create()) for _ in range(2)]
        founders = [(signer.address, f"見本{number}銀行") for number, signer in enumerate(signers, start=1)]
        rpc = Rpc(self.chain.url)
        self.clock = ChainClock(lambda: pending_time(rpc))
        self.clock.now()  # inside a transaction it is not asked: it goes on from here
        self.deployment: Deployment = deploy(rpc, signers[0], founders)
        self.a, self.b = (self.member(signer, number) for number, signer in enumerate(signers, start=1))
        return self

    def __exit__(self, *_: object) -> None:
        for member in (self.a, self.b):
            member.engine.dispose()
            member.faults.close()
        self.chain.stop()

    def member(self, signer: Signer, member_id: int, *, url: str = "", **options: Any) -> SimMember:
        """A node on this member's database; called again for the same member, it is a restarted node.

        Args:
            signer: its account.
            member_id: names its database.
            url: where it reaches the chain, if not directly.
            options: those of `node.chain.connect.connect`.
        """
        database = self._database(str(member_id))
        upgrade(database)
        engine, faults = open_engine(database), Faults()
        ledger = connect(
            engine,
            Rpc(url or self.chain.url, transport=faults),
            self.deployment.contract,
            deployed_block=self.deployment.block_number,
            signer=signer,
            now=self.clock.now,
            chain_id=self.deployment.chain_id,
            **options,
        )
        return SimMember(signer, engine, faults, ledger, member_id)

    def restart(self, member: SimMember, **options: Any) -> SimMember:
        """The same member after its process died."""
        return self.member(member.signer, member.member_id, **options)

    def vote(self, proposal: Proposal) -> int:
        """A proposes, B approves. Returns the proposal's id."""
        self._intents += 1
        proposed = self.a.do(f"propose-{self._intents}", "propose", proposal)
        assert proposed.is_recorded, proposed
        approved = self.b.do(f"approve-{self._intents}", "approve", self._intents)
        assert approved.is_recorded, approved
        return self._intents

    def enable(self, *, max_age_days: int = 365, until: int = 0) -> None:
        """Allow `METHOD` and legal basis 0."""
        self.vote(proposals.set_method_rule(METHOD, MethodRule(0, until, max_age_days)))
        self.vote(proposals.set_legal_bases(1))

    def terms(self, *, age_days: int = 0, valid_for_s: int = 3600, legal_basis: int = 0) -> Terms:
        """Terms of a release from A to B."""
        now = self.chain.now()
        return Terms(1, 2, METHOD, legal_basis, jst_day(now) - age_days, now + valid_for_s)


def random_id() -> bytes:
    """An attestation id, root or commitment: 32 random bytes."""
    return secrets.token_bytes(32)

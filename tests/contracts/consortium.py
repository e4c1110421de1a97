"""A small consortium to test with: three providers, one allowed method, all legal bases."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from eth_abi.abi import encode

from node.domain.commitments import method_code
from node.domain.events import Action, KeySet, MethodRule, ProposalExecuted, ProposalMade, Role, Terms
from tests.sim.ledger import Contract, Receipt, Refusal, deploy

if TYPE_CHECKING:
    from tests.sim.anvil import Anvil

DAY_S = 86_400
WEEK_S = 7 * DAY_S
JST_OFFSET_S = 9 * 3600

CHIP_FACE = method_code("jp.chip+face")
MAX_AGE_DAYS = 90
ALWAYS = MethodRule(allowed_from=0, allowed_until=0, max_age_days=MAX_AGE_DAYS)
ALL_BASES = 0b111_1111

KEYS = KeySet(
    record_key=bytes(range(64)),
    transfer_key=bytes(1216),
    endpoint="https://a.example/rireki",
    licence="見本 関東財務局長(登金)第0号",
    supervisor="金融庁",
)

_MEMBER = "uint16"
PAYLOADS = {
    Action.ADMIT: ["address", "uint8", "string"],
    Action.SUSPEND: [_MEMBER],
    Action.REINSTATE: [_MEMBER],
    Action.REMOVE: [_MEMBER],
    Action.REPLACE_SIGNER: [_MEMBER, "address"],
    Action.SET_METHOD_RULE: ["bytes4", "(uint40,uint40,uint16)"],
    Action.SET_LEGAL_BASES: ["uint256"],
}


def payload(action: Action, *values: Any) -> bytes:
    """ABI-encode what an action needs."""
    return encode(PAYLOADS[action], [_plain(value) for value in values])


def _plain(value: Any) -> Any:
    if isinstance(value, MethodRule):
        return (value.allowed_from, value.allowed_until, value.max_age_days)
    return value


def jst_day(timestamp: int) -> int:
    """JST day of a time."""
    return (timestamp + JST_OFFSET_S) // DAY_S


def new_id() -> bytes:
    """32 random bytes without a zero among them, so that their calldata has one price."""
    return os.urandom(64).replace(b"\0", b"")[:32]


@dataclass(frozen=True)
class Consortium:
    """A deployed contract and the accounts of members 1, 2, 3 and of outsiders."""

    contract: Contract
    chain: Anvil
    a: str
    b: str
    c: str
    outsiders: tuple[str, ...]
    first_block: int

    @classmethod
    def found(cls, chain: Anvil) -> Self:
        """Deploy and vote the policy in."""
        a, b, c, *others = chain.accounts()
        first_block = int(chain.rpc("eth_blockNumber"), 16)
        contract = deploy(chain, [(a, "甲銀行"), (b, "乙銀行"), (c, "丙証券")])
        new = cls(contract, chain, a, b, c, tuple(others), first_block)
        new.vote(Action.SET_METHOD_RULE, CHIP_FACE, ALWAYS)
        new.vote(Action.SET_LEGAL_BASES, ALL_BASES)
        return new

    def send(self, sender: str, function: str, *arguments: Any) -> Receipt:
        return self.contract.send(sender, function, *arguments)

    def call(self, function: str, *arguments: Any) -> Any:
        return self.contract.call(function, *arguments)

    def refusal(self, sender: str, function: str, *arguments: Any) -> Refusal:
        return self.contract.refusal(sender, function, *arguments)

    def propose(self, sender: str, action: Action, *values: Any) -> int:
        """Put to the vote; returns the proposal's id."""
        made = self.send(sender, "propose", action, payload(action, *values)).history[0]
        assert isinstance(made, ProposalMade)
        return made.proposal_id

    def proposal_refusal(self, sender: str, action: Action, *values: Any) -> Refusal:
        return self.refusal(sender, "propose", action, payload(action, *values))

    def vote(self, action: Action, *values: Any) -> Receipt:
        """Carry a proposal of A with the votes of B and, where needed, C; returns the deciding approval."""
        proposal = self.propose(self.a, action, *values)
        for voter in (self.b, self.c):
            receipt = self.send(voter, "approve", proposal)
            if ProposalExecuted(proposal) in receipt.history:
                return receipt
        raise AssertionError(f"proposal {proposal} was not carried")

    def admit(self, signer: str, role: Role = Role.PROVIDER) -> int:
        """Vote a member in; returns its id."""
        self.vote(Action.ADMIT, signer, role, "丁信用金庫")
        return int(self.call("memberIdOf", signer))

    def terms(self, **changes: Any) -> Terms:
        """Terms from A (1) to B (2) that are good now, to be decided within a day."""
        now = self.chain.now()
        good = Terms(
            issuer=1,
            recipient=2,
            method=CHIP_FACE,
            legal_basis=1,
            verified_on=jst_day(now),
            decide_by=now + DAY_S,
        )
        return replace(good, **changes)

    def attest(self, **changes: Any) -> bytes:
        """Attest from A to B; returns the id."""
        attestation = new_id()
        self.send(self.a, "attest", attestation, self.terms(**changes))
        return attestation

    def state(self, attestation: bytes) -> Any:
        return self.call("statusOf", attestation)[0]

"""Whatever members do, in whatever order, the contract follows a small model of the rules and loses nothing.

Checked after every step: terms never change; a state only moves forward; the count grows by the number of
events; the head is the fold of all events; what the model forbids is refused, by whoever tries.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from node.domain.events import Action, AttestationState, ReasonClass, Status, Terms
from node.domain.history import fold
from tests.contracts.consortium import (
    CHIP_FACE,
    DAY_S,
    MAX_AGE_DAYS,
    WEEK_S,
    Consortium,
    jst_day,
    new_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sim.ledger import Receipt

pytestmark = pytest.mark.contracts

MEMBERS = (1, 2, 3)
SEEDS = 5
STEPS = 80

SENDERS = (None, None, None, None, *MEMBERS)
"""None stands for the member who may; drawn often, so that plans get somewhere."""
PARTIES = ((1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2), (1, 1))
AGES_DAYS = (0, 0, 1, MAX_AGE_DAYS, MAX_AGE_DAYS, MAX_AGE_DAYS + 1, -1)
PERIODS_S = (1, 2, 3, 600, DAY_S, DAY_S, WEEK_S, 0, WEEK_S + 1)
WAITS_S = (1, 600, DAY_S, WEEK_S)


def plan(seed: int) -> Iterator[tuple[str, list[Any]]]:
    """Steps for the model, the same for a seed every time."""
    draw = random.Random(seed)
    for _ in range(STEPS):
        verb = draw.choices(("attest", "decide", "revoke", "wait", "standing"), (8, 8, 3, 1, 1))[0]
        if verb == "attest":
            parties = draw.choice(PARTIES)
            yield verb, [draw.choice(SENDERS), *parties, draw.choice(AGES_DAYS), draw.choice(PERIODS_S)]
        elif verb == "wait":
            yield verb, [draw.choice(WAITS_S)]
        elif verb == "standing":
            yield verb, [3]
        else:
            yield verb, [draw.choice(SENDERS), draw.randrange(4)]


@dataclass
class Known:
    """What the model knows of one attestation."""

    terms: Terms
    state: AttestationState


class Model:
    """The rules once more, in a few lines, driving the contract beside them."""

    def __init__(self, consortium: Consortium) -> None:
        self.consortium = consortium
        self.signers = dict(zip(MEMBERS, (consortium.a, consortium.b, consortium.c), strict=True))
        self.suspended: set[int] = set()
        self.known: dict[bytes, Known] = {}
        self.outcomes: Counter[tuple[str, bool]] = Counter()
        self.head: bytes = consortium.call("historyHead")
        self.count: int = consortium.call("historyCount")

    def attest(self, sender: int | None, issuer: int, recipient: int, age: int, period: int) -> None:
        sender, now = sender or issuer, self._next_second()
        terms = Terms(issuer, recipient, CHIP_FACE, 1, jst_day(now) - age, now + period)
        allowed = sender == issuer != recipient and not {issuer, recipient} & self.suspended
        allowed = allowed and age >= 0 and 0 < period <= WEEK_S
        attestation = new_id()
        if self._does(now, allowed, sender, "attest", attestation, terms):
            self.known[attestation] = Known(terms, AttestationState.PENDING)

    def decide(self, sender: int | None, index: int) -> None:
        attestation, known = self._pick(index)
        terms = known.terms
        sender, now = sender or terms.recipient or 1, self._next_second()
        allowed = known.state == AttestationState.PENDING and sender == terms.recipient
        allowed = allowed and not {terms.issuer, terms.recipient} & self.suspended
        allowed = allowed and now <= terms.decide_by and jst_day(now) - terms.verified_on <= MAX_AGE_DAYS
        if self._does(now, allowed, sender, "decide", attestation, new_id()):
            known.state = AttestationState.DECIDED

    def revoke(self, sender: int | None, index: int) -> None:
        attestation, known = self._pick(index)
        sender, now = sender or known.terms.issuer or 1, self._next_second()
        allowed = known.state not in (AttestationState.NONE, AttestationState.REVOKED)
        allowed = allowed and sender == known.terms.issuer and sender not in self.suspended
        if self._does(now, allowed, sender, "revoke", [attestation], ReasonClass.ENDED):
            known.state = AttestationState.REVOKED

    def wait(self, seconds: int) -> None:
        self.consortium.chain.advance(seconds)

    def standing(self, subject: int) -> None:
        action = Action.REINSTATE if subject in self.suspended else Action.SUSPEND
        proposal = self.consortium.propose(self.consortium.a, action, subject)
        self._fold_new(self.consortium.contract.history_since(self._height()))
        self._took(self.consortium.send(self.consortium.b, "approve", proposal))
        self.suspended ^= {subject}

    def check(self) -> None:
        now = self.consortium.chain.now()
        for attestation, known in self.known.items():
            lapsed = known.state == AttestationState.PENDING and now > known.terms.decide_by
            state = AttestationState.LAPSED if lapsed else known.state
            assert self.consortium.call("statusOf", attestation) == (state, known.terms)
        assert self.consortium.call("historyHead") == self.head
        assert self.consortium.call("historyCount") == self.count
        expected = Status.SUSPENDED if 3 in self.suspended else Status.ACTIVE
        assert self.consortium.call("memberOf", 3)[2] == expected

    def _pick(self, index: int) -> tuple[bytes, Known]:
        nothing = Known(Terms(0, 0, bytes(4), 0, 0, 0), AttestationState.NONE)
        latest = [(new_id(), nothing), *self.known.items()][-4:]
        return latest[index % len(latest)]

    def _next_second(self) -> int:
        return self.consortium.chain.now() + 1

    def _does(self, now: int, allowed: bool, sender: int, function: str, *arguments: Any) -> bool:
        signer = self.signers[sender]
        if allowed:
            self.consortium.chain.set_next_timestamp(now)
            self._took(self.consortium.send(signer, function, *arguments))
        else:
            self.consortium.chain.advance_to(now)
            assert self.consortium.refusal(signer, function, *arguments).error
        self.outcomes[function, allowed] += 1
        return allowed

    def _took(self, receipt: Receipt) -> None:
        self._fold_new([(event, receipt.timestamp) for event in receipt.history])

    def _fold_new(self, history: list[tuple[Any, int]]) -> None:
        for event, timestamp in history:
            self.head = fold(self.head, event, timestamp)
            self.count += 1

    def _height(self) -> int:
        return int(self.consortium.chain.rpc("eth_blockNumber"), 16)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_contract_follows_the_rules_whatever_members_do(consortium: Consortium, seed: int):
    model = Model(consortium)
    for verb, arguments in plan(seed):
        getattr(model, verb)(*arguments)
        model.check()


def test_the_plans_reach_every_entry_point_allowed_and_forbidden(consortium: Consortium):
    model = Model(consortium)
    for seed in range(SEEDS):
        for verb, arguments in plan(seed):
            getattr(model, verb)(*arguments)
    for verb in ("attest", "decide", "revoke"):
        assert min(model.outcomes[verb, True], model.outcomes[verb, False]) > SEEDS

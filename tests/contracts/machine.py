"""Whatever anyone does, in whatever order: a Hypothesis state machine drives the contract beside its rules.

Every step is foretold by `rules`, sent as a real transaction at a chosen second, judged by `promises` and
taken into `replay.State` event by event; then that state is compared with storage, and the recomputed head
with the chain's. Every account may be any party: founder, later member, regulator, suspended, removed,
replaced, or nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from node.domain.commitments import decision_commitment, method_code
from node.domain.events import Action, MethodRule, ReasonClass, Role, Terms
from tests.contracts import promises
from tests.contracts.consortium import (
    CHIP_FACE,
    DAY_S,
    JST_OFFSET_S,
    KEYS,
    MAX_AGE_DAYS,
    WEEK_S,
    Consortium,
    jst_day,
    payload,
)
from tests.contracts.replay import State
from tests.contracts.rules import ZERO_ADDRESS, judge
from tests.sim.ledger import Receipt, Refusal, calldata_gas

PHOTO = method_code("jp.photo+face")
UNRULED = method_code("jp.unruled")
METHODS = (CHIP_FACE, PHOTO, UNRULED)

accounts = st.integers(0, 11)
senders = st.sampled_from((*[None] * 24, *range(12)))
"""None stands for whoever is entitled; drawn often, so that plans get somewhere."""
members = st.sampled_from((1, 2, 3, 4, 5, 0, 9))
parties = st.sampled_from(
    ((1, 2), (1, 2), (2, 1), (2, 3), (1, 3), (3, 1), (3, 2), (1, 4), (4, 1), (5, 2), (1, 1), (1, 9), (9, 1))
)
"""Issuer and recipient; members 4 and 5 may exist by now, 9 never does."""
recent = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 4, 5))
batches = st.sampled_from(((0,), (1,), (0, 1), (0, 0), (), (5,)))
delays = st.sampled_from((1, 1, 1, 1, 600, DAY_S, 3 * DAY_S))
ages_days = st.sampled_from((MAX_AGE_DAYS, MAX_AGE_DAYS + 1, 1, -1))
periods_s = st.sampled_from((DAY_S, DAY_S, WEEK_S, 600, 1, 0, WEEK_S + 1))
methods = st.sampled_from((CHIP_FACE, CHIP_FACE, CHIP_FACE, PHOTO, UNRULED))
bases = st.sampled_from((1, 1, 1, 0, 6, 7, 255))
roles = st.sampled_from((Role.PROVIDER, Role.PROVIDER, Role.REGULATOR, Role.NONE))
periods_days = st.sampled_from(((0, 0), (0, 0), (0, 1), (1, 3), (2, 1)))
max_ages_days = st.sampled_from((MAX_AGE_DAYS, MAX_AGE_DAYS, 1, 0))
bitmaps = st.sampled_from(((1 << 256) - 1, 0b111_1111, 1 << 255, 0))
flaws = st.sampled_from(("none", "none", "empty", "lengths", "another issuer", "same id", "zero id"))
voters = st.sampled_from(((1, 2, 3, 4, 5), (2, 3), (2,), (3, 3), (4, 5, 1), (1,), ()))


@dataclass(frozen=True)
class Offer:
    """Terms but for the time: good ones first, so that simple plans get somewhere."""

    parties: tuple[int, int]
    method: bytes
    basis: int
    age_days: int
    period_s: int

    def terms(self, now: int) -> Terms:
        return Terms(
            *self.parties, self.method, self.basis, jst_day(now) - self.age_days, now + self.period_s
        )


def _offers(**odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Offer]:
    good = {
        "method": st.just(CHIP_FACE),
        "basis": st.just(1),
        "age_days": st.just(0),
        "period_s": st.just(DAY_S),
    }
    return st.builds(Offer, **({"parties": parties} | good | odd))


offers = st.one_of(
    _offers(),
    _offers(age_days=ages_days),
    _offers(basis=bases),
    _offers(method=methods),
    _offers(period_s=periods_s),
    _offers(method=methods, basis=bases, age_days=ages_days, period_s=periods_s),
)


class LedgerMachine(RuleBasedStateMachine):
    """The contract, the state its events tell, and what everyone may try next.

    Attributes:
        met: how often each (function, error or "done") came up, over all runs.
    """

    met: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self, consortium: Consortium) -> None:
        super().__init__()
        self.contract, self.chain = consortium.contract, consortium.chain
        self.before = self.chain.snapshot()
        self.accounts = [account.lower() for account in self.chain.accounts()]
        self.state = State()
        for event, timestamp in self.contract.history_since(consortium.first_block):
            self.state.apply(event, timestamp)
        self.now = self.chain.now()
        self.not_before = 0
        self.serial = 0

    def teardown(self) -> None:
        self.chain.revert(self.before)

    # --- what can be done ---

    @initialize()
    def do_everything_once(self) -> None:
        """So that each plan starts with something of every kind, whatever rules it then draws."""
        first, second = self._signer(1), self._signer(2)
        self._act(first, "publishKeys", KEYS)
        self._act(first, "declareCompromised", self.now)
        self._act(first, "anchor", self._new_id(), 16)
        good = Offer((1, 2), CHIP_FACE, 1, 0, DAY_S)
        ids = [self._new_id(), self._new_id()]
        self._act(first, "attestMany", ids, [good.terms(self.now + 1)] * 2)
        self.attest(None, good, None)
        self._act(second, "decide", ids[0], self._new_id())
        self._act(first, "revoke", ids[:1], ReasonClass.SUPERSEDED)
        self._act(first, "propose", Action.SET_LEGAL_BASES, payload(Action.SET_LEGAL_BASES, 0b111_1111))
        self._act(second, "approve", len(self.state.proposals))

    @rule(sender=senders, action=st.sampled_from(Action), voters=voters, data=st.data())
    def vote(self, sender: int | None, action: Action, voters: tuple[int, ...], data: st.DataObject) -> None:
        content = payload(action, *self._values(action, data))
        proposer = self._sender(sender, min(self.state.electorate()))
        if not isinstance(self._act(proposer, "propose", action, content), Refusal):
            for voter in voters:
                self._act(self._signer(voter), "approve", len(self.state.proposals))

    @rule(offer=offers, action=st.sampled_from(Action), accepted=st.booleans(), data=st.data())
    def decide_when_the_world_has_moved(
        self, offer: Offer, action: Action, accepted: bool, data: st.DataObject
    ) -> None:
        """Between attestation and decision the members vote, often on the issuer or the recipient."""
        self.attest(None, offer, None)
        who = data.draw(st.sampled_from(offer.parties))
        content = payload(action, *self._values(action, data, who=who))
        self._act(self._signer(min(self.state.electorate())), "propose", action, content)
        for voter in sorted(self.state.electorate()):
            self._act(self._signer(voter), "approve", len(self.state.proposals))
        self.decide(None, 0, accepted, 1)

    @rule(bitmap=bitmaps, late=st.booleans())
    def vote_in_the_last_second_or_after(self, bitmap: int, late: bool) -> None:
        content = payload(Action.SET_LEGAL_BASES, bitmap)
        first, *others = sorted(self.state.electorate())
        self._act(self._signer(first), "propose", Action.SET_LEGAL_BASES, content)
        number = len(self.state.proposals)
        self.not_before = self.state.proposals[number].lapses_at + late
        for voter in others[:1]:
            self._act(self._signer(voter), "approve", number)

    @rule(sender=senders, who=members, number=recent, delay=delays)
    def approve(self, sender: int | None, who: int, number: int, delay: int) -> None:
        proposal = max(len(self.state.proposals) + 1 - number, 0)
        self._act(self._sender(sender, who), "approve", proposal, delay=delay)

    @rule(sender=senders, offer=offers, known=st.sampled_from((None, None, None, None, 0, 1)))
    def attest(self, sender: int | None, offer: Offer, known: int | None) -> None:
        terms = offer.terms(self._next_time(1))
        attestation_id = self._new_id() if known is None else self._pick(known)[0]
        self._act(self._sender(sender, terms.issuer), "attest", attestation_id, terms)

    @rule(offer=offers, accepted=st.booleans(), delay=delays, withdrawn=st.booleans())
    def live_a_whole_life(self, offer: Offer, accepted: bool, delay: int, withdrawn: bool) -> None:
        self.attest(None, offer, None)
        self.decide(None, 0, accepted, delay)
        if withdrawn:
            self.revoke(None, (0,), ReasonClass.ENDED)

    @rule(sender=senders, who=st.sampled_from((1, 2, 3, 4)), count=st.integers(2, 4), flaw=flaws)
    def attest_many(self, sender: int | None, who: int, count: int, flaw: str) -> None:
        now, recipient = self._next_time(1), who % 3 + 1
        terms = [Terms(who, recipient, CHIP_FACE, 1, jst_day(now), now + DAY_S)] * count
        ids = [self._new_id() for _ in terms]
        if flaw == "another issuer":
            terms[-1] = Terms(who + 1, who, CHIP_FACE, 1, jst_day(now), now + DAY_S)
        elif flaw in ("same id", "zero id"):
            ids[-1] = ids[0] if flaw == "same id" else bytes(32)
        elif flaw in ("lengths", "empty"):
            ids, terms = (ids[1:], terms) if flaw == "lengths" else ([], [])
        self._act(self._sender(sender, who), "attestMany", ids, terms)

    @rule(sender=senders, which=recent, accepted=st.booleans(), delay=delays)
    def decide(self, sender: int | None, which: int, accepted: bool, delay: int) -> None:
        """Decide one way, look, take it back, decide the other way: nobody may tell them apart."""
        attestation_id, terms = self._pick(which)
        by = self._sender(sender, terms.recipient)
        now = self._next_time(delay)
        other = self._commitment(attestation_id, accepted=not accepted)
        before = self.chain.snapshot()
        self.chain.set_next_timestamp(now)
        looked_at = self.contract.attempt(by, "decide", attestation_id, other)
        self.chain.revert(before)
        commitment = self._commitment(attestation_id, accepted=accepted)
        done = self._act(by, "decide", attestation_id, commitment, delay=delay)
        assert_alike(looked_at, done, difference=(other, commitment))

    @rule(sender=senders, which=batches, reason=st.sampled_from(ReasonClass))
    def revoke(self, sender: int | None, which: tuple[int, ...], reason: ReasonClass) -> None:
        picked = [self._pick(index) for index in which]
        issuer = picked[0][1].issuer if picked else 1
        self._act(self._sender(sender, issuer), "revoke", [known for known, _ in picked], reason)

    @rule(sender=senders, who=members, size=st.sampled_from((1, 1024, 2**31, 0, 1000)), again=st.booleans())
    def anchor(self, sender: int | None, who: int, size: int, again: bool) -> None:
        known = [root for _, root in self.state.anchors]
        root = known[-1] if known and again else self._new_id()
        self._act(self._sender(sender, who), "anchor", root, size)

    @rule(
        sender=senders, who=members, endpoint=st.sampled_from((KEYS.endpoint, "")), ahead=st.integers(-1, 1)
    )
    def manage_keys(self, sender: int | None, who: int, endpoint: str, ahead: int) -> None:
        by = self._sender(sender, who)
        keys = type(KEYS)(KEYS.record_key, KEYS.transfer_key, endpoint, KEYS.licence, KEYS.supervisor)
        self._act(by, "publishKeys", keys)
        self._act(by, "declareCompromised", self._next_time(1) + ahead)

    @rule(which=st.integers(0, 20), offset=st.sampled_from((-1, 0, 1)))
    def let_time_pass_to_a_limit(self, which: int, offset: int) -> None:
        """The next act happens just before, at or just after a moment at which something ends or begins."""
        limits = [known.terms.decide_by for known in self.state.attestations.values()]
        limits += [proposal.lapses_at for proposal in self.state.proposals.values()]
        limits += [end for r in self.state.rules.values() for end in (r.allowed_from, r.allowed_until)]
        limits += [(jst_day(self.now + 1) + 1) * DAY_S - JST_OFFSET_S]
        ahead = sorted(limit for limit in limits if limit > self.now + 1)
        self.not_before = ahead[which % len(ahead)] + offset

    @rule(which=recent)
    def an_adversary_tries_every_entry_point_in_every_role(self, which: int) -> None:
        attestation_id, terms = self._pick(which)
        good = Terms(terms.issuer, terms.recipient, CHIP_FACE, 1, jst_day(self.now), self.now + DAY_S)
        number = max(len(self.state.proposals) - which, 1)
        attempts: list[tuple[str, tuple[Any, ...]]] = [
            ("propose", (Action.ADMIT, payload(Action.ADMIT, self.accounts[which], Role.PROVIDER, "x"))),
            ("propose", (Action.REINSTATE, payload(Action.REINSTATE, which))),
            ("propose", (Action.SET_LEGAL_BASES, payload(Action.SET_LEGAL_BASES, 0))),
            ("approve", (number,)),
            ("publishKeys", (KEYS,)),
            ("declareCompromised", (1,)),
            ("anchor", (attestation_id, 16)),
            ("attest", (self._new_id(), good)),
            ("attest", (attestation_id, good)),
            ("attestMany", ([self._new_id()], [good])),
            ("decide", (attestation_id, bytes(32))),
            ("revoke", ([attestation_id], ReasonClass.ERROR)),
        ]
        calls = [(by, function, arguments) for by in self.accounts for function, arguments in attempts]
        for (by, function, arguments), met in zip(calls, self.contract.refusals(calls), strict=True):
            foretold = judge(self.state, self.now, by, function, *arguments)
            assert met == (foretold if isinstance(foretold, Refusal) else None), (by, function, arguments)

    # --- what must hold ---

    @invariant()
    def storage_is_what_the_events_tell(self) -> None:
        expected = dict(self._expected_storage())
        found = self.contract.call_many(list(expected))
        assert dict(zip(expected, found, strict=True)) == expected

    # --- helpers ---

    def _act(self, by: str, function: str, *arguments: Any, delay: int = 1) -> Receipt | Refusal:
        self.now = self._next_time(delay)
        foretold = judge(self.state, self.now, by, function, *arguments)
        self.chain.set_next_timestamp(self.now)
        came = self.contract.attempt(by, function, *arguments)
        assert (came if isinstance(came, Refusal) else came.history) == foretold, (by, function, arguments)
        if isinstance(came, Receipt):
            assert came.timestamp == self.now
            for event in came.history:
                promises.check(self.state, event, self.now, by)
                self.state.apply(event, self.now)
        self.met[function, came.error if isinstance(came, Refusal) else "done"] += 1
        return came

    def _expected_storage(self) -> Iterator[tuple[tuple[str, tuple[Any, ...]], Any]]:
        state = self.state
        yield ("historyHead", ()), state.head
        yield ("historyCount", ()), state.count
        yield ("memberCount", ()), len(state.members)
        yield ("activeProviderCount", ()), len(state.electorate())
        yield ("legalBases", ()), state.legal_bases
        for account in self.accounts:
            yield ("memberIdOf", (account,)), state.id_of.get(account, 0)
        for number, member in state.members.items():
            yield ("memberOf", (number,)), (member.signer, member.role, member.status, member.since)
            yield ("keysDigestOf", (number,)), state.keys.get(number, (bytes(32), 0))
        for method in METHODS:
            yield ("methodRule", (method,)), state.rules.get(method, MethodRule(0, 0, 0))
        for (issuer, root), timestamp in state.anchors.items():
            yield ("anchoredAt", (issuer, root)), timestamp
        for attestation_id, known in state.attestations.items():
            yield ("statusOf", (attestation_id,)), (known.state_at(self.now), known.terms)
            yield ("isValid", (attestation_id,)), state.is_valid(known, self.now)

    def _next_time(self, delay: int) -> int:
        return max(self.now + delay, self.not_before)

    def _sender(self, chosen: int | None, entitled: int) -> str:
        return self._signer(entitled) if chosen is None else self.accounts[chosen]

    def _signer(self, member_id: int) -> str:
        known = self.state.members.get(member_id)
        return known.signer if known else self.accounts[-1]

    def _ids(self) -> list[bytes]:
        return list(self.state.attestations)

    def _new_id(self) -> bytes:
        self.serial += 1
        return keccak(self.serial.to_bytes(8, "big"))

    def _pick(self, which: int) -> tuple[bytes, Terms]:
        """One of the latest attestations, or one that nobody made."""
        known = self._ids()[-5:]
        if which < len(known):
            return known[-1 - which], self.state.attestations[known[-1 - which]].terms
        return keccak(b"unknown"), Terms(1, 2, CHIP_FACE, 1, 0, 0)

    def _commitment(self, attestation_id: bytes, *, accepted: bool) -> bytes:
        digest, secret = self._new_id(), self._new_id()
        return decision_commitment(attestation_id, accepted=accepted, decision_digest=digest, secret=secret)

    def _values(self, action: Action, data: st.DataObject, *, who: int | None = None) -> tuple[Any, ...]:
        """What to put to the vote: mostly sensible, sometimes absurd."""
        signer = self.accounts[data.draw(accounts)]
        who = data.draw(members) if who is None else who
        if action == Action.ADMIT:
            return data.draw(st.sampled_from((signer, signer, ZERO_ADDRESS))), data.draw(roles), "丁"
        if action == Action.REPLACE_SIGNER:
            return who, data.draw(st.sampled_from((signer, signer, ZERO_ADDRESS)))
        if action == Action.SET_METHOD_RULE:
            begins, ends = (self.now + days * DAY_S if days else 0 for days in data.draw(periods_days))
            return data.draw(methods), MethodRule(begins, ends, data.draw(max_ages_days))
        if action == Action.SET_LEGAL_BASES:
            return (data.draw(bitmaps),)
        return (who,)


def assert_alike(
    one: Receipt | Refusal, other: Receipt | Refusal, *, difference: tuple[bytes, bytes]
) -> None:
    """An acceptance and a refusal differ in the commitment and in nothing else that anyone can see."""
    if isinstance(one, Refusal) or isinstance(other, Refusal):
        assert one == other
        return
    assert one.gas - calldata_gas(difference[0]) == other.gas - calldata_gas(difference[1])
    assert len(one.logs) == len(other.logs) == 1
    assert one.logs[0]["topics"] == other.logs[0]["topics"]
    assert len(one.logs[0]["data"]) == len(other.logs[0]["data"])

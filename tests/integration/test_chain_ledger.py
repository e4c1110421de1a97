"""The ledger client on a real chain: write, index, read, refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account

from node.chain import proposals
from node.chain.deploy import deploy
from node.chain.ledger import LedgerUnit
from node.chain.rpc import Rpc
from node.chain.sender import LONGEST_PAUSE_S
from node.chain.signer import Signer
from node.domain.events import AttestationState, KeySet, MethodRule, ReasonClass, Role, Status
from node.domain.ledger import IntentState
from node.errors import InvalidInput
from node.store.chain_index import ChainIndex
from node.store.database import snapshot, transaction
from tests.sim.consortium import METHOD, Consortium, random_id

pytestmark = pytest.mark.integration

DAY_S = 86_400
HISTORY = ("historyHead", "historyCount")


@pytest.fixture(name="net")
def _net(tmp_path, new_database) -> Any:
    with Consortium(tmp_path, database=new_database) as net:
        net.enable()
        yield net


def _read(member) -> Any:
    member.ledger.sync()
    return snapshot(member.engine)


def test_the_journey_is_recorded_and_both_members_see_it(net):
    attestation_id, root, commitment = random_id(), random_id(), random_id()
    net.a.do("anchor", "anchor", root, size=64)
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    assert net.b.ledger.status_of(attestation_id)[0] is AttestationState.PENDING
    assert net.b.ledger.is_valid(attestation_id)
    net.b.do("decide", "decide", attestation_id, commitment=commitment)
    net.a.do("revoke", "revoke", [attestation_id], reason=ReasonClass.SUPERSEDED)
    for member in (net.a, net.b):
        with _read(member) as session:
            view = member.ledger.within(session)
            entry = view.attestation(attestation_id)
            assert entry is not None
            assert entry.commitment == commitment
            assert entry.reason is ReasonClass.SUPERSEDED
            assert entry.state_at(net.chain.now()) is AttestationState.REVOKED
            assert [step for step, _ in view.trail(attestation_id)] == ["attested", "decided", "revoked"]
            assert view.anchored_at(1, root) is not None
            assert view.anchored_at(2, root) is None
            assert [found[1] for found in view.revocations()] == [attestation_id]
    state, terms = net.b.ledger.status_of(attestation_id)
    assert (state, terms) == (AttestationState.REVOKED, entry.terms)


def test_the_index_proves_itself_against_the_contract(net):
    status = net.a.ledger.sync()
    head, count = net.chain.rpc_batch(
        [
            ("eth_call", [{"to": net.deployment.contract, "data": selector}, "latest"])
            for selector in ("0x" + net.a.ledger._views._functions[name].selector.hex() for name in HISTORY)
        ]
    )
    assert status.head == bytes.fromhex(head[2:])[:27]
    assert status.events == int(count, 16)
    assert not status.is_stale(net.chain.now(), 60)


def test_a_duplicate_intent_gives_the_first_ones_result(net):
    attestation_id, terms = random_id(), net.terms()
    first = net.a.do("same", "attest", attestation_id, terms=terms)
    again = net.a.do("same", "attest", attestation_id, terms=terms)
    assert again == first
    assert net.a.ledger.sync().events == net.b.ledger.sync().events
    with _read(net.a) as session:
        assert len(net.a.ledger.within(session).attestations()) == 1


def test_an_intent_id_cannot_name_two_calls(net):
    net.a.do("same", "attest", random_id(), terms=net.terms())
    with pytest.raises(InvalidInput) as caught:
        net.a.do("same", "attest", random_id(), terms=net.terms())
    assert caught.value.code == "intent.reused"


def _anchor_and_fail(ledger: LedgerUnit) -> None:
    ledger.anchor("lost", random_id(), size=1)
    raise RuntimeError


def test_an_intent_of_a_transaction_that_rolls_back_is_never_sent(net):
    with pytest.raises(RuntimeError), transaction(net.a.engine) as session:
        _anchor_and_fail(net.a.ledger.within(session))
    net.a.ledger.sender.flush()
    with pytest.raises(InvalidInput) as caught:
        net.a.ledger.intent("lost")
    assert caught.value.code == "intent.unknown"


REFUSED = {
    "attestation_not_found": lambda _: ("decide", (random_id(),), {"commitment": random_id()}),
    "self_attestation": lambda net: ("attest", (random_id(),), {"terms": replace(net.terms(), issuer=2)}),
    "decide_by_out_of_range": lambda net: (
        "attest",
        (random_id(),),
        {"terms": _swapped(net.terms(valid_for_s=8 * DAY_S))},
    ),
    "batch_empty": lambda _: ("revoke", ([],), {"reason": ReasonClass.ENDED}),
    "size_invalid": lambda _: ("anchor", (random_id(),), {"size": 0}),
    "proposal_unknown": lambda _: ("approve", (999,), {}),
}


def _swapped(terms) -> Any:
    """The same terms from B to A."""
    return replace(terms, issuer=terms.recipient, recipient=terms.issuer)


@pytest.mark.parametrize("code", REFUSED)
def test_a_refused_call_gets_its_code_and_spends_no_nonce(net, code):
    before = net.chain.rpc("eth_getTransactionCount", net.b.signer.address, "latest")
    method, args, kwargs = REFUSED[code](net)
    intent = net.b.do("refused", method, *args, **kwargs)
    assert (intent.state, intent.code, intent.tx_hash) == (IntentState.FAILED, code, None)
    assert net.chain.rpc("eth_getTransactionCount", net.b.signer.address, "latest") == before


def test_a_decision_is_refused_when_the_verification_is_too_old(net):
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms(age_days=364, valid_for_s=6 * DAY_S))
    net.chain.advance(3 * DAY_S)
    assert net.b.do("decide", "decide", attestation_id, commitment=random_id()).code == "too_old"


def test_a_decision_is_refused_when_the_legal_basis_is_not_enabled(net):
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms(legal_basis=4))
    decided = net.b.do("decide", "decide", attestation_id, commitment=random_id())
    assert decided.code == "legal_basis_not_enabled"


def test_a_call_that_rests_on_an_earlier_one_waits_for_it(net):
    attestation_id = random_id()
    net.chain.set_automine(enabled=False)
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        view.attest("first", attestation_id, terms=net.terms())
        view.revoke("second", [attestation_id], reason=ReasonClass.ERROR)
    net.a.ledger.sender.flush()
    assert not net.a.ledger.intent("second").is_settled
    net.chain.set_automine(enabled=True)
    net.chain.mine()
    assert net.a.settle("second").is_recorded
    assert net.a.ledger.status_of(attestation_id)[0] is AttestationState.REVOKED


def test_a_transaction_that_reverts_in_its_block_is_named(net):
    attestation_id, terms = random_id(), net.terms()
    net.chain.set_automine(enabled=False)
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        view.attest("first", attestation_id, terms=terms)
        view.attest("twin", attestation_id, terms=terms)
    net.a.ledger.sender.flush()
    net.chain.mine()
    net.chain.set_automine(enabled=True)
    assert net.a.settle("first").is_recorded
    twin = net.a.settle("twin")
    assert (twin.state, twin.code) == (IntentState.FAILED, "id_known")


def test_many_intents_are_recorded_each_once(net):
    ids = [random_id() for _ in range(250)]
    with transaction(net.a.engine) as session:
        view = net.a.ledger.within(session)
        for number, attestation_id in enumerate(ids):
            view.attest(f"attest-{number}", attestation_id, terms=net.terms())
    net.a.ledger.sender.flush()
    net.a.settle("attest-249")
    with _read(net.b) as session:
        view = net.b.ledger.within(session)
        page = view.attestations(limit=200)
        rest = view.attestations(after=_place(view, page[-1]), limit=200)
        assert sorted(entry.attestation_id for entry in page + rest) == sorted(ids)


def _place(view, entry) -> Any:
    return view.trail(entry.attestation_id)[0][1]


def test_batches_are_recorded_whole(net):
    items = [(random_id(), net.terms()) for _ in range(20)]
    assert net.a.do("many", "attest_many", items).is_recorded
    ids = [attestation_id for attestation_id, _ in items]
    assert net.a.do("all", "revoke", ids, reason=ReasonClass.ENDED).is_recorded
    with _read(net.b) as session:
        assert len(net.b.ledger.within(session).revocations()) == 20


def test_the_largest_batch_fits_under_the_transaction_gas_cap(net):
    items = [(random_id(), net.terms()) for _ in range(150)]
    assert net.a.do("many", "attest_many", items).is_recorded


def test_keys_are_valid_from_their_block_until_the_next(net):
    old, new = _keys("old"), _keys("new")
    net.a.do("old", "publish_keys", old)
    since = net.chain.now()
    net.chain.advance(100)
    net.a.do("new", "publish_keys", new)
    changed = net.chain.now()
    net.chain.advance(100)
    net.a.do("lost", "declare_compromised", since=changed + 50)
    with _read(net.b) as session:
        view = net.b.ledger.within(session)
        assert view.keys_at(1, since - 1) is None
        assert view.keys_at(1, since).keys == old
        assert view.keys_at(1, changed - 1).keys == old
        assert view.keys_at(1, changed).keys == new
        assert view.keys_at(1, changed + 50) is None
        assert view.keys_at(2, changed) is None
        assert [keys.valid_until for keys in view.keys(1)] == [changed, None]


def _keys(name: str) -> KeySet:
    filling = name.encode()[:1]
    return KeySet(filling * 64, filling * 1216, f"https://{name}.example", "見本第1号", "見本財務局")


def test_members_votes_and_rules_are_read_as_of_any_second(net):
    newcomer = Account.create().address
    before = net.chain.now()
    net.chain.advance(10)
    admitted = net.vote(proposals.admit(newcomer, Role.REGULATOR, "見本監督局"))
    net.vote(proposals.set_method_rule(METHOD, MethodRule(5, 0, 30)))
    net.chain.advance(10)
    net.vote(proposals.suspend(3))
    with _read(net.a) as session:
        view = net.a.ledger.within(session)
        member = view.member(3)
        assert (member.name, member.role, member.status) == ("見本監督局", Role.REGULATOR, Status.SUSPENDED)
        assert view.member_by_signer(newcomer.lower()) == member
        assert view.status_at(3, before) is Status.NONE
        assert view.status_at(3, member.admitted_at) is Status.ACTIVE
        assert view.method_rule(METHOD) == MethodRule(5, 0, 30)
        assert view.method_rule(METHOD, before) == MethodRule(0, 0, 365)
        assert view.method_rule(b"none") is None
        assert len(view.method_rules()) == 2
        assert view.legal_bases() == 1
        assert view.legal_bases(0) == 0
        vote = view.proposal(admitted)
        assert (vote.approved_by, vote.executed_at) == ((1, 2), member.admitted_at)
        assert [found.proposal_id for found in view.proposals()] == list(range(1, 6))
        with pytest.raises(InvalidInput) as caught:
            view.member(4)
    assert caught.value.code == "member.unknown"


def test_the_history_lists_every_event_with_its_transaction(net):
    intent = net.a.do("anchor", "anchor", random_id(), size=64)
    events = net.b.ledger.sync().events
    with _read(net.b) as session:
        view = net.b.ledger.within(session)
        everything = view.history()
        assert len(everything) == events
        assert everything[-1].tx_hash == intent.tx_hash
        assert view.history(after=everything[-2].position) == everything[-1:]
        assert view.history(limit=3) == everything[:3]


def test_projections_rebuilt_from_raw_logs_are_the_same(net):
    attestation_id = random_id()
    net.a.do("attest", "attest", attestation_id, terms=net.terms())
    net.b.do("decide", "decide", attestation_id, commitment=random_id())
    with _read(net.a) as session:
        view = net.a.ledger.within(session)
        before = (view.members(), view.proposals(), view.attestations(), view.method_rules())
    assert net.a.ledger.indexer.rebuild() == net.a.ledger.status().events
    with snapshot(net.a.engine) as session:
        view = net.a.ledger.within(session)
        assert (view.members(), view.proposals(), view.attestations(), view.method_rules()) == before


def test_reading_the_chain_again_gives_the_same_index(net):
    status = net.a.ledger.sync()
    again = net.a.ledger.indexer.reindex()
    assert (again.events, again.head, again.block_number) == (status.events, status.head, status.block_number)


def test_reading_in_small_ranges_gives_the_same_index(net):
    net.b.ledger.indexer._range_blocks = 2
    assert net.b.ledger.sync().head == net.a.ledger.sync().head


def test_old_range_ends_are_forgotten_and_blocks_with_events_are_not(net):
    net.a.ledger.sync()
    for _ in range(10):
        net.chain.mine(40)
        net.a.ledger.sync()
    with snapshot(net.a.engine) as session:
        kept = net.a.ledger.indexer
        numbers = [number for number, _ in _kept(session, kept)]
        assert net.a.ledger.within(session).members()
    head = net.a.ledger.status().block_number
    assert len([number for number in numbers if number > 10]) <= 10  # of some 20 range ends
    assert numbers[0] == head


def _kept(session, indexer) -> Any:
    return ChainIndex(session, indexer._contract).kept_blocks(below=10**9, limit=1000)


def test_founders_that_the_contract_refuses_are_named(net):
    signer = Signer(Account.create())
    with pytest.raises(InvalidInput) as caught:
        deploy(Rpc(net.chain.url), signer, [(signer.address, "見本甲"), (signer.address, "見本乙")])
    assert caught.value.code == "signer_taken"


def test_settling_takes_no_longer_than_the_chain(net):
    """It ends with the first answer that there is a receipt; and it asks often enough for a customer."""
    receipts = []

    def note(method: str, result: Any) -> Any:
        if method == "eth_getTransactionReceipt":
            receipts.append(result)
        return result

    net.a.faults.alter = note
    net.a.do("anchor", "anchor", random_id(), size=1)
    assert [one for one in receipts if one is not None] == receipts[-1:]
    assert LONGEST_PAUSE_S < 1

"""The running hash on chain equals the one that Python folds from the events."""

import pytest

from node.domain.events import Action, MethodRule, ReasonClass, Role
from node.domain.history import EMPTY_HEAD, fold
from tests.contracts.consortium import CHIP_FACE, KEYS, Consortium, new_id
from tests.sim.ledger import Refusal

pytestmark = pytest.mark.contracts


def recomputed(consortium: Consortium) -> tuple[bytes, int]:
    head, history = EMPTY_HEAD, consortium.contract.history_since(consortium.first_block)
    for event, timestamp in history:
        head = fold(head, event, timestamp)
    return head, len(history)


def on_chain(consortium: Consortium) -> tuple[bytes, int]:
    return consortium.call("historyHead"), consortium.call("historyCount")


def live_a_little(consortium: Consortium) -> None:
    """Meet every kind of event at least once."""
    consortium.send(consortium.a, "publishKeys", KEYS)
    consortium.send(consortium.b, "declareCompromised", consortium.chain.now())
    consortium.admit(consortium.outsiders[0], Role.REGULATOR)
    consortium.vote(Action.SUSPEND, 3)
    consortium.vote(Action.REINSTATE, 3)
    consortium.vote(Action.REPLACE_SIGNER, 3, consortium.outsiders[1])
    consortium.vote(Action.SET_METHOD_RULE, CHIP_FACE, MethodRule(1, 2**40 - 1, 30))
    consortium.vote(Action.SET_LEGAL_BASES, 2**256 - 1)
    consortium.send(consortium.a, "anchor", new_id(), 2**31)
    ids = [new_id() for _ in range(3)]
    consortium.send(consortium.a, "attestMany", ids, [consortium.terms(recipient=r) for r in (2, 3, 2)])
    consortium.chain.advance(3600)
    consortium.attest(legal_basis=6)
    consortium.send(consortium.b, "decide", ids[0], new_id())
    consortium.send(consortium.a, "revoke", ids, ReasonClass.ERROR)


def test_a_new_consortium_has_folded_its_founding_and_first_votes(consortium: Consortium):
    head, count = on_chain(consortium)
    assert count == 3 + 2 * 4
    assert (head, count) == recomputed(consortium)


def test_every_kind_of_event_folds_as_python_does(consortium: Consortium):
    live_a_little(consortium)
    kinds = {type(event) for event, _ in consortium.contract.history_since(consortium.first_block)}
    assert len(kinds) == 14
    assert on_chain(consortium) == recomputed(consortium)


def test_a_missing_or_reordered_event_breaks_the_head(consortium: Consortium):
    live_a_little(consortium)
    history = consortium.contract.history_since(consortium.first_block)
    for forged in (history[:-1], history[1:], [*history[:-2], history[-1], history[-2]]):
        head = EMPTY_HEAD
        for event, timestamp in forged:
            head = fold(head, event, timestamp)
        assert head != consortium.call("historyHead")


def test_a_refused_call_leaves_the_head_alone(consortium: Consortium):
    before = on_chain(consortium)
    refusal = consortium.refusal(consortium.a, "attest", bytes(32), consortium.terms())
    assert refusal == Refusal("InvalidId", ())
    assert on_chain(consortium) == before


def test_one_slot_holds_head_and_count(consortium: Consortium):
    slot = bytes.fromhex(
        consortium.chain.rpc("eth_getStorageAt", consortium.contract.address, "0x0", "latest")[2:]
    )
    head, count = on_chain(consortium)
    assert slot == head + count.to_bytes(5, "big")

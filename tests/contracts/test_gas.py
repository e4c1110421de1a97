"""What calls cost. Gas is deterministic, so a budget is a test; figures are in contracts/README.md.

Ids and commitments have no zero byte here: each zero byte in calldata would make a call 12 gas cheaper.
"""

import pytest

from node.domain.events import Action, ReasonClass
from tests.contracts.consortium import Consortium, new_id

pytestmark = pytest.mark.contracts

ATTEST_MAX = 62_000
ATTEST_ITEM_MAX = 30_000
DECIDE_MAX = 45_000
REVOKE_MAX = 38_000
REVOKE_ITEM_MAX = 12_000
ANCHOR_MAX = 60_000
IS_VALID_MAX = 7_500
VOTE_MAX = 250_000
BATCH = 50


def test_attest_is_within_budget(consortium: Consortium):
    receipt = consortium.send(consortium.a, "attest", new_id(), consortium.terms())
    assert receipt.gas <= ATTEST_MAX


def test_an_item_of_a_batch_is_within_budget(consortium: Consortium):
    ids = [new_id() for _ in range(BATCH)]
    receipt = consortium.send(consortium.a, "attestMany", ids, [consortium.terms()] * BATCH)
    assert receipt.gas / BATCH <= ATTEST_ITEM_MAX


def test_decide_is_within_budget(consortium: Consortium):
    receipt = consortium.send(consortium.b, "decide", consortium.attest(), new_id())
    assert receipt.gas <= DECIDE_MAX


def test_revoke_is_within_budget(consortium: Consortium):
    receipt = consortium.send(consortium.a, "revoke", [consortium.attest()], ReasonClass.ERROR)
    assert receipt.gas <= REVOKE_MAX


def test_an_item_of_a_revocation_is_within_budget(consortium: Consortium):
    ids = [new_id() for _ in range(BATCH)]
    consortium.send(consortium.a, "attestMany", ids, [consortium.terms()] * BATCH)
    receipt = consortium.send(consortium.a, "revoke", ids, ReasonClass.ERROR)
    assert receipt.gas / BATCH <= REVOKE_ITEM_MAX


def test_anchor_is_within_budget(consortium: Consortium):
    assert consortium.send(consortium.a, "anchor", new_id(), 2**16).gas <= ANCHOR_MAX


def test_is_valid_is_within_budget(consortium: Consortium):
    assert consortium.contract.execution_gas("isValid", consortium.attest()) <= IS_VALID_MAX


def test_votes_are_within_budget(consortium: Consortium):
    proposal = consortium.vote(Action.ADMIT, consortium.outsiders[0], 1, "丁信用金庫")
    assert proposal.gas <= VOTE_MAX

"""Merkle roots: who may anchor, what, and once."""

import pytest

from node.domain.events import Anchored
from tests.contracts.consortium import Consortium, new_id
from tests.sim.ledger import Refusal

pytestmark = pytest.mark.contracts


def test_an_anchor_is_recorded_with_its_time(consortium: Consortium):
    root = new_id()
    assert not consortium.call("isAnchored", 1, root)
    assert consortium.call("anchoredAt", 1, root) == 0
    receipt = consortium.send(consortium.a, "anchor", root, 1024)
    assert receipt.history == (Anchored(1, root, 1024),)
    assert consortium.call("isAnchored", 1, root)
    assert consortium.call("anchoredAt", 1, root) == receipt.timestamp


def test_a_root_is_anchored_once_by_its_issuer(consortium: Consortium):
    root = new_id()
    consortium.send(consortium.a, "anchor", root, 16)
    assert consortium.refusal(consortium.a, "anchor", root, 16) == Refusal("RootKnown", (root,))


def test_nobody_can_take_another_members_root(consortium: Consortium):
    root = new_id()
    consortium.send(consortium.b, "anchor", root, 16)
    assert not consortium.call("isAnchored", 1, root)
    consortium.send(consortium.a, "anchor", root, 16)


@pytest.mark.parametrize("size", [0, 3, 1000, 2**32 - 1])
def test_a_size_that_is_not_padded_to_a_power_of_two_is_refused(consortium: Consortium, size: int):
    assert consortium.refusal(consortium.a, "anchor", new_id(), size).error == "InvalidSize"


@pytest.mark.parametrize("size", [1, 2, 2**31])
def test_powers_of_two_are_sizes(consortium: Consortium, size: int):
    consortium.send(consortium.a, "anchor", new_id(), size)

"""Trees: shape, order, padding and refusals. Properties are in tests/properties/test_merkle_properties.py."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak

from node.domain.merkle import build_tree, verify_proof
from tests.vectors.commitments import counted, digest

pytestmark = pytest.mark.unit


def values(count: int) -> list[bytes]:
    return [digest(str(number)) for number in range(count)]


def test_a_single_value_is_hashed_into_the_root():
    tree = build_tree(values(1), randomness=counted("x"))
    assert tree.root == keccak(values(1)[0])
    assert tree.proof(values(1)[0]) == ()


def test_parents_hash_the_sorted_pair_of_leaves():
    one, two = sorted(keccak(value) for value in values(2))
    assert build_tree(values(2), randomness=counted("x")).root == keccak(one + two)


@pytest.mark.parametrize(("count", "size"), [(1, 1), (2, 2), (3, 4), (5, 8), (16, 16), (17, 32)])
def test_leaves_are_padded_to_a_power_of_two(count: int, size: int):
    tree = build_tree(values(count), randomness=counted("x"))
    assert tree.size == size
    assert len(set(tree.layers[0])) == size


def test_the_order_of_leaves_comes_from_the_randomness():
    orders = {build_tree(values(16), randomness=counted(seed)).layers[0] for seed in ("x", "y")}
    assert len(orders) == 2
    assert {frozenset(order) for order in orders} == {frozenset(keccak(value) for value in values(16))}


def test_the_same_randomness_gives_the_same_tree():
    one, two = (build_tree(values(5), randomness=counted("x")) for _ in range(2))
    assert one == two


def test_an_inner_node_is_not_a_value():
    tree = build_tree(values(4), randomness=counted("x"))
    inner = tree.layers[1][0]
    assert not verify_proof(tree.root, inner, [tree.layers[1][1]])
    assert not verify_proof(tree.root, tree.layers[0][0], tree.proof(values(4)[0]))


def test_a_proof_with_a_node_of_another_length_fails():
    tree = build_tree(values(2), randomness=counted("x"))
    (sibling,) = tree.proof(values(2)[0])
    assert verify_proof(tree.root, values(2)[0], [sibling])
    assert not verify_proof(tree.root, values(2)[0], [sibling[:-1]])
    assert not verify_proof(tree.root, values(2)[0], [sibling + b"\0"])


def test_a_value_outside_the_tree_has_no_proof():
    with pytest.raises(KeyError):
        build_tree(values(2), randomness=counted("x")).proof(digest("other"))


@pytest.mark.parametrize("bad", [[], [bytes(31)], [bytes(32), bytes(32)]], ids=["none", "short", "twice"])
def test_values_that_make_no_tree_are_refused(bad: list[bytes]):
    with pytest.raises(ValueError, match="distinct values of 32 bytes"):
        build_tree(bad, randomness=counted("x"))

"""Any set of values: every value proves, nothing else does."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.domain.merkle import Randomness, build_tree, verify_proof

pytestmark = pytest.mark.properties

unhurried = settings(deadline=None)
"""Machines under load are slow now and then; that is no finding."""

hashes = st.binary(min_size=32, max_size=32)
value_lists = st.lists(hashes, min_size=1, max_size=40, unique=True)


def seeded(seed: bytes) -> Randomness:
    state = hashlib.shake_256(seed)

    def draw(size: int) -> bytes:
        state.update(b"next")
        return state.digest(size)

    return draw


@unhurried
@given(value_lists, st.binary(max_size=8))
def test_every_value_proves_itself(values: list[bytes], seed: bytes):
    tree = build_tree(values, randomness=seeded(seed))
    assert all(verify_proof(tree.root, value, tree.proof(value)) for value in values)


@unhurried
@given(value_lists, hashes, st.binary(max_size=8))
def test_no_other_value_passes_with_any_proof_of_the_tree(values: list[bytes], other: bytes, seed: bytes):
    tree = build_tree(values, randomness=seeded(seed))
    if other not in values:
        assert not any(verify_proof(tree.root, other, tree.proof(value)) for value in values)


@unhurried
@given(value_lists, st.binary(max_size=8), st.data())
def test_a_proof_with_one_flipped_bit_fails(values: list[bytes], seed: bytes, data: st.DataObject):
    tree = build_tree(values, randomness=seeded(seed))
    value = data.draw(st.sampled_from(values))
    proof = list(tree.proof(value))
    if proof:
        step, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        flipped = int.from_bytes(proof[step], "big") ^ (1 << bit)
        proof[step] = flipped.to_bytes(32, "big")
        assert not verify_proof(tree.root, value, proof)


@unhurried
@given(value_lists, st.binary(max_size=8))
def test_the_size_is_the_next_power_of_two_and_every_proof_as_long(values: list[bytes], seed: bytes):
    tree = build_tree(values, randomness=seeded(seed))
    assert tree.size & (tree.size - 1) == 0
    assert len(values) <= tree.size < 2 * len(values)
    assert {len(tree.proof(value)) for value in values} == {tree.size.bit_length() - 1}

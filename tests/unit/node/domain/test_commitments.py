"""Commitments: the shared vectors, and what must not be mistaken for one another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from node.domain.commitments import (
    TAG_ATTESTATION,
    TAG_DECISION,
    TAG_LEAF,
    attestation_id,
    decision_commitment,
    leaf_value,
    method_code,
)
from tests.vectors import commitments as vectors

pytestmark = pytest.mark.unit

CONTRACT = vectors.CONTRACT
A, B, C = bytes([1]) * 32, bytes([2]) * 32, bytes([3]) * 32

LEAF: dict[str, Any] = {
    "chain_id": 31_337,
    "contract": CONTRACT,
    "issuer_id": 1,
    "version_digest": A,
    "secret": B,
}
ATTESTATION: dict[str, Any] = {
    "chain_id": 31_337,
    "contract": CONTRACT,
    "issuer_id": 1,
    "recipient_id": 2,
    "credential_digest": A,
    "consent_digest": B,
    "secret": C,
}


def test_the_committed_vectors_are_what_python_computes():
    assert json.loads(vectors.PATH.read_text(encoding="utf-8")) == vectors.vectors()
    assert vectors.PATH.read_text(encoding="utf-8") == vectors.render()


def test_tags_are_hashes_of_their_names():
    assert keccak(text="rireki.leaf.v1") == TAG_LEAF
    assert keccak(text="rireki.attestation.v1") == TAG_ATTESTATION
    assert keccak(text="rireki.decision.v1") == TAG_DECISION


def test_a_leaf_value_is_the_hash_of_its_abi_encoding():
    types = ["bytes32", "uint256", "address", "uint16", "bytes32", "bytes32"]
    assert leaf_value(**LEAF) == keccak(encode(types, [TAG_LEAF, *LEAF.values()]))


def test_an_attestation_id_is_the_hash_of_its_abi_encoding():
    types = ["bytes32", "uint256", "address", "uint16", "uint16", "bytes32", "bytes32", "bytes32"]
    assert attestation_id(**ATTESTATION) == keccak(encode(types, [TAG_ATTESTATION, *ATTESTATION.values()]))


def test_a_decision_commitment_is_the_hash_of_its_abi_encoding():
    encoded = encode(["bytes32", "bytes32", "bool", "bytes32", "bytes32"], [TAG_DECISION, A, True, B, C])
    assert decision_commitment(A, accepted=True, decision_digest=B, secret=C) == keccak(encoded)


@pytest.mark.parametrize("name", list(LEAF))
def test_every_input_changes_the_leaf_value(name: str):
    changed = {"chain_id": 1, "contract": "0x" + "11" * 20, "issuer_id": 2, "version_digest": C, "secret": C}
    assert leaf_value(**LEAF | {name: changed[name]}) != leaf_value(**LEAF)


@pytest.mark.parametrize("name", list(ATTESTATION))
def test_every_input_changes_the_attestation_id(name: str):
    changed = {"chain_id": 1, "contract": "0x" + "11" * 20, "issuer_id": 3, "recipient_id": 3}
    changed |= dict.fromkeys(("credential_digest", "consent_digest", "secret"), bytes(32))
    assert attestation_id(**ATTESTATION | {name: changed[name]}) != attestation_id(**ATTESTATION)


def test_an_acceptance_and_a_refusal_commit_differently():
    accepted, refused = (
        decision_commitment(A, accepted=answer, decision_digest=B, secret=C) for answer in (True, False)
    )
    assert accepted != refused


@pytest.mark.parametrize("length", [0, 31, 33])
def test_digests_and_secrets_of_another_length_are_refused(length: int):
    with pytest.raises(ValueError, match="32 bytes"):
        leaf_value(**LEAF | {"secret": bytes(length)})
    with pytest.raises(ValueError, match="32 bytes"):
        decision_commitment(A, accepted=True, decision_digest=bytes(length), secret=C)


def test_the_letter_case_of_an_address_does_not_matter():
    lower = leaf_value(**LEAF | {"contract": CONTRACT.lower()})
    assert lower == leaf_value(**LEAF)


def test_a_method_code_is_a_known_selector():
    # ERC-20's transfer, the best known four bytes there are.
    assert method_code("transfer(address,uint256)").hex() == "a9059cbb"

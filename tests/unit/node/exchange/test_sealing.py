"""Sealed transfers open for their recipient, their request and their attestation only."""

from __future__ import annotations

import pytest

from node.errors import InvalidInput
from node.exchange.keys import generate_keys, transfer_public_key
from node.exchange.sealing import TRANSFER_ALTERED, open_sealed, seal
from tests.sim.scenario import seeded_randomness

pytestmark = pytest.mark.unit

CONTEXT = b"c" * 32
OVERHEAD_BYTES = 1_136
"""1,120 of encapsulated key (ML-KEM-768 1,088, X25519 32) and 16 of GCM tag."""


def test_transfer_sealed_to_the_published_key_opens_with_the_private_one():
    keys = generate_keys(randomness=seeded_randomness())
    sealed = seal(b"specimen", transfer_public_key(keys.transfer.public_bytes), context=CONTEXT)
    assert open_sealed(sealed, keys.transfer.private, context=CONTEXT) == b"specimen"
    assert len(sealed) == len(b"specimen") + OVERHEAD_BYTES


@pytest.mark.parametrize("defect", ["flipped", "cut", "empty", "context", "recipient"])
def test_anything_else_is_transfer_altered(defect):
    keys, other = (generate_keys(randomness=seeded_randomness()) for _ in range(2))
    sealed = seal(b"specimen", transfer_public_key(keys.transfer.public_bytes), context=CONTEXT)
    damaged = {"flipped": sealed[:-1] + bytes([sealed[-1] ^ 1]), "cut": sealed[:-1], "empty": b""}
    key = other.transfer.private if defect == "recipient" else keys.transfer.private
    with pytest.raises(InvalidInput) as error:
        open_sealed(damaged.get(defect, sealed), key, context=bytes(32) if defect == "context" else CONTEXT)
    assert error.value.code == TRANSFER_ALTERED


@pytest.mark.parametrize("published", [b"", bytes(1_215), b"\xff" * 1_216])
def test_malformed_published_key_is_refused(published):
    with pytest.raises(InvalidInput) as error:
        transfer_public_key(published)
    assert error.value.code == "member.transfer_key_invalid"

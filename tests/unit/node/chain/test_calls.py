"""Limits that a chain puts on one transaction, against the largest calls of ours."""

from __future__ import annotations

import pytest

from node.chain.calls import BATCH_MAX, Calls
from node.domain.events import ReasonClass, Terms

pytestmark = pytest.mark.unit

POOL_MAX_BYTES = 128 << 10
"""Pools refuse transactions above this (Besu since 26.8.1, other clients before)."""
MAX_GAS = 1 << 24
"""EIP-7825."""
ENVELOPE_BYTES = 200
"""Signature, nonce, fees and address of an EIP-1559 transaction, rounded up."""

TERMS = Terms(1, 2, b"abcd", 6, 20_000, 2**40 - 1)
IDS = [number.to_bytes(32, "big") for number in range(1, BATCH_MAX + 1)]


@pytest.mark.parametrize(
    "call",
    [
        Calls().attest_many([(attestation_id, TERMS) for attestation_id in IDS]),
        Calls().revoke(IDS, ReasonClass.ERROR),
    ],
    ids=lambda call: call.method,
)
def test_the_largest_batch_fits_a_pool_and_a_transaction(call):
    assert len(call.data) + ENVELOPE_BYTES <= POOL_MAX_BYTES
    assert call.gas <= MAX_GAS

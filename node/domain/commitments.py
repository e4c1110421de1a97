"""Compute the salted commitments that go on chain in place of facts.

Each includes a 256-bit secret, so nothing here can be recomputed from personal data, and destroying the
secret erases the link. Does not create secrets or digests; both arrive as arguments.
Spec: `keccak256(abi.encode(tag, ...))` over the arguments in order; Python and Solidity share
tests/vectors/commitments.json.
"""

from __future__ import annotations

from typing import Final

from node.domain.evm_words import WORD_BYTES, address_word, uint_word
from node.domain.keccak import keccak

TAG_LEAF: Final = keccak(b"rireki.leaf.v1")
TAG_ATTESTATION: Final = keccak(b"rireki.attestation.v1")
TAG_DECISION: Final = keccak(b"rireki.decision.v1")

METHOD_CODE_BYTES = 4
"""Length of a method on chain (`bytes4`)."""


def leaf_value(
    *, chain_id: int, contract: str, issuer_id: int, version_digest: bytes, secret: bytes
) -> bytes:
    """Commit to one salted version of a record.

    Args:
        chain_id: EIP-155 chain id.
        contract: address of IdentityHistory, 0x-prefixed.
        issuer_id: member id of the verifying provider.
        version_digest: 32 bytes; SHA-256 of the RFC 8785 bytes of the version's unsigned core.
        secret: 32 random bytes, destroyed on erasure.

    Returns:
        32 bytes; `merkle` hashes them once more into the tree.

    Raises:
        ValueError: a digest or secret is not 32 bytes.
    """
    return _commit(
        TAG_LEAF,
        uint_word(chain_id),
        address_word(contract),
        uint_word(issuer_id),
        version_digest,
        secret,
    )


def attestation_id(
    *,
    chain_id: int,
    contract: str,
    issuer_id: int,
    recipient_id: int,
    credential_digest: bytes,
    consent_digest: bytes,
    secret: bytes,
) -> bytes:
    """Commit to the consented release of one credential to one recipient.

    Args:
        chain_id: EIP-155 chain id.
        contract: address of IdentityHistory, 0x-prefixed.
        issuer_id: member id of the verifying provider.
        recipient_id: member id of the relying provider.
        credential_digest: 32 bytes; SHA-256 of the issuer-signed JWT (ASCII, without disclosures).
        consent_digest: 32 bytes; SHA-256 of the RFC 8785 bytes of the consent receipt.
        secret: 32 random bytes, destroyed on erasure.

    Returns:
        32 bytes.

    Raises:
        ValueError: a digest or secret is not 32 bytes.
    """
    return _commit(
        TAG_ATTESTATION,
        uint_word(chain_id),
        address_word(contract),
        uint_word(issuer_id),
        uint_word(recipient_id),
        credential_digest,
        consent_digest,
        secret,
    )


def decision_commitment(
    attestation: bytes, *, accepted: bool, decision_digest: bytes, secret: bytes
) -> bytes:
    """Commit to an acceptance or a refusal without showing which.

    Args:
        attestation: 32 bytes, the attestation id.
        accepted: the decision.
        decision_digest: 32 bytes; SHA-256 of the RFC 8785 bytes of the decision document.
        secret: 32 random bytes, destroyed on erasure.

    Returns:
        32 bytes.

    Raises:
        ValueError: an id, digest or secret is not 32 bytes.
    """
    return _commit(TAG_DECISION, attestation, uint_word(accepted), decision_digest, secret)


def method_code(method_id: str) -> bytes:
    """Code of a verification method on chain, 4 bytes, from its stable id, e.g. "jp.chip+face"."""
    return keccak(method_id.encode())[:METHOD_CODE_BYTES]


def _commit(*words: bytes) -> bytes:
    # Lengths are checked because two short fields could otherwise slide into each other's place.
    if any(len(word) != WORD_BYTES for word in words):
        raise ValueError("ids, digests and secrets have 32 bytes")
    return keccak(b"".join(words))

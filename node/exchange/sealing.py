"""Seal a transfer to one recipient, and open it.

HPKE base mode says nothing about the sender: the credential's signature does. Decides nothing about the
contents.

Spec: RFC 9180 single shot, KEM ML-KEM-768 + X25519 (hybrid), HKDF-SHA256, AES-256-GCM, through
`cryptography.hazmat.primitives.hpke`; `info` binds request and attestation (`transfer.sealing_context`).
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from node.errors import InvalidInput

TRANSFER_ALTERED = "transfer_altered"


def seal(plaintext: bytes, recipient: MLKEM768X25519PublicKey, *, context: bytes) -> bytes:
    """Encrypt to the recipient's transfer key, bound to `context` (32 bytes)."""
    return _suite().encrypt(plaintext, recipient, info=context)


def open_sealed(sealed: bytes, key: MLKEM768X25519PrivateKey, *, context: bytes) -> bytes:
    """Decrypt what was sealed to this key in this context.

    Raises:
        InvalidInput: altered on the way, sealed to another key or for another request ("transfer_altered");
            HPKE cannot tell which.
    """
    try:
        return _suite().decrypt(sealed, key, info=context)
    except (InvalidTag, ValueError) as error:
        raise InvalidInput(
            TRANSFER_ALTERED,
            "the sealed transfer does not open for this request",
            hint="Ask again; if it repeats, compare the transfer key on chain with the key file.",
        ) from error


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

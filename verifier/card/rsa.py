"""RSA as card issuers in Japan use it: the key encoding of card files, and PKCS#1 v1.5 over prepared digests.

Decides whether a signature is valid under a key; knows neither whose key it is nor whether to trust it.
Key encoding: 90 03 exponent, 91 82 01 00 modulus (myna-card, layouts from physical cards). RFC 8017, 8.2 and
9.2.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_PREFIX: Final = bytes.fromhex("9003010001 91820100")
"""Exponent 65537, then a modulus of 256 bytes."""

RSA_BITS: Final = 2048
"""Every key of the 券面 hierarchy seen so far."""

EXPONENT: Final = 65537

_DIGEST_INFO: Final = bytes.fromhex("3031300D060960864801650304020105000420")
"""RFC 8017 9.2 note 1: DigestInfo header for one SHA-256 digest."""

_DIGEST_INFO_3: Final = bytes.fromhex("3071300D060960864801650304020105000460")
"""The same header around three concatenated SHA-256 digests: lengths 0x71 and 0x60. Not standard, but what
券面 uses."""


def parse_public_key(encoded: bytes) -> RSAPublicKey:
    """Read a card file's public key.

    Raises:
        InvalidInput: not an RSA-2048 key with exponent 65537 ("card.key_malformed").
    """
    modulus = encoded[len(KEY_PREFIX) :]
    n = int.from_bytes(modulus, "big")
    if not encoded.startswith(KEY_PREFIX) or n.bit_length() != RSA_BITS or n % 2 == 0:
        raise InvalidInput(
            "card.key_malformed", "a public key on the card is malformed", hint="treat the card as suspect"
        )
    return RSAPublicNumbers(EXPONENT, n).public_key()


def digest_info(data: bytes) -> bytes:
    """DigestInfo of SHA-256(data), 51 bytes: what a card is asked to sign."""
    return _DIGEST_INFO + sha256(data).digest()


def digest_info_of_three(groups: tuple[bytes, bytes, bytes]) -> bytes:
    """One DigestInfo holding the SHA-256 digests of three groups, 115 bytes."""
    return _DIGEST_INFO_3 + b"".join(_digests(groups))


def is_signed(key: RSAPublicKey, signature: bytes, prepared: bytes) -> bool:
    """Whether `signature` is PKCS#1 v1.5 over exactly the prepared DigestInfo."""
    try:
        return key.recover_data_from_signature(signature, PKCS1v15(), None) == prepared
    except InvalidSignature:
        return False


def _digests(groups: Iterable[bytes]) -> Iterable[bytes]:
    return (sha256(group).digest() for group in groups)

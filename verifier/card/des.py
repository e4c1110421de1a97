"""Triple DES and the retail MAC as identity cards of the ICAO family use them.

Decides nothing; only computes. Two-key triple DES in CBC mode with a zero IV, ISO/IEC 9797-1 MAC algorithm 3
with padding method 2, and the key derivation of ICAO Doc 9303 part 11 (8th edition), 9.7.1 and 9.7.4. These
algorithms are old; what is believed about a document rests on its issuer's signature, never on them.
"""

from __future__ import annotations

from hashlib import sha1
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from verifier.errors import InvalidInput

BLOCK_BYTES: Final = 8
KEY_BYTES: Final = 16
"""Two-key triple DES: 2 x 8 bytes."""

MAC_BYTES: Final = 8

ENCRYPTION: Final = 1
AUTHENTICATION: Final = 2
"""Counters of the key derivation: which key comes out."""

_ZERO_IV: Final = bytes(BLOCK_BYTES)
_PAD: Final = b"\x80"


def encrypt(key: bytes, data: bytes) -> bytes:
    """CBC, zero IV, no padding: `data` is whole blocks of 8 bytes, `key` has 16."""
    encryptor = _cipher(key).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def decrypt(key: bytes, data: bytes) -> bytes:
    """Reverse `encrypt`.

    Raises:
        InvalidInput: not whole blocks ("card.cryptogram_malformed").
    """
    if not data or len(data) % BLOCK_BYTES:
        raise _malformed("a cryptogram is not whole blocks")
    decryptor = _cipher(key).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def retail_mac(key: bytes, data: bytes) -> bytes:
    """MAC algorithm 3 over padded data, 8 bytes: DES under the first half, triple DES on the last block."""
    single, last = key[:BLOCK_BYTES], pad(data)
    chained = encrypt(single * 2, last)[-BLOCK_BYTES:]
    # Decrypting under the second half and encrypting under the first completes E-D-E on the last block.
    middle = decrypt(key[BLOCK_BYTES:] * 2, chained)
    return encrypt(single * 2, middle)


def is_mac(key: bytes, data: bytes, mac: bytes) -> bool:
    """Whether `mac` is the retail MAC of `data`, in constant time."""
    return compare_digest(retail_mac(key, data), mac)


def pad(data: bytes) -> bytes:
    """ISO/IEC 9797-1 padding method 2: 80, then zeros up to whole blocks."""
    padded = data + _PAD
    return padded + bytes(-len(padded) % BLOCK_BYTES)


def unpad(data: bytes) -> bytes:
    """Strip padding method 2.

    Raises:
        InvalidInput: no padding there ("card.cryptogram_malformed").
    """
    stripped = data.rstrip(b"\x00")
    if not stripped.endswith(_PAD) or len(data) - len(stripped) >= BLOCK_BYTES:
        raise _malformed("decrypted data has no padding")
    return stripped[:-1]


def derive_key(seed: bytes, counter: int) -> bytes:
    """KDF for triple DES: 16 bytes of SHA-1(seed, counter), parity adjusted.

    Args:
        seed: shared secret.
        counter: ENCRYPTION or AUTHENTICATION.
    """
    return _with_odd_parity(sha1(seed + counter.to_bytes(4, "big")).digest()[:KEY_BYTES])  # noqa: S324  as specified


def _with_odd_parity(key: bytes) -> bytes:
    return bytes(byte & 0xFE | (byte >> 1).bit_count() & 1 ^ 1 for byte in key)


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    # three keys with the first one twice: the library warns of 16-byte keys and computes the same
    return Cipher(TripleDES(key + key[:BLOCK_BYTES]), modes.CBC(_ZERO_IV))


def _malformed(message: str) -> InvalidInput:
    return InvalidInput("card.cryptogram_malformed", message, hint="put the card on the reader again")

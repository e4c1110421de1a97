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
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, modes

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


class PreparedKey:
    """A 16-byte key made ready once for a whole session: preparing costs more than using it.

    Not for two threads at a time: see `_Chain`.
    """

    def __init__(self, key: bytes) -> None:
        """Take the two halves."""
        first = key[:BLOCK_BYTES]
        # three keys with the first one twice: the library warns of 16-byte keys and computes the same
        triple = Cipher(TripleDES(key + first), modes.CBC(_ZERO_IV))
        single = Cipher(TripleDES(first * 3), modes.CBC(_ZERO_IV))
        self._encrypting, self._decrypting = _Chain(triple.encryptor()), _Chain(triple.decryptor())
        self._chaining = _Chain(single.encryptor())

    def encrypt(self, data: bytes) -> bytes:
        """See `encrypt`."""
        return self._encrypting.encrypt(data)

    def decrypt(self, data: bytes) -> bytes:
        """See `decrypt`."""
        if not data or len(data) % BLOCK_BYTES:
            raise _malformed("a cryptogram is not whole blocks")
        return self._decrypting.decrypt(data)

    def retail_mac(self, data: bytes) -> bytes:
        """See `retail_mac`."""
        padded = pad(data)
        head, last = padded[:-BLOCK_BYTES], padded[-BLOCK_BYTES:]
        chained = self._chaining.encrypt(head)[-BLOCK_BYTES:] if head else _ZERO_IV
        return self._encrypting.encrypt(_xor(chained, last))

    def is_mac(self, data: bytes, mac: bytes) -> bool:
        """See `is_mac`."""
        return compare_digest(self.retail_mac(data), mac)


class _Chain:
    """A CBC cipher of the library, used for message after message, each with a zero IV.

    The library would have a new context made for each message, which costs as much as the message. Instead
    what CBC carries over from the message before, its last ciphertext block, is taken out of the next one's
    first block.
    """

    def __init__(self, context: CipherContext) -> None:
        self._context, self._carried = context, _ZERO_IV

    def encrypt(self, blocks: bytes) -> bytes:
        sealed = self._context.update(_xor(blocks[:BLOCK_BYTES], self._carried) + blocks[BLOCK_BYTES:])
        self._carried = sealed[-BLOCK_BYTES:]
        return sealed

    def decrypt(self, blocks: bytes) -> bytes:
        opened = self._context.update(blocks)
        first, self._carried = _xor(opened[:BLOCK_BYTES], self._carried), blocks[-BLOCK_BYTES:]
        return first + opened[BLOCK_BYTES:]


def encrypt(key: bytes, data: bytes) -> bytes:
    """CBC, zero IV, no padding: `data` is whole blocks of 8 bytes, `key` has 16."""
    return PreparedKey(key).encrypt(data)


def decrypt(key: bytes, data: bytes) -> bytes:
    """Reverse `encrypt`.

    Raises:
        InvalidInput: not whole blocks ("card.cryptogram_malformed").
    """
    return PreparedKey(key).decrypt(data)


def retail_mac(key: bytes, data: bytes) -> bytes:
    """MAC algorithm 3 over padded data, 8 bytes: DES under the first half, triple DES on the last block."""
    return PreparedKey(key).retail_mac(data)


def is_mac(key: bytes, data: bytes, mac: bytes) -> bool:
    """Whether `mac` is the retail MAC of `data`, in constant time."""
    return PreparedKey(key).is_mac(data, mac)


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


def _xor(one: bytes, other: bytes) -> bytes:
    """Of two blocks."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(BLOCK_BYTES)


def _with_odd_parity(key: bytes) -> bytes:
    return bytes(byte & 0xFE | (byte >> 1).bit_count() & 1 ^ 1 for byte in key)


def _malformed(message: str) -> InvalidInput:
    return InvalidInput("card.cryptogram_malformed", message, hint="put the card on the reader again")

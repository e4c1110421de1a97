"""The two ciphers of a passport's secure messaging: triple DES, and AES as PACE brings it.

Decides nothing; only computes. ICAO Doc 9303 (8th edition) part 11, 9.7 (keys) and 9.8.6 (messages).
"""

from __future__ import annotations

from hashlib import sha1, sha256
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from verifier.card import des
from verifier.errors import InvalidInput

MAC_BYTES: Final = 8
_AES_BLOCK: Final = 16
_PAD: Final = b"\x80"


class SessionCipher(Protocol):
    """Encryption and authentication under the two keys of a session.

    Attributes:
        block_bytes: size of a block, and of the send sequence counter.
        chunk_bytes: most that one protected short answer carries.
    """

    block_bytes: int
    chunk_bytes: int

    def encrypt(self, plain: bytes, counter: bytes) -> bytes:
        """Pad and encrypt the data of one message."""
        ...

    def decrypt(self, sealed: bytes, counter: bytes) -> bytes:
        """Decrypt and strip the padding ("card.cryptogram_malformed")."""
        ...

    def mac(self, data: bytes) -> bytes:
        """MAC of the counter and what follows it, padded, 8 bytes."""
        ...


class TripleDesCipher:
    """As after basic access control; the counter enters the MAC only."""

    block_bytes = des.BLOCK_BYTES
    chunk_bytes = 231
    """Padded to 232, plus 4 bytes of DO'87', 4 of DO'99', 10 of DO'8E' = 250 of 256; one more block is too
    much."""

    def __init__(self, encryption: bytes, authentication: bytes) -> None:
        """Take 16-byte keys."""
        self._encryption, self._authentication = des.PreparedKey(encryption), des.PreparedKey(authentication)

    def encrypt(self, plain: bytes, counter: bytes) -> bytes:  # noqa: ARG002  the protocol names it
        """See SessionCipher."""
        return self._encryption.encrypt(des.pad(plain))

    def decrypt(self, sealed: bytes, counter: bytes) -> bytes:  # noqa: ARG002
        """See SessionCipher."""
        return des.unpad(self._encryption.decrypt(sealed))

    def mac(self, data: bytes) -> bytes:
        """See SessionCipher."""
        return self._authentication.retail_mac(data)


class AesCipher:
    """AES in CBC mode with the encrypted counter for its IV, and CMAC."""

    block_bytes = _AES_BLOCK
    chunk_bytes = 223
    """Padded to 224, plus 18 as above = 242 of 256."""

    def __init__(self, encryption: bytes, authentication: bytes) -> None:
        """Take 16, 24 or 32-byte keys."""
        self._key = algorithms.AES(encryption)
        self._counter_block = Cipher(self._key, modes.ECB()).encryptor()  # noqa: S305  one block, no message
        self._mac_key = algorithms.AES(authentication)

    def encrypt(self, plain: bytes, counter: bytes) -> bytes:
        """See SessionCipher."""
        return self._cbc(counter).encryptor().update(_padded(plain))

    def decrypt(self, sealed: bytes, counter: bytes) -> bytes:
        """See SessionCipher."""
        if not sealed or len(sealed) % _AES_BLOCK:
            raise _malformed()
        opened = self._cbc(counter).decryptor().update(sealed)
        stripped = opened.rstrip(b"\x00")
        if not stripped.endswith(_PAD) or len(opened) - len(stripped) >= _AES_BLOCK:
            raise _malformed()
        return stripped[:-1]

    def mac(self, data: bytes) -> bytes:
        """See SessionCipher."""
        return cmac(self._mac_key, _padded(data))

    def _cbc(self, counter: bytes) -> Cipher[modes.CBC]:
        return Cipher(self._key, modes.CBC(self._counter_block.update(counter)))


def cmac(key: algorithms.AES, data: bytes) -> bytes:
    """CMAC cut to 8 bytes."""
    computed = CMAC(key)
    computed.update(data)
    return computed.finalize()[:MAC_BYTES]


def derive_aes_key(secret: bytes, counter: int, size: int) -> bytes:
    """Key derivation for AES: SHA-1 for 16 bytes, SHA-256 for 24 and 32 (9.7.1)."""
    digest = sha1 if size == 16 else sha256  # noqa: PLR2004  bytes of AES-128
    return digest(secret + counter.to_bytes(4, "big")).digest()[:size]


def _padded(data: bytes) -> bytes:
    padded = data + _PAD
    return padded + bytes(-len(padded) % _AES_BLOCK)


def _malformed() -> InvalidInput:
    hint = "put the passport on the reader again"
    return InvalidInput("card.cryptogram_malformed", "decrypted data has no padding", hint=hint)

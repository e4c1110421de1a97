"""A generated certificate authority for virtual My Number cards, in the shape of the real test hierarchy.

Its keys exist for one run and are believed only by whoever loads the trust store it writes, which is marked
"test".
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.sim.card import encode
from verifier.card.trust import TrustStore

if TYPE_CHECKING:
    from pathlib import Path

VISUAL_AUTHORITY = b"6000023"
TEXT_AUTHORITY = b"6000033"
"""Test hierarchy; the production ones are 5000023 and 5000033."""

MUNICIPALITY = b"1313101"
"""Names the key that signs records; the number is invented."""

TRUST_FILE = "generated-test-authority.json"

_THREE_DIGESTS = bytes.fromhex("3071300D060960864801650304020105000460")


def generate_key() -> rsa.RSAPrivateKey:
    """A fresh RSA-2048 key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_id(number: bytes) -> bytes:
    """16-byte key id: 7 digits, 08 05, 3 digits, 4 bytes (random, so that two authorities never collide)."""
    return number + b"\x08\x05001" + secrets.token_bytes(4)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """An authority and the key it certified for signing one application's records.

    Attributes:
        authority_id: 証明者鍵ID.
        authority: certifies `signer`; never on a card.
        signer_id: 被証明者鍵ID.
        signer: signs the records.
    """

    authority_id: bytes
    authority: rsa.RSAPrivateKey
    signer_id: bytes
    signer: rsa.RSAPrivateKey

    @classmethod
    def generate(cls, number: bytes) -> Self:
        """Fresh keys under a fresh id."""
        return cls(key_id(number), generate_key(), key_id(MUNICIPALITY), generate_key())

    def certificate(self) -> bytes:
        """EF 0004."""
        body = self.authority_id + self.signer_id + encode.public_key(self.signer.public_key())
        signature = self.authority.sign(body, PKCS1v15(), hashes.SHA256())
        return encode.tlv(0x7F21, encode.tlv(0x5F4E, body) + encode.tlv(0x5F37, signature))

    def sign(self, data: bytes) -> bytes:
        """Ordinary SHA-256 signature over raw elements."""
        return self.signer.sign(data, PKCS1v15(), hashes.SHA256())


@dataclass(frozen=True, slots=True)
class CardAuthority:
    """Both hierarchies of a 券面 issuer."""

    visual: Hierarchy
    text: Hierarchy

    @classmethod
    def generate(cls) -> Self:
        """Four fresh keys (about half a second)."""
        return cls(Hierarchy.generate(VISUAL_AUTHORITY), Hierarchy.generate(TEXT_AUTHORITY))

    def trust_store(self) -> TrustStore:
        """What a verifier that believes this authority holds."""
        keys = {h.authority_id: h.authority.public_key() for h in (self.visual, self.text)}
        return TrustStore(keys, holds_test_keys=True)

    def write_trust(self, directory: Path) -> Path:
        """Write the trust store file, environment "test"; the directory is made if needed."""
        directory.mkdir(parents=True, exist_ok=True)
        keys = [
            {"key_id": h.authority_id.hex(), "public_key_pem": _pem(h.authority.public_key())}
            for h in (self.visual, self.text)
        ]
        document = {"environment": "test", "source": "generated for virtual cards, 見本", "keys": keys}
        path = directory / TRUST_FILE
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")
        return path


def sign_three(key: rsa.RSAPrivateKey, *groups: bytes) -> bytes:
    """The visual record's signature: the digests of three groups in one DigestInfo."""
    prepared = _THREE_DIGESTS + b"".join(sha256(group).digest() for group in groups)
    return key.sign(prepared, PKCS1v15(), utils.NoDigestInfo())


def _pem(key: rsa.RSAPublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

"""Trust store: which certificate authority keys an operator has decided to believe.

A directory of JSON files, each `{"environment": "production" | "test", "source": ..., "keys": [{"key_id": 32
hex digits, "public_key_pem": ...}], "certificates": [{"purpose": ..., "pem": ...}]}`; either list may be left
out. 券面 certificates name their authority by a 16-byte key id and do not carry its key; passports, residence
cards and JPKI use X.509, so their authorities are pinned as certificates, each for one purpose.

Test keys never load on a production node, and the environment a file claims must agree with the hierarchy in
the key id (5... production, 6... test). An empty store is legal: it makes every issuer unknown, never
accepted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from verifier.card.rsa import RSA_BITS
from verifier.errors import Corrupt, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NodeEnvironment: TypeAlias = Literal["production", "test", "demo"]

KEY_ID_BYTES: Final = 16
"""証明者鍵ID: 7 digits, 08 05, 3 digits, 4 bytes."""

CSCA: Final = "csca"
JPKI_SIGN: Final = "jpki.sign"
IMMIGRATION: Final = "immigration"
"""Purposes of a pinned certificate: country signing CA of passports, CA of JPKI signing certificates, CA of
the residence cards' check-code certificates."""

PURPOSES: Final = (CSCA, JPKI_SIGN, IMMIGRATION)

TEST_HIERARCHY: Final = b"6"
"""First digit of a test authority's key id; production ids begin with 5."""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Authority keys by key id.

    Attributes:
        keys: RSA-2048 public keys by 16-byte key id.
        holds_test_keys: True when any of them belongs to the test hierarchy; the node says so loudly.
        certificates: pinned certificate authorities by purpose.
    """

    keys: Mapping[bytes, RSAPublicKey] = field(default_factory=dict)
    holds_test_keys: bool = False
    certificates: Mapping[str, tuple[x509.Certificate, ...]] = field(default_factory=dict)

    def key(self, key_id: bytes) -> RSAPublicKey | None:
        """The key with exactly this id, or None when its issuer is unknown here."""
        return self.keys.get(key_id)

    def authorities(self, purpose: str) -> tuple[x509.Certificate, ...]:
        """The certificate authorities pinned for one purpose; none is legal."""
        return self.certificates.get(purpose, ())


def load_trust_store(directory: Path, *, node_environment: NodeEnvironment) -> TrustStore:
    """Read every *.json file of a trust directory.

    Args:
        directory: the trust store; may be empty.
        node_environment: what the node was configured as.

    Returns:
        The keys of all files together.

    Raises:
        Unavailable: no such directory ("card.trust_missing").
        Corrupt: a test key on a production node ("card.test_trust_in_production"), an environment that
            contradicts the key id ("card.trust_mislabelled"), two keys under one id ("card.trust_conflict"),
            or an unreadable file ("card.trust_damaged").
    """
    if not directory.is_dir():
        raise Unavailable(
            "card.trust_missing",
            "the trust store directory does not exist",
            hint="create it; leave it empty if no authority key has been obtained yet",
        )
    keys: dict[bytes, RSAPublicKey] = {}
    certificates: dict[str, tuple[x509.Certificate, ...]] = {}
    is_test = False
    for path in sorted(directory.glob("*.json")):
        found = _load_file(path, node_environment)
        is_test |= found.holds_test_keys
        for key_id, key in found.keys.items():
            if keys.setdefault(key_id, key).public_numbers() != key.public_numbers():
                raise _corrupt("card.trust_conflict", path, "two different keys under one key id")
        for purpose, pinned in found.certificates.items():
            certificates[purpose] = certificates.get(purpose, ()) + pinned
    return TrustStore(keys, is_test, certificates)


def _load_file(path: Path, node_environment: NodeEnvironment) -> TrustStore:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        environment = document["environment"]
        keys, certificates = _parse_entries(document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
        raise _corrupt("card.trust_damaged", path, f"unreadable ({type(error).__name__})") from error
    if environment not in ("production", "test"):
        raise _corrupt("card.trust_damaged", path, "environment is neither production nor test")
    if environment == "test" and node_environment == "production":
        raise _corrupt("card.test_trust_in_production", path, "test authority keys on a production node")
    if any((environment == "test") != key_id.startswith(TEST_HIERARCHY) for key_id in keys):
        raise _corrupt("card.trust_mislabelled", path, "the environment contradicts a key id")
    return TrustStore(keys, environment == "test" and bool(keys or certificates), certificates)


def _parse_entries(
    document: Mapping[str, Any],
) -> tuple[dict[bytes, RSAPublicKey], dict[str, tuple[x509.Certificate, ...]]]:
    if not document.keys() & {"keys", "certificates"}:
        raise ValueError("holds neither keys nor certificates")
    keys = dict(_parse_key(entry) for entry in document.get("keys", ()))
    return keys, _parse_certificates(document.get("certificates", ()))


def _parse_certificates(entries: Any) -> dict[str, tuple[x509.Certificate, ...]]:
    pinned: dict[str, tuple[x509.Certificate, ...]] = {}
    for entry in entries:
        purpose = entry["purpose"]
        if purpose not in PURPOSES:
            raise ValueError("unknown purpose of a certificate")
        certificate = x509.load_pem_x509_certificate(entry["pem"].encode("ascii"))
        pinned[purpose] = (*pinned.get(purpose, ()), certificate)
    return pinned


def _parse_key(entry: Any) -> tuple[bytes, RSAPublicKey]:
    key_id = bytes.fromhex(entry["key_id"])
    key = load_pem_public_key(entry["public_key_pem"].encode("ascii"))
    if len(key_id) != KEY_ID_BYTES or not isinstance(key, RSAPublicKey) or key.key_size != RSA_BITS:
        raise ValueError("not an RSA-2048 key under a 16-byte id")
    return key_id, key


def _corrupt(code: str, path: Path, message: str) -> Corrupt:
    return Corrupt(
        code, f"trust store file {path.name}: {message}", hint="remove or replace this file, then start again"
    )

"""A member's own keys: made, kept in files that only the node's account can read, loaded.

Record key (ES256) signs credentials and client assertions, transfer key (HPKE) opens what peers send,
evidence key wraps the data key of each record. The chain key is not here: it is an eth-account keystore.
Rotating means a new folder and a new publication; old transfer and evidence keys stay until nothing needs
them.

Spec: record key PKCS #8 PEM; transfer key ML-KEM-768 seed (FIPS 203, 64 bytes) ‖ X25519 private key (32
bytes) and public ML-KEM-768 key (1,184 bytes) ‖ X25519 public key (32 bytes).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x25519
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc.jwk import ECKey

from node.domain import base64url
from node.domain.jwk import point_of_key
from node.domain.plain_text import secret_line
from node.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVIDENCE_KEY_BYTES = 32
"""AES-256."""

MLKEM_SEED_BYTES = 64
X25519_BYTES = 32
MLKEM_PUBLIC_BYTES = 1_184
TRANSFER_PUBLIC_BYTES = MLKEM_PUBLIC_BYTES + X25519_BYTES

_RECORD_FILE = "record.pem"
_TRANSFER_FILE = "transfer.key"
_EVIDENCE_FILE = "evidence.key"
_FILES = (_RECORD_FILE, _TRANSFER_FILE, _EVIDENCE_FILE)
_OTHERS_BITS = 0o077
_CORRUPT = "keys.malformed"
_RESTORE = "restore the keys folder from its backup"


@dataclass(frozen=True, slots=True, repr=False)
class TransferKey:
    """HPKE key pair of one member; never printed."""

    _kem: mlkem.MLKEM768PrivateKey
    _curve: x25519.X25519PrivateKey

    @property
    def private(self) -> MLKEM768X25519PrivateKey:
        """For `sealing.open_sealed`."""
        return MLKEM768X25519PrivateKey(self._kem, self._curve)

    @property
    def public_bytes(self) -> bytes:
        """As published on chain, 1,216 bytes."""
        return self._kem.public_key().public_bytes_raw() + self._curve.public_key().public_bytes_raw()

    def private_bytes(self) -> bytes:
        """Seed ‖ X25519 private key, 96 bytes; for the key file only."""
        return self._kem.private_bytes_raw() + self._curve.private_bytes_raw()


@dataclass(frozen=True, slots=True, repr=False)
class MemberKeys:
    """Everything secret that a node needs besides its chain key; never printed."""

    record: ec.EllipticCurvePrivateKey
    transfer: TransferKey
    evidence: bytes

    @property
    def record_public(self) -> bytes:
        """Point x ‖ y, as published on chain, 64 bytes."""
        return point_of_key(self.record.public_key())

    @property
    def record_signer(self) -> ECKey:
        """For joserfc: signs credentials and client assertions."""
        return ECKey.import_key(self._record_pem())

    def save(self, folder: Path) -> None:
        """Write the three files, mode 0600, and read them back.

        Raises:
            InvalidInput: a key file is already there ("keys.exist"): keys are never overwritten.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any((folder / name).exists() for name in _FILES):
            raise InvalidInput(
                "keys.exist", "this folder already holds keys", hint="Rotate into a new folder."
            )
        _write(folder / _RECORD_FILE, self._record_pem())
        _write(folder / _TRANSFER_FILE, base64url.encode(self.transfer.private_bytes()).encode())
        _write(folder / _EVIDENCE_FILE, base64url.encode(self.evidence).encode())
        load_keys(folder)

    def _record_pem(self) -> bytes:
        return self.record.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def generate_keys(*, randomness: Callable[[int], bytes]) -> MemberKeys:
    """Make all three. `randomness` gives the evidence key; OpenSSL draws the others itself."""
    return MemberKeys(
        record=ec.generate_private_key(ec.SECP256R1()),
        transfer=TransferKey(mlkem.MLKEM768PrivateKey.generate(), x25519.X25519PrivateKey.generate()),
        evidence=randomness(EVIDENCE_KEY_BYTES),
    )


def load_keys(folder: Path) -> MemberKeys:
    """Read the three files.

    Raises:
        Unavailable: a file is missing or unreadable ("keys.missing").
        InvalidInput: others may read a file ("keys.exposed"), or it is not such a key ("keys.malformed").
    """
    return MemberKeys(
        record=_record_key(_read(folder / _RECORD_FILE)),
        transfer=_transfer_key(_read_text(folder / _TRANSFER_FILE, MLKEM_SEED_BYTES + X25519_BYTES)),
        evidence=_read_text(folder / _EVIDENCE_FILE, EVIDENCE_KEY_BYTES),
    )


def transfer_public_key(published: bytes) -> MLKEM768X25519PublicKey:
    """A peer's transfer key from its 1,216 bytes on chain.

    Raises:
        InvalidInput: not such a key ("member.transfer_key_invalid").
    """
    if len(published) != TRANSFER_PUBLIC_BYTES:
        raise InvalidInput("member.transfer_key_invalid", "a transfer key has 1,216 bytes")
    kem, curve = published[:MLKEM_PUBLIC_BYTES], published[MLKEM_PUBLIC_BYTES:]
    try:
        return MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(kem), x25519.X25519PublicKey.from_public_bytes(curve)
        )
    except ValueError as error:
        raise InvalidInput("member.transfer_key_invalid", "a published transfer key is malformed") from error


def _record_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInput(_CORRUPT, "the record key file is not a PKCS #8 PEM key", hint=_RESTORE) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidInput(_CORRUPT, "the record key is not on P-256", hint=_RESTORE)
    return key


def _transfer_key(data: bytes) -> TransferKey:
    seed, curve = data[:MLKEM_SEED_BYTES], data[MLKEM_SEED_BYTES:]
    return TransferKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(seed), x25519.X25519PrivateKey.from_private_bytes(curve)
    )


def _read_text(path: Path, length: int) -> bytes:
    try:
        text = secret_line(_read(path)).strip()
    except ValueError as error:
        raise InvalidInput(_CORRUPT, f"{path.name} is not a key file: {error}", hint=_RESTORE) from error
    return base64url.decode(text, code=_CORRUPT, length=length)


def _read(path: Path) -> bytes:
    try:
        mode, data = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise Unavailable(
            "keys.missing", f"{path.name} cannot be read", hint="Run `rireki keys init`."
        ) from error
    if mode & _OTHERS_BITS:
        raise InvalidInput("keys.exposed", f"others may read {path.name}", hint=f"chmod 600 {path.name}")
    return data


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        os.fsync(file.fileno())

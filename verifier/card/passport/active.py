"""Active authentication: the chip signs a fresh number with a key that cannot be copied out of it.

Decides whether this chip holds the key that its issuer signed into DG15; together with passive authentication
that tells the original from a copy of its files. Says nothing of the data. ICAO Doc 9303 (8th edition) part
11, 6.1: RSA as ISO/IEC 9796-2 scheme 1 with partial recovery, or plain ECDSA (BSI TR-03111, 5.2.1) with the
digest that DG14 names.

SHA-1 is taken here, because that is what the RSA keys of many countries sign with: a collision does not help
a copy, which would have to sign a number that it has not seen before.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import new as new_digest
from hmac import compare_digest
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from verifier.card import tlv
from verifier.errors import InvalidInput

CHALLENGE_BYTES: Final = 8

ChipKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

MIN_RSA_BITS: Final = 1024
"""Oldest keys on passports that are still valid."""

_DG14: Final = 0x6E
_DG15: Final = 0x6F
_SET: Final = 0x31
_SEQUENCE: Final = 0x30
_OID: Final = 0x06
_AA_PROTOCOL: Final = bytes.fromhex("678108010105")
"""2.23.136.1.1.5, id-icao-mrtd-security-aaProtocolObject."""

_ECDSA_PLAIN: Final[Mapping[bytes, hashes.HashAlgorithm]] = {
    bytes.fromhex("04007F00070101040101"): hashes.SHA1(),  # noqa: S303  see the module
    bytes.fromhex("04007F00070101040102"): hashes.SHA224(),
    bytes.fromhex("04007F00070101040103"): hashes.SHA256(),
    bytes.fromhex("04007F00070101040104"): hashes.SHA384(),
    bytes.fromhex("04007F00070101040105"): hashes.SHA512(),
}
"""0.4.0.127.0.7.1.1.4.1.*, TR-03111 5.2.1."""

_HEADER: Final = 0x6A
"""ISO/IEC 9796-2: partial recovery, no more padding."""

_IMPLICIT: Final = 0xBC
_EXPLICIT: Final = 0xCC
_TRAILER_DIGESTS: Final = {0x33: "sha1", 0x34: "sha256", 0x35: "sha512", 0x36: "sha384", 0x38: "sha224"}
"""Trailer xxCC: hash identifiers of ISO/IEC 10118-3; trailer BC is SHA-1."""

_SIGNED_NIBBLE: Final = 0xC
"""Both trailers end in it; where a result does not, its negative does (ISO/IEC 9796-2, annex on RSA)."""


def parse_key(dg15: bytes) -> ChipKey | None:
    """Read DG15.

    Returns:
        The key; None when it is of a kind or size that is not supported.

    Raises:
        InvalidInput: "card.tlv_*", or not a public key ("card.dg15_malformed").
    """
    encoded = tlv.parse_file(dg15, _DG15).value
    try:
        key = load_der_public_key(encoded)
    except UnsupportedAlgorithm:
        return None
    except (ValueError, TypeError) as error:
        hint = "treat the passport as suspect; ask for another document"
        raise InvalidInput("card.dg15_malformed", "DG15 holds no public key", hint=hint) from error
    if isinstance(key, rsa.RSAPublicKey):
        return key if key.key_size >= MIN_RSA_BITS and key.key_size % 8 == 0 else None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def parse_ecdsa_digest(dg14: bytes) -> hashes.HashAlgorithm | None:
    """The digest that DG14 names for active authentication with ECDSA; None when it names none we know.

    Raises:
        InvalidInput: "card.tlv_*".
    """
    infos = tlv.parse_file(tlv.parse_file(dg14, _DG14).value, _SET)
    for info in tlv.children(infos):
        parts = tlv.children(info) if info.tag == _SEQUENCE else ()
        oids = [part.value for part in parts if part.tag == _OID]
        if oids[:1] == [_AA_PROTOCOL] and len(oids) > 1:
            return _ECDSA_PLAIN.get(oids[1])
    return None


def is_signed(
    key: ChipKey, challenge: bytes, signature: bytes, ecdsa_digest: hashes.HashAlgorithm | None
) -> bool:
    """Whether the chip signed the challenge.

    Args:
        key: from a DG15 whose digest the issuer signed; any other proves nothing.
        challenge: 8 fresh random bytes.
        signature: the chip's answer.
        ecdsa_digest: from DG14; not used with RSA.
    """
    if isinstance(key, rsa.RSAPublicKey):
        return _is_signed_rsa(key, challenge, signature)
    return ecdsa_digest is not None and _is_signed_ecdsa(key, challenge, signature, ecdsa_digest)


def _is_signed_rsa(key: rsa.RSAPublicKey, challenge: bytes, signature: bytes) -> bool:
    numbers, size = key.public_numbers(), key.key_size // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != size or value >= numbers.n:
        return False
    opened = pow(value, numbers.e, numbers.n)
    if opened % 16 != _SIGNED_NIBBLE:
        opened = numbers.n - opened
    return _holds(opened.to_bytes(size, "big"), challenge)


def _holds(opened: bytes, challenge: bytes) -> bool:
    """Header, the chip's own random part, digest of that and the challenge, trailer: nothing else."""
    name, trailer_bytes = _trailer(opened)
    if opened[0] != _HEADER or name is None:
        return False
    digest_bytes = new_digest(name).digest_size
    own, digest = (
        opened[1 : -trailer_bytes - digest_bytes],
        opened[-trailer_bytes - digest_bytes : -trailer_bytes],
    )
    return compare_digest(digest, new_digest(name, own + challenge).digest())


def _trailer(opened: bytes) -> tuple[str | None, int]:
    """Name of the digest and size of the trailer that says so."""
    if opened[-1] == _IMPLICIT:
        return "sha1", 1
    return (_TRAILER_DIGESTS.get(opened[-2]), 2) if opened[-1] == _EXPLICIT else (None, 0)


def _is_signed_ecdsa(
    key: ec.EllipticCurvePublicKey, challenge: bytes, signature: bytes, digest: hashes.HashAlgorithm
) -> bool:
    half = (key.key_size + 7) // 8
    if len(signature) != 2 * half:
        return False
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    try:
        key.verify(encode_dss_signature(r, s), challenge, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True

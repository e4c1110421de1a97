"""Basic Access Control: prove to the chip that the data page was seen, and agree on session keys.

Decides whether the chip knows the same machine-readable zone. Proves nothing about the issuer, and a recorded
session can be opened by who knows the zone. A passport that speaks PACE only is told apart by the chip's
refusal. ICAO Doc 9303 (8th edition) part 11, 4.3 and 9.7.1; ISO/IEC 11770-2 mechanism 6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha1
from hmac import compare_digest
from typing import Final

from verifier.card import apdu, des
from verifier.card.passport.ciphers import TripleDesCipher
from verifier.card.passport.mrz import Mrz, ZoneKeys
from verifier.card.passport.secure_messaging import SecureChannel
from verifier.card.transport import Transport
from verifier.errors import InvalidInput

NONCE_BYTES: Final = 8
SECRET_BYTES: Final = 16

GET_CHALLENGE: Final = bytes.fromhex("0084000008")
_MUTUAL_AUTHENTICATE: Final = bytes.fromhex("0082000028")
_EXPECTED: Final = b"\x28"
"""40 bytes: 32 of cryptogram, 8 of MAC."""

_ANSWER_BYTES: Final = 40
_CRYPTOGRAM_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class AccessKeys:
    """Document basic access keys, 16 bytes each; as secret as the data page."""

    encryption: bytes = field(repr=False)
    authentication: bytes = field(repr=False)


def access_keys(key_information: str) -> AccessKeys:
    """Derive the keys from number, birth and expiry with their check digits (24 characters)."""
    seed = sha1(key_information.encode("ascii")).digest()[: des.KEY_BYTES]  # noqa: S324  as specified
    return AccessKeys(des.derive_key(seed, des.ENCRYPTION), des.derive_key(seed, des.AUTHENTICATION))


def authenticate(
    transport: Transport, mrz: Mrz | ZoneKeys, *, nonce: bytes, secret: bytes
) -> SecureChannel | None:
    """Run mutual authentication with the selected application.

    Args:
        transport: the chip.
        mrz: a checked zone.
        nonce: 8 fresh random bytes (RND.IFD).
        secret: 16 fresh random bytes (K.IFD).

    Returns:
        The protected channel, or None when the chip does not accept the zone.

    Raises:
        InvalidInput: no challenge ("card.unexpected_status"), or an answer that does not prove the chip's
            knowledge ("card.authentication_forged").
    """
    challenge = apdu.expect_ok(apdu.exchange(transport, GET_CHALLENGE), "GET CHALLENGE")
    if len(challenge) != NONCE_BYTES:
        raise _forged("the challenge has not 8 bytes")
    keys = access_keys(mrz.key_information)
    token = des.encrypt(keys.encryption, nonce + challenge + secret)
    token += des.retail_mac(keys.authentication, token)
    answer = apdu.exchange(transport, _MUTUAL_AUTHENTICATE + token + _EXPECTED)
    if not answer.ok:
        return None
    chip_secret = _chip_secret(answer.data, keys, challenge + nonce)
    return _channel(transport, secret, chip_secret, challenge, nonce)


def _chip_secret(answer: bytes, keys: AccessKeys, nonces: bytes) -> bytes:
    """K.IC, once the answer is authentic and names both nonces."""
    cryptogram, mac = answer[:_CRYPTOGRAM_BYTES], answer[_CRYPTOGRAM_BYTES:]
    if len(answer) != _ANSWER_BYTES or not des.is_mac(keys.authentication, cryptogram, mac):
        raise _forged("the chip's answer is not authenticated")
    plain = des.decrypt(keys.encryption, cryptogram)
    if not compare_digest(plain[: len(nonces)], nonces):
        raise _forged("the chip's answer belongs to another session")
    return plain[len(nonces) :]


def _channel(
    transport: Transport, secret: bytes, chip_secret: bytes, challenge: bytes, nonce: bytes
) -> SecureChannel:
    seed = bytes(ours ^ theirs for ours, theirs in zip(secret, chip_secret, strict=True))
    half = NONCE_BYTES // 2
    return SecureChannel(
        transport,
        TripleDesCipher(des.derive_key(seed, des.ENCRYPTION), des.derive_key(seed, des.AUTHENTICATION)),
        int.from_bytes(challenge[half:] + nonce[half:], "big"),
    )


def _forged(message: str) -> InvalidInput:
    return InvalidInput(
        "card.authentication_forged", message, hint="treat the chip as suspect; ask for another document"
    )

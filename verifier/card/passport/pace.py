"""PACE: prove to the chip that the data page was seen, without giving a listener anything to guess at.

Decides which of the chip's offers is taken, and whether the chip knows the same machine-readable zone. Proves
nothing about the issuer. Generic mapping over elliptic curves with AES is spoken, as passports have it; a
chip that offers something else only is left to basic access control. ICAO Doc 9303 (8th edition) part 11,
4.4 and 9.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from verifier.card import apdu, tlv
from verifier.card.passport.ciphers import AesCipher, cmac, derive_aes_key
from verifier.card.passport.curves import CURVES, Curve, Point
from verifier.card.passport.mrz import Mrz, ZoneKeys
from verifier.card.passport.secure_messaging import SecureChannel
from verifier.card.transport import Transport
from verifier.errors import InvalidInput

EF_CARD_ACCESS: Final = 0x011C

_GENERIC_ECDH: Final = bytes.fromhex("04007F000702020402")
"""0.4.0.127.0.7.2.2.4.2, id-PACE-ECDH-GM; one more byte names the cipher."""

_KEY_BYTES: Final[Mapping[int, int]] = {2: 16, 3: 24, 4: 32}
"""Last byte of the protocol's identifier -> AES key size; 1 would be triple DES."""

_ENCRYPTION, _AUTHENTICATION, _PASSWORD = 1, 2, 3
"""Counters of the key derivation."""

_SET: Final = 0x31
_OID: Final = 0x06
_INTEGER: Final = 0x02
_SET_AT: Final = bytes.fromhex("0022C1A4")
_BY_ZONE: Final = bytes.fromhex("830101")
_DYNAMIC: Final = 0x7C
_PUBLIC_KEY: Final = 0x7F49
_POINT: Final = 0x86
_SALT_BYTES: Final = 8
"""More random bytes than the order has, so that the scalar is even: FIPS 186-4, B.4.1."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way of PACE that a chip offers and this engine speaks.

    Attributes:
        protocol: object identifier, encoded.
        key_bytes: of the session keys.
        curve: standardised domain parameters.
    """

    protocol: bytes
    key_bytes: int
    curve: Curve = field(repr=False)


def parse_card_access(data: bytes) -> Offer | None:
    """Read EF.CardAccess; None when it offers nothing that is spoken here.

    Raises:
        InvalidInput: "card.tlv_*".
    """
    for info in tlv.children(tlv.parse_file(data, _SET)):
        parts = tlv.children(info)
        protocol = next((part.value for part in parts if part.tag == _OID), b"")
        numbers = [int.from_bytes(part.value, "big") for part in parts if part.tag == _INTEGER]
        size = _KEY_BYTES.get(protocol[-1]) if protocol[:-1] == _GENERIC_ECDH else None
        curve = CURVES.get(numbers[-1]) if len(numbers) > 1 else None
        if size is not None and curve is not None:
            return Offer(protocol, size, curve)
    return None


def authenticate(
    transport: Transport, offer: Offer, mrz: Mrz | ZoneKeys, randomness: Callable[[int], bytes]
) -> SecureChannel | None:
    """Run the protocol with the master file selected.

    Args:
        transport: the chip.
        offer: from its EF.CardAccess.
        mrz: a checked zone.
        randomness: n -> n fresh random bytes.

    Returns:
        The protected channel, or None when the chip does not accept the zone.

    Raises:
        InvalidInput: an answer out of form ("card.unexpected_status", "card.tlv_*"), or one that does not
            prove the chip's knowledge ("card.authentication_forged").
    """
    run = _Run(transport, offer, randomness)
    run.begin()
    secret = sha1(mrz.key_information.encode("ascii")).digest()  # noqa: S324  as specified
    generator = run.map(run.nonce(secret))
    return run.agree(generator)


@dataclass(frozen=True, slots=True)
class _Run:
    """One authentication under way."""

    card: Transport
    offer: Offer
    randomness: Callable[[int], bytes] = field(repr=False)

    def begin(self) -> None:
        """Tell the chip which protocol, and that the zone is the password."""
        body = _object(0x80, self.offer.protocol) + _BY_ZONE
        command = _SET_AT + bytes((len(body),)) + body
        apdu.expect_ok(apdu.send(self.card, command), "MSE:Set AT")

    def nonce(self, secret: bytes) -> int:
        """The chip's nonce, which only the zone decrypts."""
        sealed = self._ask(b"", 0x80)
        if not sealed or len(sealed) % 16:
            raise _forged("the chip's nonce has another size")
        key = algorithms.AES(derive_aes_key(secret, _PASSWORD, self.offer.key_bytes))
        opened = Cipher(key, modes.CBC(bytes(16))).decryptor().update(sealed)
        return int.from_bytes(opened, "big")

    def map(self, nonce: int) -> Point:
        """The session's own generator, from the nonce and a first exchange."""
        curve = self.offer.curve
        scalar, public = self._key_pair(curve.generator)
        theirs = self._point(self._ask(_object(0x81, curve.encode(public)), 0x82))
        return curve.add(curve.multiply(nonce, curve.generator), curve.multiply(scalar, theirs))

    def agree(self, generator: Point) -> SecureChannel | None:
        """Second exchange on that generator, session keys, and both sides' proof that they have them."""
        curve = self.offer.curve
        if generator is None:
            raise _forged("the mapped generator is no point")
        scalar, public = self._key_pair(generator)
        theirs = self._point(self._ask(_object(0x83, curve.encode(public)), 0x84))
        shared = curve.multiply(scalar, theirs)
        if theirs == public or shared is None:
            raise _forged("the chip gave our own key back")
        secret = shared[0].to_bytes(curve.size, "big")
        encryption, authentication = (
            derive_aes_key(secret, counter, self.offer.key_bytes)
            for counter in (_ENCRYPTION, _AUTHENTICATION)
        )
        answer = self._prove(self._token(authentication, theirs))
        if answer is None:
            return None
        if not compare_digest(answer, self._token(authentication, public)):
            raise _forged("the chip's proof is wrong")
        return SecureChannel(self.card, AesCipher(encryption, authentication), 0)

    def _key_pair(self, generator: tuple[int, int]) -> tuple[int, tuple[int, int]]:
        curve = self.offer.curve
        drawn = int.from_bytes(self.randomness(curve.size + _SALT_BYTES), "big")
        scalar = drawn % (curve.order - 1) + 1
        public = curve.multiply(scalar, generator)
        assert public is not None, "a scalar below the order never gives infinity"
        return scalar, public

    def _point(self, encoded: bytes) -> tuple[int, int]:
        point = self.offer.curve.decode(encoded)
        if point is None:
            raise _forged("the chip's public key is not on the curve")
        return point

    def _token(self, key: bytes, point: tuple[int, int]) -> bytes:
        """Proof of the session key over the other side's public key."""
        inner = _object(_OID, self.offer.protocol) + _object(_POINT, self.offer.curve.encode(point))
        return cmac(algorithms.AES(key), _object(_PUBLIC_KEY, inner))

    def _prove(self, token: bytes) -> bytes | None:
        """Give our proof, get the chip's; None when the chip does not accept ours: another zone."""
        answer = apdu.exchange(self.card, _command(_object(0x85, token), is_last=True))
        return _dynamic(answer.data, 0x86) if answer.ok else None

    def _ask(self, data: bytes, tag: int) -> bytes:
        answer = apdu.exchange(self.card, _command(data, is_last=False))
        return _dynamic(apdu.expect_ok(answer, "GENERAL AUTHENTICATE"), tag)


def _command(data: bytes, *, is_last: bool) -> bytes:
    """GENERAL AUTHENTICATE; all but the last step are chained."""
    body = _object(_DYNAMIC, data)
    return bytes((0x00 if is_last else 0x10, 0x86, 0x00, 0x00, len(body))) + body + b"\x00"


def _dynamic(answer: bytes, tag: int) -> bytes:
    """One object of the dynamic authentication data."""
    return tlv.require(tlv.by_tag(tlv.children(tlv.parse_file(answer, _DYNAMIC))), tag).value


def _object(tag: int, value: bytes) -> bytes:
    """Encode; no value here is longer than 255 bytes."""
    length = bytes((len(value),)) if len(value) < 0x80 else bytes((0x81, len(value)))  # noqa: PLR2004  BER
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + length + value


def _forged(message: str) -> InvalidInput:
    return InvalidInput(
        "card.authentication_forged", message, hint="treat the chip as suspect; ask for another document"
    )

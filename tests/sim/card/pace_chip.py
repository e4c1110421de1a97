"""PACE, the chip's side: generic mapping over elliptic curves with AES, opened by the zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.sim.card import encode
from tests.sim.card.command import Command
from tests.sim.card.iso7816 import Answer
from verifier.card.passport.ciphers import AesCipher, cmac, derive_aes_key
from verifier.card.passport.curves import CURVES, Curve

PROTOCOL = bytes.fromhex("04007F000702020402")
CONDITIONS, WRONG_DATA, REFUSED = 0x6985, 0x6A80, 0x6300


@dataclass(frozen=True, slots=True)
class PaceTerms:
    """What a chip offers.

    Attributes:
        parameters: standardised domain parameter id.
        key_bytes: of AES.
        access_control_too: whether basic access control opens it as well.
    """

    parameters: int = 13
    key_bytes: int = 16
    access_control_too: bool = True

    @property
    def curve(self) -> Curve:
        """The curve."""
        return CURVES[self.parameters]

    @property
    def protocol(self) -> bytes:
        """Object identifier."""
        return PROTOCOL + bytes((self.key_bytes // 8,))

    def card_access(self) -> bytes:
        """EF.CardAccess, after an offer of triple DES that a reader may pass over."""
        offers = [PROTOCOL + b"\x01", self.protocol]
        infos = [
            encode.tlv(0x06, one) + bytes.fromhex("020102") + encode.tlv(0x02, bytes((self.parameters,)))
            for one in offers
        ]
        return encode.tlv(0x31, b"".join(encode.tlv(0x30, info) for info in infos))


@dataclass(slots=True)
class PaceSide:
    """One run of the protocol on the chip.

    Attributes:
        terms: the offer.
        key_information: from the zone, 24 characters.
        randomness: n -> n bytes.
        cipher: the session's, once both sides have proved that they have the keys.
    """

    terms: PaceTerms
    key_information: str
    randomness: Callable[[int], bytes]
    cipher: AesCipher | None = None
    _nonce: int = 0
    _generator: tuple[int, int] = (0, 0)
    _public: tuple[int, int] = (0, 0)
    _theirs: tuple[int, int] = (0, 0)
    _keys: tuple[bytes, bytes] = field(default=(b"", b""))

    def answer(self, command: Command) -> Answer:
        """GENERAL AUTHENTICATE."""
        data = command.body[2:]
        steps = {0x81: self._map, 0x83: self._agree, 0x85: self._prove}
        if command.body == b"\x7c\x00":
            return self._give_nonce(), 0x9000
        step = steps.get(data[0]) if data else None
        if command.body[:1] != b"\x7c" or step is None:
            return b"", WRONG_DATA
        return step(data[2:])

    def _give_nonce(self) -> bytes:
        secret = sha1(self.key_information.encode("ascii")).digest()  # noqa: S324  as specified
        key = algorithms.AES(derive_aes_key(secret, 3, self.terms.key_bytes))
        nonce = self.randomness(16)
        self._nonce = int.from_bytes(nonce, "big")
        return _dynamic(0x80, Cipher(key, modes.CBC(bytes(16))).encryptor().update(nonce))

    def _scalar(self) -> int:
        return (
            int.from_bytes(self.randomness(self.terms.curve.size), "big") % (self.terms.curve.order - 1) + 1
        )

    def _map(self, encoded: bytes) -> Answer:
        curve, scalar = self.terms.curve, self._scalar()
        theirs, own = curve.decode(encoded), curve.multiply(scalar, curve.generator)
        mapped = curve.add(curve.multiply(self._nonce, curve.generator), curve.multiply(scalar, theirs))
        if theirs is None or own is None or mapped is None:
            return b"", WRONG_DATA
        self._generator = mapped
        return _dynamic(0x82, curve.encode(own)), 0x9000

    def _agree(self, encoded: bytes) -> Answer:
        curve, scalar = self.terms.curve, self._scalar()
        theirs, own = curve.decode(encoded), curve.multiply(scalar, self._generator)
        shared = curve.multiply(scalar, theirs)
        if theirs is None or own is None or shared is None:
            return b"", WRONG_DATA
        self._theirs, self._public = theirs, own
        secret = shared[0].to_bytes(curve.size, "big")
        self._keys = (
            derive_aes_key(secret, 1, self.terms.key_bytes),
            derive_aes_key(secret, 2, self.terms.key_bytes),
        )
        return _dynamic(0x84, curve.encode(own)), 0x9000

    def _prove(self, token: bytes) -> Answer:
        if not self._keys[0] or token != self._token(self._public):
            return b"", REFUSED
        self.cipher = AesCipher(*self._keys)
        return _dynamic(0x86, self._token(self._theirs)), 0x9000

    def _token(self, point: tuple[int, int]) -> bytes:
        inner = encode.tlv(0x06, self.terms.protocol) + encode.tlv(0x86, self.terms.curve.encode(point))
        return cmac(algorithms.AES(self._keys[1]), encode.tlv(0x7F49, inner))


def _dynamic(tag: int, value: bytes) -> bytes:
    return encode.tlv(0x7C, encode.tlv(tag, value))

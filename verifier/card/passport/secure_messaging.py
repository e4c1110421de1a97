"""Secure messaging of a passport: every command encrypted and authenticated, every answer checked.

Decides whether an answer comes, unchanged and in order, from the chip that took part in the authentication;
says nothing about who issued that chip. An answer outside the protection is never used, not even its status
word. ICAO Doc 9303 (8th edition) part 11, 9.8; ISO/IEC 7816-4, 10. Triple DES only, as BAC has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from verifier.card import apdu, des, tlv
from verifier.card.transport import Transport
from verifier.errors import InvalidInput

COUNTER_BYTES: Final = 8
"""Send sequence counter."""

_PROTECTED: Final = 0x0C
"""Class bits: secure messaging, header authenticated."""

_HEADER_BYTES: Final = 4
_CRYPTOGRAM: Final = 0x87
_LE: Final = 0x97
_STATUS: Final = 0x99
_MAC: Final = 0x8E
_PADDED: Final = b"\x01"
"""First byte of DO'87': padding method 2."""


@dataclass(slots=True)
class SecureChannel:
    """A `Transport` through which commands travel protected.

    Attributes:
        inner: the card.
        encryption, authentication: 16-byte session keys.
        counter: send sequence counter; grows by one with each command and each answer.
    """

    inner: Transport
    encryption: bytes = field(repr=False)
    authentication: bytes = field(repr=False)
    counter: int
    _encryption: des.PreparedKey = field(init=False, repr=False)
    _authentication: des.PreparedKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._encryption = des.PreparedKey(self.encryption)
        self._authentication = des.PreparedKey(self.authentication)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Send a short command APDU: header, then Lc and body or nothing, then Le or nothing.

        Raises:
            InvalidInput: the answer is unprotected ("card.secure_messaging_lost") or was changed on the way
                ("card.secure_messaging_broken").
            Unavailable: card or reader gone.
        """
        answer = apdu.exchange(self.inner, self.protect(command))
        if not answer.data:
            raise _refused("card.secure_messaging_lost", f"the card left secure messaging ({answer.sw:04X})")
        return self.reveal(answer.data)

    def protect(self, command: bytes) -> bytes:
        """Wrap a command APDU."""
        header = bytes((command[0] | _PROTECTED,)) + command[1:_HEADER_BYTES]
        body, expected = _split(command)
        objects = b""
        if body:
            cryptogram = _PADDED + self._encryption.encrypt(des.pad(body))
            objects += bytes((_CRYPTOGRAM, len(cryptogram))) + cryptogram
        if expected is not None:
            objects += bytes((_LE, 1, expected))
        mac = self._authentication.retail_mac(self._next_counter() + des.pad(header) + objects)
        objects += bytes((_MAC, des.MAC_BYTES)) + mac
        return header + bytes((len(objects),)) + objects + b"\x00"

    def reveal(self, data: bytes) -> tuple[bytes, int]:
        """Check and unwrap an answer's data field; gives the plain data and the protected status word."""
        found = tlv.by_tag(tlv.children(tlv.Tlv(tag=0, value=data, raw=data, offset=0)))
        mac, status = tlv.require(found, _MAC), tlv.require(found, _STATUS)
        if not set(found) <= {_CRYPTOGRAM, _STATUS, _MAC} or len(status.value) != 2:  # noqa: PLR2004  a status word
            raise _refused("card.secure_messaging_broken", "unexpected objects in a protected answer")
        authenticated = b"".join(one.raw for tag, one in found.items() if tag != _MAC)
        if not self._authentication.is_mac(self._next_counter() + authenticated, mac.value):
            raise _refused("card.secure_messaging_broken", "a protected answer was changed")
        plain = self._decrypt(found[_CRYPTOGRAM].value) if _CRYPTOGRAM in found else b""
        return plain, int.from_bytes(status.value, "big")

    def _decrypt(self, value: bytes) -> bytes:
        if not value.startswith(_PADDED):
            raise _refused("card.secure_messaging_broken", "unknown padding indicator")
        return des.unpad(self._encryption.decrypt(value[1:]))

    def _next_counter(self) -> bytes:
        self.counter = (self.counter + 1) % (1 << 8 * COUNTER_BYTES)
        return self.counter.to_bytes(COUNTER_BYTES, "big")


def _split(command: bytes) -> tuple[bytes, int | None]:
    """Body and Le byte of a short command APDU."""
    rest = command[_HEADER_BYTES:]
    if len(rest) <= 1:
        return b"", rest[0] if rest else None
    body, tail = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    return body, tail[0] if tail else None


def _refused(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="put the passport on the reader again and start over")

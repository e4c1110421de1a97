"""Secure messaging of a passport: every command encrypted and authenticated, every answer checked.

Decides whether an answer comes, unchanged and in order, from the chip that took part in the authentication;
says nothing about who issued that chip. An answer outside the protection is never used, not even its status
word. ICAO Doc 9303 (8th edition) part 11, 9.8; ISO/IEC 7816-4, 10. The ciphers are in `ciphers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final

from verifier.card import apdu, tlv
from verifier.card.passport.ciphers import MAC_BYTES, SessionCipher
from verifier.card.transport import Transport
from verifier.errors import InvalidInput

_PROTECTED: Final = 0x0C
"""Class bits: secure messaging, header authenticated."""

_HEADER_BYTES: Final = 4
_CRYPTOGRAM: Final = 0x87
_LE: Final = 0x97
_STATUS: Final = b"\x99\x02"
_MAC: Final = b"\x8e\x08"
"""Tag and length of the last two objects of an answer."""

_MAC_OBJECT_BYTES: Final = 10
_TRAILER_BYTES: Final = 14
"""DO'8E', and DO'99' with DO'8E'."""

_PADDED: Final = b"\x01"
"""First byte of DO'87': padding method 2."""

_ANY_LENGTH: Final = b"\x00\x00"
"""Le of an extended command: as much as there is."""


@dataclass(slots=True)
class SecureChannel:
    """A `Transport` through which commands travel protected.

    Attributes:
        inner: the card.
        cipher: the session's.
        counter: send sequence counter; grows by one with each command and each answer.
    """

    inner: Transport
    cipher: SessionCipher = field(repr=False)
    counter: int

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

    def transmit_long(self, command: bytes) -> tuple[bytes, int]:
        """As `transmit`, for an answer that does not fit a short one: the command goes out extended.

        For chips with large keys, which ICAO asks to take extended commands (part 11, 6.1).
        """
        short = self.protect(command, expected=_ANY_LENGTH)
        header, objects = short[:_HEADER_BYTES], short[_HEADER_BYTES + 1 : -1]
        extended = header + b"\x00" + len(objects).to_bytes(2, "big") + objects + b"\x00\x00"
        data, sw = self.inner.transmit(extended)
        if not data:
            raise _refused("card.secure_messaging_lost", f"the card left secure messaging ({sw:04X})")
        return self.reveal(data)

    def protect(self, command: bytes, *, expected: bytes | None = None) -> bytes:
        """Wrap a command APDU; `expected` takes the place of its Le."""
        header = bytes((command[0] | _PROTECTED,)) + command[1:_HEADER_BYTES]
        body, le = _split(command)
        wanted = bytes((le,)) if expected is None and le is not None else expected
        counter = self._next_counter()
        objects = b""
        if body:
            cryptogram = _PADDED + self.cipher.encrypt(body, counter)
            objects += bytes((_CRYPTOGRAM, len(cryptogram))) + cryptogram
        if wanted is not None:
            objects += bytes((_LE, len(wanted))) + wanted
        mac = self.cipher.mac(counter + header + self._header_padding + objects)
        return header + bytes((len(objects) + len(_MAC) + MAC_BYTES,)) + objects + _MAC + mac + b"\x00"

    def reveal(self, data: bytes) -> tuple[bytes, int]:
        """Check and unwrap an answer's data field; gives the plain data and the protected status word.

        DO'87' if there is data, DO'99', DO'8E', in this order and nothing else: both at the end have a fixed
        size.
        """
        sealed, status, mac = (
            data[:-_TRAILER_BYTES],
            data[-_TRAILER_BYTES:-_MAC_OBJECT_BYTES],
            data[-MAC_BYTES:],
        )
        if not status.startswith(_STATUS) or data[-_MAC_OBJECT_BYTES:-MAC_BYTES] != _MAC:
            raise _refused("card.secure_messaging_broken", "unexpected objects in a protected answer")
        counter = self._next_counter()
        if not compare_digest(self.cipher.mac(counter + sealed + status), mac):
            raise _refused("card.secure_messaging_broken", "a protected answer was changed")
        return self._decrypt(sealed, counter) if sealed else b"", int.from_bytes(
            status[len(_STATUS) :], "big"
        )

    def _decrypt(self, sealed: bytes, counter: bytes) -> bytes:
        header = tlv.parse_header(sealed)
        if header.tag != _CRYPTOGRAM or header.total != len(sealed):
            raise _refused("card.secure_messaging_broken", "unexpected objects in a protected answer")
        value = sealed[header.size_bytes :]
        if not value.startswith(_PADDED):
            raise _refused("card.secure_messaging_broken", "unknown padding indicator")
        return self.cipher.decrypt(value[1:], counter)

    @property
    def _header_padding(self) -> bytes:
        """Padding method 2 of the four header bytes."""
        return b"\x80" + bytes(self.cipher.block_bytes - _HEADER_BYTES - 1)

    def _next_counter(self) -> bytes:
        size = self.cipher.block_bytes
        self.counter = (self.counter + 1) % (1 << 8 * size)
        return self.counter.to_bytes(size, "big")


def _split(command: bytes) -> tuple[bytes, int | None]:
    """Body and Le byte of a short command APDU."""
    rest = command[_HEADER_BYTES:]
    if len(rest) <= 1:
        return b"", rest[0] if rest else None
    body, tail = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    return body, tail[0] if tail else None


def _refused(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="put the passport on the reader again and start over")

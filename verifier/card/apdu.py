"""Command APDUs of ISO/IEC 7816-4 as Japanese identity cards use them, and bounded exchanges with a card.

Decides how a command is built, how 61xx and 6Cxx are answered and where a file ends. Knows no application, no
PIN rule and no meaning of a file. Short APDUs only: every reader passes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from verifier.card import tlv
from verifier.card.transport import INS_SELECT, Transport
from verifier.errors import InvalidInput

SW_OK: Final = 0x9000
SW_END_OF_FILE: Final = 0x6282
SW_NOT_FOUND: Final = 0x6A82
SW_BLOCKED: Final = 0x6984
SW_PAST_END: Final = 0x6B00
SW_COUNTER: Final = 0x63C0
"""Last digit: tries left."""

SW1_MORE_DATA: Final = 0x61
SW1_WRONG_LE: Final = 0x6C

MAX_READ: Final = 256
"""Largest Le of a short APDU; coded as 00."""

MAX_FILE_BYTES: Final = 0x4000
"""Refuse files above 16 KiB: a visual EF 0002 has about 3 kB, and READ BINARY addresses 32 KiB at most."""

MAX_READS: Final = 256
"""READ BINARY rounds for one file: enough for MAX_FILE_BYTES at 64 bytes each."""

MAX_CONTINUATIONS: Final = 64
"""GET RESPONSE rounds for one command: 64 x 256 bytes = MAX_FILE_BYTES."""

_INS_VERIFY = 0x20
_INS_READ_BINARY = 0xB0
_INS_GET_RESPONSE = 0xC0
_INS_INTERNAL_AUTHENTICATE = 0x88
_INS_PSO = 0x2A
_PROPRIETARY = 0x80
_CURRENT_EF = 0x80
_SHORT_ID = 0x80
"""In P1 of READ BINARY: the lower five bits are a short file identifier, not an offset."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a card answered.

    Attributes:
        data: response bytes; left out of the representation because they may be personal.
        sw: status word SW1SW2.
    """

    data: bytes
    sw: int

    def __repr__(self) -> str:
        return f"Response({len(self.data)} bytes, sw={self.sw:04X})"

    @property
    def ok(self) -> bool:
        """True for 9000."""
        return self.sw == SW_OK


def select_application(aid: bytes) -> bytes:
    """SELECT by AID, no response data wanted."""
    return bytes((0x00, INS_SELECT, 0x04, 0x0C, len(aid))) + aid


def select_file(file_id: int) -> bytes:
    """SELECT an elementary file of the current application."""
    return bytes((0x00, INS_SELECT, 0x02, 0x0C, 2)) + file_id.to_bytes(2, "big")


def tries_left(reference: int = 0) -> bytes:
    """VERIFY without a body: asks for the counter and spends nothing.

    Args:
        reference: short identifier of the PIN file; 0 is the selected one.
    """
    return bytes((0x00, _INS_VERIFY, 0x00, _CURRENT_EF | reference))


def verify(code: bytes | bytearray, reference: int = 0) -> bytes:
    """VERIFY a PIN file, the selected one by default. Handle the result as the secret it is."""
    return bytes((0x00, _INS_VERIFY, 0x00, _CURRENT_EF | reference, len(code))) + code


def counter(sw: int) -> int | None:
    """Tries left as VERIFY tells them: 63Cx, 0 when blocked, None for any other status."""
    if sw & 0xFFF0 == SW_COUNTER:
        return sw & 0x000F
    return 0 if sw == SW_BLOCKED else None


def read_binary(offset: int, size: int) -> bytes:
    """READ BINARY of the selected file.

    Args:
        offset: 0..32767, bytes.
        size: 1..256, bytes wanted.
    """
    return bytes((0x00, _INS_READ_BINARY, offset >> 8 & 0x7F, offset & 0xFF, size & 0xFF))


def sign(digest_info: bytes, *, with_selected: bool = False) -> bytes:
    """COMPUTE DIGITAL SIGNATURE, up to 256 bytes back.

    Args:
        digest_info: what to sign, up to 255 bytes.
        with_selected: use the selected key file (P2 = 80) instead of the application's own key (P2 = 00).
    """
    key = _CURRENT_EF if with_selected else 0x00
    return bytes((_PROPRIETARY, _INS_PSO, 0x00, key, len(digest_info))) + digest_info + b"\x00"


def internal_authenticate(challenge: bytes) -> bytes:
    """INTERNAL AUTHENTICATE: the card signs the challenge with a key it does not give away."""
    return bytes((0x00, _INS_INTERNAL_AUTHENTICATE, 0x00, 0x00, len(challenge))) + challenge + b"\x00"


def send(transport: Transport, command: bytes) -> Response:
    """Send a command that expects no data, exactly once: SELECT, VERIFY."""
    data, sw = transport.transmit(command)
    return Response(data, sw)


def exchange(transport: Transport, command: bytes) -> Response:
    """Send a command that ends in Le and collect the whole answer.

    A wrong Le (6Cxx) is corrected once; announced further data (61xx) is fetched.

    Raises:
        InvalidInput: the card keeps announcing more data ("card.answer_unbounded").
    """
    data, sw = transport.transmit(command)
    if sw >> 8 == SW1_WRONG_LE:
        data, sw = transport.transmit(command[:-1] + bytes((sw & 0xFF,)))
    rounds = 0
    while sw >> 8 == SW1_MORE_DATA:
        rounds += 1
        if rounds > MAX_CONTINUATIONS:
            raise _refused("card.answer_unbounded", "the card does not stop announcing more data")
        more, sw = transport.transmit(bytes((0x00, _INS_GET_RESPONSE, 0x00, 0x00, sw & 0xFF)))
        data += more
    return Response(data, sw)


def expect_ok(response: Response, what: str) -> bytes:
    """Data of a successful response.

    Raises:
        InvalidInput: any status but 9000 ("card.unexpected_status").
    """
    if not response.ok:
        raise _refused("card.unexpected_status", f"the card answered {response.sw:04X} to {what}")
    return response.data


def read_file(
    transport: Transport,
    file_id: int,
    *,
    first: int = MAX_READ,
    chunk: int = MAX_READ,
    max_bytes: int = MAX_FILE_BYTES,
) -> bytes:
    """Select an elementary file and read its outer TLV, leaving the filler behind it unread.

    Args:
        transport: the card, application selected.
        file_id: of the file.
        first: bytes asked for first; must hold tag and length.
        chunk: bytes asked for at once after that.
        max_bytes: largest file accepted; READ BINARY reaches 32 KiB.

    Returns:
        Exactly the outer element. A card that answers more or less than asked is tolerated; a file that ends
        early, stalls or is larger than `max_bytes` is not.

    Raises:
        InvalidInput: "card.unexpected_status", "card.file_too_large", "card.file_truncated", or a
            "card.tlv_*" code.
    """
    expect_ok(send(transport, select_file(file_id)), f"SELECT {file_id:04X}")
    data = _read_chunk(transport, 0, first)
    total = tlv.parse_header(data).total
    if total > max_bytes:
        raise _refused("card.file_too_large", f"the file claims {total} bytes, limit {max_bytes}")
    for _ in range(MAX_READS):
        if len(data) >= total:
            return data[:total]
        data += _read_chunk(transport, len(data), min(chunk, total - len(data)))
    raise _refused("card.file_truncated", "the card hands the file out in too small pieces")


def read_whole(transport: Transport, file_id: int, size: int) -> bytes:
    """Select an elementary file whose size the specification fixes and read all of it, filler included.

    Returns:
        At most `size` bytes; fewer where the card's file is shorter: what must be there is the parser's
        business.

    Raises:
        InvalidInput: "card.unexpected_status", "card.file_truncated".
    """
    expect_ok(send(transport, select_file(file_id)), f"SELECT {file_id:04X}")
    return _read_up_to(transport, size, first=read_binary(0, min(MAX_READ, size)))


def read_by_short_id(transport: Transport, short_id: int, size: int) -> bytes:
    """Read a file of fixed size by its short identifier, which also selects it; as `read_whole`.

    Args:
        transport: the card, the file's application selected.
        short_id: 1..30.
        size: bytes.
    """
    first = bytes((0x00, _INS_READ_BINARY, _SHORT_ID | short_id, 0x00, min(MAX_READ, size) & 0xFF))
    return _read_up_to(transport, size, first=first)


def _read_up_to(transport: Transport, size: int, *, first: bytes) -> bytes:
    data, command = b"", first
    for _ in range(MAX_READS):
        response = exchange(transport, command)
        if response.sw not in (SW_END_OF_FILE, SW_PAST_END):
            expect_ok(response, "READ BINARY")
        data += response.data
        if len(data) >= size or response.sw != SW_OK or not response.data:
            return data[:size]
        command = read_binary(len(data), min(MAX_READ, size - len(data)))
    raise _refused("card.file_truncated", "the card hands the file out in too small pieces")


def _read_chunk(transport: Transport, offset: int, size: int) -> bytes:
    response = exchange(transport, read_binary(offset, size))
    if response.sw == SW_PAST_END or (response.sw in (SW_OK, SW_END_OF_FILE) and not response.data):
        raise _refused("card.file_truncated", "the file ends before its outer length")
    if response.sw != SW_END_OF_FILE:
        expect_ok(response, "READ BINARY")
    return response.data


def _refused(code: str, message: str) -> InvalidInput:
    return InvalidInput(
        code, message, hint="put the card on the reader again; if it stays, treat the card as unreadable"
    )

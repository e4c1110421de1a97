"""Parse command APDUs on the card's side: short and extended cases 1 to 4 of ISO/IEC 7816-3, 12.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


class MalformedCommandError(ValueError):
    """The lengths inside a command APDU contradict each other."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU.

    Attributes:
        expected: Le in bytes, None when absent.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    body: bytes
    expected: int | None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Split an APDU.

        Raises:
            MalformedCommandError: lengths do not add up.
        """
        if len(raw) < 4:
            raise MalformedCommandError("no header")
        body, expected = _split(raw[4:])
        return cls(raw[0], raw[1], raw[2], raw[3], body, expected)


def _split(rest: bytes) -> tuple[bytes, int | None]:
    if not rest:
        return b"", None
    if len(rest) == 1:
        return b"", rest[0] or 256
    if rest[0] == 0 and len(rest) >= 3:
        return _split_extended(rest[1:])
    body, tail = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    if rest[0] == 0 or len(body) != rest[0] or len(tail) > 1:
        raise MalformedCommandError("Lc does not match")
    return body, (tail[0] or 256) if tail else None


def _split_extended(rest: bytes) -> tuple[bytes, int | None]:
    length, rest = int.from_bytes(rest[:2], "big"), rest[2:]
    if not rest:
        return b"", length or 65536
    body, tail = rest[:length], rest[length:]
    if len(body) != length or len(tail) not in (0, 2):
        raise MalformedCommandError("extended Lc does not match")
    return body, (int.from_bytes(tail, "big") or 65536) if tail else None

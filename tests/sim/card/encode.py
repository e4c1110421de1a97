"""Write BER-TLV and card public keys as personalisation does; written apart from the parser under test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey


def tlv(tag: int, value: bytes) -> bytes:
    """One element with the shortest length form."""
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + length(len(value)) + value


def length(size: int) -> bytes:
    """Definite length field."""
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def public_key(key: RSAPublicKey) -> bytes:
    """265 bytes: 90 03 exponent, 91 82 01 00 modulus."""
    numbers = key.public_numbers()
    return tlv(0x90, numbers.e.to_bytes(3, "big")) + tlv(0x91, numbers.n.to_bytes(256, "big"))


def record(tag: int, elements: list[tuple[int, bytes]], *, skew: int = 0) -> bytes:
    """A file whose first element (DF21) gives the offsets of all others from the start of the file.

    Args:
        tag: of the file.
        elements: (tag, value) in order.
        skew: added to every offset, to make the table lie.
    """
    parts = [tlv(*element) for element in elements]
    table_bytes = 2 * len(parts)
    body_bytes = len(tlv(0xDF21, bytes(table_bytes))) + sum(map(len, parts))
    position = 2 + len(length(body_bytes)) + len(tlv(0xDF21, bytes(table_bytes)))
    table = b""
    for part in parts:
        table += (position + skew).to_bytes(2, "big")
        position += len(part)
    return tlv(tag, tlv(0xDF21, table) + b"".join(parts))

"""Lay out static values as `abi.encode` does: one 32-byte word each.

Decides only the layout of integers, booleans, addresses and fixed byte strings. Dynamic values (strings,
bytes) have no single word; `history` folds the hash of their encoding. Written by hand because a fold or a
leaf is a handful of words, and the general encoder costs some twenty times the hash itself.
Spec: Solidity contract ABI specification, "Formal Specification of the Encoding".
"""

from __future__ import annotations

WORD_BYTES = 32
"""Bytes in an EVM word."""


def uint_word(value: int) -> bytes:
    """Encode an unsigned integer or an enum member.

    Raises:
        OverflowError: negative, or above 256 bits.
    """
    return value.to_bytes(WORD_BYTES, "big")


def bytes_word(value: bytes) -> bytes:
    """Encode `bytes1` to `bytes32`: left-aligned, zero-filled.

    Raises:
        ValueError: longer than a word.
    """
    if len(value) > WORD_BYTES:
        raise ValueError(f"{len(value)} bytes do not fit one word")
    return value.ljust(WORD_BYTES, b"\0")


def address_word(address: str) -> bytes:
    """Encode a 0x-prefixed address, in any letter case: right-aligned.

    Raises:
        ValueError: not 20 bytes of hexadecimal.
    """
    raw = bytes.fromhex(address.removeprefix("0x"))
    if len(raw) != 20:  # noqa: PLR2004  an address is 160 bits (Ethereum yellow paper, section 4.1)
        raise ValueError("an address has 20 bytes")
    return raw.rjust(WORD_BYTES, b"\0")

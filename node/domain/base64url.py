"""Base64url without padding, strictly: one text for one byte string.

Spec: RFC 4648 section 5 as profiled by RFC 7515 section 2.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from node.errors import InvalidInput


def encode(data: bytes) -> str:
    """Base64url text without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str, *, code: str, length: int | None = None) -> bytes:
    """Bytes of exactly what `encode` writes.

    Args:
        text: base64url without padding.
        code: code of the error.
        length: how many bytes it must give, if known.

    Raises:
        InvalidInput: padding, foreign characters, stray bits or another length (with the given code).
    """
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (TypeError, ValueError) as error:
        raise InvalidInput(code, "not base64url") from error
    # The standard decoder skips foreign characters and stray bits; writing it again catches both.
    if encode(data) != text or length not in (None, len(data)):
        raise InvalidInput(code, "not base64url of the expected length")
    return data

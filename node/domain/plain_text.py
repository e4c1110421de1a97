"""Text as people's editors leave it in files: UTF-8, with or without a byte order mark, with any line end.

Decides whether bytes are such text. UTF-16, Shift_JIS and EUC-JP are refused because they are no UTF-8;
ISO-2022-JP and UTF-16 without a mark pass for ASCII, but not without control characters, so these are
refused, too. A name or password that was read in another encoding would never match, unnoticed.
"""

from __future__ import annotations

import codecs
import re

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""C0 and DEL without tab and line ends."""


def plain_text(data: bytes) -> str:
    """The text without its byte order mark; line ends stay as they are.

    Raises:
        ValueError: it is no such text; the message says why and quotes nothing of it.
    """
    if data.startswith(_UTF16):
        raise ValueError("it is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # From None: a decoding error carries the bytes, which may be a secret.
        raise ValueError(f"byte {error.start + 1} is not UTF-8; save it as UTF-8") from None
    found = _CONTROL.search(text)
    if found:
        raise ValueError(f"character {found.start() + 1} is a control character; save it as plain UTF-8 text")
    return text


def secret_line(data: bytes) -> str:
    """A secret that stands alone in its file: without the line end, blanks kept.

    Raises:
        ValueError: as `plain_text`, or it is empty or has several lines.
    """
    secret = plain_text(data).rstrip("\r\n")
    if not secret:
        raise ValueError("it is empty")
    if "\n" in secret or "\r" in secret:
        raise ValueError("it has more than one line")
    return secret


def is_unicode(text: str) -> bool:
    """Whether UTF-8 can hold it; text from a terminal or an environment in another encoding it cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

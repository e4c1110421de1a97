"""The character and date codes of a driver's licence.

Decides how two-byte JIS X 0208 becomes text. Characters that JIS X 0208 lacks (外字) are stored as bitmaps in
a file of their own and referred to by FFF1 to FFF7; they become a placeholder here and are counted, because a
name with a placeholder is not the person's name yet. Source: TRETJapanNFCReader; JIS X 0208:1997.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from verifier.errors import InvalidInput

GAIJI_PLACEHOLDER: Final = "〓"
"""U+3013, the traditional mark for a character that is missing from the type case."""

MISSING_PLACEHOLDER: Final = "\ufffd"
"""欠字: the licence itself lacks the character."""

_GAIJI: Final = range(0xFFF1, 0xFFF8)
_MISSING: Final = 0xFFFA

_GRAPHIC: Final = range(0x21, 0x7F)
"""Rows and cells of JIS X 0208."""

_SPACE: Final = "\u3000"

_FIRST_YEARS: Final = {0x31: 1868, 0x32: 1912, 0x33: 1926, 0x34: 1989, 0x35: 2019}
"""Era digit '1' 明治 to '5' 令和 -> Gregorian year of the era's year 1."""

_DATE_BYTES: Final = 7


@dataclass(frozen=True, slots=True)
class Text:
    """A text and how many of its characters are placeholders."""

    value: str = field(repr=False)
    placeholders: int = 0


def decode_text(data: bytes) -> Text:
    """Decode JIS X 0208; trailing ideographic spaces are padding.

    Raises:
        InvalidInput: an odd number of bytes, or a code that stands for nothing ("card.text_malformed").
    """
    if len(data) % 2:
        raise _malformed("card.text_malformed", "a text has an odd number of bytes")
    codes = [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2)]
    placeholders = sum(code in _GAIJI or code == _MISSING for code in codes)
    return Text("".join(map(_character, codes)).rstrip(_SPACE), placeholders)


def decode_digits(data: bytes) -> str:
    """Decode JIS X 0201 digits.

    Raises:
        InvalidInput: anything but digits ("card.number_malformed").
    """
    if not (data.isascii() and data.isdigit()):
        raise _malformed("card.number_malformed", "a number on the licence has other characters than digits")
    return data.decode("ascii")


def decode_date(data: bytes) -> date:
    """Decode era digit and YYMMDD.

    Raises:
        InvalidInput: no such day ("card.date_malformed").
    """
    first_year = _FIRST_YEARS.get(data[0]) if len(data) == _DATE_BYTES and data.isdigit() else None
    if first_year is None:
        raise _malformed("card.date_malformed", "a date on the licence is not era digit and YYMMDD")
    return _day(first_year + int(data[1:3]) - 1, int(data[3:5]), int(data[5:7]))


def decode_bcd_date(data: bytes) -> date:
    """Decode a Gregorian YYYYMMDD in four BCD bytes.

    Raises:
        InvalidInput: no such day ("card.date_malformed").
    """
    digits = data.hex()
    if len(digits) != len("YYYYMMDD") or not digits.isdigit():
        raise _malformed("card.date_malformed", "a date on the licence is not BCD")
    return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _malformed("card.date_malformed", "a date on the licence does not exist") from error


def _character(code: int) -> str:
    if code in _GAIJI:
        return GAIJI_PLACEHOLDER
    if code == _MISSING:
        return MISSING_PLACEHOLDER
    row, cell = divmod(code, 0x100)
    if row not in _GRAPHIC or cell not in _GRAPHIC:
        raise _malformed("card.text_malformed", f"{code:04X} is not a character code")
    try:
        # 2004: also the NEC row 13 that older personalisation used
        return bytes((row | 0x80, cell | 0x80)).decode("euc_jis_2004")
    except UnicodeDecodeError as error:
        raise _malformed("card.text_malformed", f"{code:04X} is not a character code") from error


def _malformed(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="the card's data is malformed: treat the card as suspect")

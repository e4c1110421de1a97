"""Builds 照合番号B from the three values as the card's holder confirmed them on screen. Pure.

Accepts them as printed (昭和55年2月17日, 2035年2月17日) or, for the expiry, in ISO 8601.
The checks are those of a reading: a slip of the finger costs a try of the card just as a misread digit does.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from verifier.era import PrintedDate, parse_printed_date
from verifier.errors import InvalidInput
from verifier.ocr.pin_b import CODE_DIGITS, build_pin_b, implausibility

MAX_TEXT_CHARACTERS = 40
"""The longest printed date has 16."""


def compose_confirmed(
    birth_date: str, expires_on: str, security_code: str, *, today: date, typed_birth_date: date | None
) -> str:
    """Compose the 14 digits.

    Args:
        birth_date: as printed: with its era, or with a four-digit year where the card has none.
        expires_on: as printed, or ISO 8601.
        security_code: four digits.
        today: civil date in Japan.
        typed_birth_date: what the customer typed when the case was opened, if asked.

    Raises:
        InvalidInput: "ocr.bad_birth_date", "ocr.bad_expiry", "ocr.bad_security_code", a code of
            `implausibility`, or "ocr.birth_date_differs".
    """
    born = parse_printed_date(_plain(birth_date))
    if born is None:
        raise _not("ocr.bad_birth_date", "the birth date", "as printed: 昭和55年2月17日, or 1980年2月17日")
    ends = parse_printed_date(_plain(expires_on)) or _iso(expires_on)
    if ends is None:
        raise _not("ocr.bad_expiry", "the date of expiry", "as printed: 2035年2月17日")
    code = _plain(security_code)
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
        raise _not("ocr.bad_security_code", "the security code", "the four digits at the lower right")
    refused = implausibility(born, ends, today=today)
    if refused is None and typed_birth_date is not None and born.civil != typed_birth_date:
        refused = "ocr.birth_date_differs"
    if refused is not None:
        raise InvalidInput(refused, "the dates cannot be those of a valid card", hint="compare with the card")
    return build_pin_b(born, ends.year, code)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:MAX_TEXT_CHARACTERS]).split())


def _iso(text: str) -> PrintedDate | None:
    try:
        day = date.fromisoformat(_plain(text))
    except ValueError:
        return None
    return PrintedDate(None, day.year, day.month, day.day)


def _not(code: str, what: str, hint: str) -> InvalidInput:
    return InvalidInput(code, f"{what} cannot be read", hint=f"type {hint}")

"""Builds 照合番号B from the three values as the card's holder confirmed them on screen. Pure.

Accepts them as printed (昭和55年2月17日, 2035年2月17日) or as people type dates (S55.2.17, 2035/2/17). A
Gregorian birth date that is not typed as a card prints it (1980/2/17) does not say which calendar the card
has, and the code needs the card's. A card that ends on another day than a birthday prints the Gregorian one;
of others the holder is asked, because a wrong guess costs a permanent resident a try.

The checks are those of a reading: a slip of the finger costs a try of the card just as a misread digit does.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from verifier.era import PrintedDate, parse_printed_date, parse_typed_date
from verifier.errors import InvalidInput
from verifier.ocr.pin_b import CODE_DIGITS, build_pin_b, implausibility, is_birthday

MAX_TEXT_CHARACTERS = 40
"""The longest printed date has 16."""
ASK = "Type it as the card prints it: 昭和55年2月17日, or 1980年2月17日 where the card has no era."
CODE_PLACE = "under the photograph, at the card's lower left"


def compose_confirmed(
    birth_date: str, expires_on: str, security_code: str, *, today: date, typed_birth_date: date | None
) -> str:
    """Compose the 14 digits.

    Args:
        birth_date: as printed, with its era or with a four-digit year where the card has none; or as typed.
        expires_on: as printed, or as typed.
        security_code: four digits.
        today: civil date in Japan.
        typed_birth_date: what the customer typed when the case was opened, if asked.

    Raises:
        InvalidInput: "ocr.bad_birth_date", "ocr.bad_expiry", "ocr.bad_security_code",
            "ocr.calendar_not_said", a code of `implausibility`, or "ocr.birth_date_differs".
    """
    born, ends = _date(birth_date), _date(expires_on)
    if born is None:
        raise _not("ocr.bad_birth_date", "the birth date", "it as printed, 昭和55年2月17日, or as S55.2.17")
    if ends is None:
        raise _not("ocr.bad_expiry", "the date of expiry", "it as printed, 2035年2月17日, or as 2035/2/17")
    code = _plain(security_code)
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
        raise _not("ocr.bad_security_code", "the security code", f"the four digits {CODE_PLACE}")
    refused = implausibility(born, ends, today=today)
    if refused is None and typed_birth_date is not None and born.civil != typed_birth_date:
        refused = "ocr.birth_date_differs"
    if refused is not None:
        raise InvalidInput(refused, "the dates cannot be those of a valid card", hint="compare with the card")
    if not _says_calendar(born, ends, typed=birth_date):
        raise InvalidInput("ocr.calendar_not_said", "the card may print this date in its era", hint=ASK)
    return build_pin_b(born, ends.year, code)


def _date(text: str) -> PrintedDate | None:
    return parse_typed_date(text) or parse_printed_date(_plain(text))


def _says_calendar(born: PrintedDate, ends: PrintedDate, *, typed: str) -> bool:
    """Whether the birth date was typed in the calendar that the card prints it in."""
    day, end = born.civil, ends.civil
    assert day is not None, "implausible"
    assert end is not None, "implausible"
    return born.era is not None or "年" in typed or not is_birthday(day, end)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:MAX_TEXT_CHARACTERS]).split())


def _not(code: str, what: str, hint: str) -> InvalidInput:
    return InvalidInput(code, f"{what} cannot be read", hint=f"Type {hint}.")

"""Builds 照合番号B and says whether its parts are plausible. Pure.

照合番号B is 14 digits: birth date as YYMMDD with the year as printed (era year; the Gregorian year locks
the card), Gregorian expiry year, security code. Vector confirmed on a test card (soltia48/myna-card):
昭和55年2月17日, 2035, 2285 -> 55021720352285. For birth dates printed in the Gregorian calendar the last
two digits of the year are taken; no published card confirms that.

The checks catch about half of all single misread characters (measured on specimens: month and day always,
expiry year 88.5 %, era year 24 %, security code never), so they stand beside voting over frames, not in its
place.
"""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from verifier.era import PrintedDate

PIN_B_DIGITS = 14
CODE_DIGITS = 4
MAX_AGE_YEARS = 115
"""No card holder is older; Japan's oldest living persons are about this age."""
MAX_VALIDITY_YEARS = 11
"""A card ends on the tenth birthday after its issue: less than eleven years from today."""
EXPIRED = "ocr.card_expired"


def build_pin_b(birth: PrintedDate, expiry_year: int, security_code: str) -> str:
    """Compose the 14 digits.

    Args:
        birth: as printed, era year kept.
        expiry_year: Gregorian, four digits.
        security_code: four digits.

    Raises:
        ValueError: a part has the wrong number of digits.
    """
    pin = f"{birth.year % 100:02d}{birth.month:02d}{birth.day:02d}{expiry_year:04d}{security_code}"
    if len(pin) != PIN_B_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise ValueError("照合番号B is made of a date, a four-digit year and four digits")
    return pin


def implausibility(birth: PrintedDate, expiry: PrintedDate, *, today: date) -> str | None:
    """Say what is wrong with the printed dates.

    Returns:
        A reason code, or None: "ocr.implausible_date" (no such day, or not in its era),
        "ocr.implausible_age", "ocr.implausible_expiry" (too far ahead, or not on the birthday),
        "ocr.card_expired".
    """
    born, ends = birth.civil, expiry.civil
    code = "ocr.implausible_date" if expiry.era is not None else span_implausibility(born, ends, today=today)
    if code not in {None, EXPIRED} or born is None or ends is None:
        return code
    # Only cards with an era date are sure to end on a birthday; foreign residents' end with their stay.
    if birth.era is not None and not is_birthday(born, ends):
        return "ocr.implausible_expiry"
    return code


def span_implausibility(born: date | None, ends: date | None, *, today: date) -> str | None:
    """Say what is wrong with a birth date and an end of validity, on whatever document.

    Args:
        born: civil date; None when the printed one is no real day.
        ends: the same.
        today: civil date in Japan.

    Returns:
        One of the codes of `implausibility`, or None.
    """
    if born is None or ends is None:
        return "ocr.implausible_date"
    if not born <= today <= _years_later(born, MAX_AGE_YEARS):
        return "ocr.implausible_age"
    if ends > _years_later(today, MAX_VALIDITY_YEARS):
        return "ocr.implausible_expiry"
    return EXPIRED if ends < today else None


def is_birthday(born: date, day: date) -> bool:
    """True when a card that ends on this day ends on its holder's birthday."""
    if (born.month, born.day) != (2, 29) or calendar.isleap(day.year):
        return (born.month, born.day) == (day.month, day.day)
    # Which day a card ends on in a common year is not published: both are accepted.
    return (day.month, day.day) in {(2, 28), (3, 1)}


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)

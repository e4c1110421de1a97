"""Machine-readable zone of a passport: two lines of 44 characters (TD3).

Decides whether the lines are well-formed and every check digit holds; a checked zone is safe to spend on the
chip, which opens by number, birth date and expiry date. Names have no check digit, and a check digit misses
two characters whose values differ by ten (0, A, K, U): the chip decides what is true.

Spec: ICAO Doc 9303 (8th edition) part 3, 4.9 (check digits), and part 4, 4.2.2 (TD3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from verifier.errors import InvalidInput
from verifier.types import Sex

LINE: Final = 44
FILLER: Final = "<"

_LINE = re.compile(r"[A-Z0-9<]{44}\Z")
_KEYS = re.compile(r"[A-Z0-9<]{24}\Z")
_WEIGHTS: Final = (7, 3, 1)

_NUMBER: Final = slice(0, 10)
_BIRTH: Final = slice(13, 20)
_EXPIRY: Final = slice(21, 28)
_OPTIONAL: Final = slice(28, 43)
"""Line 2: each field with its check digit behind it."""

_SEXES: Final = {"M": Sex.MALE, "F": Sex.FEMALE, FILLER: Sex.UNKNOWN}

_HALF_CENTURY: Final = 50
"""Years: two-digit expiry years are read within so many of today; documents are valid for ten."""


@dataclass(frozen=True, slots=True)
class Mrz:
    """A checked machine-readable zone.

    Attributes:
        issuing_state: three letters, filler removed.
        surname, given_names: Latin letters, words separated by one space.
        number: document number without filler.
        nationality: three letters, filler removed.
        birth_date, expires_on: century chosen so that birth lies in the past and expiry near today.
        sex: M, F or unspecified.
        key_information: number, birth and expiry with their check digits, 24 characters: what opens the
            chip.
        lines: both lines, 88 characters.
    """

    issuing_state: str
    surname: str = field(repr=False)
    given_names: str = field(repr=False)
    number: str = field(repr=False)
    nationality: str
    birth_date: date = field(repr=False)
    expires_on: date
    sex: Sex
    key_information: str = field(repr=False)
    lines: str = field(repr=False)

    def agrees_with(self, printed: Mrz | ZoneKeys) -> bool:
        """Whether this zone, from a chip, is the printed one as far as that was read."""
        if isinstance(printed, ZoneKeys):
            return self.key_information == printed.key_information
        return self.lines == printed.lines

    @property
    def name(self) -> str:
        """Surname, then given names, as the zone has them: transliterated, and cut off when long."""
        return f"{self.surname} {self.given_names}".strip()


@dataclass(frozen=True, slots=True)
class ZoneKeys:
    """Number, birth and expiry of a zone: what opens the chip, where the rest was not read.

    Attributes:
        key_information: with their check digits, 24 characters.
    """

    key_information: str = field(repr=False)


def parse_zone_keys(text: str) -> ZoneKeys:
    """Read the 24 characters that open a chip.

    Raises:
        InvalidInput: "mrz.malformed", "mrz.check_digit".
    """
    if not _KEYS.match(text):
        raise _refused("mrz.malformed", "not 24 characters A-Z, 0-9, <")
    for checked in (text[:10], text[10:17], text[17:]):
        if checked[-1] != check_digit(checked[:-1]):
            raise _refused("mrz.check_digit", "a check digit does not hold")
    return ZoneKeys(text)


def check_digit(text: str) -> str:
    """Check digit of a field: weights 7, 3, 1, modulo 10; A-Z count 10-35, the filler 0.

    Args:
        text: characters 0-9, A-Z and "<" only.
    """
    total = sum(_value(character) * _WEIGHTS[place % 3] for place, character in enumerate(text))
    return str(total % 10)


def parse_td3(text: str, *, today: date) -> Mrz:
    """Read the two lines of a passport.

    Args:
        text: 88 characters; line breaks and spaces are ignored.
        today: civil date; decides the century of the two-digit years.

    Raises:
        InvalidInput: not two lines of 44 such characters ("mrz.malformed"), not a passport
            ("mrz.not_a_passport"), a check digit that does not hold ("mrz.check_digit"), an unknown or
            impossible date ("mrz.date"), another sex than M, F, < ("mrz.malformed").
    """
    lines = "".join(text.split())
    first, second = lines[:LINE], lines[LINE:]
    if not (_LINE.match(first) and _LINE.match(second)):
        raise _refused("mrz.malformed", "not two lines of 44 characters A-Z, 0-9, <")
    if first[0] != "P":
        raise _refused("mrz.not_a_passport", "the document code is not P")
    _require_check_digits(second)
    if second[20] not in _SEXES:
        raise _refused("mrz.malformed", "the sex is none of M, F, <")
    surname, _, given_names = first[5:].partition(FILLER * 2)
    return Mrz(
        issuing_state=first[2:5].rstrip(FILLER),
        surname=_words(surname),
        given_names=_words(given_names),
        number=second[_NUMBER][:-1].rstrip(FILLER),
        nationality=second[10:13].rstrip(FILLER),
        birth_date=_birth_date(second[_BIRTH][:-1], today),
        expires_on=_expiry_date(second[_EXPIRY][:-1], today),
        sex=_SEXES[second[20]],
        key_information=second[_NUMBER] + second[_BIRTH] + second[_EXPIRY],
        lines=lines,
    )


def _require_check_digits(line: str) -> None:
    fields = {"number": line[_NUMBER], "birth date": line[_BIRTH], "expiry date": line[_EXPIRY]}
    for name, checked in fields.items():
        if checked[-1] != check_digit(checked[:-1]):
            raise _refused("mrz.check_digit", f"the check digit of the {name} does not hold")
    optional, digit = line[_OPTIONAL][:-1], line[_OPTIONAL][-1]
    # an empty optional field may have a filler for its digit (part 4, 4.2.2)
    if digit != check_digit(optional) and (digit != FILLER or optional.strip(FILLER)):
        raise _refused("mrz.check_digit", "the check digit of the optional data does not hold")
    if line[43] != check_digit("".join(fields.values()) + line[_OPTIONAL]):
        raise _refused("mrz.check_digit", "the composite check digit does not hold")


def _value(character: str) -> int:
    return 0 if character == FILLER else int(character, 36)


def _words(text: str) -> str:
    return " ".join(text.replace(FILLER, " ").split())


def _birth_date(digits: str, today: date) -> date:
    """The latest such day that is not in the future."""
    recent = _date(digits, today.year // 100 * 100)
    return recent if recent <= today else _date(digits, today.year // 100 * 100 - 100)


def _expiry_date(digits: str, today: date) -> date:
    """The day with these digits that lies nearest to today."""
    century = today.year // 100 * 100
    distance = century + int(digits[:2]) - today.year if digits[:2].isdigit() else 0
    if distance > _HALF_CENTURY:
        century -= 100
    if distance < -_HALF_CENTURY:
        century += 100
    return _date(digits, century)


def _date(digits: str, century: int) -> date:
    try:
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise _refused("mrz.date", "a date is unknown or impossible") from None


def _refused(code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, hint="read or type the two lines at the foot of the data page again")

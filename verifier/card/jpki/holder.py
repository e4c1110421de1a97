"""The four attributes (基本4情報) inside a JPKI signing certificate.

Decides what the certificate says of its holder; believe it only once the certificate was checked. They stand
in subjectAltName as otherName values, one UTF8String each, in any order:

| 1.2.392.200149.8.5.5 | attribute | form |
|---|---|---|
| .1 | 氏名 | text |
| .2 | substitute characters of the name | one digit per character, 1 = substituted |
| .3 | sex | 1 male, 2 female, else not stated (JIS X 0303) |
| .4 | birth date | era digit, then the Gregorian YYYYMMDD |
| .5 | 住所 | text |
| .6 | substitute characters of the address | as .2 |

Source: reported from a JPKI test card by one public reader, the object identifiers also by three others; the
J-LIS profile itself was not available (unverified: the era digit 0, and what stands where a date is unknown).

The certificate cannot hold every kanji. Where a flag is set, the text is not the one in the resident
register: it is kept as the certificate has it, and `substituted` says so, so that a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cryptography import x509

from verifier.card import tlv
from verifier.card.chain import extension
from verifier.errors import InvalidInput
from verifier.types import CheckResult, Outcome, Person, Sex

SUBSTITUTES: Final = "jpki.substitutes"

_ARC: Final = "1.2.392.200149.8.5.5."
NAME: Final = _ARC + "1"
NAME_SUBSTITUTES: Final = _ARC + "2"
SEX: Final = _ARC + "3"
BIRTH_DATE: Final = _ARC + "4"
ADDRESS: Final = _ARC + "5"
ADDRESS_SUBSTITUTES: Final = _ARC + "6"

_UTF8_STRING: Final = 0x0C
_BIRTH = re.compile(r"[0-5]([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_FLAGS = re.compile(r"[01]*\Z")
_SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE}


@dataclass(frozen=True, slots=True)
class Holder:
    """What a signing certificate says of its holder.

    Attributes:
        person: name and address as written, substitutes and all.
        substituted: how many characters of name and address are substitutes; None where the flags do not fit
            the text, so that nobody can tell.
    """

    person: Person = field(repr=False)
    substituted: int | None


def parse_holder(certificate: x509.Certificate) -> Holder:
    """Read the holder's attributes.

    Raises:
        InvalidInput: an attribute is missing, repeated or has another form ("card.jpki_attributes").
    """
    values = _other_names(certificate)
    try:
        name, address = values[NAME], values[ADDRESS]
        person = Person(name, address, _birth_date(values[BIRTH_DATE]), _SEXES.get(values[SEX], Sex.UNKNOWN))
    except KeyError:
        raise _malformed("an attribute of the holder is missing") from None
    if not name.strip() or not address.strip():
        raise _malformed("the holder's name or address is empty")
    flags = [
        _substituted(name, values.get(NAME_SUBSTITUTES, "")),
        _substituted(address, values.get(ADDRESS_SUBSTITUTES, "")),
    ]
    counted = [count for count in flags if count is not None]
    return Holder(person, sum(counted) if len(counted) == len(flags) else None)


def check_substitutes(holder: Holder) -> CheckResult:
    """Whether name and address are those of the resident register, character by character.

    Returns:
        "jpki.substitute_characters" (facts: characters) or "jpki.substitutes_malformed", both undecided: only
        a person can say what the substituted characters should be.
    """
    if holder.substituted is None:
        return CheckResult(SUBSTITUTES, Outcome.UNDECIDED, "jpki.substitutes_malformed")
    if holder.substituted:
        facts = {"characters": holder.substituted}
        return CheckResult(SUBSTITUTES, Outcome.UNDECIDED, "jpki.substitute_characters", facts=facts)
    return CheckResult(SUBSTITUTES, Outcome.PASSED)


def _other_names(certificate: x509.Certificate) -> Mapping[str, str]:
    names = extension(certificate, x509.SubjectAlternativeName)
    values: dict[str, str] = {}
    for other in names.get_values_for_type(x509.OtherName) if names else ():
        oid = other.type_id.dotted_string
        if oid in values:
            raise _malformed("an attribute of the holder occurs twice")
        if oid.startswith(_ARC):
            values[oid] = _text(other.value)
    return values


def _text(encoded: bytes) -> str:
    try:
        return tlv.parse_file(encoded, _UTF8_STRING).value.decode("utf-8")
    except (InvalidInput, UnicodeDecodeError) as error:
        raise _malformed("an attribute of the holder is not UTF-8 text") from error


def _birth_date(text: str) -> date:
    found = _BIRTH.match(text)
    try:
        year, month, day = (int(part) for part in found.groups()) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise _malformed("the holder's birth date is unknown or malformed") from None


def _substituted(text: str, flags: str) -> int | None:
    return flags.count("1") if _FLAGS.match(flags) and len(flags) == len(text) else None


def _malformed(message: str) -> InvalidInput:
    return InvalidInput("card.jpki_attributes", message, hint="use another method of verification")

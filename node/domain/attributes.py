"""What one member may ask another about a person, and how the values are written.

Names and forms are those of OpenID Connect Core 1.0 section 5.1 (`name`, `address.formatted`, `birthdate`,
`gender`); `portrait` is the element name of ISO/IEC 18013-5, here base64url of the image as the document
stores it.
The four basic attributes come from the chip as whole strings: names are not split, for any split would be a
guess.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Any


class Attribute(StrEnum):
    """One disclosure each."""

    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birthdate"
    SEX = "gender"
    PORTRAIT = "portrait"


BASIC = (Attribute.NAME, Attribute.ADDRESS, Attribute.BIRTH_DATE, Attribute.SEX)
"""基本4情報."""


def comparable(attribute: Attribute, value: Any) -> str:
    """A form in which two spellings of the same value are equal.

    NFKC folds width; white space is dropped and dashes are made one, because forms and chips differ in both.
    Nothing
    else is folded: a variant kanji is a difference that a person should see.
    """
    text = value.get("formatted", "") if attribute is Attribute.ADDRESS and isinstance(value, dict) else value
    folded = "".join(unicodedata.normalize("NFKC", str(text)).split()).casefold()
    return "".join("-" if unicodedata.category(c) == "Pd" or c == "−" else c for c in folded)

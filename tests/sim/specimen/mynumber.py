"""What a My Number card's front prints, whatever the layout: the texts that items name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tests.sim.specimen.panel import entries
from tests.sim.specimen.people import SpecimenPerson

SERIAL_CHARACTERS = "0123456789ABCDEF"
SERIAL_LENGTH = 16
"""Hexadecimal, before the security code: sources a, b, c, d."""
DONOR_LINES = (
    "《1.脳死後及び心停止した死後 2.心停止した死後のみ 3.提供せず》",
    "《1.2で提供したくない臓器があれば×》【心臓・肺・肝臓・腎臓・膵臓・小腸・眼球】",
    "〔特記欄:          〕 署名年月日    年   月   日",
)


def card_texts(
    person: SpecimenPerson, rng: np.random.Generator, *, line_characters: int
) -> Mapping[str, str]:
    """Texts of one card.

    Args:
        person: whose card.
        rng: of serial number and entries.
        line_characters: after how many characters the address goes on in its second line.
    """
    return {
        "name": person.name,
        "address1": person.address[:line_characters],
        "address2": person.address[line_characters:],
        "birth": person.printed_birth_date,
        "expiry": person.printed_expiry,
        "sex": person.sex,
        "code": person.security_code,
        "serial": "".join(SERIAL_CHARACTERS[digit] for digit in rng.integers(0, 16, SERIAL_LENGTH)),
        "mayor": "見本市長",
        **entries(rng),
    }

"""My Number card fronts made to mislead, for the benchmark alone: withholding is right, a wrong code is not.

A serial number in groups of four, one that is broken over two rows, four digits that somebody wrote
into the panel or under it, and a code that is worn off while other fours of digits are not. None of it
is published; all of it can lie before a camera.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tests.sim.specimen.items import INK, Handwriting, Mark, Photograph, Words
from tests.sim.specimen.layout import Draw, Layout
from tests.sim.specimen.mynumber import SERIAL_LENGTH, card_texts
from tests.sim.specimen.people import SpecimenPerson
from tests.sim.specimen.sheet import Item, printed
from tests.sim.specimen.unseen_mynumber import AS_PUBLISHED, CERTIFICATES, WRITTEN, donor, ruled
from tests.sim.specimen.unseen_print import faces, paper, played
from verifier.types import Image

GROUP = 4
LINE_CHARACTERS = 28

USUAL: tuple[Item, ...] = (
    *AS_PUBLISHED,
    *CERTIFICATES,
    *ruled(0.51, 0.80),
    Mark(0.42, 0.68, 0.08),
    *donor(0.375, 0.835, 0.019, 0.034),
    Photograph((0.045, 0.35, 0.285, 0.84)),
)
GROUPED: tuple[Item, ...] = (
    *USUAL,
    *WRITTEN,
    Words("{groups}", 0.04, 0.945, 0.034, "label", INK, right=0.265),
    Words("{code}", 0.29, 0.945, 0.044, "strong", INK),
)
BROKEN: tuple[Item, ...] = (
    *USUAL,
    *WRITTEN,
    Words("{serial_begin}", 0.04, 0.90, 0.036, "label", INK),
    Words("{serial_end}", 0.04, 0.95, 0.036, "label", INK),
    Words("{code}", 0.25, 0.925, 0.044, "strong", INK),
)
MEMO: tuple[Item, ...] = (
    *USUAL,
    Handwriting("{memo}", 0.80, 0.545, 0.044),
    Words("{year}", 0.365, 0.618, 0.036),
    Words("{serial}", 0.04, 0.945, 0.034, "label", INK, right=0.235),
    Words("{code}", 0.25, 0.945, 0.044, "strong", INK, right=0.31),
)
WORN_OFF: tuple[Item, ...] = (
    *USUAL,
    Handwriting("{memo}", 0.37, 0.545, 0.044),
    Words("{year}", 0.365, 0.618, 0.036),
    Words("{serial}", 0.04, 0.945, 0.034, "label", INK, right=0.235),
)


def _trap_texts(texts: Mapping[str, str], rng: np.random.Generator) -> Mapping[str, str]:
    """A serial number with fours of digits in it, a year and four digits that somebody wrote down."""
    digits = "".join(str(digit) for digit in rng.integers(0, 10, SERIAL_LENGTH))
    serial = digits[:5] + "ABCDEF"[int(rng.integers(6))] + digits[6:]
    return {
        **texts,
        "serial": serial,
        "groups": " ".join(serial[start : start + GROUP] for start in range(0, SERIAL_LENGTH, GROUP)),
        "serial_begin": serial[:-GROUP],
        "serial_end": serial[-GROUP:],
        "memo": f"{rng.integers(10_000):04d}",
        "year": f"{rng.integers(2018, 2027)}",
    }


def _trap(items: tuple[Item, ...]) -> Draw[SpecimenPerson]:
    def draw(person: SpecimenPerson, portrait: Image, *, rng: np.random.Generator) -> Image:
        texts = _trap_texts(card_texts(person, rng, line_characters=LINE_CHARACTERS), rng)
        return printed(paper(rng), played(items, rng), texts, portrait=portrait, rng=rng, faces=faces(rng))

    return draw


GROUPED_CARD = Layout("unseen_trap_grouped", "", seen=False, draw=_trap(GROUPED))
BROKEN_CARD = Layout("unseen_trap_broken", "", seen=False, draw=_trap(BROKEN))
MEMO_CARD = Layout("unseen_trap_memo", "", seen=False, draw=_trap(MEMO))
WORN_OFF_CARD = Layout("unseen_trap_worn_off", "", seen=False, draw=_trap(WORN_OFF))

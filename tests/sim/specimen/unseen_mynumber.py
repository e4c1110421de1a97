"""My Number card fronts for the benchmark alone: what the published description leaves open, varied.

Certain is (a to d in SOURCES.md): photograph left, birth date and end of validity on one row with 生
and まで有効, sex in its own row at the right, four panel rows, a 16-character serial number and a
four-digit code lower left. Open are type sizes and faces, the gap before the code, its weight, how the
panel and the logo look, line breaks, the width of digits. `close`, `plain` and `large` keep the places
and vary these.
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import (
    INK,
    LABEL_INK,
    WHITE,
    Area,
    Handwriting,
    Ink,
    Mark,
    Photograph,
    Rule,
    Words,
)
from tests.sim.specimen.layout import Draw, Layout
from tests.sim.specimen.mynumber import DONOR_LINES, card_texts
from tests.sim.specimen.people import SpecimenPerson
from tests.sim.specimen.sheet import Item, printed
from tests.sim.specimen.unseen_print import faces, paper, played
from verifier.types import Image

GREY: Ink = (120, 120, 126)
TEAL: Ink = (60, 130, 140)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

WRITTEN: tuple[Item, ...] = (
    Words("{print1}", 0.365, 0.545, 0.033, right=0.95),
    Words("{print2}", 0.365, 0.618, 0.033, right=0.95),
    Handwriting("{hand1}", 0.37, 0.545, 0.038),
    Handwriting("{hand2}", 0.37, 0.618, 0.038),
)
AS_PUBLISHED: tuple[Item, ...] = (
    Words("氏名", 0.025, 0.12, 0.030, "label", LABEL_INK),
    Words("{name}", 0.10, 0.12, 0.056, right=0.83),
    Area((0.85, 0.05, 0.97, 0.23), (), TEAL, 2),
    Words("個人番号", 0.862, 0.10, 0.040, "label", TEAL, right=0.96),
    Words("カード", 0.875, 0.175, 0.040, "label", TEAL),
    Words("住所", 0.025, 0.22, 0.030, "label", LABEL_INK),
    Words("{address1}", 0.10, 0.22, 0.040, right=0.84),
    Words("{address2}", 0.10, 0.275, 0.040, right=0.84),
    Words("性別", 0.85, 0.28, 0.030, "label", LABEL_INK),
    Words("{sex}", 0.93, 0.28, 0.044),
    Words("{birth}", 0.325, 0.37, 0.044, right=0.585),
    Words("{expiry}", 0.61, 0.37, 0.044, right=0.955),
    Words("{mayor}", 0.50, 0.43, 0.034),
)
"""Everything above the certificates' box where it is published, for cards that differ further down."""
CERTIFICATES: tuple[Item, ...] = (
    Area((0.62, 0.42, 0.96, 0.50), (WHITE,), GREY, 2),
    Area((0.62, 0.42, 0.765, 0.50), ((20, 20, 22),)),
    Words("電子証明書の", 0.627, 0.442, 0.025, "label", WHITE, right=0.76),
    Words("有効期限", 0.627, 0.478, 0.025, "label", WHITE, right=0.76),
    Handwriting("{certificates}", 0.775, 0.46, 0.036, (24, 24, 30)),
    Words("{certificates_blank}", 0.83, 0.46, 0.022, "label", GREY),
)


def donor(x: float, y: float, size: float, step: float) -> tuple[Item, ...]:
    """The donor's lines from a place on."""
    return tuple(Words(line, x, y + step * row, size, "label", GREY) for row, line in enumerate(DONOR_LINES))


def ruled(top: float, bottom: float, *, left: float = 0.355, right: float = 0.96) -> tuple[Item, ...]:
    """A panel of four rows as one white area with lines."""
    step = (bottom - top) / 4
    lines = tuple(Rule((left, top + row * step), (right, top + row * step), GREY, 1) for row in range(1, 4))
    return (Area((left, top, right, bottom), (WHITE,), GREY, 1), *lines)


CLOSE: tuple[Item, ...] = (
    Words("氏名", 0.025, 0.12, 0.024, "label", GREY),
    Words("{name}", 0.10, 0.12, 0.048, right=0.83),
    Words("個人番号", 0.865, 0.105, 0.038, "strong", TEAL),
    Words("カード", 0.875, 0.165, 0.038, "strong", TEAL),
    Words("住所", 0.025, 0.22, 0.024, "label", GREY),
    Words("{address1}", 0.10, 0.215, 0.035, right=0.84),
    Words("{address2}", 0.10, 0.265, 0.035, right=0.84),
    Words("性別", 0.85, 0.28, 0.024, "label", GREY),
    Words("{sex}", 0.93, 0.28, 0.040),
    Words("{birth}　{expiry}", 0.325, 0.37, 0.041, right=0.955),
    Words("{mayor}", 0.51, 0.43, 0.030),
    *CERTIFICATES,
    *ruled(0.51, 0.80),
    *WRITTEN,
    Mark(0.42, 0.68, 0.08),
    *donor(0.375, 0.835, 0.019, 0.034),
    Photograph((0.045, 0.35, 0.285, 0.84)),
    Words("{serial} {code}", 0.04, 0.945, 0.034, "value", right=0.31),
)
"""Serial number and code in one face, a space apart."""

PLAIN: tuple[Item, ...] = (
    Words("氏 名", 0.025, 0.125, 0.028, "label", LABEL_INK),
    Words("{name}", 0.105, 0.125, 0.052, right=0.83),
    Area((0.85, 0.05, 0.97, 0.23), ((226, 238, 236),), TEAL, 3),
    Words("個人番号", 0.862, 0.11, 0.036, "label", TEAL, right=0.96),
    Words("カード", 0.875, 0.175, 0.036, "label", TEAL),
    Words("住 所", 0.025, 0.225, 0.028, "label", LABEL_INK),
    Words("{address1}", 0.105, 0.225, 0.038, right=0.84),
    Words("{address2}", 0.105, 0.275, 0.038, right=0.84),
    Words("性 別", 0.845, 0.285, 0.028, "label", LABEL_INK),
    Words("{sex}", 0.93, 0.285, 0.042),
    Words("{wide_birth}", 0.325, 0.37, 0.036, right=0.60),
    Words("{wide_expiry}", 0.62, 0.37, 0.036, right=0.965),
    Words("{mayor}", 0.50, 0.432, 0.032),
    *CERTIFICATES,
    *(
        Area((0.355, 0.512 + 0.0725 * row, 0.96, 0.568 + 0.0725 * row), ((244, 244, 238),))
        for row in range(4)
    ),
    *WRITTEN,
    Mark(0.46, 0.675, 0.075),
    *donor(0.375, 0.84, 0.020, 0.035),
    Photograph((0.045, 0.345, 0.285, 0.845)),
    Words("{serial}", 0.04, 0.945, 0.030, "label", INK, right=0.22),
    Words("{code}", 0.262, 0.945, 0.036, "label", INK),
)
"""Full-width digits in the dates; the code no bolder than the serial number, a wide gap between."""

LARGE: tuple[Item, ...] = (
    Words("氏名", 0.025, 0.11, 0.034, "label", LABEL_INK),
    Words("{name}", 0.10, 0.11, 0.064, right=0.83),
    Area((0.86, 0.05, 0.975, 0.225), (), (180, 90, 120), 2),
    Words("個人", 0.88, 0.085, 0.045, "strong", (180, 90, 120)),
    Words("番号", 0.88, 0.135, 0.045, "strong", (180, 90, 120)),
    Words("カード", 0.872, 0.19, 0.040, "strong", (180, 90, 120)),
    Words("住所", 0.025, 0.20, 0.034, "label", LABEL_INK),
    Words("{address1}", 0.10, 0.20, 0.046, right=0.84),
    Words("{address2}", 0.10, 0.265, 0.046, right=0.84),
    Words("性別　{sex}", 0.855, 0.285, 0.040, right=0.96),
    Words("{birth}", 0.31, 0.365, 0.050, right=0.595),
    Words("{expiry}", 0.615, 0.365, 0.050, right=0.968),
    Words("見本県見本市長", 0.45, 0.43, 0.034, right=0.60),
    *CERTIFICATES,
    *(Rule((0.355, 0.58 + 0.073 * row), (0.96, 0.58 + 0.073 * row), GREY, 2) for row in range(4)),
    *WRITTEN,
    Mark(0.40, 0.66, 0.095),
    *donor(0.375, 0.835, 0.022, 0.037),
    Photograph((0.04, 0.35, 0.285, 0.85)),
    Words("{serial}", 0.035, 0.945, 0.038, "label", INK, right=0.228),
    Words("{code}", 0.24, 0.943, 0.056, "strong", INK, right=0.32),
)
"""Larger type everywhere, a panel of bare lines, sex and its word in one."""


def front(items: tuple[Item, ...], *, line_characters: int) -> Draw[SpecimenPerson]:
    """A drawing of these items, whose address goes on after so many characters."""

    def draw(person: SpecimenPerson, portrait: Image, *, rng: np.random.Generator) -> Image:
        texts = card_texts(person, rng, line_characters=line_characters)
        wide = {f"wide_{name}": texts[name].translate(FULL_WIDTH) for name in ("birth", "expiry")}
        return printed(
            paper(rng), played(items, rng), {**texts, **wide}, portrait=portrait, rng=rng, faces=faces(rng)
        )

    return draw


CLOSE_CARD = Layout("unseen_mynumber_close", "a b c d", seen=False, draw=front(CLOSE, line_characters=30))
PLAIN_CARD = Layout("unseen_mynumber_plain", "a b c d", seen=False, draw=front(PLAIN, line_characters=26))
LARGE_CARD = Layout("unseen_mynumber_large", "a b c d", seen=False, draw=front(LARGE, line_characters=24))

"""The My Number card's front as published, current since 2016.

Places are shares of width and height measured on published pictures, ±0.01: sources a and d in SOURCES.md;
b and c agree on the row of dates and on the code's place. Sizes of type follow from the widths; colours and
guilloche are ours.
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
    Words,
)
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.mynumber import DONOR_LINES, card_texts
from tests.sim.specimen.paper import CARD_SIZE_PX, guilloche
from tests.sim.specimen.people import SpecimenPerson
from tests.sim.specimen.sheet import Item, printed
from verifier.types import Image

LOGO: Ink = (190, 84, 128)
PANEL: Ink = (206, 206, 212)
ADDRESS_LINE_CHARACTERS = 28
PANEL_LEFT, PANEL_RIGHT, PANEL_TOP, ROW_HEIGHT = 0.355, 0.96, 0.51, 0.0725
"""Four white rows, y .51 to .80 (a, d)."""


def _panel() -> tuple[Item, ...]:
    tops = [PANEL_TOP + row * ROW_HEIGHT for row in range(4)]
    return tuple(
        Area((PANEL_LEFT, top, PANEL_RIGHT, top + ROW_HEIGHT - 0.008), (WHITE,), PANEL, 1) for top in tops
    )


ITEMS: tuple[Item, ...] = (
    Words("氏名", 0.025, 0.12, 0.030, "label", LABEL_INK),
    Words("{name}", 0.10, 0.12, 0.056, right=0.83),
    Area((0.85, 0.05, 0.97, 0.23), (), LOGO),
    Words("個人番号", 0.862, 0.10, 0.042, "label", LOGO, right=0.96, spread=True),
    Words("カード", 0.862, 0.18, 0.042, "label", LOGO, right=0.96, spread=True),
    Words("住所", 0.025, 0.22, 0.030, "label", LABEL_INK),
    Words("{address1}", 0.10, 0.22, 0.041, right=0.84),
    Words("{address2}", 0.10, 0.28, 0.041, right=0.84),
    Words("性別", 0.85, 0.28, 0.030, "label", LABEL_INK),
    Words("{sex}", 0.93, 0.28, 0.045),
    Words("{birth}", 0.325, 0.37, 0.045, right=0.585),
    Words("{expiry}", 0.61, 0.37, 0.045, right=0.955),
    Words("{mayor}", 0.50, 0.43, 0.036, right=0.60),
    Area((0.62, 0.42, 0.96, 0.50), (), LABEL_INK, 1),
    Area((0.62, 0.42, 0.765, 0.50), (LABEL_INK,)),
    Words("電子証明書の", 0.627, 0.442, 0.027, "label", WHITE, right=0.76),
    Words("有効期限", 0.627, 0.478, 0.027, "label", WHITE, right=0.76),
    Words("{certificates_blank}", 0.83, 0.46, 0.024, "label", LABEL_INK),
    Handwriting("{certificates}", 0.765, 0.46, 0.038),
    *_panel(),
    Words("{print1}", 0.365, 0.542, 0.036, right=0.95),
    Words("{print2}", 0.365, 0.615, 0.036, right=0.95),
    Handwriting("{hand1}", 0.365, 0.542, 0.036),
    Handwriting("{hand2}", 0.365, 0.615, 0.036),
    Mark(0.44, 0.675, 0.085),
    *(Words(line, 0.375, 0.83 + 0.036 * row, 0.021, "label") for row, line in enumerate(DONOR_LINES)),
    Photograph((0.045, 0.35, 0.285, 0.84)),
    Words("{serial}", 0.04, 0.945, 0.034, "label", right=0.235),
    Words("{code}", 0.25, 0.945, 0.044, "strong", INK, right=0.31),
)


def render_mynumber(person: SpecimenPerson, portrait: Image, *, rng: np.random.Generator) -> Image:
    """Draw a card: the layout that every test and the demo show unless they ask for another.

    Args:
        person: what to print.
        portrait: (H, W, 3) uint8, BGR; cropped around its centre to the photo box.
        rng: chooses type face, guilloche, serial number and distractors.

    Returns:
        (638, 1011, 3) uint8, BGR.

    Raises:
        FontMissingError: no Japanese font on this machine.
    """
    texts = card_texts(person, rng, line_characters=ADDRESS_LINE_CHARACTERS)
    return printed(guilloche(CARD_SIZE_PX, rng), ITEMS, texts, portrait=portrait, rng=rng)


MYNUMBER_2016 = Layout("mynumber_2016", "a b c d", seen=True, draw=render_mynumber)

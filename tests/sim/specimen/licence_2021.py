"""The driver's licence as published: IC form with the classes of 2017 and both calendars in the band.

Places are shares of width and height measured on published drawings, ±0.01: source e in SOURCES.md (f, o, q
and s agree on parts). The same form before March 2019 prints the era's year alone in the band (m); other
classes did not exist before 2017. Colours and guilloche are ours, but for the band's (e, o).
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import (
    INK,
    LABEL_INK,
    RED,
    Area,
    Hatch,
    Ink,
    Mark,
    Photograph,
    Rule,
    Seal,
    Upright,
    Words,
)
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.licence import SpecimenLicence
from tests.sim.specimen.licence_texts import ClassGrid, licence_texts
from tests.sim.specimen.paper import CARD_SIZE_PX, guilloche
from tests.sim.specimen.sheet import Item, printed
from verifier.types import Image

GOLD: Ink = (164, 132, 91)
BANDS: tuple[Ink, ...] = (GOLD, (120, 176, 222), (158, 206, 120))
"""Gold, blue, and light green for the first three years (e, o)."""
TITLE: Ink = (48, 74, 150)
HATCH: Ink = (236, 176, 168)

HEAD: tuple[Item, ...] = (
    Area((0.04, 0.065, 0.96, 0.135), (), LABEL_INK, 2),
    Words("氏名", 0.055, 0.10, 0.032, "label", INK),
    Words("{name}", 0.12, 0.10, 0.050, right=0.62),
    Rule((0.63, 0.065), (0.63, 0.135)),
    Words("{birth}", 0.645, 0.10, 0.044, right=0.95),
    Area((0.04, 0.21, 0.96, 0.28), (), LABEL_INK, 2),
    Words("住所", 0.055, 0.245, 0.032, "label", INK),
    Words("{address}", 0.12, 0.245, 0.042, right=0.955),
    Area((0.04, 0.28, 0.68, 0.35), (), LABEL_INK, 2),
    Words("交付", 0.055, 0.315, 0.032, "label", INK),
    Words("{issue}", 0.12, 0.315, 0.044, right=0.40),
    Words("{inquiry}", 0.45, 0.315, 0.042),
    Area((0.04, 0.355, 0.63, 0.44), BANDS),
)
BAND = Words("{until}", 0.05, 0.398, 0.066, "strong", right=0.62)
BAND_ERA = Words("{until_era}", 0.06, 0.398, 0.066, "strong", right=0.60)
CONDITIONS: tuple[Item, ...] = (
    Words("免許の", 0.05, 0.48, 0.029, "label", INK),
    Words("条件等", 0.05, 0.53, 0.029, "label", INK),
    *(Words(f"{{condition{row + 1}}}", 0.12, 0.475 + 0.046 * row, 0.038, right=0.625) for row in range(4)),
    Upright("運転免許証", 0.655, 0.405, 0.066, "strong", TITLE, pitch=1.18),
)
FOOT: tuple[Item, ...] = (
    Area((0.04, 0.675, 0.63, 0.745), (), LABEL_INK, 2),
    Words("番号", 0.055, 0.71, 0.032, "label", INK),
    Hatch((0.27, 0.68, 0.43, 0.742), HATCH),
    Words("第", 0.12, 0.71, 0.044),
    Words("{number}", 0.18, 0.71, 0.054, right=0.51, spread=True),
    Words("号", 0.55, 0.71, 0.044),
    *(
        item
        for row, (label, y) in enumerate((("二・小・原", 0.795), ("他", 0.85), ("二種", 0.905)))
        for item in (
            Words(label, 0.05, y, 0.028, "label", INK, right=0.12),
            Words(f"{{acquired{row + 1}}}", 0.125, y, 0.034, right=0.335),
        )
    ),
    Upright("種類", 0.355, 0.80, 0.034, ink=INK),
    Photograph((0.683, 0.294, 0.912, 0.836)),
    Words("{commission}", 0.70, 0.87, 0.040, "strong", RED),
    Words("公安委員会", 0.70, 0.92, 0.042, "strong", RED, right=0.86),
    Seal((0.87, 0.84, 0.92, 0.925), "公安委員会印"),
    Mark(0.18, 0.132, 0.050),
)
GRID_BOX = (0.37, 0.77, 0.634, 0.93)


def draw_licence(
    licence: SpecimenLicence, portrait: Image, *, rng: np.random.Generator, band: Item = BAND
) -> Image:
    """Draw the published form with one or the other text in its band."""
    items = (*HEAD, band, *CONDITIONS, *FOOT, ClassGrid(GRID_BOX, 0.036, licence.classes))
    texts = licence_texts(licence, rng)
    return printed(guilloche(CARD_SIZE_PX, rng), items, texts, portrait=portrait, rng=rng)


def _draw_era(licence: SpecimenLicence, portrait: Image, *, rng: np.random.Generator) -> Image:
    return draw_licence(licence, portrait, rng=rng, band=BAND_ERA)


LICENCE_2021 = Layout("licence_2021", "e f o p q s", seen=True, draw=draw_licence)
LICENCE_2012 = Layout("licence_2012", "e m o", seen=True, draw=_draw_era)

"""Driver's licences for the benchmark alone: the published form (e, f, o, m in SOURCES.md) printed otherwise.

Certain are the rows' order and places, the upright title, the 7 x 2 grid of upright words, one
condition a line, the band's two wordings. Open are faces, type sizes, where 優良 stands, whether a long
address is condensed or set in two small lines, and the hatch. A licence integrated with the My Number
card shows nothing on any face (t), so there is none to draw.
"""

from __future__ import annotations

from dataclasses import replace

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
    Seal,
    Upright,
    Words,
)
from tests.sim.specimen.layout import Draw, Layout
from tests.sim.specimen.licence import SpecimenLicence
from tests.sim.specimen.licence_texts import ClassGrid, licence_texts
from tests.sim.specimen.sheet import Item, printed
from tests.sim.specimen.unseen_print import faces, paper, played
from verifier.types import Image

GOLD: Ink = (164, 132, 91)
BLUE: Ink = (132, 186, 226)
GREEN: Ink = (170, 212, 136)
TITLE: Ink = (40, 66, 140)
LONG_ADDRESS = 30
"""Characters; longer ones stand in two small lines (C)."""


def _holder(name_size: float, address: tuple[Item, ...]) -> tuple[Item, ...]:
    return (
        Area((0.04, 0.065, 0.96, 0.135), (), LABEL_INK, 1),
        Words("氏名", 0.055, 0.10, 0.028, "label", INK),
        Words("{name}", 0.12, 0.10, name_size, right=0.62),
        Words("{birth}", 0.65, 0.10, 0.040, right=0.955),
        Area((0.04, 0.21, 0.96, 0.28), (), LABEL_INK, 1),
        Words("住所", 0.055, 0.245, 0.028, "label", INK),
        *address,
        Words("交付", 0.055, 0.315, 0.028, "label", INK),
        Words("{issue}　{inquiry}", 0.12, 0.315, 0.040, right=0.56),
    )


def _conditions(size: float, step: float, *, x: float = 0.12) -> tuple[Item, ...]:
    return (
        Words("免許の", 0.052, 0.48, 0.026, "label", INK),
        Words("条件等", 0.052, 0.528, 0.026, "label", INK),
        *(Words(f"{{condition{row + 1}}}", x, 0.472 + step * row, size, right=0.628) for row in range(4)),
    )


def _foot(number: tuple[Item, ...], *, date_size: float = 0.031) -> tuple[Item, ...]:
    rows = (("二・小・原", 0.795), ("他", 0.85), ("二種", 0.90))
    dates = tuple(
        item
        for row, (label, y) in enumerate(rows)
        for item in (
            Words(label, 0.052, y, 0.025, "label", INK, right=0.118),
            Words(f"{{acquired{row + 1}}}", 0.128, y, date_size, right=0.335),
        )
    )
    return (
        Area((0.04, 0.675, 0.63, 0.745), (), LABEL_INK, 1),
        Words("番号", 0.055, 0.71, 0.028, "label", INK),
        *number,
        *dates,
        Upright("種類", 0.353, 0.805, 0.030, ink=INK),
        Photograph((0.683, 0.294, 0.912, 0.836)),
    )


ERA_GOLD: tuple[Item, ...] = (
    *_holder(0.046, (Words("{address}", 0.12, 0.245, 0.036, right=0.955),)),
    Area((0.04, 0.355, 0.63, 0.44), (GOLD,)),
    Words("{until_era}", 0.055, 0.398, 0.062, "value", right=0.56),
    *_conditions(0.033, 0.045),
    Words("優良", 0.055, 0.642, 0.040, "strong"),
    Upright("運転免許証", 0.655, 0.402, 0.070, "value", TITLE, pitch=1.12),
    *_foot(
        (
            Hatch((0.25, 0.68, 0.45, 0.742), (240, 190, 184), 5),
            Words("第", 0.12, 0.71, 0.038),
            Words("{number}", 0.175, 0.71, 0.050, right=0.515, spread=True),
            Words("号", 0.55, 0.71, 0.038),
        )
    ),
    Words("{commission}", 0.695, 0.865, 0.038, "value", RED),
    Words("公安委員会", 0.695, 0.915, 0.038, "value", RED, right=0.86),
    Seal((0.87, 0.845, 0.92, 0.93), "見本公安委員会印"),
    Mark(0.30, 0.130, 0.050),
)
TWO_CALENDARS: tuple[Item, ...] = (
    *_holder(
        0.044,
        (
            Words("{address_one}", 0.12, 0.245, 0.036, right=0.955),
            Words("{address_upper}", 0.12, 0.229, 0.027),
            Words("{address_lower}", 0.12, 0.261, 0.027),
        ),
    ),
    Area((0.04, 0.352, 0.63, 0.442), (BLUE, GREEN)),
    Words("{until}", 0.05, 0.398, 0.074, "value", right=0.62),
    *_conditions(0.036, 0.05, x=0.125),
    Upright("運転免許証", 0.656, 0.41, 0.062, "strong", TITLE, pitch=1.25),
    *_foot(
        (
            Hatch((0.28, 0.678, 0.42, 0.743), (226, 160, 156), 9),
            Words("第", 0.125, 0.71, 0.040),
            Words("{number}", 0.185, 0.71, 0.046, right=0.505, spread=True),
            Words("号", 0.55, 0.71, 0.040),
        ),
        date_size=0.028,
    ),
    Words("{commission}", 0.70, 0.868, 0.036, "strong", RED),
    Words("公安委員会", 0.70, 0.918, 0.036, "strong", RED),
    Seal((0.868, 0.845, 0.922, 0.935), "公安委員会"),
    Mark(0.10, 0.132, 0.048),
)
DENSE: tuple[Item, ...] = (
    *_holder(0.052, (Words("{address}", 0.12, 0.245, 0.046, right=0.955),)),
    Area((0.04, 0.355, 0.63, 0.44), (GOLD, BLUE, GREEN)),
    Words("{until}", 0.045, 0.398, 0.060, "strong", right=0.625),
    *_conditions(0.042, 0.047, x=0.118),
    Upright("運転免許証", 0.655, 0.40, 0.074, "strong", TITLE, pitch=1.08),
    *_foot(
        (
            Hatch((0.26, 0.68, 0.44, 0.742), (238, 178, 170), 6),
            Words("第　{number}　号", 0.12, 0.71, 0.052, right=0.58, spread=True),
        ),
        date_size=0.036,
    ),
    Words("{commission}公安委員会", 0.69, 0.89, 0.036, "strong", RED, right=0.862),
    Seal((0.87, 0.84, 0.922, 0.925), "公安委員会印"),
    Mark(0.44, 0.130, 0.052),
)


def _drawing(items: tuple[Item, ...], grid: ClassGrid) -> Draw[SpecimenLicence]:
    def draw(licence: SpecimenLicence, portrait: Image, *, rng: np.random.Generator) -> Image:
        texts, address = licence_texts(licence, rng), licence.person.address
        split = len(address) > LONG_ADDRESS
        lines = {
            "address_one": "" if split else address,
            "address_upper": address[:LONG_ADDRESS] if split else "",
            "address_lower": address[LONG_ADDRESS:] if split else "",
        }
        whole = (*played(items, rng), replace(grid, held=licence.classes))
        return printed(paper(rng), whole, {**texts, **lines}, portrait=portrait, rng=rng, faces=faces(rng))

    return draw


_GRID = ClassGrid((0.37, 0.77, 0.634, 0.93), 0.034, ())
ERA_GOLD_LICENCE = Layout("unseen_licence_2012", "e m o", seen=False, draw=_drawing(ERA_GOLD, _GRID))
TWO_CALENDARS_LICENCE = Layout(
    "unseen_licence_2021",
    "e f o s",
    seen=False,
    draw=_drawing(TWO_CALENDARS, replace(_GRID, size=0.031)),
)
DENSE_LICENCE = Layout(
    "unseen_licence_dense", "e f o", seen=False, draw=_drawing(DENSE, replace(_GRID, size=0.037))
)

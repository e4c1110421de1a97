"""The residence card's form of 2012 as published.

Places are shares of width and height measured on the agency's specimen (number AB12345678CD), ±0.01: source g
in SOURCES.md; h agrees on the parts it names; y on the optional names. Guilloche is ours, the blue of band
and boxes is near the specimen's.
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import INK, LABEL_INK, Area, Ink, Mark, Photograph, Rule, Seal, Upright, Words
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.paper import CARD_SIZE_PX, guilloche
from tests.sim.specimen.residence import SpecimenResidenceCard
from tests.sim.specimen.residence_texts import bilingual, residence_texts, under_date
from tests.sim.specimen.sheet import Item, printed
from verifier.types import Image

BAND_BLUE: Ink = (176, 212, 232)
BOX_BLUE: Ink = (196, 222, 238)

HEADER: tuple[Item, ...] = (
    Area((0.0, 0.047, 1.0, 0.122), (BAND_BLUE,)),
    Words("日本国政府", 0.03, 0.07, 0.030, "label", right=0.16, spread=True),
    Words("GOVERNMENT OF JAPAN", 0.03, 0.103, 0.022, "label", right=0.22),
    Words("在留カード", 0.39, 0.072, 0.045, "strong", right=0.595, spread=True),
    Words("RESIDENCE CARD", 0.39, 0.107, 0.022, "label", right=0.595, spread=True),
    Words("番号", 0.70, 0.073, 0.028, "label"),
    Words("No.", 0.70, 0.105, 0.022, "label"),
    Words("{number}", 0.755, 0.087, 0.050, "strong", right=0.975, spread=True),
)
HOLDER: tuple[Item, ...] = (
    *bilingual("氏名", "NAME", 0.03, 0.17),
    Words("{name}", 0.09, 0.17, 0.050, right=0.69),
    *bilingual("生年月日", "DATE OF BIRTH", 0.03, 0.275, right=0.13),
    Words("{birth}", 0.137, 0.27, 0.040, right=0.355, spread=True),
    under_date(0.19, 0.35, 0.306),
    *bilingual("性別", "SEX", 0.372, 0.275),
    Words("{sex}", 0.418, 0.27, 0.040, right=0.475),
    *bilingual("国籍・地域", "NATIONALITY/REGION", 0.488, 0.275, right=0.59),
    Words("{nationality}", 0.595, 0.27, 0.040, right=0.69),
    Rule((0.03, 0.325), (0.69, 0.325), width_px=1),
    *bilingual("住居地", "ADDRESS", 0.03, 0.405),
    Words("{wide_address}", 0.11, 0.40, 0.036, right=0.69),
    Rule((0.03, 0.445), (0.69, 0.445), width_px=1),
    *bilingual("在留資格", "STATUS", 0.03, 0.487),
    Words("{status}", 0.12, 0.48, 0.038, right=0.69),
    Words("{status_english}", 0.12, 0.511, 0.017, "label", right=0.69),
)
WORK: tuple[Item, ...] = (
    Area((0.25, 0.52, 0.69, 0.63), (BOX_BLUE,), LABEL_INK, 1),
    Words("就労制限の有無", 0.26, 0.572, 0.026, "label", LABEL_INK),
    Words("{work}", 0.46, 0.572, 0.036, right=0.685),
)
STAY: tuple[Item, ...] = (
    Words("在留期間(満了日)", 0.03, 0.665, 0.025, "label", LABEL_INK, right=0.20),
    Words("PERIOD OF STAY", 0.03, 0.69, 0.016, "label", LABEL_INK),
    Words("(DATE OF EXPIRATION)", 0.03, 0.712, 0.016, "label", LABEL_INK),
    Words("{wide_stay}　{wide_stay_until}", 0.23, 0.69, 0.040, right=0.695, tracking=0.04),
    Rule((0.23, 0.718), (0.695, 0.718), INK, 1),
    under_date(0.265, 0.67, 0.732, signs="Y M Y M D"),
    Words("許可の種類", 0.03, 0.785, 0.025, "label", LABEL_INK),
    Words("{permission}", 0.14, 0.785, 0.032, right=0.69),
    Words("許可年月日", 0.03, 0.845, 0.025, "label", LABEL_INK),
    Words("{granted}", 0.14, 0.845, 0.034, right=0.335),
    Words("交付年月日", 0.37, 0.845, 0.025, "label", LABEL_INK),
    Words("{issued}", 0.475, 0.845, 0.034, right=0.67),
)
FOOT: tuple[Item, ...] = (
    Area((0.0, 0.88, 0.73, 0.957), (BAND_BLUE,)),
    Words("このカードは", 0.03, 0.905, 0.026, "label"),
    Words("{wide_until}", 0.15, 0.906, 0.038, "strong", right=0.62, spread=True),
    Rule((0.15, 0.931), (0.62, 0.931), INK, 1),
    Words("です。", 0.64, 0.905, 0.026, "label"),
    Words("PERIOD OF VALIDITY OF THIS CARD", 0.03, 0.944, 0.016, "label"),
    Photograph((0.70, 0.29, 0.955, 0.85)),
    Upright("MINISTRY OF JUSTICE", 0.978, 0.30, 0.018, ink=LABEL_INK, pitch=1.3),
    Words("法務大臣", 0.757, 0.92, 0.055, "strong", right=0.875),
    Seal((0.888, 0.875, 0.955, 0.97), "法務大臣之印"),
    Mark(0.03, 0.545, 0.042),
)


def _draw(card: SpecimenResidenceCard, portrait: Image, *, rng: np.random.Generator) -> Image:
    items = (*HEADER, *HOLDER, *WORK, *STAY, *FOOT)
    return printed(guilloche(CARD_SIZE_PX, rng), items, residence_texts(card), portrait=portrait, rng=rng)


RESIDENCE_2012 = Layout("residence_2012", "g h y", seen=True, draw=_draw)

"""The residence card's form of 14 June 2026, as far as it is known; readers refuse it by name.

Which items stand on the face, their order and the labels are second-hand: sources i, j, k, l in SOURCES.md.
No specimen with measurable places was found, so every place here is a guess that keeps that order.
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import INK, Area, Ink, Mark, Photograph, Words
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.paper import CARD_SIZE_PX, guilloche
from tests.sim.specimen.residence import SpecimenResidenceCard
from tests.sim.specimen.residence_texts import bilingual, residence_texts
from tests.sim.specimen.sheet import Item, printed
from verifier.types import Image

PINK_BEIGE = np.array((250, 238, 230), np.float32) / np.array((246, 243, 240), np.float32)
"""Tints the usual paper (i)."""
GOLD: Ink = (196, 160, 88)
BLUE: Ink = (190, 216, 236)

ITEMS: tuple[Item, ...] = (
    Words("日本国政府", 0.03, 0.06, 0.030, "label"),
    Words("GOVERNMENT OF JAPAN", 0.03, 0.095, 0.020, "label"),
    Words("在留カード", 0.36, 0.065, 0.050, "strong"),
    Words("RESIDENCE CARD", 0.36, 0.108, 0.022, "label"),
    Area((0.83, 0.03, 0.96, 0.13), (GOLD,)),
    Words("ISA", 0.86, 0.08, 0.056, "strong", (250, 246, 236)),
    *bilingual("氏名", "NAME", 0.03, 0.17),
    Words("{name}", 0.11, 0.17, 0.050, right=0.68),
    *bilingual("生年月日", "DATE OF BIRTH", 0.03, 0.26, right=0.13),
    Words("{birth}", 0.14, 0.258, 0.038, right=0.34),
    *bilingual("性別", "SEX", 0.36, 0.26),
    Words("{sex}", 0.405, 0.258, 0.038),
    *bilingual("国籍・地域", "NATIONALITY/REGION", 0.475, 0.26, right=0.575),
    Words("{nationality}", 0.585, 0.258, 0.038, right=0.69),
    *bilingual("住居地", "ADDRESS", 0.03, 0.355),
    Words("{address}", 0.11, 0.352, 0.034, right=0.69),
    Area((0.03, 0.43, 0.69, 0.52), (BLUE,)),
    *bilingual("就労制限の有無", "WORK RESTRICTIONS", 0.04, 0.475),
    Words("{work}", 0.26, 0.475, 0.036, right=0.68),
    *bilingual("在留資格", "STATUS", 0.03, 0.575),
    Words("{status}", 0.13, 0.57, 0.038, right=0.69),
    Words("{status_english}", 0.13, 0.602, 0.017, "label", right=0.69),
    *bilingual("在留期間満了日", "THE EXPIRY DATE OF THE PERIOD OF STAY", 0.03, 0.69, right=0.24),
    Words("{stay_ends}", 0.27, 0.688, 0.040, right=0.50),
    Mark(0.16, 0.74, 0.055),
    Area((0.0, 0.85, 1.0, 0.965), (BLUE,)),
    *bilingual("番号", "No.", 0.03, 0.905),
    Words("{number}", 0.08, 0.905, 0.048, "strong", right=0.32),
    Words("このカードは", 0.37, 0.892, 0.024, "label"),
    Words("{until}", 0.48, 0.892, 0.038, "strong", right=0.82),
    Words("です。", 0.84, 0.892, 0.024, "label"),
    Words("PERIOD OF VALIDITY OF THIS CARD", 0.37, 0.938, 0.018, "label", INK),
    Photograph((0.715, 0.23, 0.955, 0.81)),
)


def _draw(card: SpecimenResidenceCard, portrait: Image, *, rng: np.random.Generator) -> Image:
    paper = np.clip(guilloche(CARD_SIZE_PX, rng) * PINK_BEIGE, 0, 255).astype(np.uint8)
    return printed(paper, ITEMS, residence_texts(card), portrait=portrait, rng=rng)


RESIDENCE_2026 = Layout("residence_2026", "i j k l", seen=True, draw=_draw)

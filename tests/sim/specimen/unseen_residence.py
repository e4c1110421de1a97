"""Residence cards of 2012 for the benchmark alone: the published form (g, h in SOURCES.md) printed otherwise.

Certain are the header band, the labels, the order and the gaps that decide (sex and nationality 1 %
apart, a letter-spaced stay with a gap before its bracket). Open are faces, type sizes, where an
optional kanji name stands (beside or under the Latin one, y), and the English under a status in one or
two lines.
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import INK, LABEL_INK, Area, Ink, Mark, Photograph, Rule, Seal, Upright, Words
from tests.sim.specimen.layout import Draw, Layout
from tests.sim.specimen.residence import SpecimenResidenceCard
from tests.sim.specimen.residence_texts import bilingual, residence_texts, under_date
from tests.sim.specimen.sheet import Item, printed
from tests.sim.specimen.unseen_print import faces, paper, played
from verifier.types import Image

BAND: Ink = (168, 206, 230)
PALE: Ink = (204, 226, 240)
KANJI_NAMES = {"KIM": "金 志洙", "LI": "李 美玲", "NGUYEN": "阮 文英", "BUI": "裴 春安"}
"""Of holders from where names have characters; some cards print them (y)."""


def _header(band: Ink, number_size: float) -> tuple[Item, ...]:
    return (
        Area((0.0, 0.047, 1.0, 0.122), (band,)),
        Words("日本国政府", 0.03, 0.072, 0.027, "label", right=0.15, spread=True),
        Words("GOVERNMENT OF JAPAN", 0.03, 0.104, 0.019, "label", right=0.22),
        Words("在留カード", 0.39, 0.073, 0.042, "label", right=0.595, spread=True),
        Words("RESIDENCE CARD", 0.39, 0.107, 0.020, "label", right=0.595, spread=True),
        Words("番号", 0.70, 0.073, 0.025, "label"),
        Words("No.", 0.70, 0.104, 0.019, "label"),
        Words("{number}", 0.755, 0.088, number_size, right=0.975, spread=True),
    )


def _stay(size: float) -> tuple[Item, ...]:
    return (
        Words("在留期間(満了日)", 0.03, 0.665, 0.023, "label", LABEL_INK, right=0.20),
        Words("PERIOD OF STAY", 0.03, 0.69, 0.015, "label", LABEL_INK),
        Words("(DATE OF EXPIRATION)", 0.03, 0.712, 0.015, "label", LABEL_INK),
        Words("{wide_stay} {wide_stay_until}", 0.23, 0.69, size, right=0.695, tracking=0.12),
        Rule((0.23, 0.72), (0.695, 0.72), INK, 1),
        under_date(0.265, 0.67, 0.735, signs="Y M Y M D"),
        Words("許可の種類", 0.03, 0.785, 0.023, "label", LABEL_INK),
        Words("{permission}", 0.14, 0.785, 0.030, right=0.69),
        Words("許可年月日", 0.03, 0.845, 0.023, "label", LABEL_INK),
        Words("{granted}", 0.14, 0.845, 0.031, right=0.335),
        Words("交付年月日", 0.37, 0.845, 0.023, "label", LABEL_INK),
        Words("{issued}", 0.475, 0.845, 0.031, right=0.67),
    )


def _foot(band: Ink, size: float) -> tuple[Item, ...]:
    return (
        Area((0.0, 0.88, 0.73, 0.957), (band,)),
        Words("このカードは", 0.03, 0.905, 0.024, "label"),
        Words("{wide_until}", 0.15, 0.906, size, right=0.62, spread=True),
        Rule((0.15, 0.932), (0.62, 0.932), INK, 1),
        Words("です。", 0.64, 0.905, 0.024, "label"),
        Words("PERIOD OF VALIDITY OF THIS CARD", 0.03, 0.945, 0.015, "label"),
        Photograph((0.70, 0.29, 0.955, 0.85)),
        Upright("MINISTRY OF JUSTICE", 0.978, 0.30, 0.018, ink=LABEL_INK, pitch=1.3),
        Words("法務大臣", 0.757, 0.92, 0.050, "value", right=0.875),
        Seal((0.888, 0.878, 0.955, 0.965), "法務大臣之印"),
    )


KANJI: tuple[Item, ...] = (
    *_header(BAND, 0.044),
    *bilingual("氏名", "NAME", 0.03, 0.17),
    Words("{name}", 0.09, 0.17, 0.046, right=0.46),
    Words("{kanji}", 0.50, 0.17, 0.040),
    *bilingual("生年月日", "DATE OF BIRTH", 0.03, 0.275, right=0.13),
    Words("{birth}", 0.137, 0.27, 0.036, right=0.355, spread=True),
    under_date(0.19, 0.35, 0.306),
    *bilingual("性別", "SEX", 0.372, 0.275),
    Words("{sex}", 0.418, 0.27, 0.036, right=0.475),
    *bilingual("国籍・地域", "NATIONALITY/REGION", 0.486, 0.275, right=0.588),
    Words("{nationality}", 0.595, 0.27, 0.036, right=0.69),
    *bilingual("住居地", "ADDRESS", 0.03, 0.405),
    Words("{wide_address}", 0.11, 0.40, 0.032, right=0.69),
    *bilingual("在留資格", "STATUS", 0.03, 0.487),
    Words("{status}", 0.12, 0.482, 0.035, right=0.69),
    Words("{status_english}", 0.12, 0.512, 0.015, "label", right=0.50),
    Area((0.25, 0.53, 0.69, 0.63), (PALE,)),
    Words("就労制限の有無", 0.26, 0.58, 0.024, "label", LABEL_INK),
    Words("{work}", 0.46, 0.58, 0.032, right=0.685),
    *_stay(0.036),
    *_foot(BAND, 0.034),
    Mark(0.03, 0.555, 0.042),
)
"""A kanji name beside the Latin one; smaller type than the seen card's."""

TWO_LINES: tuple[Item, ...] = (
    *_header(PALE, 0.052),
    *bilingual("氏名", "NAME", 0.03, 0.17),
    Words("{name}", 0.09, 0.165, 0.052, right=0.69),
    Words("{kanji}", 0.095, 0.215, 0.034),
    *bilingual("生年月日", "DATE OF BIRTH", 0.03, 0.28, right=0.13),
    Words("{birth}", 0.137, 0.277, 0.042, right=0.355, spread=True),
    under_date(0.19, 0.35, 0.312),
    *bilingual("性別", "SEX", 0.374, 0.28),
    Words("{sex}", 0.418, 0.277, 0.042, right=0.478),
    *bilingual("国籍・地域", "NATIONALITY/REGION", 0.488, 0.28, right=0.59),
    Words("{nationality}", 0.597, 0.277, 0.042, right=0.695),
    Rule((0.03, 0.335), (0.69, 0.335), width_px=1),
    *bilingual("住居地", "ADDRESS", 0.03, 0.39),
    Words("{wide_address1}", 0.11, 0.375, 0.034, right=0.69),
    Words("{wide_address2}", 0.11, 0.42, 0.034, right=0.69),
    Rule((0.03, 0.45), (0.69, 0.45), width_px=1),
    *bilingual("在留資格", "STATUS", 0.03, 0.487),
    Words("{status}", 0.12, 0.478, 0.040, right=0.69),
    Words("{status_english1}", 0.12, 0.508, 0.015, "label"),
    Words("{status_english2}", 0.12, 0.526, 0.015, "label"),
    Area((0.25, 0.545, 0.69, 0.63), (BAND,), LABEL_INK, 2),
    Words("就労制限の有無", 0.262, 0.588, 0.027, "label", LABEL_INK),
    Words("{work}", 0.46, 0.588, 0.036, right=0.685),
    *_stay(0.041),
    *_foot(PALE, 0.040),
    Mark(0.03, 0.555, 0.042),
)
"""A kanji name under the Latin one, an address and the status's English in two lines."""

ADDRESS_LINE_CHARACTERS = 24
ENGLISH_LINE_CHARACTERS = 38


def _drawing(items: tuple[Item, ...]) -> Draw[SpecimenResidenceCard]:
    def draw(card: SpecimenResidenceCard, portrait: Image, *, rng: np.random.Generator) -> Image:
        texts = residence_texts(card)
        address, english = texts["wide_address"], texts["status_english"]
        lines = {
            "kanji": KANJI_NAMES.get(card.name.split()[0], ""),
            "wide_address1": address[:ADDRESS_LINE_CHARACTERS],
            "wide_address2": address[ADDRESS_LINE_CHARACTERS:],
            "status_english1": english[:ENGLISH_LINE_CHARACTERS],
            "status_english2": english[ENGLISH_LINE_CHARACTERS:],
        }
        return printed(
            paper(rng),
            played(items, rng),
            {**texts, **lines},
            portrait=portrait,
            rng=rng,
            faces={**faces(rng), "label": "sans"},
        )

    return draw


KANJI_CARD = Layout("unseen_residence_kanji", "g h y", seen=False, draw=_drawing(KANJI))
TWO_LINES_CARD = Layout("unseen_residence_lines", "g h y", seen=False, draw=_drawing(TWO_LINES))

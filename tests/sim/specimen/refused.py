"""Documents that resemble others and are to be refused by name: 運転経歴証明書, 特別永住者証明書.

A certificate of driving history has a licence's shape and its commission, but no end of validity
(motormagazine 17256446 in SOURCES.md). A special permanent resident's certificate prints name, birth, sex,
nationality, address, number and end of validity, and nothing of status, stay, permission or work (z); no
specimen with measurable places was found, so its places are guesses after the residence card's.
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import INK, LABEL_INK, RED, Area, Mark, Photograph, Seal, Words
from tests.sim.specimen.layout import Draw, Layout
from tests.sim.specimen.licence import SpecimenLicence
from tests.sim.specimen.licence_texts import licence_texts
from tests.sim.specimen.paper import CARD_SIZE_PX, guilloche
from tests.sim.specimen.residence import SpecimenResidenceCard
from tests.sim.specimen.residence_texts import bilingual, residence_texts
from tests.sim.specimen.sheet import Item, printed
from verifier.types import Image

HISTORY: tuple[Item, ...] = (
    Words("運転経歴証明書", 0.05, 0.06, 0.056, "strong"),
    Words("氏名", 0.055, 0.15, 0.032, "label", INK),
    Words("{name}", 0.12, 0.15, 0.050, right=0.60),
    Words("{birth}", 0.62, 0.15, 0.042, right=0.95),
    Words("住所", 0.055, 0.23, 0.032, "label", INK),
    Words("{address}", 0.12, 0.23, 0.042, right=0.955),
    Words("交付", 0.055, 0.31, 0.032, "label", INK),
    Words("{issue}", 0.12, 0.31, 0.044),
    Area((0.04, 0.36, 0.63, 0.45), ((236, 196, 96), (150, 196, 220))),
    Words("自動車等の運転はできません", 0.06, 0.405, 0.046, "strong", right=0.61),
    Words("番号", 0.055, 0.60, 0.032, "label", INK),
    Words("第  {number}  号", 0.12, 0.60, 0.048, right=0.58),
    Words("二・小・原", 0.05, 0.70, 0.028, "label", INK, right=0.12),
    Words("{acquired1}", 0.125, 0.70, 0.034),
    Words("他", 0.05, 0.76, 0.028, "label", INK),
    Words("{acquired2}", 0.125, 0.76, 0.034),
    Photograph((0.683, 0.294, 0.912, 0.836)),
    Words("{commission}公安委員会", 0.68, 0.90, 0.040, "strong", RED, right=0.86),
    Seal((0.87, 0.85, 0.92, 0.935), "公安委員会印"),
    Mark(0.12, 0.46, 0.070),
)


def _special(*title: Item) -> tuple[Item, ...]:
    return (
        *title,
        *bilingual("番号", "No.", 0.70, 0.09),
        Words("{number}", 0.745, 0.09, 0.046, "strong", right=0.975),
        *bilingual("氏名", "NAME", 0.03, 0.19),
        Words("{name}", 0.11, 0.19, 0.050, right=0.69),
        *bilingual("生年月日", "DATE OF BIRTH", 0.03, 0.30, right=0.13),
        Words("{birth}", 0.14, 0.298, 0.040),
        *bilingual("性別", "SEX", 0.385, 0.30),
        Words("{sex}", 0.43, 0.298, 0.040),
        *bilingual("国籍・地域", "NATIONALITY/REGION", 0.50, 0.30, right=0.60),
        Words("{nationality}", 0.61, 0.298, 0.040, right=0.70),
        *bilingual("住居地", "ADDRESS", 0.03, 0.42),
        Words("{address}", 0.11, 0.418, 0.036, right=0.69),
        Mark(0.14, 0.56, 0.08),
        Words("この証明書は", 0.03, 0.88, 0.026, "label", LABEL_INK),
        Words("{until}", 0.15, 0.88, 0.044, "strong", right=0.60),
        Words("です。", 0.62, 0.88, 0.026, "label", LABEL_INK),
        Photograph((0.715, 0.25, 0.955, 0.83)),
        Words("法務大臣", 0.76, 0.92, 0.050, "strong"),
    )


ONE_PIECE = _special(
    Words("特別永住者証明書", 0.18, 0.075, 0.048, "strong"),
    Words("SPECIAL PERMANENT RESIDENT CERTIFICATE", 0.18, 0.117, 0.020, "label"),
)
TWO_PIECES = _special(
    Words("特別永住者", 0.16, 0.085, 0.048, "strong"),
    Words("証明書", 0.50, 0.085, 0.048, "strong"),
    Words("SPECIAL PERMANENT RESIDENT", 0.16, 0.127, 0.020, "label"),
    Words("CERTIFICATE", 0.50, 0.127, 0.020, "label"),
)


def _draw_history(licence: SpecimenLicence, portrait: Image, *, rng: np.random.Generator) -> Image:
    texts = licence_texts(licence, rng)
    return printed(guilloche(CARD_SIZE_PX, rng), HISTORY, texts, portrait=portrait, rng=rng)


def _special_drawing(items: tuple[Item, ...]) -> Draw[SpecimenResidenceCard]:
    def draw(card: SpecimenResidenceCard, portrait: Image, *, rng: np.random.Generator) -> Image:
        texts = residence_texts(card)
        return printed(guilloche(CARD_SIZE_PX, rng), items, texts, portrait=portrait, rng=rng)

    return draw


HISTORY_CERTIFICATE = Layout("history_certificate", "motormagazine", seen=True, draw=_draw_history)
SPECIAL_ONE_PIECE = Layout("special_one_piece", "z l", seen=True, draw=_special_drawing(ONE_PIECE))
SPECIAL_TWO_PIECES = Layout("special_two_pieces", "z l", seen=True, draw=_special_drawing(TWO_PIECES))

"""Documents to be refused by name, for the benchmark alone: what is known of them (i to l, z).

Two residence cards of June 2026 (one of them 特定在留カード), a special permanent resident's
certificate with its title on two rows, a certificate of driving history. Items and labels are those of
the sources, places are guesses.
"""

from __future__ import annotations

import numpy as np

from tests.sim.specimen.items import INK, RED, Area, Ink, Mark, Photograph, Seal, Upright, Words
from tests.sim.specimen.layout import Draw, Layout
from tests.sim.specimen.licence import SpecimenLicence
from tests.sim.specimen.licence_texts import licence_texts
from tests.sim.specimen.residence import SpecimenResidenceCard
from tests.sim.specimen.residence_texts import bilingual, residence_texts
from tests.sim.specimen.sheet import Item, printed
from tests.sim.specimen.unseen_print import faces, paper, played
from verifier.types import Image

BLUE: Ink = (182, 208, 232)
GOLD: Ink = (204, 170, 100)


def _second_generation(*title: Item) -> tuple[Item, ...]:
    return (
        *title,
        *bilingual("氏名", "NAME", 0.04, 0.20),
        Words("{name}", 0.13, 0.20, 0.046, right=0.68),
        *bilingual("生年月日", "DATE OF BIRTH", 0.04, 0.285, right=0.125),
        Words("{birth}", 0.13, 0.283, 0.036),
        *bilingual("性別", "SEX", 0.345, 0.285),
        Words("{sex}", 0.39, 0.283, 0.036),
        *bilingual("国籍・地域", "NATIONALITY/REGION", 0.465, 0.285, right=0.565),
        Words("{nationality}", 0.575, 0.283, 0.036, right=0.69),
        *bilingual("住居地", "ADDRESS", 0.04, 0.375),
        Words("{wide_address}", 0.13, 0.373, 0.032, right=0.69),
        Area((0.04, 0.44, 0.69, 0.535), (BLUE,)),
        *bilingual("就労制限の有無", "WORK RESTRICTIONS", 0.05, 0.487),
        Words("{work}", 0.25, 0.487, 0.033, right=0.68),
        *bilingual("在留資格", "STATUS", 0.04, 0.595),
        Words("{status}", 0.13, 0.593, 0.036, right=0.69),
        *bilingual("在留期間満了日", "THE EXPIRY DATE OF THE PERIOD OF STAY", 0.04, 0.70, right=0.27),
        Words("{wide_stay_ends}", 0.30, 0.698, 0.036, right=0.62),
        Mark(0.10, 0.75, 0.055),
        Area((0.0, 0.86, 1.0, 0.975), (BLUE,)),
        *bilingual("番号", "No.", 0.04, 0.915),
        Words("{number}", 0.09, 0.915, 0.044, right=0.33),
        *bilingual("このカードは", "PERIOD OF VALIDITY OF THIS CARD", 0.37, 0.915, right=0.55),
        Words("{until}です。", 0.57, 0.912, 0.038, right=0.95),
        Photograph((0.72, 0.22, 0.96, 0.80)),
    )


SECOND: tuple[Item, ...] = _second_generation(
    Words("日本国政府 GOVERNMENT OF JAPAN", 0.04, 0.06, 0.024, "label"),
    Words("在留カード RESIDENCE CARD", 0.04, 0.115, 0.042, "strong", right=0.48),
    Area((0.84, 0.04, 0.95, 0.14), (GOLD,)),
    Words("ISA", 0.865, 0.09, 0.050, "strong", (255, 250, 240)),
)
SPECIFIED: tuple[Item, ...] = _second_generation(
    Words("特定在留カード", 0.30, 0.07, 0.048, "strong"),
    Words("SPECIFIED RESIDENCE CARD", 0.30, 0.117, 0.022, "label"),
    Area((0.04, 0.04, 0.15, 0.13), (GOLD,)),
    Words("ISA", 0.06, 0.085, 0.046, "strong", (255, 250, 240)),
)
SPECIAL: tuple[Item, ...] = (
    Words("日本国政府", 0.03, 0.055, 0.026, "label"),
    Words("特別永住者", 0.30, 0.06, 0.044, "strong"),
    Words("証明書", 0.30, 0.115, 0.044, "strong"),
    Words("SPECIAL PERMANENT RESIDENT CERTIFICATE", 0.30, 0.155, 0.018, "label"),
    Words("{number}", 0.72, 0.09, 0.046, right=0.97),
    *bilingual("氏名", "NAME", 0.03, 0.22),
    Words("{name}", 0.12, 0.22, 0.046, right=0.68),
    *bilingual("生年月日", "DATE OF BIRTH", 0.03, 0.32, right=0.13),
    Words("{birth}", 0.14, 0.318, 0.038),
    *bilingual("性別", "SEX", 0.385, 0.32),
    Words("{sex}", 0.43, 0.318, 0.038),
    *bilingual("国籍・地域", "NATIONALITY/REGION", 0.50, 0.32, right=0.60),
    Words("{nationality}", 0.61, 0.318, 0.038, right=0.70),
    *bilingual("住居地", "ADDRESS", 0.03, 0.43),
    Words("{wide_address}", 0.11, 0.428, 0.034, right=0.69),
    Mark(0.14, 0.60, 0.08),
    Words("この証明書は {until} です。", 0.03, 0.90, 0.036, right=0.66),
    Photograph((0.715, 0.25, 0.955, 0.83)),
    Words("法務大臣", 0.76, 0.91, 0.046),
    Seal((0.89, 0.87, 0.955, 0.96), "法務大臣之印"),
)
HISTORY: tuple[Item, ...] = (
    Words("氏名", 0.055, 0.10, 0.028, "label", INK),
    Words("{name}", 0.12, 0.10, 0.048, right=0.60),
    Words("{birth}", 0.65, 0.10, 0.040, right=0.955),
    Words("住所", 0.055, 0.245, 0.028, "label", INK),
    Words("{address}", 0.12, 0.245, 0.036, right=0.955),
    Words("交付", 0.055, 0.315, 0.028, "label", INK),
    Words("{issue}　{inquiry}", 0.12, 0.315, 0.038),
    Area((0.04, 0.36, 0.63, 0.44), ((236, 196, 96), (150, 196, 220))),
    Words("自動車等の運転はできません", 0.05, 0.40, 0.042, "value", right=0.60),
    Upright("運転経歴証明書", 0.655, 0.36, 0.056, "strong", (60, 60, 130), pitch=1.1),
    Mark(0.12, 0.50, 0.075),
    Words("番号", 0.055, 0.71, 0.028, "label", INK),
    Words("第　{number}　号", 0.12, 0.71, 0.044, right=0.58),
    Photograph((0.683, 0.294, 0.912, 0.836)),
    Words("{commission}公安委員会", 0.68, 0.90, 0.038, "value", RED, right=0.86),
    Seal((0.87, 0.85, 0.92, 0.935), "公安委員会印"),
)


def _residence(items: tuple[Item, ...]) -> Draw[SpecimenResidenceCard]:
    def draw(card: SpecimenResidenceCard, portrait: Image, *, rng: np.random.Generator) -> Image:
        texts, chosen = residence_texts(card), {**faces(rng), "label": "sans"}
        return printed(paper(rng), played(items, rng), texts, portrait=portrait, rng=rng, faces=chosen)

    return draw


def _draw_history(licence: SpecimenLicence, portrait: Image, *, rng: np.random.Generator) -> Image:
    texts = licence_texts(licence, rng)
    return printed(paper(rng), played(HISTORY, rng), texts, portrait=portrait, rng=rng, faces=faces(rng))


SECOND_GENERATION = Layout("unseen_residence_2026", "i j k l", seen=False, draw=_residence(SECOND))
SPECIFIED_CARD = Layout("unseen_residence_specified", "i j k l", seen=False, draw=_residence(SPECIFIED))
SPECIAL_CERTIFICATE = Layout("unseen_special_rows", "z l", seen=False, draw=_residence(SPECIAL))
HISTORY_UPRIGHT = Layout("unseen_history_upright", "motormagazine", seen=False, draw=_draw_history)

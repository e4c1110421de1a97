"""The layouts that only scripts/bench/ocr.py sees, by kind of document. Do not think out rules on them."""

from __future__ import annotations

from typing import Final

from tests.sim.specimen.layout import Layout
from tests.sim.specimen.licence import SpecimenLicence
from tests.sim.specimen.passport import SpecimenPassport
from tests.sim.specimen.people import SpecimenPerson
from tests.sim.specimen.residence import SpecimenResidenceCard
from tests.sim.specimen.unseen_licence import DENSE_LICENCE, ERA_GOLD_LICENCE, TWO_CALENDARS_LICENCE
from tests.sim.specimen.unseen_mynumber import CLOSE_CARD, LARGE_CARD, PLAIN_CARD
from tests.sim.specimen.unseen_mynumber_moved import FAR_CARD, TWO_ROWS_CARD, WORD_CARD
from tests.sim.specimen.unseen_mynumber_traps import BROKEN_CARD, GROUPED_CARD, MEMO_CARD, WORN_OFF_CARD
from tests.sim.specimen.unseen_passport import AMERICAN_PAGE, BRITISH_PAGE, KOREAN_PAGE
from tests.sim.specimen.unseen_refused import (
    HISTORY_UPRIGHT,
    SECOND_GENERATION,
    SPECIAL_CERTIFICATE,
    SPECIFIED_CARD,
)
from tests.sim.specimen.unseen_residence import KANJI_CARD, TWO_LINES_CARD

MYNUMBER: Final[tuple[Layout[SpecimenPerson], ...]] = (
    CLOSE_CARD,
    WORD_CARD,
    PLAIN_CARD,
    TWO_ROWS_CARD,
    LARGE_CARD,
    FAR_CARD,
)
MYNUMBER_TRAPS: Final[tuple[Layout[SpecimenPerson], ...]] = (
    GROUPED_CARD,
    BROKEN_CARD,
    MEMO_CARD,
    WORN_OFF_CARD,
)
"""Made to mislead: only a wrong code counts."""
LICENCE: Final[tuple[Layout[SpecimenLicence], ...]] = (
    ERA_GOLD_LICENCE,
    TWO_CALENDARS_LICENCE,
    DENSE_LICENCE,
)
RESIDENCE: Final[tuple[Layout[SpecimenResidenceCard], ...]] = (KANJI_CARD, TWO_LINES_CARD)
RESIDENCE_NEWER: Final[tuple[Layout[SpecimenResidenceCard], ...]] = (SECOND_GENERATION, SPECIFIED_CARD)
SPECIAL_PERMANENT: Final[tuple[Layout[SpecimenResidenceCard], ...]] = (SPECIAL_CERTIFICATE,)
DRIVING_HISTORY: Final[tuple[Layout[SpecimenLicence], ...]] = (HISTORY_UPRIGHT,)
PASSPORT: Final[tuple[Layout[SpecimenPassport], ...]] = (BRITISH_PAGE, AMERICAN_PAGE, KOREAN_PAGE)

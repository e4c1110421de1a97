"""The layouts that rules of the readers may be thought out on, by kind of document."""

from __future__ import annotations

from typing import Final

from tests.sim.specimen.held_out import render_held_out
from tests.sim.specimen.layout import Layout
from tests.sim.specimen.licence import SpecimenLicence, render_licence
from tests.sim.specimen.licence_2021 import LICENCE_2012, LICENCE_2021
from tests.sim.specimen.mynumber_2016 import MYNUMBER_2016
from tests.sim.specimen.mynumber_former import render_former
from tests.sim.specimen.passport import SpecimenPassport, render_passport
from tests.sim.specimen.passport_seen import PASSPORT_EUROPE, PASSPORT_JAPAN
from tests.sim.specimen.people import SpecimenPerson
from tests.sim.specimen.refused import HISTORY_CERTIFICATE, SPECIAL_ONE_PIECE, SPECIAL_TWO_PIECES
from tests.sim.specimen.residence import SpecimenResidenceCard, render_residence_card
from tests.sim.specimen.residence_2012 import RESIDENCE_2012
from tests.sim.specimen.residence_2026 import RESIDENCE_2026

MYNUMBER: Final[tuple[Layout[SpecimenPerson], ...]] = (
    MYNUMBER_2016,
    Layout("mynumber_former", "", seen=True, draw=render_former),
    Layout("mynumber_twin", "", seen=True, draw=render_held_out),
)
LICENCE: Final[tuple[Layout[SpecimenLicence], ...]] = (
    LICENCE_2021,
    LICENCE_2012,
    Layout("licence_former", "", seen=True, draw=render_licence),
)
RESIDENCE: Final[tuple[Layout[SpecimenResidenceCard], ...]] = (
    RESIDENCE_2012,
    Layout("residence_former", "", seen=True, draw=render_residence_card),
)
RESIDENCE_NEWER: Final[tuple[Layout[SpecimenResidenceCard], ...]] = (RESIDENCE_2026,)
SPECIAL_PERMANENT: Final[tuple[Layout[SpecimenResidenceCard], ...]] = (SPECIAL_ONE_PIECE, SPECIAL_TWO_PIECES)
DRIVING_HISTORY: Final[tuple[Layout[SpecimenLicence], ...]] = (HISTORY_CERTIFICATE,)
PASSPORT: Final[tuple[Layout[SpecimenPassport], ...]] = (
    PASSPORT_JAPAN,
    PASSPORT_EUROPE,
    Layout("passport_utopia", "x", seen=True, draw=render_passport),
)

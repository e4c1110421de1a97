"""The real text reader on freshly drawn licences, residence cards and passports: read, or refused by name."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.integration.test_ocr_surface import drawn_portrait
from tests.sim.specimen import Level, capture_frames, random_person, render_mynumber
from tests.sim.specimen.licence import random_licence, render_licence
from tests.sim.specimen.licence_2021 import LICENCE_2021
from tests.sim.specimen.passport import random_passport, render_passport
from tests.sim.specimen.refused import HISTORY_CERTIFICATE, SPECIAL_ONE_PIECE, SPECIAL_TWO_PIECES
from tests.sim.specimen.residence import random_residence_card, render_residence_card
from tests.sim.specimen.residence_2012 import RESIDENCE_2012
from tests.sim.specimen.residence_2026 import RESIDENCE_2026
from verifier.ocr.documents import LICENCE, PASSPORT, RESIDENCE, Document, chip_access, read_surface
from verifier.ocr.kinds import surface_kind
from verifier.ocr.rapid import RapidTextReader
from verifier.types import Image, SurfaceReading

pytestmark = pytest.mark.integration

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reader() -> RapidTextReader:
    return RapidTextReader(threads=1)


def photographed(flat: Image, level: Level, seed: int) -> tuple[Image, ...]:
    return capture_frames(flat, level, np.random.default_rng(seed))


def read(document: Document, frames: tuple[Image, ...], reader: RapidTextReader) -> SurfaceReading:
    return read_surface(document, frames, reader=reader, today=TODAY)


def codes(reading: SurfaceReading) -> list[str | None]:
    return [check.code for check in reading.checks]


def test_a_licence_gives_its_fields_and_its_number_is_checked(reader):
    rng = np.random.default_rng(21)
    licence = random_licence(rng, today=TODAY, gannen=True)
    flat = render_licence(licence, drawn_portrait(), rng=rng)
    reading = read(LICENCE, photographed(flat, "medium", 21), reader)
    assert codes(reading) == [None, None, None, None, None, "ocr.birth_date_not_typed"]
    values = {name: field.value for name, field in reading.fields.items()}
    assert values["birth_date"] == licence.person.birth_date.isoformat()
    assert (values["number"], values["expires_on"]) == (licence.number, licence.expires_on.isoformat())
    assert values["name"] == licence.person.name.replace("\u3000", "")
    assert reading.portrait is not None
    assert chip_access(reading) is None, "a licence's chip opens with the holder's own numbers"


def test_a_residence_card_gives_the_number_that_opens_its_chip(reader):
    rng = np.random.default_rng(22)
    card = random_residence_card(rng, today=TODAY)
    flat = render_residence_card(card, drawn_portrait(), rng=rng)
    reading = read(RESIDENCE, photographed(flat, "medium", 22), reader)
    assert chip_access(reading) == card.number
    assert reading.fields["birth_date"].value == card.birth_date.isoformat()
    assert reading.fields["status"].value == card.status


def test_two_frames_are_too_few_to_open_a_chip(reader):
    rng = np.random.default_rng(23)
    flat = render_residence_card(random_residence_card(rng, today=TODAY), drawn_portrait(), rng=rng)
    reading = read(RESIDENCE, photographed(flat, "easy", 23)[:2], reader)
    assert "number" in reading.fields
    assert chip_access(reading) is None


@pytest.mark.parametrize(
    ("document", "layout", "code"),
    [
        (RESIDENCE, RESIDENCE_2012, None),
        (RESIDENCE, RESIDENCE_2026, "ocr.residence_card_newer"),
        (RESIDENCE, SPECIAL_ONE_PIECE, "ocr.special_permanent_certificate"),
        (RESIDENCE, SPECIAL_TWO_PIECES, "ocr.special_permanent_certificate"),
        (LICENCE, LICENCE_2021, None),
        (LICENCE, HISTORY_CERTIFICATE, "ocr.driving_history_certificate"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_resembles_a_document_is_refused_by_name(reader, document, layout, code):
    rng = np.random.default_rng(24)
    draw = random_licence if document is LICENCE else random_residence_card
    flat = layout.draw(draw(rng, today=TODAY), drawn_portrait(), rng=rng)
    reading = read(document, photographed(flat, "medium", 24), reader)
    assert reading.checks[1].code == code
    assert bool(reading.fields) == (code is None)
    assert (chip_access(reading) is not None) == (layout is RESIDENCE_2012)


def test_a_passports_zone_gives_what_opens_its_chip(reader):
    rng = np.random.default_rng(25)
    passport = random_passport(rng, today=TODAY)
    flat = render_passport(passport, drawn_portrait(), rng=rng)
    reading = read(PASSPORT, photographed(flat, "hard", 25), reader)
    second = passport.lines[1]
    assert chip_access(reading) == second[:10] + second[13:20] + second[21:28]
    assert reading.fields["name"].value == f"{passport.surname} {passport.given_names}"


def test_another_document_is_refused_by_name(reader):
    rng = np.random.default_rng(26)
    flat = render_mynumber(random_person(rng, today=TODAY), drawn_portrait(), rng=rng)
    frames = photographed(flat, "easy", 26)
    reading = read(LICENCE, frames, reader)
    assert reading.checks[1].code == "ocr.other_document"
    assert reading.checks[1].facts == {"seen_mynumber": 3}
    assert not reading.fields


def test_paper_that_is_no_document_is_unknown(reader):
    reading = read(PASSPORT, (np.full((1200, 1600, 3), 210, np.uint8),) * 3, reader)
    assert reading.checks[1].code == "ocr.unknown_document"
    assert chip_access(reading) is None


@pytest.mark.parametrize("name", ["licence", "residence", "passport"])
def test_the_command_knows_the_kind(name):
    assert not surface_kind(name).gives_pin_b

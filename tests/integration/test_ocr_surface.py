"""The real text reader on freshly drawn specimens.

Few cards, because each photograph takes the engine about a second; how often it is right over many cards is a
measurement, not a test. Never wrong is what these tests hold: a code is right or withheld.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.sim.specimen import (
    Level,
    SpecimenPerson,
    capture_frames,
    drawn_portrait,
    random_person,
    render_mynumber,
)
from verifier.errors import Unavailable
from verifier.ocr.rapid import DETECTION_MODEL, RECOGNITION_MODEL, RapidTextReader
from verifier.ocr.surface import read_mynumber_surface

if TYPE_CHECKING:
    from verifier.types import Image, SurfaceReading

pytestmark = pytest.mark.integration

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reader() -> RapidTextReader:
    return RapidTextReader(threads=1)


def photographed(person: SpecimenPerson, level: Level, *, seed: int, count: int = 3) -> tuple[Image, ...]:
    rng = np.random.default_rng(seed)
    return capture_frames(render_mynumber(person, drawn_portrait(), rng=rng), level, rng, count=count)


def read(frames: tuple[Image, ...], reader: RapidTextReader, typed: date | None = None) -> SurfaceReading:
    return read_mynumber_surface(frames, reader=reader, today=TODAY, typed_birth_date=typed)


def holder(**changes: object) -> SpecimenPerson:
    person = {
        "name": "佐藤　花子",
        "address": "東京都千代田区麹町1丁目2番3号",
        "birth_date": date(1989, 3, 31),
        "sex": "女",
        "expires_on": date(2031, 3, 31),
        "security_code": "0471",
    }
    return SpecimenPerson(**{**person, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def easy_reading(reader: RapidTextReader) -> SurfaceReading:
    return read(photographed(holder(), "easy", seed=1), reader, typed=holder().birth_date)


def test_an_easy_card_gives_its_code_and_its_fields(easy_reading: SurfaceReading) -> None:
    assert [check.code for check in easy_reading.checks] == [None] * 4
    assert easy_reading.frames_used == 3
    assert easy_reading.pin_b == "01033120310471"
    assert {name: field.value for name, field in easy_reading.fields.items()} == {
        "name": "佐藤花子",
        "address": "東京都千代田区麹町1丁目2番3号",
        "birth_date": "1989-03-31",
        "sex": "女",
        "expires_on": "2031-03-31",
        "security_code": "0471",
    }


def test_the_photograph_is_cut_out_where_it_is_printed(easy_reading: SurfaceReading) -> None:
    cut = easy_reading.portrait
    assert cut is not None
    inner = cv2.resize(cut[12:-12, 18:-18], (300, 385)).astype(float)
    difference = np.abs(inner - drawn_portrait()).mean(axis=2)
    assert np.median(difference) < 25


def test_a_foreign_residents_card_enters_the_gregorian_year(reader: RapidTextReader) -> None:
    person = holder(name="ＳＡＭＰＬＥ　ＡＬＥＸ", gregorian_birth_date=True, expires_on=date(2028, 9, 4))
    assert read(photographed(person, "medium", seed=5), reader).pin_b == "89033120280471"


def test_a_hard_card_gives_its_code_or_none(reader: RapidTextReader) -> None:
    person = random_person(np.random.default_rng(7), today=TODAY)
    reading = read(photographed(person, "hard", seed=7), reader)
    assert reading.pin_b in {person.pin_b, None}
    assert (reading.pin_b is None) == any(not check.passed for check in reading.checks[:3])


def test_frames_of_two_cards_withhold_the_code(reader: RapidTextReader) -> None:
    one, other = holder(), holder(security_code="8852", birth_date=date(1990, 3, 31))
    frames = photographed(one, "easy", seed=8, count=2) + photographed(other, "easy", seed=9, count=2)
    reading = read(frames, reader)
    assert reading.pin_b is None
    assert reading.checks[1].code == "ocr.no_consensus"


def test_frames_too_blurred_to_read_are_refused(reader: RapidTextReader) -> None:
    blurred = tuple(
        cv2.GaussianBlur(frame, (0, 0), 7).astype(np.uint8)
        for frame in photographed(holder(), "easy", seed=10)
    )
    reading = read(blurred, reader)
    assert reading.pin_b is None
    assert reading.checks[0].code == "ocr.too_few_frames"
    assert reading.checks[0].facts["ocr.frame_blurred"] == 3


def test_blank_frames_give_no_field(reader: RapidTextReader) -> None:
    reading = read((np.full((1200, 1600, 3), 200, np.uint8),) * 3, reader)
    assert (reading.pin_b, dict(reading.fields), reading.frames_used) == (None, {}, 0)


def test_the_reader_loads_the_models_that_its_package_ships(reader: RapidTextReader) -> None:
    shipped = {
        Path(file.name).name: Path(str(file.locate()))
        for file in importlib.metadata.files("rapidocr") or ()
        if file.suffix == ".onnx"
    }
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in shipped.items()}
    assert reader.model_sha256 == {
        "detection": digests[DETECTION_MODEL],
        "recognition": digests[RECOGNITION_MODEL],
    }


def test_a_missing_model_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        RapidTextReader(models=tmp_path)
    assert refused.value.code == "ocr.model_unavailable"


def test_what_the_engine_cannot_take_is_unavailable(reader: RapidTextReader) -> None:
    with pytest.raises(Unavailable) as refused:
        reader.read(np.zeros((100, 100), np.uint8))
    assert refused.value.code == "ocr.engine_failed"


def test_every_character_has_its_own_confidence(reader: RapidTextReader) -> None:
    flat = render_mynumber(holder(), drawn_portrait(), rng=np.random.default_rng(11))
    lines = reader.read(flat)
    birth = next(line for line in lines if "生" in line.text)
    assert len(birth.confidences) == len(birth.text)
    assert min(birth.confidences) > 0.5

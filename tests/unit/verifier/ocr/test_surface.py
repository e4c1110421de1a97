"""From frames to 照合番号B: what passes, what is withheld, and why.

A scripted reader stands in for the engine, which tests/integration/test_ocr_surface.py puts to work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from tests.unit.verifier.ocr.printed_lines import card_lines
from verifier.errors import InvalidInput
from verifier.ocr.surface import read_mynumber_surface
from verifier.ocr.text import LineFilter, TextLine
from verifier.types import CheckResult, Image, Outcome, SurfaceReading

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)
FRAME = np.full((1200, 1600, 3), 128, np.uint8)


class ScriptedReader:
    """Gives prepared lines, one set per frame."""

    def __init__(self, *frames: tuple[TextLine, ...]) -> None:
        self._frames = iter(frames)

    @property
    def model_sha256(self) -> Mapping[str, str]:
        return {"recognition": "0" * 64}

    def read(self, image: Image) -> tuple[TextLine, ...]:
        assert image.ndim == 3
        return next(self._frames)

    def read_all(
        self, images: Sequence[Image], *, worth_reading: LineFilter | None = None
    ) -> tuple[tuple[TextLine, ...], ...]:
        assert worth_reading is None or not images, "a blank frame shows no card to rectify"
        return tuple(map(self.read, images))


def read(*frames: tuple[TextLine, ...], typed: date | None = None, today: date = TODAY) -> SurfaceReading:
    return read_mynumber_surface(
        [FRAME] * len(frames), reader=ScriptedReader(*frames), today=today, typed_birth_date=typed
    )


def check(reading: SurfaceReading, name: str) -> CheckResult:
    return next(each for each in reading.checks if each.check == name)


def test_three_agreeing_frames_give_the_code() -> None:
    reading = read(card_lines(), card_lines(), card_lines())
    assert reading.pin_b == "55021720352285"
    assert reading.frames_used == 3
    assert check(reading, "ocr.consensus").model_sha256 == "0" * 64


def test_the_checks_stand_in_a_fixed_order() -> None:
    names = [each.check for each in read(card_lines(), card_lines(), card_lines()).checks]
    assert names == ["ocr.frames", "ocr.consensus", "ocr.plausibility", "ocr.typed_birth_date"]


def test_two_frames_are_too_few_even_when_they_agree() -> None:
    reading = read(card_lines(), card_lines())
    assert reading.pin_b is None
    assert check(reading, "ocr.frames").code == "ocr.too_few_frames"
    assert reading.fields["security_code"].value == "2285"


def test_a_frame_without_any_field_does_not_count() -> None:
    reading = read(card_lines(), card_lines(), ())
    assert reading.pin_b is None
    assert reading.frames_used == 2
    assert check(reading, "ocr.frames").facts["without_fields"] == 1


def test_frames_that_disagree_withhold_the_code() -> None:
    reading = read(card_lines(code="3740"), card_lines(code="3140"), card_lines(code="3744"))
    assert reading.pin_b is None
    assert check(reading, "ocr.consensus").code == "ocr.no_consensus"
    assert check(reading, "ocr.consensus").facts["security_code_missing"] is True


def test_a_misread_date_on_which_frames_agree_is_caught() -> None:
    wrong = card_lines(birth="昭和55年2月11日生")
    reading = read(wrong, wrong, wrong)
    assert reading.pin_b is None
    assert check(reading, "ocr.plausibility").code == "ocr.implausible_expiry"


def test_an_expired_card_gives_no_code() -> None:
    reading = read(card_lines(), card_lines(), card_lines(), today=date(2035, 2, 18))
    assert reading.pin_b is None
    assert check(reading, "ocr.plausibility").code == "ocr.card_expired"


def test_a_typed_birth_date_that_differs_withholds_the_code() -> None:
    reading = read(card_lines(), card_lines(), card_lines(), typed=date(1981, 2, 17))
    assert reading.pin_b is None
    assert check(reading, "ocr.typed_birth_date").code == "ocr.birth_date_differs"


def test_a_typed_birth_date_that_agrees_passes() -> None:
    reading = read(card_lines(), card_lines(), card_lines(), typed=date(1980, 2, 17))
    assert check(reading, "ocr.typed_birth_date").passed
    assert reading.pin_b is not None


def test_a_birth_date_nobody_typed_is_not_performed() -> None:
    typed = check(read(card_lines(), card_lines(), card_lines()), "ocr.typed_birth_date")
    assert (typed.outcome, typed.code) == (Outcome.NOT_PERFORMED, "ocr.birth_date_not_typed")


def test_a_gregorian_birth_date_needs_every_frame() -> None:
    foreign = card_lines(birth="1980年2月17日生", expiry="2028年9月4日まで有効")
    other = card_lines(birth="1990年2月17日生", expiry="2028年9月4日まで有効")
    assert read(foreign, foreign, foreign).pin_b == "80021720282285"
    assert check(read(foreign, foreign, other), "ocr.consensus").code == "ocr.no_consensus"


def test_an_unreadable_card_is_an_outcome() -> None:
    reading = read((), (), ())
    assert reading.pin_b is None
    assert reading.portrait is None
    assert dict(reading.fields) == {}
    assert [each.code for each in reading.checks] == [
        "ocr.too_few_frames",
        "ocr.no_consensus",
        "ocr.dates_not_read",
        "ocr.birth_date_not_typed",
    ]


def test_no_check_carries_personal_data() -> None:
    reading = read(card_lines(), card_lines(), card_lines(), typed=date(1980, 2, 17))
    told = " ".join(str(value) for each in reading.checks for value in each.facts.values())
    assert not any(secret in told for secret in ("1980", "2035", "2285", "花子", "麹町"))
    assert "2285" not in repr(reading)


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([], "ocr.no_frames"),
        ([FRAME] * 13, "ocr.too_many_frames"),
        ([[1, 2, 3]], "ocr.not_an_image"),
        ([FRAME[:, :, 0]], "ocr.not_an_image"),
        ([FRAME.astype(np.float32)], "ocr.not_an_image"),
        ([np.zeros((600, 800, 4), np.uint8)], "ocr.not_an_image"),
        ([np.zeros((479, 800, 3), np.uint8)], "ocr.frame_too_small"),
        ([np.zeros((600, 4097, 3), np.uint8)], "ocr.frame_too_large"),
        ([np.zeros((0, 0, 3), np.uint8)], "ocr.frame_too_small"),
    ],
)
def test_unusable_input_is_refused_with_a_code(frames: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_mynumber_surface(frames, reader=ScriptedReader(), today=TODAY)
    assert refused.value.code == code
    assert refused.value.hint

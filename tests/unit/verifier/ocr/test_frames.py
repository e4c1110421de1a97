"""What is read of each photograph: the card, the card turned around, the whole photograph where needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
import pytest

from tests.unit.verifier.ocr.printed_lines import line
from verifier.ocr.fields import FieldRead, FrameRead
from verifier.ocr.frames import DocumentForm, frames_check, read_frames, sharpest_card
from verifier.ocr.quad import RECTIFIED_SIZE_PX
from verifier.ocr.text import LineFilter, TextLine
from verifier.types import Image

pytestmark = pytest.mark.unit

MARK = (200, 30, 30)
"""Colour of a spot in the card's upper left corner, which tells how a card lies."""


class WatchedReader:
    """Says of each image what a test needs, and keeps what it was asked to read."""

    def __init__(self, *, card: str = "", turned: str = "", photograph: tuple[TextLine, ...] = ()) -> None:
        self.told = {"card": card, "turned": turned}
        self.photograph, self.seen = photograph, list[str]()

    @property
    def model_sha256(self) -> Mapping[str, str]:
        return {}

    def read(self, image: Image) -> tuple[TextLine, ...]:
        return self.read_all([image])[0]

    def read_all(
        self, images: Sequence[Image], *, worth_reading: LineFilter | None = None
    ) -> tuple[tuple[TextLine, ...], ...]:
        assert worth_reading is None
        kinds = [kind_of(image) for image in images]
        self.seen += kinds
        return tuple(
            self.photograph if kind == "photograph" else (line(self.told[kind], 50, 50),) for kind in kinds
        )


def kind_of(image: Image) -> str:
    if image.shape[1::-1] != RECTIFIED_SIZE_PX:
        return "photograph"
    return "card" if np.abs(image[60, 60].astype(int) - MARK).max() < 60 else "turned"


def parse(lines: Sequence[TextLine]) -> FrameRead:
    """Every line that reads "name=value" is a field."""
    pairs = [each.text.split("=") for each in lines if "=" in each.text]
    return {name: FieldRead(value, value, 0.9) for name, value in pairs}  # type: ignore[misc]


FORM = DocumentForm(parse=parse, required=("sex",))


def photograph(*, cards: int = 1, blurred: bool = False) -> Image:
    frame = np.full((1200, 1600, 3), 90, np.uint8)
    width, height = (1100, 694) if cards == 1 else (740, 467)
    for number in range(cards):
        left, top = 60 + number * 760, 250
        cv2.rectangle(frame, (left, top), (left + width, top + height), (235, 235, 235), -1)
        cv2.rectangle(frame, (left + 30, top + 30), (left + 90, top + 90), MARK, -1)
        for row in range(150, height - 20, 24):
            cv2.putText(frame, "0123456789", (left + 200, top + row), cv2.FONT_HERSHEY_PLAIN, 2, (0, 0, 0), 3)
    return cv2.GaussianBlur(frame, (0, 0), 9).astype(np.uint8) if blurred else frame


def test_a_card_that_gives_its_fields_is_read_once() -> None:
    reader = WatchedReader(card="sex=女")
    (frame,) = read_frames([photograph()], FORM, reader=reader)
    assert reader.seen == ["card"]
    assert frame.usable
    assert frame.reads["sex"].value == "女"


def test_a_card_that_gives_nothing_is_turned_around() -> None:
    reader = WatchedReader(turned="sex=女")
    (frame,) = read_frames([photograph()], FORM, reader=reader)
    assert reader.seen == ["card", "turned"]
    assert frame.reads["sex"].value == "女"
    assert frame.rectified is not None
    assert kind_of(frame.rectified) == "turned"


def test_the_photograph_fills_what_the_card_lacks_and_overrules_nothing() -> None:
    lines = (line("name=佐藤", 600, 500), line("sex=男", 600, 600))
    reader = WatchedReader(card="name=鈴木", photograph=lines)
    (frame,) = read_frames([photograph()], FORM, reader=reader)
    assert reader.seen == ["card", "photograph"]
    assert {name: read.value for name, read in frame.reads.items()} == {"name": "鈴木", "sex": "男"}


def test_what_lies_beside_the_card_is_not_on_it() -> None:
    reader = WatchedReader(photograph=(line("sex=男", 1200, 1100),))
    (frame,) = read_frames([photograph()], FORM, reader=reader)
    assert frame.reads == {}
    assert not frame.usable


def test_a_photograph_without_outline_is_parsed_in_its_own_way() -> None:
    reader = WatchedReader(photograph=(line("sex=男", 600, 600),))
    empty = np.full((1200, 1600, 3), 90, np.uint8)
    other = DocumentForm(parse=parse, required=("sex",), parse_photograph=lambda _lines: {})
    assert read_frames([empty], FORM, reader=reader)[0].usable
    assert not read_frames([empty], other, reader=reader)[0].usable


@pytest.mark.parametrize(
    ("frame", "code"),
    [(photograph(cards=2), "ocr.several_cards"), (photograph(blurred=True), "ocr.frame_blurred")],
)
def test_a_refused_frame_is_not_read(frame: Image, code: str) -> None:
    reader = WatchedReader(card="sex=女")
    looked_at = read_frames([frame], FORM, reader=reader)
    assert reader.seen == []
    assert looked_at[0].refusal == code
    check = frames_check(looked_at)
    assert (check.code, check.facts[code]) == ("ocr.too_few_frames", 1)


def lit(frame: Image) -> Image:
    """The photograph with a light spot over a third of its card."""
    spot = frame.copy()
    cv2.rectangle(spot, (400, 500), (1100, 900), (255, 255, 255), -1)
    return spot


@pytest.mark.parametrize(
    ("card", "refusal"),
    [
        ("sex=女 name=鈴木 address=東京", None),  # everything was read: whatever shines does not matter
        ("sex=女 name=鈴木", None),  # two of three vote
        ("sex=女", "ocr.frame_glare"),
        ("", "ocr.frame_glare"),
    ],
)
def test_a_light_spot_refuses_a_frame_only_for_the_fields_it_costs(card: str, refusal: str | None) -> None:
    form = DocumentForm(parse=parse_words, required=("sex", "name", "address"))
    (frame,) = read_frames([lit(photograph())], form, reader=WatchedReader(card=card))
    assert frame.quality is not None
    assert frame.quality.glare_code == "ocr.frame_glare"
    assert frame.refusal == refusal
    assert frame.usable is (refusal is None)


def parse_words(lines: Sequence[TextLine]) -> FrameRead:
    """Every word that reads "name=value" is a field."""
    return parse([line(word, 0, 0) for each in lines for word in each.text.split()])


def test_lines_of_the_photograph_are_placed_as_on_the_card() -> None:
    told = list[tuple[float, float]]()

    def placing(lines: Sequence[TextLine]) -> FrameRead:
        told.extend(tuple(each.box[0]) for each in lines if each.text == "corner")
        return {}

    reader = WatchedReader(photograph=(line("corner", 60, 250, height=10),))
    read_frames([photograph()], DocumentForm(parse=placing, required=("sex",)), reader=reader)
    assert told[-1] == pytest.approx((0, 0), abs=12)


def test_the_sharpest_card_gives_the_portrait() -> None:
    sharp, soft = photograph(), cv2.GaussianBlur(photograph(), (0, 0), 1.5).astype(np.uint8)
    looked_at = read_frames([soft, sharp], FORM, reader=WatchedReader(card="sex=女"))
    assert sharpest_card(looked_at) is looked_at[1].rectified
    assert sharpest_card(()) is None

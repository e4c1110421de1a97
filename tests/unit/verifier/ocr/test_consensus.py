"""Two frames must agree on a field, and no other reading may tie with theirs."""

from __future__ import annotations

import pytest

from verifier.ocr.consensus import agree
from verifier.ocr.fields import FieldRead, FrameRead

pytestmark = pytest.mark.unit


def code(*digits: str, confidence: float = 0.9) -> list[FrameRead]:
    return [{"security_code": FieldRead(each, each, confidence)} if each else {} for each in digits]


def test_two_of_three_frames_decide() -> None:
    assert agree(code("3740", "3140", "3740"))["security_code"].value == "3740"


@pytest.mark.parametrize(
    "readings",
    [
        ("3740",),
        ("3740", ""),
        ("3740", "3140"),
        ("3740", "3140", "3741"),
        ("3740", "3740", "3140", "3140"),
        (),
    ],
)
def test_no_majority_gives_no_field(readings: tuple[str, ...]) -> None:
    assert agree(code(*readings)) == {}


def test_fields_are_agreed_one_by_one() -> None:
    name = FieldRead("見本花子", "見本花子", 0.9)
    frames: list[FrameRead] = [{"name": name}, {"name": name, **code("1234")[0]}, code("1234")[0]]
    assert set(agree(frames)) == {"name", "security_code"}


def test_the_agreed_confidence_is_the_lowest_among_the_voters_only() -> None:
    frames = [*code("3740", confidence=0.95), *code("3740", confidence=0.7), *code("3140", confidence=0.1)]
    field = agree(frames)["security_code"]
    assert (field.votes, field.confidence) == (2, 0.7)


def test_a_confident_minority_does_not_win() -> None:
    frames = [*code("3740", "3740", confidence=0.5), *code("3140", confidence=1.0)]
    assert agree(frames)["security_code"].value == "3740"

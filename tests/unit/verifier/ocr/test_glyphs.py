"""Simplified glyphs become Japanese ones; characters and confidences stay paired."""

from __future__ import annotations

import pytest

from tests.unit.verifier.ocr.printed_lines import line
from verifier.ocr.glyphs import SIMPLIFIED_PAIRS, compact, is_japanese, is_sure, normalise
from verifier.ocr.text import TextLine

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("性别女", "性別女"),
        ("广岛县", "広島県"),
        ("２０３５年", "2035年"),
        ("コ一ポ", "コーポ"),
        ("メゾン一番町", "メゾン一番町"),
        ("12号タワ一302", "12号タワー302"),
        ("サン八イツ303号", "サンハイツ303号"),
        ("12号八イツ青葉", "12号ハイツ青葉"),
        ("二ューハイツ", "ニューハイツ"),
        ("コ一ポエ工ル", "コーポエエル"),
        ("西口コーポ", "西口コーポ"),
        ("八ヶ岳", "八ヶ岳"),
        ("1丁目二ノ宮", "1丁目二ノ宮"),
        ("サン八ツ橋", "サン八ツ橋"),
        ("三田ハイツ二番館", "三田ハイツ二番館"),
        ("一番町", "一番町"),
        ("齋藤髙橋渡邊", "齋藤髙橋渡邊"),
    ],
)
def test_glyphs_are_normalised(read: str, meant: str) -> None:
    assert normalise(read) == meant


def test_every_simplified_pair_maps_one_character_to_another() -> None:
    pairs = SIMPLIFIED_PAIRS.split()
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    assert len({pair[0] for pair in pairs}) == len(pairs)


def test_dropping_spaces_keeps_each_characters_own_confidence() -> None:
    spaced = TextLine("平成 2", (0.9, 0.8, 0.1, 0.7), line("平成 2", 0, 0).box)
    assert compact(spaced)[:2] == ("平成2", (0.9, 0.8, 0.7))


def test_a_character_that_normalises_to_two_gives_both_its_confidence() -> None:
    assert compact(TextLine("㍻", (0.6,), line("㍻", 0, 0).box))[:2] == ("平成", (0.6, 0.6))


def test_a_line_without_one_confidence_per_character_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence"):
        TextLine("平成", (0.9,), line("平成", 0, 0).box)


@pytest.mark.parametrize(
    ("text", "confidence", "sure"),
    [
        ("メゾン", 0.95, True),
        ("メソン", 0.75, False),
        ("グランドメゾン", 0.6, True),
        ("バレス", 0.6, False),
        ("荘", 0.4, True),
    ],
)
def test_marks_that_readers_lose_need_more_confidence(text: str, confidence: float, sure: bool) -> None:
    assert is_sure(text, (confidence,) * len(text)) is sure


@pytest.mark.parametrize(("text", "known"), [("髙﨑邉圡桒一", True), ("小林直树", False), ("눈", False)])
def test_characters_of_no_japanese_set_are_known(text: str, known: bool) -> None:
    assert is_japanese(text) is known

"""What the review page says of reason codes and pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from node.usecases.show_evidence import PICTURE
from node.web.pages import _environment

pytestmark = pytest.mark.unit

MANUAL = Path(__file__).resolve().parents[4] / "docs" / "operator.md"
WORDS = _environment().get_template("review_words.html").module


def test_every_code_of_the_reviewers_table_has_words_on_the_page():
    table = MANUAL.read_text().partition("## What a reviewer looks for")[2].partition("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    codes = {code for row in rows for code in re.findall(r"`([a-z]+\.[a-z_]+)`", row)}
    assert len(codes) > 10
    assert codes <= set(WORDS.looks)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("photo-flat.jpg", "平らに置いた券面"),
        ("photo-faces.png", "書類の顔写真"),
        ("photo-chip-front.png", "ICの券面画像"),
        ("photo-tilted-left_away.jpg", "傾けた券面(左の縁を奥へ)"),
        ("photo-edge-top_away.png", "手前の縁、伸ばしたもの(上の縁を奥へ)"),
        ("photo-something_new.png", "photo-something_new.png"),
    ],
)
def test_a_picture_is_named_for_those_who_do_not_see_it(name, words):
    assert PICTURE.fullmatch(name)
    assert words in WORDS.caption(name)

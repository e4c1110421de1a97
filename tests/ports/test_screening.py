"""The screening list: exact names, folded; no list means that nothing was screened."""

from __future__ import annotations

import pytest

from node.errors import Unavailable
from node.screening import ListScreening

pytestmark = pytest.mark.ports


@pytest.fixture(name="screen")
def _screen(tmp_path) -> ListScreening:
    path = tmp_path / "list.txt"
    path.write_text("# 見本のみ\n見本　手配\nMIHON Tehai\n\n", encoding="utf-8")
    return ListScreening(path)


@pytest.mark.parametrize("name", ["見本 手配", "見本手配", "mihon tehai", "ＭＩＨＯＮ ＴＥＨＡＩ"])
def test_a_listed_name_is_a_hit_in_any_width_case_and_spacing(screen, name):
    assert screen(name, "1990-01-01") is True


@pytest.mark.parametrize("name", ["見本 花子", "# 見本のみ", ""])
def test_other_names_are_none(screen, name):
    assert screen(name, "") is False


def test_without_a_list_nothing_was_screened():
    assert ListScreening(None)("見本 手配", "") is None


def test_a_list_that_is_away_is_not_an_empty_list(tmp_path):
    with pytest.raises(Unavailable) as caught:
        ListScreening(tmp_path / "missing")("見本 花子", "")
    assert caught.value.code == "screening.unreadable"

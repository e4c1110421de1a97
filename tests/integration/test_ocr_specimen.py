"""The specimen generator keeps its promises: repeatable, marked, and plain about a missing font."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.sim.specimen import (
    CARD_SIZE_PX,
    FontMissingError,
    SpecimenPerson,
    capture,
    fonts,
    random_person,
    render_mynumber,
)

pytestmark = pytest.mark.integration

TODAY = date(2026, 11, 22)
PORTRAIT = np.full((400, 300, 3), 128, np.uint8)


def test_one_seed_draws_one_card() -> None:
    person = random_person(np.random.default_rng(1), today=TODAY)
    one, again, other = (
        render_mynumber(person, PORTRAIT, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one.shape == (CARD_SIZE_PX[1], CARD_SIZE_PX[0], 3)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_photograph_has_the_size_a_phone_sends() -> None:
    flat = np.full((CARD_SIZE_PX[1], CARD_SIZE_PX[0], 3), 220, np.uint8)
    frame = capture(flat, "hard", np.random.default_rng(1))
    assert (frame.shape, frame.dtype) == ((1200, 1600, 3), np.uint8)


def test_a_persons_code_follows_the_published_vector() -> None:
    person = SpecimenPerson("見本　花子", "見本県", date(1980, 2, 17), "女", date(2035, 2, 17), "2285")
    assert person.pin_b == "55021720352285"
    assert person.printed_birth_date == "昭和55年 2月17日生"


def test_the_first_year_of_an_era_is_printed_gannen() -> None:
    person = random_person(np.random.default_rng(3), today=TODAY, gannen=True)
    assert person.printed_birth_date.startswith("平成元年")
    assert person.pin_b.startswith("01")


def test_a_missing_font_names_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.shutil, "which", lambda _: None)
    monkeypatch.setattr(fonts, "FONT_DIRECTORIES", ())
    fonts.japanese_font.cache_clear()
    with pytest.raises(FontMissingError, match="fonts-noto-cjk"):
        fonts.japanese_font("serif", 20)

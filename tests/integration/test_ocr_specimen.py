"""The specimen generator keeps its promises: repeatable, marked, and plain about a missing font."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from scripts.fetch_fonts import fetch_fonts
from tests.sim.specimen import (
    CARD_SIZE_PX,
    FontMissingError,
    SpecimenPerson,
    capture,
    capture_burst,
    capture_frames,
    fonts,
    held_out,
    items,
    licence,
    mynumber_former,
    passport,
    random_holder,
    random_person,
    render_mynumber,
    residence,
    seen,
    unseen,
)
from tests.sim.specimen.handling import photographs
from tests.sim.specimen.licence import random_licence
from tests.sim.specimen.passport import random_passport
from tests.sim.specimen.residence import random_residence_card
from tests.sim.specimen.wear import worn
from verifier.errors import Unavailable

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


def test_frames_of_a_burst_resemble_each_other_more_than_separate_photographs() -> None:
    flat = render_mynumber(
        random_person(np.random.default_rng(4), today=TODAY), PORTRAIT, rng=np.random.default_rng(4)
    )
    burst = capture_burst(flat, "hard", np.random.default_rng(5))
    apart = capture_frames(flat, "hard", np.random.default_rng(5))
    assert len(burst) == len(apart) == 3
    assert not np.array_equal(burst[0], burst[1])
    assert _difference(burst) < _difference(apart) / 2


def _difference(frames: tuple[np.ndarray, ...]) -> float:
    return float(np.abs(frames[0].astype(float) - frames[1]).mean())


def test_the_extreme_level_shows_a_smaller_and_softer_card() -> None:
    flat = render_mynumber(
        random_person(np.random.default_rng(4), today=TODAY), PORTRAIT, rng=np.random.default_rng(4)
    )
    sharpness = {
        level: cv2.Laplacian(capture(flat, level, np.random.default_rng(6)), cv2.CV_64F).var()
        for level in ("easy", "extreme")
    }
    assert sharpness["extreme"] < sharpness["easy"]


def test_one_holder_in_ten_has_a_card_with_dates_printed_in_a_rarer_way() -> None:
    rng = np.random.default_rng(8)
    holders = [random_holder(rng, today=TODAY) for _ in range(400)]
    gregorian = sum(holder.gregorian_birth_date for holder in holders)
    first_year = sum("元年" in holder.printed_birth_date for holder in holders)
    assert 12 <= gregorian <= 40
    assert 8 <= first_year <= 40
    assert all(holder.expires_on > TODAY for holder in holders)


HOLDER = random_person(np.random.default_rng(9), today=TODAY)
CARD = random_residence_card(np.random.default_rng(9), today=TODAY)
DROVE = random_licence(np.random.default_rng(9), today=TODAY)
PASSPORT = random_passport(np.random.default_rng(9), today=TODAY)
LAYOUTS = [
    (layout, printed)
    for view in (seen, unseen)
    for layouts, printed in (
        ((*view.MYNUMBER, *getattr(view, "MYNUMBER_TRAPS", ())), HOLDER),
        ((*view.LICENCE, *view.DRIVING_HISTORY), DROVE),
        ((*view.RESIDENCE, *view.RESIDENCE_NEWER, *view.SPECIAL_PERMANENT), CARD),
        (view.PASSPORT, PASSPORT),
    )
    for layout in layouts
]
every_layout = pytest.mark.parametrize(
    ("layout", "printed"), LAYOUTS, ids=[layout.name for layout, _ in LAYOUTS]
)


@pytest.fixture(scope="module")
def _type_faces() -> None:
    """Those that some layouts are set in; fetched once, then in place."""
    try:
        fetch_fonts(say=lambda _: None)
    except Unavailable as error:
        pytest.skip(f"not performed: {error}; {error.hint}")


@pytest.mark.usefixtures("_type_faces")
@every_layout
def test_every_layout_is_repeatable_and_marked_beside_its_fields(layout, printed, monkeypatch) -> None:
    one, again = (layout.draw(printed, PORTRAIT, rng=np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(one, again)
    for module in (items, held_out, licence, mynumber_former, passport, residence):
        monkeypatch.setattr(module, "draw_mark", lambda *_, **__: None)
    unmarked = layout.draw(printed, PORTRAIT, rng=np.random.default_rng(4))
    mark = np.any(one != unmarked, axis=2)
    assert mark.sum() > 500
    ink = cv2.cvtColor(unmarked, cv2.COLOR_BGR2GRAY) < 100
    assert (mark & ink).sum() < 40, "見本 SPECIMEN stands on print"


def test_no_layout_is_both_seen_and_unseen() -> None:
    names = [layout.name for layout, _ in LAYOUTS]
    assert len(names) == len(set(names))
    assert all(layout.seen != layout.name.startswith("unseen_") for layout, _ in LAYOUTS)


def test_the_published_sources_name_every_layout() -> None:
    text = (Path(seen.__file__).parent / "SOURCES.md").read_text(encoding="utf-8")
    assert not [layout.name for layout, _ in LAYOUTS if layout.seen and f"`{layout.name}`" not in text]


def test_photographs_in_hands_are_repeatable_and_worse_by_level() -> None:
    flat = render_mynumber(HOLDER, PORTRAIT, rng=np.random.default_rng(4))
    one, again = (photographs(flat, "hard", np.random.default_rng(7)) for _ in range(2))
    assert len(one) == 3
    assert all(np.array_equal(*pair) for pair in zip(one, again, strict=True))
    changes = [
        np.mean([_difference((worn(flat, level, np.random.default_rng(seed)), flat)) for seed in range(6)])
        for level in ("easy", "hard")
    ]
    assert changes[0] < changes[1]

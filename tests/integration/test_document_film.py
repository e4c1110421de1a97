"""Films of a tilted specimen: what each signal says of a card, a grey copy, a screen and a swap.

Each film takes seconds to draw, so there is one of each here; how well the signals tell many apart is a
measurement (docs/measured/photo-method.md).
"""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime

import numpy as np
import pytest

from tests.sim.specimen import drawn_portrait, random_person, render_mynumber
from tests.sim.specimen.tilt import Kind, film
from verifier.document.challenge import issue_tilt
from verifier.document.examine import REPORT_FILE, Examination, examine
from verifier.image import decode_image
from verifier.types import CheckResult, Outcome

pytestmark = pytest.mark.integration

ASKED = issue_tilt(randomness=random.Random(1), now=datetime(2026, 11, 22, tzinfo=UTC))


def examined(kind: Kind) -> Examination:
    rng = np.random.default_rng(5)
    flat, other = (
        render_mynumber(random_person(rng, today=date(2026, 11, 22)), drawn_portrait(), rng=rng)
        for _ in range(2)
    )
    frames, times = film(flat, kind, ASKED, rng, other=other)
    decoded = ((time, decode_image(frame)) for time, frame in zip(times, frames, strict=True))
    return examine(decoded, ASKED)


def of(examination: Examination, check: str) -> CheckResult:
    return next(result for result in examination.checks if result.check == f"document.{check}")


@pytest.fixture(scope="module")
def card() -> Examination:
    return examined("card")


def test_a_tilted_card_answers_and_raises_no_flag(card):
    codes = {result.check: result.code for result in card.checks}
    assert codes == {
        "document.tilt": None,
        "document.same_card": None,
        "document.colour": None,
        "document.screen": None,
        "document.thickness": "document.needs_reviewer",
    }


def test_the_edge_is_measured_but_never_judged(card):
    result = of(card, "thickness")
    assert result.outcome is Outcome.NOT_PERFORMED
    assert result.score == pytest.approx(0.76, abs=0.25)


def test_the_reviewer_gets_pictures_and_figures(card):
    report = json.loads(card.evidence[REPORT_FILE])
    assert set(report["pictures"]) == set(card.evidence) - {REPORT_FILE}
    assert "photo-flat.jpg" in report["pictures"]
    assert len(report["edges"]) == len({step.tilt for step in ASKED.steps})
    for name in report["pictures"]:
        assert min(decode_image(card.evidence[name]).shape[:2]) > 100


@pytest.mark.parametrize(
    ("kind", "check", "code"),
    [
        ("grey_paper", "colour", "document.grey_copy"),
        ("screen", "screen", "document.screen_pattern"),
        ("swapped", "same_card", "document.card_changed"),
        ("flat_film", "tilt", "document.tilt_missing"),
    ],
)
def test_what_is_no_card_raises_its_flag(kind, check, code):
    assert of(examined(kind), check).code == code


def test_a_film_without_a_card_says_that_nothing_was_seen():
    desk = np.full((480, 640, 3), 90, np.uint8)
    found = examine(((time, desk) for time in range(0, 4000, 125)), ASKED)
    codes = {result.check: (result.outcome, result.code) for result in found.checks}
    assert codes == {
        "document.tilt": (Outcome.UNDECIDED, "document.not_seen"),
        "document.same_card": (Outcome.NOT_PERFORMED, "document.not_seen"),
        "document.colour": (Outcome.NOT_PERFORMED, "document.not_seen"),
        "document.screen": (Outcome.NOT_PERFORMED, "document.not_seen"),
        "document.thickness": (Outcome.NOT_PERFORMED, "document.needs_reviewer"),
    }
    assert set(found.evidence) == {REPORT_FILE}

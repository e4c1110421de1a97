"""What a cosine stands for: limits, and how many strangers reach it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from verifier.match_thresholds import MATCH, MatchThreshold
from verifier.models import BUILT_IN, Role

pytestmark = pytest.mark.unit

SOME = MatchThreshold(
    accept=0.5,
    reject=0.3,
    false_match=((0.2, 0.1), (0.4, 0.001), (0.6, 0.00001)),
    floor=0.0005,
    dataset="made up",
    figures="none",
    measured_on=date(2026, 11, 22),
)


@pytest.mark.parametrize(
    ("score", "rate"),
    [(-0.1, 1.0), (0.19, 1.0), (0.2, 0.1), (0.3, 0.01), (0.4, 0.001), (0.5, 0.0005), (0.99, 0.0005)],
)
def test_a_rate_is_log_linear_between_points_one_before_them_and_never_below_the_floor(score, rate):
    assert SOME.false_match_rate(score) == pytest.approx(rate)


@pytest.mark.parametrize("sha256", MATCH)
def test_the_shipped_rates_fall_as_scores_rise(sha256):
    rates = [MATCH[sha256].false_match_rate(score) for score in np.arange(-1, 1, 0.01)]
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize("sha256", MATCH)
def test_nineteen_of_twenty_strangers_are_refused_at_once(sha256):
    assert MATCH[sha256].false_match_rate(MATCH[sha256].reject) == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("pack", BUILT_IN, ids=lambda pack: pack.name)
def test_every_built_in_pack_has_limits_measured_for_its_own_embedding(pack):
    assert pack.match_threshold is MATCH[pack.file(Role.EMBEDDING).sha256]


@pytest.mark.parametrize(
    "wrong",
    [
        {"false_match": ()},
        {"false_match": ((0.4, 0.001), (0.2, 0.1))},
        {"false_match": ((0.2, 0.001), (0.4, 0.1))},
        {"false_match": ((0.2, 0.1), (0.4, 0.0))},
        {"reject": 0.6},
        {"floor": 0.0},
    ],
)
def test_limits_that_contradict_each_other_cannot_be_made(wrong):
    with pytest.raises(ValueError, match="contradict"):
        replace(SOME, **wrong)

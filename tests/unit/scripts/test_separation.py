"""Error rates on scores whose true rates are known."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.bench._separation import Pairs, equal_error_rate, false_non_match_rate, joined, tail_bounds

pytestmark = pytest.mark.unit


def made_up(people: int, pictures: int, *, seed: int = 0, apart: float = 6.0) -> Pairs:
    """Every picture with every other; strangers' scores are normal around 0, one person's around `apart`."""
    rng = np.random.default_rng(seed)
    whose = np.repeat(np.arange(people), pictures)
    rows, columns = np.triu_indices(whose.size, 1)
    same = whose[rows] == whose[columns]
    return Pairs(rng.normal(size=rows.size) + apart * same, whose[rows], whose[columns])


def test_scores_that_never_overlap_have_no_errors():
    pairs = made_up(8, 3, apart=60)
    assert equal_error_rate(pairs).high == pytest.approx(0, abs=1e-6)
    assert false_non_match_rate(pairs, 0.01).high == 0


def test_equal_error_rate_of_two_normal_scores_is_as_computed():
    pairs = made_up(12, 6, apart=2.0)
    rate = equal_error_rate(pairs)
    assert rate.value == pytest.approx(0.1587, abs=0.03)  # one standard deviation from either middle
    assert rate.low < 0.1587 < rate.high


def test_false_non_match_rate_is_read_where_that_share_of_strangers_is_reached():
    pairs = made_up(20, 6, apart=2.0)
    assert false_non_match_rate(pairs, 0.1587).value == pytest.approx(0.1587, abs=0.04)
    assert false_non_match_rate(pairs, 0.0228).value == pytest.approx(0.5, abs=0.06)


def test_the_bound_lies_above_the_true_rate_even_where_no_stranger_was_seen():
    bounds, _ = tail_bounds(made_up(14, 5), np.array([2.0, 3.0, 4.0]))
    assert bounds[0] > 0.0228
    assert bounds[1] > 0.00135
    assert bounds[2] > 0.0000317


def test_few_people_support_less_than_many_however_many_pictures_they_have():
    grid = np.array([3.0])
    _, few = tail_bounds(made_up(6, 12), grid)
    _, many = tail_bounds(made_up(24, 3), grid)
    assert few > many


def test_people_of_two_collections_are_different_people():
    pairs = joined(made_up(3, 2), made_up(4, 2))
    assert pairs.people == 7

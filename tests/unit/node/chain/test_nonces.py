"""Missing nonces, higher fees, and how much to read next."""

from __future__ import annotations

import pytest

from node.chain.nonces import missing_nonces, raised_fee
from node.chain.plan import GROWTH, LOGS_WANTED, next_limit

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("held", "missing"), [(set(), []), ({5}, []), ({5, 6, 7}, []), ({7}, [5, 6]), ({5, 8}, [6, 7])]
)
def test_a_nonce_is_missing_when_nobody_holds_it_below_one_that_is_held(held, missing):
    assert missing_nonces(5, held) == missing


def test_a_higher_fee_is_enough_for_a_replacement_and_for_the_next_blocks():
    assert raised_fee(1000, 0, 10_000) == 1251
    assert raised_fee(1000, 2000, 10_000) == 4000


def test_no_fee_beyond_the_cap_is_offered():
    assert raised_fee(1000, 2000, 3999) is None
    assert raised_fee(0, 0, 0) is None


def test_the_next_range_holds_about_what_is_wanted():
    assert next_limit(10, LOGS_WANTED * 2, most=5000) == 5
    assert next_limit(10, LOGS_WANTED // 2, most=5000) == 20


def test_the_next_range_never_grows_too_fast_nor_vanishes():
    assert next_limit(10, 0, most=5000) == 10 * GROWTH
    assert next_limit(4000, 0, most=5000) == 5000
    assert next_limit(1, LOGS_WANTED * 100, most=5000) == 1

"""The indexer's plan and fork finder."""

from __future__ import annotations

import pytest

from node.chain.plan import BlockRange, find_fork, next_range

pytestmark = pytest.mark.unit


def test_plan_is_empty_when_level_with_the_head():
    assert next_range(7, 7) is None


def test_plan_is_empty_when_the_chain_shrank():
    assert next_range(7, 6) is None


def test_plan_never_reads_past_the_head():
    assert next_range(7, 9) == BlockRange(8, 9)


def test_plan_never_asks_for_more_blocks_than_the_limit():
    planned = next_range(0, 100_000, limit=5000)
    assert planned == BlockRange(1, 5000)
    assert len(planned) == 5000


@pytest.mark.parametrize(("first", "last", "half"), [(1, 2, 1), (1, 3, 1), (1, 5000, 2500), (10, 11, 10)])
def test_halving_keeps_the_lower_half(first, last, half):
    assert BlockRange(first, last).halved() == BlockRange(first, half)


def test_one_block_cannot_be_halved():
    assert BlockRange(5, 5).halved() is None


def test_fork_is_the_highest_kept_block_that_stands():
    kept = [(9, b"x"), (7, b"seven"), (4, b"four")]
    assert find_fork(kept, {9: b"other", 7: b"seven", 4: b"four"}) == 7


def test_a_block_beyond_a_shorter_chain_does_not_stand():
    assert find_fork([(9, b"x"), (4, b"four")], {9: None, 4: b"four"}) == 4


def test_no_fork_when_nothing_stands():
    assert find_fork([(9, b"x")], {9: b"y"}) is None
    assert find_fork([], {}) is None

"""Spans in which revocations follow decisions; times as readers in Japan expect them."""

from __future__ import annotations

import pytest

from node.domain.days import jst_text
from node.domain.delays import count_spans

pytestmark = pytest.mark.unit


def test_each_delay_counts_once_in_the_shortest_span_that_holds_it():
    delays = [0, 60, 61, 3_600, 86_400, 7 * 86_400, 7 * 86_400 + 1, 10**9]
    assert count_spans(delays) == {"minute": 2, "hour": 2, "day": 1, "week": 1, "later": 2}


def test_without_revocations_every_span_is_empty():
    assert set(count_spans([]).values()) == {0}


def test_a_time_is_told_as_clocks_in_japan_show_it():
    assert jst_text(1_795_273_199) == "2026-11-21 23:59 JST"
    assert jst_text(1_795_273_200) == "2026-11-22 00:00 JST"

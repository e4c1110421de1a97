"""The node's clocks."""

from __future__ import annotations

import time

import pytest

from node import clock
from node.clock import ChainClock, SystemClock
from node.errors import Unavailable

pytestmark = pytest.mark.unit

YEAR_S = 365 * 86_400


def _away() -> int:
    raise Unavailable("chain.unreachable", "away")


def test_the_system_clock_is_the_machines():
    assert abs(SystemClock().now() - time.time()) <= 1


def test_the_chain_clock_is_where_the_chain_is():
    assert abs(ChainClock(lambda: int(time.time()) + YEAR_S).now() - time.time() - YEAR_S) <= 1


def test_the_chain_is_not_asked_for_every_question():
    asked = []
    chain_clock = ChainClock(lambda: asked.append(1) or int(time.time()))
    for _ in range(50):
        chain_clock.now()
    assert len(asked) == 1


def test_the_chain_clock_goes_on_when_the_chain_is_away(monkeypatch):
    monkeypatch.setattr(clock, "FRESH_S", 0.0)
    answers = iter([lambda: int(time.time()) + YEAR_S, _away, _away])
    chain_clock = ChainClock(next(answers))
    chain_clock.now()
    assert abs(chain_clock.now() - time.time() - YEAR_S) <= 1


def test_a_chain_clock_that_never_heard_the_chain_does_not_guess():
    with pytest.raises(Unavailable) as caught:
        ChainClock(_away).now()
    assert caught.value.code == "chain.unreachable"

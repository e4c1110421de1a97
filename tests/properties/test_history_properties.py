"""Any history: a head commits to every event, its place and its time."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.domain import events
from node.domain.history import EMPTY_HEAD, HEAD_BYTES, fold

pytestmark = pytest.mark.properties

unhurried = settings(deadline=None)
"""Machines under load are slow now and then; that is no finding."""

words = st.binary(min_size=32, max_size=32)
members = st.integers(1, 2**16 - 1)
times = st.integers(0, 2**40 - 1)
terms = st.builds(
    events.Terms,
    issuer=members,
    recipient=members,
    method=st.binary(min_size=4, max_size=4),
    legal_basis=st.integers(0, 255),
    verified_on=st.integers(0, 2**16 - 1),
    decide_by=times,
)
any_event = st.one_of(
    st.builds(events.Anchored, members, words, st.integers(1, 2**32 - 1)),
    st.builds(events.Attested, words, members, members, terms),
    st.builds(events.Decided, words, members, words),
    st.builds(events.Revoked, words, members, st.sampled_from(events.ReasonClass)),
    st.builds(events.MemberStatusChanged, members, st.sampled_from(events.Status)),
    st.builds(
        events.MemberAdmitted, members, st.just("0x" + "11" * 20), st.just(events.Role.PROVIDER), st.text()
    ),
    st.builds(events.ProposalMade, members, members, st.sampled_from(events.Action), st.binary(), times),
)
histories = st.lists(st.tuples(any_event, times), min_size=1, max_size=12)
History = list[tuple[events.HistoryEvent, int]]


def head_of(history: History, start: bytes = EMPTY_HEAD) -> bytes:
    return reduce(lambda head, entry: fold(head, entry[0], entry[1]), history, start)


@unhurried
@given(histories, st.data())
def test_leaving_an_event_out_changes_the_head(history: History, data: st.DataObject):
    gap = data.draw(st.integers(0, len(history) - 1))
    assert head_of(history[:gap] + history[gap + 1 :]) != head_of(history)


@unhurried
@given(histories, st.data())
def test_exchanging_two_different_events_changes_the_head(history: History, data: st.DataObject):
    one, two = (data.draw(st.integers(0, len(history) - 1)) for _ in range(2))
    exchanged = list(history)
    exchanged[one], exchanged[two] = history[two], history[one]
    assert (head_of(exchanged) == head_of(history)) == (history[one] == history[two])


@unhurried
@given(any_event, any_event, times)
def test_different_events_fold_differently(one: events.HistoryEvent, two: events.HistoryEvent, now: int):
    assert (fold(EMPTY_HEAD, one, now) == fold(EMPTY_HEAD, two, now)) == (one == two)


@unhurried
@given(histories, st.integers(0, 12))
def test_folding_can_be_resumed_anywhere(history: History, cut: int):
    head = head_of(history[cut:], head_of(history[:cut]))
    assert head == head_of(history)
    assert len(head) == HEAD_BYTES

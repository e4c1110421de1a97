"""The guided path: after each thing that happens, exactly the next step is due."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scripts.demo.path import Facts, Mark, Step, marks

pytestmark = pytest.mark.unit


def case(state: str, *, review: Any = None) -> dict[str, Any]:
    return {"state": state, "review": review}


def record(state: str, anchored: int) -> dict[str, Any]:
    return {"state": state, "versions": {"anchored": anchored}}


def reuse(state: str) -> dict[str, Any]:
    return {"state": state}


START = Facts("jp.chip+face", doing="waiting")
VERIFIED = replace(START, case=case("verified"), record=record("unbound", 0), doing="")
BOUND = replace(VERIFIED, record=record("attestable", 0))
ANCHORED = replace(VERIFIED, record=record("attestable", 16))
ACCEPTED = replace(ANCHORED, reuses=(reuse("accepted"),))
WITHDRAWN = replace(ACCEPTED, record=record("withdrawn", 16))

STORY = [
    (START, Step.VERIFY),
    (replace(START, case=case("verifying")), Step.VERIFY),
    (VERIFIED, Step.PASSKEY),
    (BOUND, Step.PASSKEY),
    (ANCHORED, Step.APPLY),
    *((replace(ANCHORED, reuses=(reuse(state),)), Step.APPLY) for state in ("open", "asked", "ended")),
    *(
        (replace(ANCHORED, reuses=(reuse(state),)), Step.CHECKS)
        for state in ("consented", "received", "rebinding", "deciding")
    ),
    (ACCEPTED, Step.WITHDRAW),
    (WITHDRAWN, Step.AGAIN),
    (replace(WITHDRAWN, reuses=(reuse("accepted"), reuse("asked"))), Step.AGAIN),
]


@pytest.mark.parametrize(("facts", "due"), STORY)
def test_one_step_is_due_those_before_it_are_done_and_those_behind_it_come_later(facts, due):
    found = marks(facts)
    names = list(found)
    at = names.index(due)
    assert [found[name] for name in names[:at]] == [Mark.DONE] * at
    assert found[due] == Mark.DUE
    assert {found[name] for name in names[at + 1 :]} <= {Mark.LATER}


def test_the_path_ends_when_the_second_application_was_turned_down():
    facts = replace(WITHDRAWN, reuses=(reuse("accepted"), reuse("ended")))
    assert set(marks(facts).values()) == {Mark.DONE}


@pytest.mark.parametrize(
    ("found", "step", "mark"),
    [
        (case("review"), Step.REVIEW, Mark.DUE),
        (case("verified", review={"decision": "verified"}), Step.REVIEW, Mark.DONE),
        (case("rejected", review={"decision": "rejected"}), Step.REVIEW, Mark.FAILED),
        (case("rejected"), Step.VERIFY, Mark.FAILED),
    ],
)
def test_photographs_wait_for_a_reviewer(found, step, mark):
    facts = Facts("jp.idimage+face", case=found)
    assert marks(facts)[step] == mark


def test_the_chip_needs_no_reviewer():
    assert Step.REVIEW not in marks(START)


def test_an_error_at_the_counter_is_a_failed_verification():
    assert marks(replace(START, error="away [card.reader_missing]"))[Step.VERIFY] == Mark.FAILED


def test_what_the_recipient_refused_is_shown_as_refused():
    facts = replace(ANCHORED, reuses=(reuse("refused"),))
    assert marks(facts)[Step.CHECKS] == Mark.FAILED
    assert marks(facts)[Step.APPLY] == Mark.DUE

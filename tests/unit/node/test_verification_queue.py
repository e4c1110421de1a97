"""Whose turn it is: the order of coming, one case at the node's own reader, nobody twice or forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest

from node.domain.case import Case
from node.domain.methods import CHIP_FACE, IMAGE_FACE
from node.local_reader import LocalReader
from node.usecases.verify_case import TypedSecrets
from node.verification_queue import Place, VerificationQueue
from tests.sim.patience import DEADLINE_S

pytestmark = pytest.mark.unit

NOTHING = TypedSecrets()


@dataclass
class Desk:
    """Stands where the use cases stand: a case runs until the test lets it end."""

    methods: dict[str, str] = field(default_factory=dict)
    relayed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    turns: dict[str, int | None] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    waits: list[Case] = field(default_factory=list)
    reader: LocalReader = field(default_factory=LocalReader)
    changed: threading.Condition = field(default_factory=threading.Condition)
    may_read: set[str] = field(default_factory=set)
    may_end: set[str] = field(default_factory=set)

    def queue(self, workers: int) -> VerificationQueue:
        return VerificationQueue(self, self, self.reader, workers=workers)

    def card_source(self, case_id: str) -> object | None:
        return object() if case_id in self.relayed else None

    def start_verification(self, case_id: str, *, typed_document: bool, turn: int | None) -> Case:
        assert not typed_document
        self.turns[case_id] = turn
        return _case(case_id, self.methods.get(case_id, CHIP_FACE))

    def resume_cases(self) -> list[Case]:
        return self.waits

    def run_verification(self, case_id: str, _typed: TypedSecrets) -> None:
        if case_id in self.refused:
            return
        if case_id in self.broken:
            raise RuntimeError(case_id)
        self._note(self.running, case_id)
        if self.methods.get(case_id) != IMAGE_FACE and case_id not in self.relayed:
            self.until(lambda: {case_id} <= self.may_read | self.may_end)
            with self.reader.in_turn(nullcontext)():
                pass
        self.until(lambda: case_id in self.may_end)
        self._note(self.done, case_id)

    def let(self, which: set[str], *case_ids: str) -> None:
        with self.changed:
            which.update(case_ids)
            self.changed.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, DEADLINE_S)

    def _note(self, which: list[str], case_id: str) -> None:
        with self.changed:
            which.append(case_id)
            self.changed.notify_all()


@pytest.fixture(name="desk")
def _desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.let(desk.may_end, *"abcdefgh")


def _case(case_id: str, method: str = CHIP_FACE, turn: int | None = None) -> Case:
    return Case(case_id, method, "verifying", {}, 0, "見本", 0, turn=turn)


def test_cases_are_judged_in_the_order_in_which_they_came_and_each_once(desk):
    queue = desk.queue(1)
    for case_id in "abcd":
        queue.start(case_id, NOTHING)
    desk.let(desk.may_end, *"abcd")
    desk.until(lambda: len(desk.done) == 4)
    assert desk.running == desk.done == list("abcd")


def test_the_place_in_the_line_is_known_while_a_case_waits(desk):
    queue = desk.queue(1)
    for case_id in "abc":
        queue.start(case_id, NOTHING)
    desk.until(lambda: desk.running == ["a"])
    assert [queue.place_of(case_id) for case_id in "abc"] == [None, Place(1, 2), Place(2, 2)]
    desk.let(desk.may_end, "a")
    desk.until(lambda: desk.running == ["a", "b"])
    assert (queue.place_of("b"), queue.place_of("c")) == (None, Place(1, 1))


def test_a_second_engine_goes_on_once_the_first_cases_card_was_read(desk):
    queue = desk.queue(2)
    queue.start("a", NOTHING)
    queue.start("b", NOTHING)
    desk.until(lambda: desk.running == ["a"])
    assert queue.place_of("b") == Place(1, 1)
    desk.let(desk.may_read, "a")
    desk.until(lambda: desk.running == ["a", "b"])
    assert desk.done == []


@pytest.mark.parametrize("how", ["relay", "no card"])
def test_who_does_not_need_the_reader_does_not_wait_for_it(desk, how):
    queue = desk.queue(2)
    desk.relayed = {"c"} if how == "relay" else set()
    desk.methods = {"c": IMAGE_FACE} if how == "no card" else {}
    for case_id in "abc":
        queue.start(case_id, NOTHING)
    desk.until(lambda: set(desk.running) == {"a", "c"})
    assert queue.place_of("b") == Place(1, 1)


def test_the_reader_is_free_again_when_a_case_never_came_to_its_card(desk):
    queue = desk.queue(2)
    desk.refused = {"a"}
    queue.start("a", NOTHING)
    queue.start("b", NOTHING)
    desk.until(lambda: desk.running == ["b"])


def test_a_case_that_cannot_be_noted_does_not_end_the_line(desk):
    queue = desk.queue(1)
    desk.broken = {"a"}
    queue.start("a", NOTHING)
    queue.start("b", NOTHING)
    desk.until(lambda: desk.running == ["b"])


def test_who_waits_has_a_turn_that_a_restart_finds_unless_something_was_typed(desk):
    queue = desk.queue(1)
    for case_id in "abc":
        queue.start(case_id, TypedSecrets(pin_b="1" * 14) if case_id == "b" else NOTHING)
    assert desk.turns == {"a": None, "b": None, "c": 1}


def test_who_waits_for_the_reader_beside_a_free_engine_has_a_turn_as_well(desk):
    queue = desk.queue(2)
    queue.start("a", NOTHING)
    desk.until(lambda: desk.running == ["a"])
    queue.start("b", NOTHING)
    assert desk.turns == {"a": None, "b": 1}


def test_a_restart_keeps_the_line(desk):
    desk.waits = [_case("a", turn=3), _case("b", turn=7)]
    queue = desk.queue(1)
    queue.resume()
    queue.start("c", NOTHING)
    desk.let(desk.may_end, *"abc")
    desk.until(lambda: len(desk.done) == 3)
    assert (desk.done, desk.turns) == (list("abc"), {"c": 8})


def test_a_closed_queue_takes_nobody_any_more(desk):
    queue = desk.queue(1)
    queue.start("a", NOTHING)
    queue.start("b", NOTHING)
    desk.until(lambda: desk.running == ["a"])
    queue.close()
    desk.let(desk.may_end, "a", "b")
    desk.until(lambda: desk.done == ["a"])
    queue._threads.shutdown(wait=True)
    assert desk.running == ["a"]

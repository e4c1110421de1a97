"""The writers' line: first come, first served; whoever gives up leaves it; nobody is left behind."""

from __future__ import annotations

import threading

import pytest

from node.errors import Unavailable
from node.store.turns import Turns
from tests.sim.patience import DEADLINE_S, eventually

pytestmark = pytest.mark.unit


def test_writers_come_in_the_order_in_which_they_asked():
    turns, served = Turns(DEADLINE_S), []

    def write(number: int) -> None:
        with turns.turn():
            served.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    with turns.turn():
        for number, thread in enumerate(threads):
            thread.start()
            eventually(lambda number=number: turns.waiting == number + 1, every_s=0.001)
    for thread in threads:
        thread.join(DEADLINE_S)
    assert served == list(range(20))


def test_a_writer_that_gives_up_leaves_the_line_and_holds_up_nobody():
    turns = Turns(0.0)
    with turns.turn():
        ended: list[str] = []

        def write() -> None:
            try:
                with turns.turn():
                    ended.append("served")
            except Unavailable as error:
                ended.append(error.code)

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(DEADLINE_S)
        assert ended == ["store.busy"]
        assert turns.waiting == 0
    with turns.turn():
        pass


def _fail_in(turns: Turns) -> None:
    with turns.turn():
        raise RuntimeError


def test_a_turn_ends_with_its_block_whatever_happens_in_it():
    turns = Turns(0.0)
    with pytest.raises(RuntimeError):
        _fail_in(turns)
    with turns.turn():
        assert turns.waiting == 0


def test_of_many_at_once_never_two_hold_the_turn():
    turns, inside, most = Turns(DEADLINE_S), [], []

    def write() -> None:
        for _ in range(50):
            with turns.turn():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    assert len(most) == 400
    assert set(most) == {1}

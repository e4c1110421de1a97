"""Forks of 1 to 32 blocks while two members write: a few depths here, every depth by `make soak`.

A attests and B decides, each in a thread of its own as fast as the chain mines, and meanwhile the chain takes
back its last blocks, again and again. At the end every write is recorded once and both indexes equal the
chain.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Self

import pytest

from node.domain.events import Attested, Decided
from node.errors import Unavailable
from node.store.database import transaction
from tests.integration.fault_runs import FIRST_SEED, SOAK, assert_equal_to_the_chain, note_run, recorded
from tests.sim.consortium import Consortium, SimMember, random_id
from tests.sim.patience import eventually, let_pass

pytestmark = [pytest.mark.integration, pytest.mark.timeout(3600)]

DEEPEST = 32
DEPTHS = range(1, DEEPEST + 1) if SOAK else (1, 2, 5, 13, 32)
SEEDS = range(FIRST_SEED, FIRST_SEED + (4 if SOAK else 1))

GROUP = 4
"""Attestations at once, and as many decisions."""

BLOCK_S = 0.1
"""A real chain's block takes 2 s and more: what counts is that a member looks more often than every 64."""


@pytest.fixture(name="net")
def _net(tmp_path, new_database) -> Iterator[Consortium]:
    with Consortium(tmp_path, database=new_database) as net:
        net.enable()
        for one in (net.a, net.b):
            one.ledger.sync()
        net.chain.mine(DEEPEST)  # members and rules stay
        net.chain.set_automine(enabled=False)
        yield net


@pytest.mark.parametrize("seed", SEEDS)
def test_forks_of_every_depth_under_load_lose_nothing_and_record_nothing_twice(net, seed, request):
    began = time.monotonic()
    run = _Run(net)
    dice = random.Random(seed)
    depths = dice.sample(DEPTHS, len(DEPTHS))
    with run:
        for depth in depths:
            run.wait_for_writes(GROUP)
            with run.mining:
                net.chain.reorg(depth)
        run.wait_for_writes(GROUP)
        run.stop_writing()
        run.wait_until_settled()
    net.chain.set_automine(enabled=True)
    found = recorded(net)
    kinds = Counter(type(event) for event in found)
    assert set(found.values()) == {1}
    assert (kinds[Attested], kinds[Decided]) == (len(run.names["a"]), len(run.names["b"]))
    assert kinds[Attested] + kinds[Decided] > GROUP * len(depths)
    assert_equal_to_the_chain(net, net.a, net.b)
    note_run(
        "forks", request, began, operations=sum(map(len, run.names.values())), faults={"forks": len(depths)}
    )


class _Run:
    """Three threads: the chain mines, A attests, B decides what A attested."""

    def __init__(self, net: Consortium) -> None:
        self.net = net
        self.mining = threading.Lock()
        self.names: dict[str, list[str]] = {"a": [], "b": []}
        self._attested: SimpleQueue[bytes] = SimpleQueue()
        self._writing, self._over = threading.Event(), threading.Event()
        self._failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._guard, args=(work,)) for work in (self._mine, self._a, self._b)
        ]

    def __enter__(self) -> Self:
        self._writing.set()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        assert not self._failures, self._failures

    def stop_writing(self) -> None:
        self._writing.clear()

    def wait_for_writes(self, more: int) -> None:
        """Let the members write so much more; a busy machine takes its time."""
        wanted = self._written() + more
        self._await(lambda: self._written() >= wanted, describe=lambda: f"{self._written()} of {wanted}")

    def _written(self) -> int:
        return sum(map(len, self.names.values()))

    def _await(self, condition: Callable[[], bool], *, describe: Callable[[], object]) -> None:
        """Wait for what the threads do, as long as none of them failed."""

        def holds() -> bool:
            assert not self._failures, self._failures
            return condition()

        eventually(holds, every_s=BLOCK_S, describe=describe)

    def wait_until_settled(self) -> None:
        """Every write recorded, by the members' own ordinary rounds."""
        self._await(lambda: not self._unsettled(), describe=self._unsettled)

    def _unsettled(self) -> list[str]:
        undecided = len(self.names["a"]) - len(self.names["b"])
        members = ((self.net.a, self.names["a"]), (self.net.b, self.names["b"]))
        return ["undecided"] * undecided + [
            f"{name} {intent.state} {intent.code}"
            for member, names in members
            for name in list(names)
            if not (intent := member.ledger.intent(name)).is_recorded
        ]

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  a thread must hand its failure over
            self._failures.append(error)

    def _mine(self) -> None:
        while not self._over.wait(BLOCK_S):
            with self.mining:
                self.net.chain.mine()

    def _a(self) -> None:
        while not self._over.is_set():
            if self._writing.is_set():
                self._attest([random_id() for _ in range(GROUP)])
            _go_on(self.net.a)

    def _attest(self, ids: list[bytes]) -> None:
        terms, count = self.net.terms(valid_for_s=6 * 86_400), len(self.names["a"])
        with transaction(self.net.a.engine) as session:
            view = self.net.a.ledger.within(session)
            names = [view.attest(f"a-{count + n}", one, terms=terms).intent_id for n, one in enumerate(ids)]
        _go_on(self.net.a)
        self.names["a"] += names
        for one in ids:
            self._attested.put(one)

    def _b(self) -> None:
        """As the use case does: the index is brought level before a decision is made."""
        waiting: list[bytes] = []
        while not self._over.is_set():
            waiting += self._next()
            _go_on(self.net.b)
            seen = self._decide(waiting)
            waiting = [one for one in waiting if one not in seen]

    def _decide(self, waiting: list[bytes]) -> list[bytes]:
        """Decide what the index shows; returns what that was."""
        count = len(self.names["b"])
        with transaction(self.net.b.engine) as session:
            view = self.net.b.ledger.within(session)
            seen = [one for one in waiting if view.attestation(one) is not None]
            names = [f"b-{count + number}" for number in range(len(seen))]
            for name, one in zip(names, seen, strict=True):
                view.decide(name, one, commitment=random_id())
        self.names["b"] += names
        return seen

    def _next(self) -> list[bytes]:
        found = []
        try:
            while True:
                found.append(self._attested.get_nowait())
        except Empty:
            return found


def _go_on(member: SimMember) -> None:
    """One turn of a member's jobs; what cannot be done now is done at the next."""
    try:
        member.ledger.flush()
        member.ledger.sync()
    except Unavailable:
        let_pass(BLOCK_S)

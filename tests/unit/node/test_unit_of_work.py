"""One unit of work at a time, and nothing of the network in it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from node.chain.rpc import Rpc
from node.clock import ChainClock
from node.errors import Unavailable
from node.exchange.client import HttpPeers, open_http
from node.unit_of_work import UnitOfWorkError, is_in_unit, unit_of_work

pytestmark = pytest.mark.unit


def _refused(_request: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing may leave the node")


NOWHERE = httpx.MockTransport(_refused)
SILENT: Any = SimpleNamespace()


def _ask_the_chain() -> None:
    Rpc("http://127.0.0.1:1", transport=NOWHERE).call("eth_blockNumber")


def _call_a_member() -> None:
    peers = HttpPeers(SILENT, SILENT, SILENT, SILENT, SILENT, open_http(NOWHERE))
    peers.push_request("http://127.0.0.1:1", {})


def _open_another() -> None:
    with unit_of_work("snapshot"):
        pass


@pytest.mark.parametrize("forbidden", [_ask_the_chain, _call_a_member, _open_another])
def test_inside_a_unit_of_work_it_is_a_bug(forbidden, unit_errors):
    with pytest.raises(UnitOfWorkError), unit_of_work("transaction"):
        forbidden()
    assert len(unit_errors) == 1
    unit_errors.clear()
    assert not is_in_unit()


def test_another_thread_has_a_unit_of_its_own():
    with unit_of_work("transaction"), ThreadPoolExecutor(1) as pool:
        pool.submit(_open_another).result()


def test_another_task_has_a_unit_of_its_own():
    async def both() -> bool:
        first_is_open, done = asyncio.Event(), asyncio.Event()

        async def first() -> None:
            with unit_of_work("transaction"):
                first_is_open.set()
                await done.wait()

        task = asyncio.create_task(first())
        await first_is_open.wait()
        _open_another()
        done.set()
        await task
        return True

    assert asyncio.run(both())


def test_the_chains_clock_goes_on_inside_a_unit_without_asking():
    asked: list[int] = []

    def pending_time() -> int:
        asked.append(1)
        return 2_000_000_000

    clock = ChainClock(pending_time)
    before = clock.now()
    with unit_of_work("transaction"):
        clock._read_at -= 3600
        assert clock.now() - before < 60
    assert len(asked) == 1
    clock.now()
    assert len(asked) == 2


def test_a_clock_that_was_never_read_says_so_inside_a_unit():
    clock = ChainClock(lambda: pytest.fail("the chain was asked"))
    with unit_of_work("transaction"), pytest.raises(Unavailable) as caught:
        clock.now()
    assert caught.value.code == "chain.unreachable"

"""What the reader believes; the chain is a table of blocks."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from node.chain.plan import BlockRange
from node.chain.reader import Moved, Reader
from node.chain.rpc import Rpc
from node.errors import Unavailable

pytestmark = pytest.mark.unit

CONTRACT = "0x" + "11" * 20


def _hash(number: int, branch: str = "a") -> str:
    return "0x" + (branch + f"{number:x}").rjust(64, "0")


def _block(number: int, branch: str = "a") -> dict:
    return {
        "number": hex(number),
        "hash": _hash(number, branch),
        "parentHash": _hash(number - 1, branch),
        "timestamp": hex(1000 + number),
    }


def _log(number: int, index: int = 0, branch: str = "a") -> dict:
    return {
        "blockNumber": hex(number),
        "blockHash": _hash(number, branch),
        "logIndex": hex(index),
        "transactionHash": "0x" + "22" * 32,
        "topics": ["0x" + "33" * 32],
        "data": "0x",
    }


class _Chain:
    """Answers headers from `blocks` and any log query with `logs`; `then` runs after the first request."""

    def __init__(self, logs, *, height=9, then=None) -> None:
        self.blocks = {number: _block(number) for number in range(height + 1)}
        self.logs = logs
        self._then = then

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        answer = [{"id": call["id"], "result": self._result(call)} for call in body]
        if self._then is not None:
            self._then(self)
            self._then = None
        return httpx.Response(200, json=answer)

    def _result(self, call: dict) -> Any:
        if call["method"] == "eth_getLogs":
            return self.logs
        return self.blocks.get(int(call["params"][0], 16))

    def fork(self, first: int) -> None:
        self.blocks |= {number: _block(number, "b") for number in self.blocks if number >= first}


def _read(chain: _Chain, *, first=4, last=9, parent=None) -> Any:
    reader = Reader(Rpc("http://chain.test", transport=httpx.MockTransport(chain)), CONTRACT)
    parent_hash = bytes.fromhex((parent or _hash(first - 1))[2:])
    return reader.read(BlockRange(first, last), parent_hash=parent_hash)


def test_a_range_is_read_in_order_with_its_headers():
    reading = _read(_Chain([_log(8), _log(5, 1), _log(5, 0)]))
    assert [(log.block_number, log.log_index) for log in reading.logs] == [(5, 0), (5, 1), (8, 0)]
    assert set(reading.blocks) == {4, 5, 8, 9}
    assert reading.last.number == 9


def test_a_range_that_does_not_continue_the_index_means_the_chain_moved():
    with pytest.raises(Moved):
        _read(_Chain([]), parent=_hash(3, "b"))


def test_a_log_of_another_branch_means_the_chain_moved():
    with pytest.raises(Moved):
        _read(_Chain([_log(5, branch="b")]))


def test_a_fork_between_two_requests_means_the_chain_moved():
    with pytest.raises(Moved):
        _read(_Chain([_log(5)], then=lambda chain: chain.fork(6)))


def test_a_chain_that_got_shorter_means_it_moved():
    with pytest.raises(Moved):
        _read(_Chain([], then=lambda chain: chain.blocks.pop(9)))


@pytest.mark.parametrize(
    "logs",
    [[_log(5), _log(5)], [_log(3)], [_log(10)], [{}], "logs", [None]],
    ids=["twice", "below", "above", "empty_log", "no_list", "null_log"],
)
def test_logs_that_cannot_be_are_not_believed(logs):
    with pytest.raises(Unavailable) as caught:
        _read(_Chain(logs))
    assert caught.value.code == "chain.bad_answer"

"""Read headers and logs from the chain and believe only what fits together.

Decides whether an answer is consistent in itself: every log lies in the block it names, the range's last
block is the same before and after, its first block continues the index. Whether anything is missing,
`indexer` decides by the running hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from node.chain.logs import RawLog, read_logs
from node.chain.plan import Block, BlockRange
from node.chain.rpc import Refused, octets, quantity
from node.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from node.chain.rpc import Call, Rpc


_PLACE = attrgetter("block_number", "log_index")


class Moved(Exception):
    """The chain reorganised between two reads; read again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A range as read: its logs in order, the headers of their blocks, and its last block."""

    logs: Sequence[RawLog]
    blocks: dict[int, Block]
    last: Block


class Reader:
    """Reads one contract's logs from one endpoint."""

    def __init__(self, rpc: Rpc, contract: str) -> None:
        """Bind to an endpoint and a contract."""
        self._rpc = rpc
        self._contract = contract

    def head(self) -> Block:
        """The chain's head now."""
        return _block(self._rpc.call("eth_getBlockByNumber", "latest", False))

    def headers(self, numbers: Iterable[int]) -> dict[int, Block | None]:
        """Headers by height; None where the chain is shorter."""
        wanted = list(numbers)
        answers = self._rpc.batch([_header_call(number) for number in wanted])
        return {number: _header(answer) for number, answer in zip(wanted, answers, strict=True)}

    def read(self, planned: BlockRange, *, parent_hash: bytes) -> Reading:
        """Read a range.

        Args:
            planned: blocks to read; not past the head.
            parent_hash: of the last indexed block, which the range must continue.

        Raises:
            Moved: the chain changed meanwhile.
            Unavailable: no answer, or one that does not fit together.
        """
        before, answer = self._rpc.batch([_header_call(planned.last), self._logs_call(planned)])
        logs = _logs(answer, planned)
        numbers = {planned.first, planned.last, *(log.block_number for log in logs)}
        blocks = self.headers(sorted(numbers))
        standing = {number: block for number, block in blocks.items() if block is not None}
        last, earlier = standing.get(planned.last), _header(before)
        if len(standing) < len(blocks) or last is None or earlier is None or last.hash != earlier.hash:
            raise Moved
        if standing[planned.first].parent_hash != parent_hash:
            raise Moved
        if any(standing[log.block_number].hash != log.block_hash for log in logs):
            raise Moved
        return Reading(logs, standing, last)

    def _logs_call(self, planned: BlockRange) -> Call:
        chosen = {
            "address": self._contract,
            "fromBlock": hex(planned.first),
            "toBlock": hex(planned.last),
        }
        return "eth_getLogs", [chosen]


def _header_call(number: int) -> Call:
    return "eth_getBlockByNumber", [hex(number), False]


def _header(answer: Any) -> Block | None:
    if isinstance(answer, Refused):
        raise answer
    return None if answer is None else _block(answer)


def _block(answer: Any) -> Block:
    try:
        return Block(
            quantity(answer["number"]),
            octets(answer["hash"]),
            octets(answer["parentHash"]),
            quantity(answer["timestamp"]),
        )
    except (KeyError, TypeError) as error:
        raise _bad("holds no block header") from error


def _logs(answer: Any, planned: BlockRange) -> list[RawLog]:
    if isinstance(answer, Refused):
        raise answer
    if not isinstance(answer, list):
        raise _bad("holds no logs")
    logs = sorted(read_logs(answer), key=_PLACE)
    places = {_PLACE(log) for log in logs}
    if len(places) < len(logs):
        raise _bad("holds a log twice")
    if logs and not planned.first <= logs[0].block_number <= logs[-1].block_number <= planned.last:
        raise _bad("holds logs outside the range asked for")
    return logs


def _bad(what: str) -> Unavailable:
    return Unavailable("chain.bad_answer", f"the chain node's answer {what}", hint="check rpc_url")

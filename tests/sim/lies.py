"""What a chain node may say that is not so, one thing at a time.

Each lie changes the answers to one JSON-RPC method; `tell` puts it into a whole response. Used by the fault
proxy, and one by one to show what each is noticed by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_NOWHERE = "0x" + "ab" * 32


@dataclass(frozen=True)
class Lie:
    """One lie.

    Attributes:
        method: whose answers it changes.
        change: the answer as it is -> as it is told.
    """

    method: str
    change: Callable[[Any], Any]


def _drop_log(logs: Any) -> Any:
    return logs[:-1] if logs else logs


def _invent_log(logs: Any) -> Any:
    if not logs:
        return logs
    return [*logs, logs[-1] | {"logIndex": hex(int(logs[-1]["logIndex"], 16) + 1)}]


def _change_log(logs: Any) -> Any:
    """Another second topic: another attestation, member, root or proposal."""
    if not logs:
        return logs
    topics = logs[-1]["topics"]
    return [*logs[:-1], logs[-1] | {"topics": [topics[0], "0x" + "00" * 31 + "07", *topics[2:]]}]


def _move_log(logs: Any) -> Any:
    """The right event in a block that the chain does not have."""
    return [*logs[:-1], logs[-1] | {"blockHash": _NOWHERE}] if logs else logs


def _wrong_head(block: Any) -> Any:
    return block | {"hash": _NOWHERE} if isinstance(block, dict) else block


def _wrong_time(block: Any) -> Any:
    """Block times enter the running hash."""
    return block | {"timestamp": hex(int(block["timestamp"], 16) - 1)} if isinstance(block, dict) else block


def _invent_receipt(receipt: Any) -> Any:
    """A mined transaction that is in no block of the chain."""
    return receipt | {"blockHash": _NOWHERE} if isinstance(receipt, dict) else receipt


LIES = {
    "dropped log": Lie("eth_getLogs", _drop_log),
    "invented log": Lie("eth_getLogs", _invent_log),
    "changed log": Lie("eth_getLogs", _change_log),
    "log moved to another block": Lie("eth_getLogs", _move_log),
    "wrong head": Lie("eth_getBlockByNumber", _wrong_head),
    "wrong block time": Lie("eth_getBlockByNumber", _wrong_time),
    "receipt of another block": Lie("eth_getTransactionReceipt", _invent_receipt),
}
"""Those that may come and go: the node notices and goes on once it is told the truth."""


def tell(lie: Lie, calls: Any, answers: Any) -> Any:
    """A response with the lie in it, single or batch."""
    if isinstance(calls, dict):
        return tell(lie, [calls], [answers])[0]
    told = {call["id"] for call in calls if call["method"] == lie.method}
    return [
        one | {"result": lie.change(one["result"])} if one.get("id") in told and "result" in one else one
        for one in answers
    ]

"""A contract log as it travels between chain, database and decoder. Decides only its shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from node.errors import Unavailable


class RawLog(NamedTuple):
    """One log. A tuple, since a node that catches up makes hundreds of thousands.

    Attributes:
        block_number: height of its block.
        block_hash: 32 bytes.
        log_index: position in the block.
        tx_hash: 32 bytes.
        topics: 32 bytes each, one after the other.
        data: the rest.
    """

    block_number: int
    block_hash: bytes
    log_index: int
    tx_hash: bytes
    topics: bytes
    data: bytes


def read_logs(items: Sequence[Any]) -> list[RawLog]:
    """Read an `eth_getLogs` answer. Raises Unavailable (`chain.bad_answer`)."""
    octets = bytes.fromhex
    try:
        return [
            RawLog(
                int(item["blockNumber"], 16),
                octets(item["blockHash"][2:]),
                int(item["logIndex"], 16),
                octets(item["transactionHash"][2:]),
                octets("".join([topic[2:] for topic in item["topics"]])),
                octets(item["data"][2:]),
            )
            for item in items
        ]
    except (KeyError, TypeError, ValueError) as error:
        hint = "check rpc_url"
        raise Unavailable("chain.bad_answer", "the chain node's answer holds no log", hint=hint) from error

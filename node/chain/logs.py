"""A contract log as it travels between chain, database and decoder. Decides only its shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from node.chain.rpc import octets, quantity
from node.errors import Unavailable

TOPIC_BYTES = 32


@dataclass(frozen=True, slots=True)
class RawLog:
    """One log.

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


def read_log(item: Any) -> RawLog:
    """Read one element of an `eth_getLogs` answer. Raises Unavailable (`chain.bad_answer`)."""
    try:
        return RawLog(
            quantity(item["blockNumber"]),
            octets(item["blockHash"]),
            quantity(item["logIndex"]),
            octets(item["transactionHash"]),
            octets("0x" + "".join(topic[2:] for topic in item["topics"])),
            octets(item["data"]),
        )
    except (KeyError, TypeError) as error:
        hint = "check rpc_url"
        raise Unavailable("chain.bad_answer", "the chain node's answer holds no log", hint=hint) from error

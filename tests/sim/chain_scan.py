"""Read all that a chain shows, and look for values that can be computed from what is known of a person.

What is read, as anybody with a node can: block extra data, every transaction (input, sender, recipient), all
receipts' logs, and the whole state (addresses, code, storage slots and values). A finding is a guess whose
first eight bytes, or which itself where it is shorter, occur at any offset of any of these.

What it cannot see: a value under a slot number that was itself derived from a guess (calldata shows it), and
functions that `tests.sim.guesses` does not try.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.anvil import Anvil

PREFIX_BYTES = 8
"""Someone may store only the start of a digest; with a million guesses on a megabyte of chain, eight bytes
meet by chance once in ten million runs."""

MIN_BYTES = 6
"""Shorter guesses are found everywhere."""

_MOST_ZEROS = 4
"""A prefix with more zero bytes than this is padding; such a guess must occur whole."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One value that might have been written: how it is made, and its bytes."""

    label: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """A guess that is on the chain, and where."""

    label: str
    place: str


@dataclass(frozen=True)
class Chain:
    """Everything that was read.

    Attributes:
        places: (where, bytes), e.g. ("block 3 transaction 0 input", ...).
    """

    places: tuple[tuple[str, bytes], ...]

    @cached_property
    def _starts(self) -> frozenset[bytes]:
        """Every run of eight bytes."""
        return frozenset(
            data[i : i + PREFIX_BYTES] for _, data in self.places for i in range(len(data) - PREFIX_BYTES + 1)
        )

    def scan(self, guesses: Iterable[Guess]) -> list[Finding]:
        """The guesses that occur, with the first place of each."""
        return [
            Finding(guess.label, place)
            for guess in guesses
            if self._may_hold(guess.value) and (place := self._find(_searched(guess.value)))
        ]

    def _may_hold(self, value: bytes) -> bool:
        if len(value) < MIN_BYTES:
            return False
        return len(value) < PREFIX_BYTES or value[:PREFIX_BYTES] in self._starts

    def _find(self, value: bytes) -> str | None:
        return next((where for where, data in self.places if value in data), None)


def read_chain(chain: Anvil) -> Chain:
    """Read all blocks and the state."""
    newest = int(chain.rpc("eth_blockNumber"), 16)
    blocks = chain.rpc_batch([("eth_getBlockByNumber", [hex(n), True]) for n in range(newest + 1)])
    places = [place for block in blocks for place in _block(chain, block)]
    places += _state(json.loads(gzip.decompress(_bytes(chain.rpc("anvil_dumpState")))))
    return Chain(tuple((where, data) for where, data in places if data))


def _block(chain: Anvil, block: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    name = f"block {int(block['number'], 16)}"
    yield f"{name} extra data", _bytes(block["extraData"])
    for transaction in block["transactions"]:
        where = f"{name} transaction {int(transaction['transactionIndex'], 16)}"
        for part in ("input", "from", "to"):
            yield f"{where} {part}", _bytes(transaction[part])
        yield from _logs(where, chain.rpc("eth_getTransactionReceipt", transaction["hash"]))


def _logs(where: str, receipt: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    yield f"{where} contract", _bytes(receipt["contractAddress"])
    for log in receipt["logs"]:
        name = f"{where} log {int(log['logIndex'], 16)}"
        for number, topic in enumerate(log["topics"]):
            yield f"{name} topic {number}", _bytes(topic)
        yield f"{name} data", _bytes(log["data"])


def _state(state: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    for address, account in state["accounts"].items():
        yield f"account {address}", _bytes(address)
        yield f"code of {address}", _bytes(account.get("code"))
        for slot, value in account.get("storage", {}).items():
            yield f"slot of {address}", _word(slot)
            yield f"storage of {address} at {slot}", _word(value)


def _bytes(text: str | None) -> bytes:
    return bytes.fromhex((text or "").removeprefix("0x"))


def _word(text: str) -> bytes:
    return int(text, 16).to_bytes(32)


def _searched(value: bytes) -> bytes:
    prefix = value[:PREFIX_BYTES]
    return value if prefix.count(0) > _MOST_ZEROS else prefix

"""What a chain node means when it will not take a transaction.

Pure: an answer in, its meaning out. Nodes share no error codes (anvil says -32003 for three different
things), so the meaning is in the message. Sources: messages of anvil 1.7.1, geth's txpool, Besu's
TransactionInvalidReason.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from node.chain.rpc import Refused


class Reply(Enum):
    """The meaning of an answer to `eth_sendRawTransaction`."""

    TAKEN = auto()
    KNOWN = auto()
    """The node holds these very bytes already."""
    HOPELESS = auto()
    """No node will ever take them."""
    NO_FUNDS = auto()
    CHEAP = auto()
    """The fee is too low now, or another transaction of this nonce pays more."""
    LATER = auto()
    """The node holds as many of this account as it takes; the bytes are good."""
    NONCE_USED = auto()
    """A transaction of this nonce was mined; perhaps our own."""
    OTHER = auto()


_PHRASES = {
    Reply.KNOWN: ("already known", "already imported", "known transaction"),
    Reply.HOPELESS: ("intrinsic gas", "gas limit", "oversized", "exceeds block", "initcode"),
    Reply.NO_FUNDS: ("insufficient funds", "upfront cost", "not enough funds"),
    Reply.CHEAP: ("underpriced", "base fee", "gas price below", "gas price too low"),
    Reply.LATER: ("too distant", "txpool is full", "account limit exceeded"),
    Reply.NONCE_USED: (
        "nonce too low",
        "nonce is too low",
        "nonce below",
        "invalid transaction nonce",
    ),
}


def read_reply(answer: Any) -> Reply:
    """Read one answer of a batch."""
    if not isinstance(answer, Refused):
        return Reply.TAKEN
    text = answer.text.lower()
    found = (reply for reply, phrases in _PHRASES.items() if any(phrase in text for phrase in phrases))
    return next(found, Reply.OTHER)

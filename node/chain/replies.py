"""What a chain node means when it refuses a transaction, and what an operator does about it.

Pure: the message in, its meaning out. Nodes share no error codes (anvil says -32003 for three different
things), so the meaning is in the message. Sources: messages of anvil 1.7.1, geth's txpool, Besu's
TransactionInvalidReason.
"""

from __future__ import annotations

from enum import Enum, auto


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
    Reply.NO_FUNDS: (
        "insufficient funds",
        "upfront cost",
        "not enough funds",
        "exceeds account balance",
        "sender account balance",
    ),
    Reply.CHEAP: (
        "underpriced",
        "base fee",
        "basefee",
        "gas price below",
        "gas price too low",
        "gas price is below",
        "fee cap less than",
        "max fee per gas less than",
    ),
    Reply.LATER: ("too distant", "txpool is full", "account limit exceeded"),
    Reply.NONCE_USED: (
        "nonce too low",
        "nonce is too low",
        "nonce below",
        "invalid transaction nonce",
    ),
}

_FREE_GAS = (
    "make gas free on every chain node (base fee and minimum gas price 0; for trials: rireki chain dev)"
)

_HINTS = {
    Reply.HOPELESS: "Compare the chain's limits of gas and size with docs/operator.md, Containers.",
    Reply.NO_FUNDS: f"Fund the account, or {_FREE_GAS}, with fee_per_gas = 0 in the settings.",
    Reply.CHEAP: f"This chain asks a price for gas: {_FREE_GAS}, or set fee_per_gas and fund the account.",
    Reply.LATER: "Wait until the chain node has mined what it holds of this account.",
    Reply.NONCE_USED: "Another program uses this account: find it and stop it.",
}
_OTHER_HINT = "See the chain node's log."


def meaning_of(text: str) -> Reply:
    """What a refusal with this message means."""
    lower = text.lower()
    found = (reply for reply, phrases in _PHRASES.items() if any(phrase in lower for phrase in phrases))
    return next(found, Reply.OTHER)


def hint_for(reply: Reply) -> str:
    """What an operator does about it, one line."""
    return _HINTS.get(reply, _OTHER_HINT)

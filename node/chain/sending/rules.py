"""When the sender waits, repeats, pays more and stops watching. Values only."""

from __future__ import annotations

from dataclasses import dataclass

BATCH = 100
"""Intents per round; the chain's own speed is reached at about this many per request (measured on anvil)."""

BACKLOG = 20
"""From this many queued intents on they are sent unchecked: nobody waits for a single one's code."""

FINALITY_BLOCKS = 64
"""Depth at which a transaction is no longer watched; anvil's finalized tag. QBFT blocks are final at once: 0
will do."""

STUCK_AFTER_S = 60
"""A transaction that was sent and not mined for this long is offered for a higher fee; thirty QBFT blocks."""

RESEND_AFTER_S = 5
"""A sent transaction without a receipt goes out again after this long; about two QBFT round changes."""


@dataclass(frozen=True, slots=True)
class SendingRules:
    """How one account sends.

    Attributes:
        finality_blocks: depth at which transactions stop being watched.
        resend_after_s: seconds after which a transaction without a receipt goes out again.
        stuck_after_s: seconds after which more is offered for it.
        fee_per_gas: wei; 0 on a free-gas chain.
        fee_cap_per_gas: wei; most that is offered for a transaction that does not move; 0 = never more.
    """

    finality_blocks: int = FINALITY_BLOCKS
    resend_after_s: int = RESEND_AFTER_S
    stuck_after_s: int = STUCK_AFTER_S
    fee_per_gas: int = 0
    fee_cap_per_gas: int = 0

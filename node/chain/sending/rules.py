"""When the sender waits, repeats, pays more and stops watching. Values only."""

from __future__ import annotations

from dataclasses import dataclass

BATCH = 500
"""Intents per round. The chain's own speed is reached at about 100 per request (`rpc.BATCH_MAX`, measured on
anvil); more per round, so that the two database commits of a round do not count."""

IN_FLIGHT_MAX = 4_000
"""Transactions on their way at a time: two full 1 s blocks of a fast development chain, and a bound on what a
restart has to look at. A Besu node keeps 200 of one account unless `--tx-pool-max-future-by-sender` says
more; it refuses those beyond for now, and they go out again."""

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
        resend_after_s: seconds without any own transaction mined after which those sent go out again.
        in_flight_max: transactions on their way at a time.
        stuck_after_s: seconds after which more is offered for it.
        fee_per_gas: wei; 0 on a free-gas chain.
        fee_cap_per_gas: wei; most that is offered for a transaction that does not move; 0 = never more.
    """

    finality_blocks: int = FINALITY_BLOCKS
    resend_after_s: int = RESEND_AFTER_S
    in_flight_max: int = IN_FLIGHT_MAX
    stuck_after_s: int = STUCK_AFTER_S
    fee_per_gas: int = 0
    fee_cap_per_gas: int = 0

"""Nonces and fees of one account: which are missing, and what to pay when a transaction does not move.

Pure: numbers in, numbers out. Spec: EIP-1559; a node replaces a pooled transaction only for 10 % more on both
fees (geth's `--txpool.pricebump`; Besu's `--tx-pool-price-bump` is the same by default).
"""

from __future__ import annotations

from collections.abc import Collection

PRICE_BUMP_PERCENT = 125
"""Above the 110 % that nodes ask for, so that rounding never falls below it."""

GAS_SELF_SEND = 21_000
"""A plain transfer (EIP-2): fills a nonce that nothing holds."""


def missing_nonces(next_on_chain: int, held: Collection[int]) -> list[int]:
    """Nonces that nobody holds and that therefore block the ones above them.

    Args:
        next_on_chain: the account's transaction count in the latest block.
        held: nonces of own transactions at or above it.
    """
    return [nonce for nonce in range(next_on_chain, max(held, default=0)) if nonce not in held]


def raised_fee(paid: int, base_fee: int, cap: int) -> int | None:
    """The next fee to offer for a transaction that does not move.

    Args:
        paid: wei per gas offered so far.
        base_fee: of the latest block, wei per gas.
        cap: most that the operator allows, wei per gas; 0 on a free-gas chain.

    Returns:
        The new fee, or None when the old one is no reason to wait or the cap is reached.
    """
    wanted = max(paid * PRICE_BUMP_PERCENT // 100 + 1, 2 * base_fee)
    return wanted if paid < wanted <= cap else None

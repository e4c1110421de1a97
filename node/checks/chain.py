"""The chain of the settings, with the contract on it, and a clock that agrees with this machine's."""

from __future__ import annotations

import time

from eth_utils.address import is_address, to_checksum_address

from node.bootstrap import require_complete
from node.chain.abi import load_artifact
from node.chain.reader import Reader
from node.chain.rpc import Rpc
from node.chain.views import Views, pending_time
from node.checks.finding import Finding, failed, not_needed, not_performed, ok, warning
from node.config import Settings
from node.errors import InvalidInput, Unavailable

RPC_TIMEOUT_S = 5.0
"""Per request; a person waits for the whole list."""

CLOCK_TOLERANCE_S = 5
"""Below the 15 s that Besu lets a block lie ahead; NTP keeps hosts within one."""


def open_rpc(settings: Settings) -> Rpc:
    """The chain node, with less patience than the node itself has."""
    return Rpc(settings.rpc_url, timeout_s=RPC_TIMEOUT_S)


def open_views(settings: Settings) -> Views:
    """The contract's reading functions. Raises InvalidInput (`config.no_contract`, `chain.bad_address`)."""
    require_complete(settings)
    if not is_address(settings.contract_address):
        raise InvalidInput(
            "chain.bad_address", "contract_address is no address", hint="It is 0x and 40 hex digits."
        )
    return Views(open_rpc(settings), to_checksum_address(settings.contract_address), load_artifact())


def contract(settings: Settings) -> list[Finding]:
    """Whether this is the chain of the settings, and IdentityHistory answers at the address."""
    views = open_views(settings)
    views.require_chain(settings.chain_id)
    _, events = views.history()
    return [ok(f"chain {settings.chain_id}, contract {settings.contract_address}, {events} events")]


def witness(settings: Settings) -> list[Finding]:
    """Whether the second chain node, where one is set, is on the same chain."""
    if not settings.rpc_witness_url:
        return [not_needed("no second chain node is set (rpc_witness_url)")]
    found = Views(Rpc(settings.rpc_witness_url, timeout_s=RPC_TIMEOUT_S), "", load_artifact()).chain_id()
    if found != settings.chain_id:
        message = f"the second chain node is on chain {found}"
        return [failed("chain.wrong_chain", message, "Correct rpc_witness_url.")]
    return [ok("the second chain node is on the same chain")]


def clocks(settings: Settings) -> list[Finding]:
    """How far the chain's clock and this machine's are apart, and how old the newest block is."""
    rpc, now = open_rpc(settings), int(time.time())
    try:
        head, pending = Reader(rpc, "").head(), pending_time(rpc)
    except Unavailable as error:
        return [not_performed(error.code, error.message, error.hint)]
    return judge_clocks(
        now,
        head.time,
        pending,
        halted_after_s=settings.chain_halted_after_s,
        trial=settings.environment != "production",
    )


def judge_clocks(now: int, head: int, pending: int, *, halted_after_s: int, trial: bool) -> list[Finding]:
    """Pure.

    Args:
        now: this machine's clock, seconds since 1970.
        head: time of the newest block.
        pending: time that the next block would carry.
        halted_after_s: age of the newest block from which on the chain counts as halted; 0 = never.
        trial: whether the node takes the chain's time, so that a difference does no harm.
    """
    told = (
        f"newest block {now - head} s old; the next would be {pending - now:+d} s from this machine's clock"
    )
    if halted_after_s and now - head > halted_after_s:
        return [failed("chain.halted", told, "See the chain's validators, or this machine's clock.")]
    ahead = max(head, pending) - now
    if abs(pending - now) <= CLOCK_TOLERANCE_S and ahead <= CLOCK_TOLERANCE_S:
        return [ok(told)]
    if trial:
        return [
            warning("clock.differs", told, "This environment takes the chain's time; production would not.")
        ]
    hint = "Let both machines keep time by NTP (timedatectl); consents and deadlines are judged by it."
    return (
        [failed("clock.differs", told, hint)]
        if ahead > CLOCK_TOLERANCE_S
        else [warning("clock.differs", told, hint)]
    )

"""Whether the regulator's view is whole: one comparison at any time, a visit of everything on demand.

The comparison proves that the index is the contract's history, however long it is. That every decision has
its opening, and every opening gives the commitment on chain, only a visit of all of them shows. What a visit
found is kept, to be shown with its time; it spares the next visit nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from node.domain.audit import Completeness, HistoryPosition, completeness
from node.domain.canonical import canonical_bytes, parse_object
from node.domain.decision import DecisionOpening, parse_opening
from node.domain.delays import count_spans
from node.domain.ids import AttestationId
from node.usecases.receive_opening import OPENING_FILE
from node.usecases.reuse_ports import Exchange, LedgerReader, ReuseUnit

PAGE: Final = 1_000
"""Rows per query while walking over many."""

CHECKS: Final = "completeness-checks"
"""Vault id under which results are kept, one file each; nothing in them is personal."""

SUFFIX_BYTES: Final = 8
"""Two visits may end at the same moment, and then count the same number before them."""

KEPT_IDS: Final = 20
"""Of each list a kept result holds so many, and the count of all: a page that shows it stays short."""


@dataclass(frozen=True)
class CompareHead:
    """Whether the index is the contract's history."""

    exchange: Exchange

    def __call__(self) -> dict[str, Any]:
        """Compare now. Raises Unavailable when the chain is away."""
        local, chain = _positions(self.exchange)
        return _compared(local, chain)


@dataclass(frozen=True)
class CheckCompleteness:
    """Whether the index is the contract's history, and every decision has its opening."""

    exchange: Exchange

    def __call__(self, *, by: str) -> dict[str, Any]:
        """Visit everything now, and keep what was found: takes the longer, the longer the history is.

        Args:
            by: holder of the auditor's key.

        Raises:
            Unavailable: the chain is away.
            Corrupt: an opening cannot be read back.
        """
        exchange = self.exchange
        local, chain = _positions(exchange)
        with exchange.snapshot() as unit:
            decided = {AttestationId(one): commitment for one, commitment in _decisions(unit.ledger)}
            openings = [_opening(unit, one.attestation_id) for one in unit.openings.find()]
            delays = [
                one.revoked_at - one.decided_at
                for one in unit.ledger.withdrawals()
                if one.decided_at is not None
            ]
        found = completeness(local=local, chain=chain, decided=decided, openings=openings)
        result = {
            **_compared(local, chain),
            "checked_at": exchange.clock.now(),
            "checked_by": by,
            "complete": found.is_complete,
            "decided": found.decided,
            **_lists(found),
            "refusals": dict(Counter(code for one in openings for code in one.decision.codes)),
            "revocation_delays": count_spans(delays),
        }
        self._keep(result)
        return result

    def _keep(self, result: dict[str, Any]) -> None:
        lists = {name: ids for name, ids in result.items() if isinstance(ids, list)}
        kept = {
            **result,
            **{name: ids[:KEPT_IDS] for name, ids in lists.items()},
            "counts": {name: len(ids) for name, ids in lists.items()},
        }
        suffix = self.exchange.randomness(SUFFIX_BYTES).hex()
        with self.exchange.transaction() as unit:
            before = len(unit.vault.names(CHECKS))  # of two in the same second the later one is the last
            name = f"{result['checked_at']:012d}-{before:06d}-{suffix}.json"
            unit.vault.put(CHECKS, name, canonical_bytes(kept))


@dataclass(frozen=True)
class LastCheck:
    """What the latest visit found."""

    exchange: Exchange

    def __call__(self) -> dict[str, Any] | None:
        """The result with `counts` of its lists, each cut to `KEPT_IDS`; None before the first visit."""
        with self.exchange.snapshot() as unit:
            names = unit.vault.names(CHECKS)
            return parse_object(unit.vault.get(CHECKS, names[-1]), code="check.malformed") if names else None


def _positions(exchange: Exchange) -> tuple[HistoryPosition, HistoryPosition]:
    """The index's, brought up to date, and the contract's."""
    status = exchange.history.sync()
    return HistoryPosition(status.head, status.events), HistoryPosition(*exchange.history.head())


def _compared(local: HistoryPosition, chain: HistoryPosition) -> dict[str, Any]:
    return {
        "head_matches": local == chain,
        "head": _hex(chain.head),
        "events_indexed": local.count,
        "events_on_chain": chain.count,
    }


def _lists(found: Completeness) -> dict[str, list[str]]:
    return {
        "decided_without_opening": [_hex(one) for one in found.unopened],
        "false_openings": [_hex(one) for one in found.false_openings],
        "openings_without_decision": [_hex(one) for one in found.unexpected],
    }


def _opening(unit: ReuseUnit, attestation_id: str) -> DecisionOpening:
    stored = unit.vault.get(attestation_id, OPENING_FILE)
    return parse_opening(parse_object(stored, code="decision.malformed"))


def _decisions(ledger: LedgerReader) -> Iterator[tuple[bytes, bytes]]:
    """(attestation id, commitment) of every decision."""
    after = b""
    while page := ledger.decisions(after=after, limit=PAGE):
        yield from page
        after = page[-1][0]


def _hex(identifier: bytes) -> str:
    return "0x" + identifier.hex()

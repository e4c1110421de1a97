"""Bring a decision that is on its way to the chain to its end.

What the index shows is what counts: an accepted reuse becomes this member's own record only when the
decision is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from node.domain.canonical import canonical_bytes
from node.domain.ids import AttestationId, MemberId, RecordId
from node.domain.ledger import AttestationEntry, Intent
from node.domain.record import VerificationRecord
from node.domain.register import RECORD_FILE, RecordEntry, RecordState
from node.domain.reuse import Reuse, ReuseState
from node.domain.reused_record import reused_record
from node.domain.transfer import parse_transfer
from node.errors import Unavailable
from node.usecases.open_reviews import open_review
from node.usecases.receive_transfer import TRANSFER_FILE
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import this_member


@dataclass(frozen=True)
class SettleDecision:
    """Finish one deciding reuse, if the chain has answered."""

    exchange: Exchange

    def __call__(self, reuse: Reuse) -> Reuse:
        """The reuse: accepted, refused, ended, or deciding still."""
        if reuse.state != ReuseState.DECIDING:
            return reuse
        intent = self._intent(reuse)
        if intent is not None and not intent.is_settled:
            self.exchange.history.flush()
            intent = self._intent(reuse)
        if intent is None or not intent.is_settled:
            return reuse
        if not intent.is_recorded:
            return self._end(reuse, intent)
        entry = self._seen(reuse)
        return reuse if entry is None or entry.decided_at is None else self._finish(reuse, intent, entry)

    def _intent(self, reuse: Reuse) -> Intent | None:
        with self.exchange.snapshot() as unit:
            return self.exchange.history.intent(unit, reuse.intent_id or "")

    def _seen(self, reuse: Reuse) -> AttestationEntry | None:
        """As the index shows it; read on only when the decision is not there yet."""
        entry = self._indexed(reuse)
        if entry is not None and entry.decided_at is not None:
            return entry
        try:
            self.exchange.history.sync()
        except Unavailable:
            return None
        return self._indexed(reuse)

    def _indexed(self, reuse: Reuse) -> AttestationEntry | None:
        with self.exchange.snapshot() as unit:
            return unit.ledger.attestation(bytes.fromhex(reuse.attestation_id or ""))

    def _end(self, reuse: Reuse, intent: Intent) -> Reuse:
        codes = dict.fromkeys((*reuse.codes, intent.code or "decision_not_recorded"))
        moved = reuse.ended(*codes)
        with self.exchange.transaction() as unit:
            unit.reuses.replace(moved, was=reuse)
            for delivery in unit.deliveries.find(reuse_id=reuse.reuse_id):
                unit.deliveries.replace(delivery.cancelled(), was=delivery)
        return moved

    def _finish(self, reuse: Reuse, intent: Intent, entry: AttestationEntry) -> Reuse:
        accepted = not reuse.codes
        moved = reuse.decided(
            accepted=accepted,
            tx="0x" + (intent.tx_hash or b"").hex(),
            at=entry.decided_at or 0,
            record_id=reuse.reuse_id if accepted else None,
        )
        with self.exchange.transaction() as unit:
            unit.reuses.replace(moved, was=reuse)
            if accepted:
                self._keep_record(unit, reuse)
            if entry.revoked_at is not None and entry.reason is not None:
                open_review(self.exchange, unit, moved, entry.reason, entry.revoked_at)
        return moved

    def _keep_record(self, unit: ReuseUnit, reuse: Reuse) -> None:
        """This member's own record, under the reuse's id: one data key for everything about the customer."""
        record = reused_record(
            parse_transfer(unit.vault.get(reuse.reuse_id, TRANSFER_FILE)).presentation,
            record_id=RecordId(reuse.reuse_id),
            recipient=MemberId(this_member(self.exchange, unit).member_id),
            issuer=MemberId(reuse.issuer_id),
            attestation_id=AttestationId(bytes.fromhex(reuse.attestation_id or "")),
        )
        stored = canonical_bytes(record.to_json())
        unit.vault.put(record.record_id, RECORD_FILE, stored)
        unit.records.add(_entry(record, stored, reuse, now=self.exchange.clock.now()))


def _entry(record: VerificationRecord, stored: bytes, reuse: Reuse, *, now: int) -> RecordEntry:
    return RecordEntry(
        record_id=record.record_id,
        case_id=reuse.reuse_id,
        method=record.method,
        verified_at=record.verified_at,
        digest=sha256(stored).hexdigest(),
        state=RecordState.NOT_RELEASABLE.value,
        created_at=now,
    )

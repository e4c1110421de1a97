"""A record ends: its member revokes it with everything released, or its customer stops future sharing."""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.attestation import ReleaseState
from node.domain.binding import Binding
from node.domain.events import ReasonClass
from node.domain.register import RecordEntry
from node.ports import Clock
from node.usecases.transaction import IssuerHistory, Transactions


@dataclass(frozen=True)
class RevokeRecord:
    """Revoke every attestation of a record on chain and release nothing more of it."""

    transaction: Transactions
    clock: Clock
    history: IssuerHistory

    def __call__(self, record_id: str, reason: ReasonClass) -> tuple[RecordEntry, tuple[str, ...]]:
        """Revoke; repeating it revokes what was released since.

        One intent per attestation: one that the chain never took must not hold up the others. An attestation
        still in the outbox is revoked too; the outbox keeps the order.

        Returns:
            The entry, and the ids (hex) of the attestations whose revocation is queued.

        Raises:
            InvalidInput: "record.unknown".
        """
        with self.transaction() as unit:
            entry = unit.records.get(record_id)
            ended = entry.revoked(reason=reason.name.lower(), now=self.clock.now())
            if ended != entry:
                unit.records.replace(ended, was=entry)
            released = [
                one
                for one in unit.attestations.find(record_id=record_id)
                if one.is_live or one.state == ReleaseState.QUEUED
            ]
            for one in released:
                unit.attestations.replace(one.revoked(), was=one)
                attestation_id = bytes.fromhex(one.attestation_id)
                self.history.revoke(unit, f"revoke:{one.attestation_id}", [attestation_id], reason)
        return ended, tuple(one.attestation_id for one in released)


@dataclass(frozen=True)
class WithdrawConsent:
    """The customer stops future sharing of the record; what was shared before stays as it was."""

    transaction: Transactions
    clock: Clock

    def __call__(self, binding: Binding) -> RecordEntry:
        """Withdraw; repeating it changes nothing."""
        with self.transaction() as unit:
            entry = unit.records.get(binding.record_id)
            ended = entry.withdrawn(now=self.clock.now())
            if ended != entry:
                unit.records.replace(ended, was=entry)
        return ended

"""A record's retention has ended: destroy what is known of the customer, keep that it was so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from node.domain.days import jst_date
from node.domain.register import RecordEntry
from node.domain.retention import require_over
from node.ports import Clock
from node.usecases.transaction import Transactions


@dataclass(frozen=True)
class EraseRecord:
    """Destroy the data keys of a record and of the case or reuse it came from, and the customer's passkey.

    Copies of the evidence become unreadable with the keys, except by a backup of the database, which holds
    the wrapped keys. Register entry, leaves and what is on chain stay: commitments whose secrets are gone.
    """

    transaction: Transactions
    clock: Clock

    def __call__(self, record_id: str, *, contract_ended_on: date) -> RecordEntry:
        """Erase; repeating it changes nothing.

        Raises:
            InvalidInput: "record.unknown", "retention.not_ended", "retention.running".
        """
        now = self.clock.now()
        require_over(contract_ended_on, today=jst_date(now))
        with self.transaction() as unit:
            entry = unit.records.get(record_id)
            erased = entry.erased(now=now)
            if erased != entry:
                unit.vault.erase(entry.record_id)
                unit.vault.erase(entry.case_id)
                unit.forget_passkeys(record_id)
                unit.records.replace(erased, was=entry)
        return erased

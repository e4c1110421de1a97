"""Write down a positive verification: the record into the vault, its entry into the register.

The record's id is its case's id, so that record and evidence share one data key and are erased together, and
writing again after a crash writes the same thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from node.domain.canonical import canonical_bytes
from node.domain.case import Case
from node.domain.ids import MemberId, RecordId
from node.domain.record import VerificationFacts, build_record
from node.domain.register import PORTRAIT_FILE, RECORD_FILE, SELFIE_FILE, RecordEntry, RecordState
from node.ports import Clock, Vault
from node.usecases.transaction import VerificationUnit


@dataclass(frozen=True)
class RecordVerification:
    """Write one verification record.

    Attributes:
        vault: where contents lie.
        clock: the node's now.
        member_id: this member's id on chain; raises Unavailable while there is none.
    """

    vault: Vault
    clock: Clock
    member_id: Callable[[], MemberId]

    def store(self, case_id: str, facts: VerificationFacts, *, selfie: bytes | None) -> RecordEntry:
        """Put the record and its attachments into the vault; outside any transaction.

        Returns:
            The entry to be added in the transaction that decides the case.
        """
        record = build_record(facts, record_id=RecordId(case_id), issuer=self.member_id())
        body = canonical_bytes(record.to_json())
        self.vault.put(case_id, RECORD_FILE, body)
        for name, attachment in ((SELFIE_FILE, selfie), (PORTRAIT_FILE, facts.portrait)):
            if attachment is not None:
                self.vault.put(case_id, name, attachment)
        return RecordEntry(
            record_id=case_id,
            case_id=case_id,
            method=facts.method,
            verified_at=facts.verified_at,
            digest=sha256(body).hexdigest(),
            state=RecordState.UNBOUND.value,
            created_at=self.clock.now(),
        )

    def enter(self, unit: VerificationUnit, entry: RecordEntry, *, case: Case, decided: Case) -> Case:
        """Add the entry and close the case, both in the caller's transaction."""
        unit.records.add(entry)
        recorded = decided.recorded(entry.record_id)
        unit.cases.replace(recorded, was=case)
        return recorded

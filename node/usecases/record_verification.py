"""Write down a positive verification: the record into the vault, its entry into the register.

The record's id is its case's id, so that record and evidence share one data key and are erased together.
"""

from __future__ import annotations

from hashlib import sha256

from node.domain.canonical import canonical_bytes
from node.domain.case import Case
from node.domain.ids import MemberId, RecordId
from node.domain.record import VerificationFacts, build_record
from node.domain.register import PORTRAIT_FILE, RECORD_FILE, SELFIE_FILE, RecordEntry, RecordState
from node.usecases.transaction import VerificationUnit


def record_verification(
    unit: VerificationUnit,
    decided: Case,
    facts: VerificationFacts,
    *,
    issuer: MemberId,
    selfie: bytes | None,
    now: int,
) -> Case:
    """Write record and attachments, all in the caller's transaction.

    Args:
        unit: the open transaction.
        decided: the case, verified but not yet stored.
        facts: what the engine found, with the reviewer's part if there is one.
        issuer: this member's id on chain.
        selfie: PNG of the best live frame; None if there is none or it is stored already.
        now: seconds since 1970.

    Returns:
        The case with its record, to be stored by the caller.
    """
    record_id = decided.case_id
    record = build_record(facts, record_id=RecordId(record_id), issuer=issuer)
    body = canonical_bytes(record.to_json())
    unit.vault.put(record_id, RECORD_FILE, body)
    for name, attachment in ((SELFIE_FILE, selfie), (PORTRAIT_FILE, facts.portrait)):
        if attachment is not None:
            unit.vault.put(record_id, name, attachment)
    unit.records.add(
        RecordEntry(
            record_id=record_id,
            case_id=decided.case_id,
            method=facts.method,
            verified_at=facts.verified_at,
            digest=sha256(body).hexdigest(),
            state=RecordState.UNBOUND.value,
            created_at=now,
        )
    )
    return decided.recorded(record_id)

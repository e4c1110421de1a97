"""A reviewer decides what the engine left open.

The reviewer's approval stands beside the record in the vault (who, when, why) and in the record as the
outcome of the checks that only a person performs. It can only settle checks that a person can see; a case
without the attributes of record cannot be approved.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from node.domain.canonical import canonical_bytes
from node.domain.case import Case
from node.domain.evidence import facts_from_bytes
from node.domain.record import CheckFact, VerificationFacts
from node.domain.register import RecordEntry
from node.ports import Clock, Vault
from node.usecases.case_files import FACTS_FILE, REVIEW_FILE
from node.usecases.record_verification import RecordVerification
from node.usecases.transaction import Transactions

REVIEWED = CheckFact(check="document.review", outcome="passed")
"""What an approval adds to the record's checks; the engine's own outcomes stay as they were."""


@dataclass(frozen=True)
class ReviewCaseDecision:
    """Approve or reject a case in review."""

    transaction: Transactions
    vault: Vault
    clock: Clock
    record: RecordVerification

    def __call__(self, case_id: str, *, approve: bool, by: str, note: str) -> Case:
        """Decide.

        Args:
            case_id: a case in state "review".
            approve: whether the customer counts as verified.
            by: holder of the reviewer's API key.
            note: why; kept in the vault only.

        Raises:
            InvalidInput: "case.unknown", "case.wrong_state".
        """
        now = self.clock.now()
        with self.transaction() as unit:
            _ = unit.cases.get(case_id).reviewed(approved=approve, by=by, now=now)
        review = {"decision": "approved" if approve else "rejected", "by": by, "at": now, "note": note}
        self.vault.put(case_id, REVIEW_FILE, canonical_bytes(review))
        entry = self._store(case_id) if approve else None
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            decided = case.reviewed(approved=approve, by=by, now=now)
            if entry is not None:
                shown = replace(decided, checks=[*decided.checks, asdict(REVIEWED)])
                return self.record.enter(unit, entry, case=case, decided=shown)
            unit.cases.replace(decided, was=case)
            return decided

    def _store(self, case_id: str) -> RecordEntry:
        facts: VerificationFacts = facts_from_bytes(self.vault.get(case_id, FACTS_FILE))
        approved = replace(facts, checks=(*facts.checks, REVIEWED))
        return self.record.store(case_id, approved, selfie=None)

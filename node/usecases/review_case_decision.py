"""A reviewer decides what the engine left open.

The reviewer's approval stands beside the record in the vault (who, when, why) and in the record as the
outcome of the checks that only a person performs. It can only settle checks that a person can see; a case
without the attributes of record cannot be approved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from node.domain import days, methods
from node.domain.canonical import canonical_bytes
from node.domain.case import Case
from node.domain.evidence import facts_from_bytes
from node.domain.ids import MemberId
from node.domain.record import CheckFact
from node.errors import InvalidInput
from node.ports import Clock
from node.usecases.case_files import REVIEW_FILE
from node.usecases.record_verification import record_verification
from node.usecases.transaction import Transactions, VerificationUnit

REVIEWED = CheckFact(check="document.review", outcome="passed")
"""What an approval adds to the record's checks; the engine's own outcomes stay as they were."""


@dataclass(frozen=True)
class ReviewCaseDecision:
    """Approve or reject a case in review."""

    transaction: Transactions
    clock: Clock
    member_id: Callable[[], MemberId]

    def __call__(self, case_id: str, *, approve: bool, by: str, note: str) -> Case:
        """Decide.

        Args:
            case_id: a case in state "review".
            approve: whether the customer counts as verified.
            by: holder of the reviewer's API key.
            note: why; kept in the vault only.

        Raises:
            InvalidInput: "case.unknown", "case.wrong_state", "case.no_facts", "method_not_allowed" (it has
                ended: the identity is verified by the approval, not before).
        """
        now, issuer = self.clock.now(), self.member_id()
        review = {"decision": "approved" if approve else "rejected", "by": by, "at": now, "note": note}
        with self.transaction() as unit:
            case = unit.cases.get(case_id)
            if approve:
                methods.require_in_force(case.method, days.jst_date(now))
            decided = case.reviewed(approved=approve, by=by, now=now)
            unit.vault.put(case_id, REVIEW_FILE, canonical_bytes(review))
            if approve:
                decided = self._record(unit, decided, issuer, now)
            unit.cases.replace(decided, was=case)
        return decided

    def _record(self, unit: VerificationUnit, decided: Case, issuer: MemberId, now: int) -> Case:
        if decided.facts_file is None:
            raise InvalidInput(
                "case.no_facts",
                "the attributes of record were not read, so there is nothing to approve",
                hint="reject the case and verify again",
            )
        facts = facts_from_bytes(unit.vault.get(decided.case_id, decided.facts_file))
        approved = replace(facts, checks=(*facts.checks, REVIEWED))
        shown = replace(decided, checks=[*decided.checks, asdict(REVIEWED)])
        return record_verification(unit, shown, approved, issuer=issuer, selfie=None, now=now)

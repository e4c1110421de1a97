"""What nobody needs any more goes by itself: spent tokens, evidence of cases that led to nothing.

Source: 個人情報保護法 art. 22. Records that led to a contract are kept: `erase_record`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from node.domain.case import Case, CaseState
from node.domain.days import DAY_S
from node.ports import Clock
from node.usecases.transaction import Transactions

TOKENS_KEPT_S: Final = DAY_S
"""For a day a customer who comes late still learns that the link has expired, not that it never was."""

CASE_EVIDENCE_DAYS: Final = 30
"""Long enough for a customer to come back, or to ask why they were refused. Our choice; a setting."""

CASES_AT_ONCE: Final = 100
"""Per transaction; erasing deletes files."""

_ENDED_IN_NOTHING: Final = (CaseState.OPEN, CaseState.REJECTED)


@dataclass(frozen=True)
class ForgetExpired:
    """One turn of forgetting.

    Attributes:
        case_evidence_days: how long evidence of a case without a record is kept, from the case's opening.
    """

    transaction: Transactions
    clock: Clock
    case_evidence_days: int

    def __call__(self) -> int:
        """Forget what is due; gives how many cases lost their evidence."""
        now = self.clock.now()
        with self.transaction() as unit:
            unit.forget_expired(before=now - TOKENS_KEPT_S)
        with self.transaction() as unit:
            due = [
                case
                for state in _ENDED_IN_NOTHING
                for case in unit.cases.find(state=state.value, erased_at=None)
            ]
            due = [case for case in due if self._is_over(case, now)][:CASES_AT_ONCE]
            for case in due:
                unit.vault.erase(case.case_id)
                unit.cases.replace(case.erased(now=now), was=case)
        with self.transaction() as unit:
            unit.vault.sweep()
        return len(due)

    def _is_over(self, case: Case, now: int) -> bool:
        return now - case.created_at > self.case_evidence_days * DAY_S

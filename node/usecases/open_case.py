"""A member's staff opens a verification case for one customer, and renews its liveness challenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from joserfc.jwk import ECKey

from node.domain import days, methods
from node.domain.case import Case, CaseState
from node.domain.challenge import sign_challenge
from node.domain.pins import CASE_SECRET_BYTES
from node.errors import InvalidInput
from node.ports import Clock, Randomness, VerificationEngine
from node.usecases.case_files import SALT_FILE, TYPED_FILE
from node.usecases.change_case import change_case
from node.usecases.transaction import Transactions

OFFERED = (methods.CHIP_FACE, methods.IMAGE_FACE, methods.JPKI_SIGN)
"""The methods that this node's engine performs."""

NEED_APPROVAL = (methods.JPKI_SIGN,)
"""Methods that only an operator with an approval of its own may perform: signature verifiers, 公的個人認証法
art. 17."""

CASE_ID_BYTES = 16


@dataclass(frozen=True)
class OpenCase:
    """Open a case.

    Attributes:
        record_key: this member's; signs the challenge.
        approved: whether the operator stated that it holds the approval that some methods need.
    """

    transaction: Transactions
    engine: VerificationEngine
    clock: Clock
    randomness: Randomness
    record_key: ECKey
    approved: bool = False

    def __call__(self, method: str, *, opened_by: str, typed_birth_date: date | None) -> Case:
        """Open a case and draw its first challenge.

        Args:
            method: stable method id.
            opened_by: holder of the API key.
            typed_birth_date: what the customer typed, if asked; kept in the vault.

        Raises:
            InvalidInput: "method.unknown", "method.not_offered", "method.needs_approval",
                "method_not_allowed" (no clause in force today).
        """
        now = self.clock.now()
        _require_allowed(method, on=days.jst_date(now))
        if method in NEED_APPROVAL and not self.approved:
            raise InvalidInput(
                "method.needs_approval",
                f"{method} is for approved signature verifiers only",
                hint="set jpki_approved once this member holds the approval; until then use jp.chip+face",
            )
        case_id = self.randomness(CASE_ID_BYTES).hex()
        asked = self.engine.new_challenge(now)
        case = Case(
            case_id=case_id,
            method=method,
            state=CaseState.OPEN.value,
            challenge=sign_challenge(asked, subject=case_id, now=now, key=self.record_key),
            challenged_at=now,
            opened_by=opened_by,
            created_at=now,
        )
        with self.transaction() as unit:
            unit.cases.add(case)
            unit.vault.put(case.case_id, SALT_FILE, self.randomness(CASE_SECRET_BYTES))
            if typed_birth_date is not None:
                unit.vault.put(case.case_id, TYPED_FILE, typed_birth_date.isoformat().encode())
        return case


@dataclass(frozen=True)
class RenewChallenge:
    """Draw a new liveness challenge for an open case; a clip that answered the old one no longer counts.

    Attributes:
        record_key: this member's; signs the challenge.
    """

    transaction: Transactions
    engine: VerificationEngine
    clock: Clock
    record_key: ECKey

    def __call__(self, case_id: str) -> Case:
        """Return the case with its new challenge ("case.unknown", "case.wrong_state")."""
        now = self.clock.now()
        asked = self.engine.new_challenge(now)
        challenge = sign_challenge(asked, subject=case_id, now=now, key=self.record_key)
        return change_case(self.transaction, case_id, lambda case: case.challenged(challenge, now=now))


def _require_allowed(method: str, *, on: date) -> None:
    methods.require_in_force(method, on)
    if method not in OFFERED:
        raise InvalidInput(
            "method.not_offered", f"this node does not perform {method}", hint=f"one of {', '.join(OFFERED)}"
        )

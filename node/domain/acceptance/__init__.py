"""Whether a recipient may rely on a released verification: every check, in order, each with its code.

Stops judging at the first failure: what follows is recorded as not performed. A check that did not run never
passes; whether its absence blocks the acceptance is the policy's explicit choice. Decides nothing about the
customer's
business: the recipient may always refuse.

Spec: the recipient's checks of the protocol; their order is part of it, since later checks lean on earlier
ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from node.domain.acceptance import chain_checks, credential_checks, policy_checks
from node.domain.acceptance.facts import (
    AcceptanceFacts,
    ChainFacts,
    CustomerFacts,
    IssuerFacts,
    KeyInterval,
)
from node.domain.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ALL_CHECKS",
    "NOT_PERFORMED_CODE",
    "OPTIONAL_CHECKS",
    "Acceptance",
    "AcceptanceFacts",
    "AcceptancePolicy",
    "ChainFacts",
    "CheckCode",
    "CheckOutcome",
    "CustomerFacts",
    "IssuerFacts",
    "KeyInterval",
    "Verdict",
    "judge",
]

NOT_PERFORMED_CODE = "check_not_performed"
"""Reason of an acceptance that is incomplete."""


class CheckCode(StrEnum):
    """Names of the checks: each is the code of its failure. In the order in which they are made."""

    MEMBER_UNKNOWN = "member_unknown"
    MEMBER_SUSPENDED = "member_suspended"
    KEY_NOT_VALID_AT_SIGNING = "key_not_valid_at_signing"
    SIGNATURE_INVALID = "signature_invalid"
    WRONG_AUDIENCE = "wrong_audience"
    REQUEST_EXPIRED = "request_expired"
    CONSENT_SIGNATURE_INVALID = "consent_signature_invalid"
    CONSENT_MISMATCH = "consent_mismatch"
    CONSENT_EXPIRED = "consent_expired"
    ATTESTATION_NOT_FOUND = "attestation_not_found"
    ATTESTATION_NOT_PENDING = "attestation_not_pending"
    ID_MISMATCH = "id_mismatch"
    ANCHOR_MISSING = "anchor_missing"
    ANCHOR_TOO_LATE = "anchor_too_late"
    REVOKED = "revoked"
    CHAIN_STALE = "chain_stale"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_OLD = "too_old"
    DOCUMENT_EXPIRED = "document_expired"
    CHAINED_RELIANCE = "chained_reliance"
    LEGAL_BASIS_NOT_ENABLED = "legal_basis_not_enabled"
    HIGH_RISK_REVERIFY = "high_risk_reverify"
    ATTRIBUTE_MISMATCH = "attribute_mismatch"
    PERSON_NOT_REBOUND = "person_not_rebound"
    SCREENING_HIT = "screening_hit"
    REAUDIT_DRAWN = "reaudit_drawn"


ALL_CHECKS = frozenset(CheckCode)

OPTIONAL_CHECKS = frozenset({CheckCode.ATTRIBUTE_MISMATCH, CheckCode.SCREENING_HIT, CheckCode.REAUDIT_DRAWN})
"""What a policy may leave to the recipient's other systems. Everything else is always required."""


@dataclass(frozen=True, slots=True)
class AcceptancePolicy:
    """A recipient's own rules.

    Attributes:
        stale_after_s: seconds for which a confirmed view of the chain is good.
        required_checks: checks without which nothing is accepted. Leaving out one of `OPTIONAL_CHECKS` means:
            when it cannot run here, accept anyway and record it as not performed. A failure refuses in either
            case.
    """

    stale_after_s: int
    required_checks: frozenset[CheckCode] = ALL_CHECKS

    def __post_init__(self) -> None:
        if not self.required_checks >= ALL_CHECKS - OPTIONAL_CHECKS:
            raise ValueError("only checks that other systems can make may be optional")


class Verdict(StrEnum):
    """What the checks come to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    """No check failed, but a required one was not performed or gave no answer: nothing may be decided yet."""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One check and what came of it."""

    check: CheckCode
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The recipient's conclusion.

    Attributes:
        checks: all of them, in order.
        verdict: see Verdict.
        code: of the first failure; "check_not_performed" when incomplete; None when accepted.
        missing: required checks without an answer; empty unless incomplete.
    """

    checks: tuple[CheckOutcome, ...]
    verdict: Verdict
    code: str | None
    missing: tuple[CheckCode, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the recipient may rely on it."""
        return self.verdict is Verdict.ACCEPTED


def judge(facts: AcceptanceFacts, policy: AcceptancePolicy) -> Acceptance:
    """Make every check in order.

    May be called early, with the customer facts still not performed: INCOMPLETE then says that everything
    cryptographic holds and which checks are still missing.

    Raises:
        InvalidInput: the credential cannot be parsed ("credential.malformed").
    """
    checks: list[CheckOutcome] = []
    failed: CheckCode | None = None
    for code, check in _ordered(policy).items():
        outcome = check(facts) if failed is None else Outcome.NOT_PERFORMED
        failed = code if outcome is Outcome.FAILED else failed
        checks.append(CheckOutcome(code, outcome))
    return _conclude(tuple(checks), failed, policy)


def _conclude(
    checks: tuple[CheckOutcome, ...], failed: CheckCode | None, policy: AcceptancePolicy
) -> Acceptance:
    if failed is not None:
        return Acceptance(checks, Verdict.REFUSED, failed.value)
    missing = tuple(c.check for c in checks if _is_missing(c, policy))
    if missing:
        return Acceptance(checks, Verdict.INCOMPLETE, NOT_PERFORMED_CODE, missing)
    return Acceptance(checks, Verdict.ACCEPTED, None)


def _is_missing(check: CheckOutcome, policy: AcceptancePolicy) -> bool:
    # An undecided check did run, so its lack of an answer blocks even where its absence would not.
    absent = check.outcome is Outcome.NOT_PERFORMED and check.check in policy.required_checks
    return absent or check.outcome is Outcome.UNDECIDED


def _ordered(policy: AcceptancePolicy) -> dict[CheckCode, Callable[[AcceptanceFacts], Outcome]]:
    return {
        CheckCode.MEMBER_UNKNOWN: credential_checks.member_known,
        CheckCode.MEMBER_SUSPENDED: credential_checks.member_active,
        CheckCode.KEY_NOT_VALID_AT_SIGNING: credential_checks.key_valid_at_signing,
        CheckCode.SIGNATURE_INVALID: credential_checks.signature_valid,
        CheckCode.WRONG_AUDIENCE: credential_checks.audience_right,
        CheckCode.REQUEST_EXPIRED: credential_checks.request_in_time,
        CheckCode.CONSENT_SIGNATURE_INVALID: credential_checks.consent_signed,
        CheckCode.CONSENT_MISMATCH: credential_checks.consent_matches,
        CheckCode.CONSENT_EXPIRED: credential_checks.consent_in_time,
        CheckCode.ATTESTATION_NOT_FOUND: chain_checks.attestation_found,
        CheckCode.ATTESTATION_NOT_PENDING: chain_checks.attestation_pending,
        CheckCode.ID_MISMATCH: chain_checks.id_matches,
        CheckCode.ANCHOR_MISSING: chain_checks.anchored,
        CheckCode.ANCHOR_TOO_LATE: chain_checks.anchored_in_time,
        CheckCode.REVOKED: chain_checks.not_revoked,
        CheckCode.CHAIN_STALE: partial(chain_checks.chain_fresh, stale_after_s=policy.stale_after_s),
        CheckCode.METHOD_NOT_ALLOWED: policy_checks.method_allowed,
        CheckCode.TOO_OLD: policy_checks.young_enough,
        CheckCode.DOCUMENT_EXPIRED: policy_checks.document_current,
        CheckCode.CHAINED_RELIANCE: policy_checks.first_hand,
        CheckCode.LEGAL_BASIS_NOT_ENABLED: policy_checks.basis_enabled,
        CheckCode.HIGH_RISK_REVERIFY: policy_checks.not_high_risk,
        CheckCode.ATTRIBUTE_MISMATCH: policy_checks.attributes_match,
        CheckCode.PERSON_NOT_REBOUND: policy_checks.person_rebound,
        CheckCode.SCREENING_HIT: policy_checks.screening_clear,
        CheckCode.REAUDIT_DRAWN: policy_checks.not_drawn,
    }

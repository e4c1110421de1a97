"""What a regulator sees: members, policies on a date, volumes, refusals, revocations, one trail.

Everything but the openings comes from the chain's index, which no member can alter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from node.domain.commitments import method_code
from node.domain.days import to_text
from node.domain.ids import AttestationId
from node.domain.ledger import AttestationEntry, Member, Withdrawal
from node.domain.legal_basis import LegalBasis, is_enabled
from node.domain.methods import CATALOGUE
from node.errors import InvalidInput
from node.usecases.reuse_ports import Exchange, LedgerReader, ReuseUnit

METHOD_NAMES = {method_code(method.id): str(method.id) for method in CATALOGUE}
"""Codes on chain -> stable ids."""


@dataclass(frozen=True)
class ShowStanding:
    """Who takes part and what is allowed: as short as the consortium is small, however long its history."""

    exchange: Exchange

    def __call__(self, *, at: int | None = None) -> dict[str, Any]:
        """Members as they are now; policies as they stood at a second, or stand."""
        with self.exchange.snapshot() as unit:
            return _standing(unit, at)


@dataclass(frozen=True)
class SummariseHistory:
    """The whole history in figures; visits all of it."""

    exchange: Exchange

    def __call__(self, *, at: int | None = None) -> dict[str, Any]:
        """Summarise; policies as they stood at a second, everything else as it is now."""
        with self.exchange.snapshot() as unit:
            refused = [opening for opening in unit.openings.find() if not opening.accepted]
            return {
                **_standing(unit, at),
                "volumes": [asdict(volume) for volume in unit.ledger.volumes()],
                "refusals": dict(Counter(code for opening in refused for code in opening.codes)),
                "revocations": _revocations(unit.ledger.withdrawals()),
            }


@dataclass(frozen=True)
class ShowTrail:
    """Everything known of one attestation, in order."""

    exchange: Exchange

    def __call__(self, attestation_id: AttestationId) -> dict[str, Any]:
        """The trail. Raises InvalidInput (`attestation.unknown`)."""
        with self.exchange.snapshot() as unit:
            entry = unit.ledger.attestation(attestation_id)
            if entry is None:
                raise InvalidInput("attestation.unknown", "the chain knows no such attestation")
            steps = unit.ledger.trail(attestation_id)
            openings = unit.openings.find(attestation_id=attestation_id.hex())
            disclosures = unit.disclosures.find(attestation_id=attestation_id.hex())
        return {
            **describe(entry, self.exchange.clock.now()),
            "steps": [{"step": name, "block": place.block_number, "at": place.at} for name, place in steps],
            "decision": openings[0].document if openings else None,
            "disclosures": [
                {"case_number": one.case_number, "state": one.state, "findings": one.findings}
                for one in disclosures
            ],
        }


def describe(entry: AttestationEntry, now: int) -> dict[str, Any]:
    """An attestation's public side."""
    terms = entry.terms
    return {
        "attestation_id": _hex(entry.attestation_id),
        "issuer": terms.issuer,
        "recipient": terms.recipient,
        "method": METHOD_NAMES.get(terms.method, "0x" + terms.method.hex()),
        "legal_basis": LegalBasis(terms.legal_basis).name if terms.legal_basis in set(LegalBasis) else None,
        "verified_on": terms.verified_on,
        "decide_by": terms.decide_by,
        "state": entry.state_at(now).name.lower(),
        "attested_at": entry.attested_at,
        "decided_at": entry.decided_at,
        "revoked_at": entry.revoked_at,
        "reason": entry.reason.name.lower() if entry.reason is not None else None,
    }


def _standing(unit: ReuseUnit, at: int | None) -> dict[str, Any]:
    status = unit.index_status()
    return {
        "index": {"block": status.block_number, "events": status.events, "checked_at": status.checked_at},
        "members": [_member(unit, member) for member in unit.ledger.members()],
        "policies": _policies(unit.ledger, unit.now if at is None else at),
    }


def _member(unit: ReuseUnit, member: Member) -> dict[str, Any]:
    keys = unit.ledger.keys(member.member_id)
    published = keys[-1].keys if keys else None
    return {
        "member_id": member.member_id,
        "name": member.name,
        "role": member.role.name.lower(),
        "status": member.status.name.lower(),
        "since": member.status_since,
        "endpoint": published.endpoint if published else None,
        "licence": published.licence if published else None,
        "supervisor": published.supervisor if published else None,
        "keys_valid_from": keys[-1].valid_from if keys else None,
        "compromised_since": keys[-1].compromised_since if keys else None,
    }


def _policies(ledger: LedgerReader, at: int) -> dict[str, Any]:
    bitmap = ledger.legal_bases(at)
    rules = {name: ledger.method_rule(code, at) for code, name in METHOD_NAMES.items()}
    return {
        "at": to_text(at),
        "legal_bases": [basis.name for basis in LegalBasis if is_enabled(bitmap, basis)],
        "methods": {
            name: {
                "allowed_from": rule.allowed_from,
                "allowed_until": rule.allowed_until,
                "max_age_days": rule.max_age_days,
                "allowed": rule.allowed_from <= at and (rule.allowed_until == 0 or at < rule.allowed_until),
            }
            for name, rule in rules.items()
            if rule is not None
        },
    }


def _revocations(withdrawals: Sequence[Withdrawal]) -> dict[str, Any]:
    spans = [one.revoked_at - one.decided_at for one in withdrawals if one.decided_at is not None]
    return {
        "count": len(withdrawals),
        "after_decision": len(spans),
        "median_s_from_decision": median(spans) if spans else None,
        "by_reason": dict(Counter(one.reason.name.lower() for one in withdrawals)),
    }


def _hex(identifier: bytes) -> str:
    return "0x" + identifier.hex()

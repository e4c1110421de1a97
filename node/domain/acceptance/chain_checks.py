"""Whether the chain bears out what was transferred.

Each check answers one question and assumes that those before it passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.domain.days import DAY_S
from node.domain.events import AttestationState
from node.domain.outcome import Outcome, passed_if
from node.domain.release import recomputed_id, recomputed_leaf, terms_of

if TYPE_CHECKING:
    from node.domain.acceptance.facts import AcceptanceFacts

ANCHOR_WITHIN_S = DAY_S
"""Seconds from verification (or from binding a new passkey) to anchor; a later anchor proves too little."""


def attestation_found(facts: AcceptanceFacts) -> Outcome:
    """The chain knows the id."""
    return passed_if(facts.chain.state is not AttestationState.NONE and facts.chain.terms is not None)


def attestation_pending(facts: AcceptanceFacts) -> Outcome:
    """It was not decided before and has not lapsed. A revoked one has a check of its own."""
    terms = facts.chain.terms
    lapsed = terms is None or facts.now > terms.decide_by
    return passed_if(
        facts.chain.state is AttestationState.REVOKED
        or (facts.chain.state is AttestationState.PENDING and not lapsed)
    )


def id_matches(facts: AcceptanceFacts) -> Outcome:
    """The id commits to this credential and consent, and its public terms say the same as they do."""
    terms, request, credential = facts.chain.terms, facts.request, facts.presentation
    if terms is None:
        return Outcome.FAILED
    expected = terms_of(
        issuer=request.issuer,
        recipient=request.recipient,
        method=credential.method,
        legal_basis=request.legal_basis,
        verified_at=credential.verified_at,
        decide_by=terms.decide_by,
    )
    recomputed = recomputed_id(
        facts.ledger,
        expected,
        credential_digest=credential.credential_digest,
        consent_digest=facts.transfer.consent.digest,
        secret=facts.transfer.attestation_secret,
    )
    return passed_if(terms == expected and recomputed == facts.attestation_id)


def anchored(facts: AcceptanceFacts) -> Outcome:
    """The credential's core lies under a root that this issuer anchored."""
    leaf = recomputed_leaf(
        facts.ledger,
        facts.request.issuer,
        version_digest=facts.presentation.version_digest,
        secret=facts.transfer.leaf_secret,
    )
    return passed_if(facts.chain.anchored_at is not None and facts.transfer.anchor_proof.proves(leaf))


def anchored_in_time(facts: AcceptanceFacts) -> Outcome:
    """Not more than a day after the verification, or after the passkey was bound."""
    bound_at = facts.presentation.bound_at
    begins = facts.presentation.verified_at if bound_at is None else bound_at
    return passed_if(
        facts.chain.anchored_at is not None and facts.chain.anchored_at <= begins + ANCHOR_WITHIN_S
    )


def not_revoked(facts: AcceptanceFacts) -> Outcome:
    """The issuer has not withdrawn it."""
    return passed_if(facts.chain.state is not AttestationState.REVOKED)


def chain_fresh(facts: AcceptanceFacts, stale_after_s: int) -> Outcome:
    """All of the above was read from a view that equals the contract's own history, lately."""
    confirmed_at = facts.chain.confirmed_at
    return passed_if(confirmed_at is not None and facts.now - confirmed_at <= stale_after_s)

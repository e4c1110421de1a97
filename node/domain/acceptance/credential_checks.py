"""Who signed the credential, for whom, when, and what the customer signed.

Each check answers one question and assumes that those before it passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.domain.consent import CONSENT_LIFETIME_S, answers
from node.domain.events import Role, Status
from node.domain.outcome import Outcome, passed_if
from node.domain.passkey import relying_party, verify_assertion
from node.domain.presentation import signature_holds
from node.errors import InvalidInput

if TYPE_CHECKING:
    from node.domain.acceptance.facts import AcceptanceFacts

CLOCK_SKEW_S = 120
"""Seconds by which two members' clocks may differ. Ours: two orders above NTP's error, well below 15
minutes."""


def member_known(facts: AcceptanceFacts) -> Outcome:
    """The issuer is a provider of this consortium."""
    return passed_if(facts.issuer.role is Role.PROVIDER)


def member_active(facts: AcceptanceFacts) -> Outcome:
    """Its membership is neither suspended nor ended."""
    return passed_if(facts.issuer.status is Status.ACTIVE)


def key_valid_at_signing(facts: AcceptanceFacts) -> Outcome:
    """A key was published when the credential was signed, and had not been disowned by then.

    A thief can backdate `iat`, but not the block that recorded the attestation id, which commits to the
    signature.
    """
    key = facts.signing_key
    if key is None:
        return Outcome.FAILED
    signed_by = facts.now if facts.chain.attested_at is None else facts.chain.attested_at
    return passed_if(key.compromised_since is None or signed_by < key.compromised_since)


def signature_valid(facts: AcceptanceFacts) -> Outcome:
    """That key signed this credential, and every disclosure belongs to it."""
    key = facts.signing_key
    return passed_if(key is not None and signature_holds(facts.presentation, key.key))


def audience_right(facts: AcceptanceFacts) -> Outcome:
    """It was made by the issuer asked, for this recipient, on this ledger."""
    named = (facts.presentation.payload["iss"], facts.presentation.payload["aud"])
    asked = (facts.ledger.urn(facts.request.issuer), facts.ledger.urn(facts.request.recipient))
    return passed_if(named == asked)


def request_in_time(facts: AcceptanceFacts) -> Outcome:
    """It was issued while the request was open and has not run out since."""
    issued_at, request = facts.presentation.issued_at, facts.request
    opened, closed = request.issued_at - CLOCK_SKEW_S, request.expires_at + CLOCK_SKEW_S
    return passed_if(opened <= issued_at <= closed and facts.now < facts.presentation.expires_at)


def consent_signed(facts: AcceptanceFacts) -> Outcome:
    """The passkey bound at verification signed the receipt, at the issuer's site, its user verified."""
    transfer = facts.transfer
    try:
        site = relying_party(facts.issuer.endpoint)
    except InvalidInput:
        return Outcome.FAILED
    passkey = facts.presentation.passkey
    return passed_if(
        verify_assertion(transfer.assertion, transfer.consent.digest, passkey=passkey, site=site).holds
    )


def consent_matches(facts: AcceptanceFacts) -> Outcome:
    """The receipt answers this request and fits this credential and what it discloses."""
    receipt, credential = facts.transfer.consent, facts.presentation
    about = (receipt.digest, receipt.method, receipt.verified_at, set(receipt.attributes))
    shown = (credential.consent_digest, credential.method, credential.verified_at, set(credential.claims))
    return passed_if(answers(receipt, facts.request) and about == shown)


def consent_in_time(facts: AcceptanceFacts) -> Outcome:
    """It was given and used within 15 minutes of the request.

    WebAuthn signatures carry no time: the block of the attestation shows that the consent existed by then.
    """
    receipt, request = facts.transfer.consent, facts.request
    used_at = facts.now if facts.chain.attested_at is None else facts.chain.attested_at
    opened = request.issued_at - CLOCK_SKEW_S
    short = 0 < receipt.expires_at - receipt.issued_at <= CONSENT_LIFETIME_S
    within = opened <= receipt.issued_at and receipt.expires_at <= request.expires_at
    return passed_if(short and within and used_at <= receipt.expires_at + CLOCK_SKEW_S)

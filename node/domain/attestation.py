"""The issuer's side of one reuse: what was asked, and the attestation that the customer's consent led to.

Entities and their state changes only. What a request must contain is decided in `request`, what a
consent must say in `consent`; what the chain enforces stands in IdentityHistory.
Spec: protocol.md "The journey" 2-5; RFC 9126 (pushed requests), RFC 6749 4.1 (codes).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from node.errors import InvalidInput

START_WITHIN_S = 90
"""How long a pushed request waits for the customer's browser; RFC 9126 2.2 suggests 5 to 600 s."""

CODE_LIFETIME_S = 600
"""From the mined attestation to the first redemption; the longest that RFC 6749 4.1.2 recommends."""


class RequestState(StrEnum):
    """Where a pushed request stands."""

    PUSHED = "pushed"
    STARTED = "started"
    """A browser opened it; no other browser may."""
    SIGNED = "signed"
    """Consent was given; an attestation exists."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PushedRequest:
    """What a recipient asked of this issuer.

    Attributes:
        request_id: random hex; the last part of the request_uri.
        recipient_id: member id of the authenticated client.
        details: the authorization details object as pushed (`node.domain.request`).
        digest: hex SHA-256 of its RFC 8785 bytes.
        redirect_uri: where the browser returns to; the recipient's own endpoint.
        oauth_state: the client's `state`, echoed.
        code_challenge: PKCE S256 challenge.
        state: a `RequestState` value.
        pushed_at: seconds since 1970.
        sign_by: last second at which the customer may sign; the request's own end.
        browser_digest: hex SHA-256 of the cookie of the one browser that opened it.
        receipt: the consent receipt last shown for signing, or None.
        record_id: the verification record that the receipt releases.
    """

    request_id: str
    recipient_id: int
    details: dict[str, Any]
    digest: str
    redirect_uri: str
    oauth_state: str
    code_challenge: str
    state: str
    pushed_at: int
    sign_by: int
    browser_digest: str | None = None
    receipt: dict[str, Any] | None = None
    record_id: str | None = None

    def opened_by(self, browser_digest: str, *, now: int) -> PushedRequest:
        """The request as held by one browser. The same browser may come back; another may not.

        Raises:
            InvalidInput: too late or somebody else's (`request.expired`, `request.other_browser`).
        """
        if self.state == RequestState.PUSHED and now <= self.pushed_at + START_WITHIN_S:
            return replace(self, state=RequestState.STARTED.value, browser_digest=browser_digest)
        self.require_browser(browser_digest)
        return self

    def require_browser(self, browser_digest: str) -> None:
        """Raises InvalidInput (`request.expired`, `request.other_browser`) unless this browser opened it."""
        if self.browser_digest is None:
            raise InvalidInput(
                "request.expired", "this request was not opened in time", hint="ask the institution again"
            )
        if self.browser_digest != browser_digest:
            raise InvalidInput("request.other_browser", "another browser opened this request")

    def require_open(self, *, now: int) -> None:
        """Raises InvalidInput (`request.expired`, `request.wrong_state`) unless it can still be signed."""
        if self.state != RequestState.STARTED:
            raise InvalidInput("request.wrong_state", f"this request is {self.state}")
        if now > self.sign_by:
            raise InvalidInput("request.expired", "15 minutes have passed", hint="ask the institution again")

    def offered(self, receipt: dict[str, Any], record_id: str) -> PushedRequest:
        """With the receipt that is now before the customer; replaces an earlier one."""
        return replace(self, receipt=receipt, record_id=record_id)

    def closed(self, state: RequestState) -> PushedRequest:
        """Signed or refused; nothing follows."""
        return replace(self, state=state.value)


class ReleaseState(StrEnum):
    """Where the issuer's attestation stands; the chain's own state is asked of the ledger."""

    QUEUED = "queued"
    """Its transaction waits in the outbox or in the chain's pool."""
    ATTESTED = "attested"
    """Mined; the code may be redeemed."""
    REDEEMED = "redeemed"
    """The recipient fetched the sealed transfer."""
    FAILED = "failed"
    """The contract refused it; nothing was released."""
    REVOKED = "revoked"
    """Withdrawn on chain by this issuer."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """One consented release of one verification to one recipient.

    The secret, the credential, the receipt and the sealed transfer lie in the vault under `attestation_id`.

    Attributes:
        attestation_id: hex of the 32-byte id on chain, without 0x.
        request_id: the request it answers; unique, so that one consent makes one attestation.
        record_id: the verification record released.
        version: index of the salted version used up.
        recipient_id: member id.
        purpose: the purpose that the customer agreed to.
        attributes: names of the attributes released.
        consent_digest: hex SHA-256 of the receipt's RFC 8785 bytes.
        code_digest: hex SHA-256 of the authorization code.
        state: a `ReleaseState` value.
        intent_id: the outbox intent of `attest`.
        created_at: the moment of consent, seconds since 1970.
        decide_by: last second at which the recipient may decide.
        attested_at: when it was seen mined, or None.
        redeemed_at: first redemption, or None.
        failure: why the contract refused, or None.
    """

    attestation_id: str
    request_id: str
    record_id: str
    version: int
    recipient_id: int
    purpose: str
    attributes: list[str]
    consent_digest: str
    code_digest: str
    state: str
    intent_id: str
    created_at: int
    decide_by: int
    attested_at: int | None = None
    redeemed_at: int | None = None
    failure: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether it is on chain and not withdrawn by this issuer: what revoking the record revokes."""
        return self.state in {ReleaseState.ATTESTED, ReleaseState.REDEEMED}

    def mined(self, *, now: int) -> Attestation:
        """Seen on chain."""
        return replace(self, state=ReleaseState.ATTESTED.value, attested_at=now)

    def refused(self, code: str) -> Attestation:
        """The contract did not take it."""
        return replace(self, state=ReleaseState.FAILED.value, failure=code)

    def redeemed(self, *, now: int) -> Attestation:
        """Hand out the sealed transfer: first within the code's life, again until decide-by.

        Raises:
            InvalidInput: `grant.not_attested`, `grant.expired`, `revoked`.
        """
        if self.state == ReleaseState.REVOKED:
            raise InvalidInput("revoked", "the issuer withdrew this attestation")
        if not self.is_live or self.attested_at is None:
            raise InvalidInput("grant.not_attested", "nothing was attested for this code")
        first_until = min(self.attested_at + CODE_LIFETIME_S, self.decide_by)
        if now > (self.decide_by if self.redeemed_at else first_until):
            raise InvalidInput("grant.expired", "this code is no longer valid")
        if self.redeemed_at:
            return self
        return replace(self, state=ReleaseState.REDEEMED.value, redeemed_at=now)

    def revoked(self) -> Attestation:
        """Withdrawn on chain."""
        return replace(self, state=ReleaseState.REVOKED.value)


@dataclass(frozen=True, slots=True)
class SeenToken:
    """A single-use token that was used.

    Attributes:
        token: `<purpose>:<sender>:<jti>`.
        expires_at: after this second the token is refused for its age and need not be remembered.
    """

    token: str
    expires_at: int

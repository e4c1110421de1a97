"""The recipient's side of one reuse: from the customer's wish to the decision on chain.

Entity and state changes only; the checks that decide stand in `acceptance`.
Spec: protocol.md "The journey" 2-6.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from node.errors import InvalidInput

FINISH_WITHIN_S = 7 * 86_400
"""After this a reuse that never reached a decision is closed; the contract's own limit on decide-by."""


class ReuseState(StrEnum):
    """Where a reuse stands at the recipient."""

    OPEN = "open"
    """Made by staff; the customer has not left for the issuer yet."""
    ASKED = "asked"
    """The request was pushed; the customer is at the issuer."""
    CONSENTED = "consented"
    """The customer came back with a code, which lies in the vault."""
    RECEIVED = "received"
    """The transfer was fetched and opened; it lies in the vault."""
    REBINDING = "rebinding"
    """Waiting for the customer's clip."""
    DECIDING = "deciding"
    """Checks done; the decision's transaction waits in the outbox or in the chain's pool."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Decided and refused, recorded on chain like an acceptance."""
    ENDED = "ended"
    """Over without a decision on chain; `codes` say why."""


FINAL = frozenset({ReuseState.ACCEPTED, ReuseState.REFUSED, ReuseState.ENDED})


@dataclass(frozen=True, slots=True)
class Reuse:
    """One attempt to rely on another member's verification.

    The application, the PKCE verifier, the code, the transfer and the decision document lie in the vault
    under `reuse_id`.

    Attributes:
        reuse_id: random hex.
        issuer_id: the member that the customer named.
        purpose: why, as the customer will read it.
        legal_basis: profile name (`node.domain.legal_basis`).
        rebind: how the person is bound again: passkey, liveness or liveness_match.
        is_drawn: whether the random draw sends it to full verification (`reaudit_drawn`); drawn once, at
            the start.
        start_digest: hex SHA-256 of the one-time token in the customer's link.
        state: a `ReuseState` value.
        created_by: holder of the API key.
        created_at: seconds since 1970.
        browser_digest: hex SHA-256 of the cookie of the browser that left for the issuer.
        oauth_state: the `state` parameter of the current request; unique.
        request: the pushed authorization details (`node.domain.request`), or None.
        attestation_id: hex without 0x, once received.
        challenge: the liveness challenge shown to the customer, or None.
        checks: the recipient checks as performed, in order.
        codes: reason codes of failed checks, or why it ended.
        intent_id: the outbox intent of `decide`.
        decision_tx: 0x-prefixed transaction hash once mined.
        decided_at: block time of the decision.
        record_id: the recipient's own record, if accepted.
    """

    reuse_id: str
    issuer_id: int
    purpose: str
    legal_basis: str
    rebind: str
    is_drawn: bool
    start_digest: str
    state: str
    created_by: str
    created_at: int
    browser_digest: str | None = None
    oauth_state: str | None = None
    request: dict[str, Any] | None = None
    attestation_id: str | None = None
    challenge: dict[str, Any] | None = None
    checks: list[dict[str, Any]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    intent_id: str | None = None
    decision_tx: str | None = None
    decided_at: int | None = None
    record_id: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in FINAL

    def require_browser(self, browser_digest: str) -> None:
        """Raises InvalidInput (`reuse.other_browser`) unless this browser began the journey."""
        if self.browser_digest != browser_digest:
            raise InvalidInput(
                "reuse.other_browser", "this journey began in another browser", hint="start again"
            )

    def asked(self, request: dict[str, Any], *, oauth_state: str, browser_digest: str) -> Reuse:
        """The customer leaves for the issuer; the same browser may do so again until a consent came back.

        Raises:
            InvalidInput: `reuse.wrong_state`, `reuse.other_browser`.
        """
        self._require(ReuseState.OPEN, ReuseState.ASKED)
        if self.browser_digest is not None:
            self.require_browser(browser_digest)
        return replace(
            self,
            state=ReuseState.ASKED.value,
            request=request,
            oauth_state=oauth_state,
            browser_digest=browser_digest,
        )

    def consented(self) -> Reuse:
        """A code came back. Raises InvalidInput (`reuse.wrong_state`)."""
        self._require(ReuseState.ASKED)
        return replace(self, state=ReuseState.CONSENTED.value)

    def received(self, attestation_id: str) -> Reuse:
        """The transfer was opened. Raises InvalidInput (`reuse.wrong_state`)."""
        self._require(ReuseState.CONSENTED)
        return replace(self, state=ReuseState.RECEIVED.value, attestation_id=attestation_id)

    def rebinding(self, challenge: dict[str, Any]) -> Reuse:
        """The customer is asked for a clip; a new challenge replaces the old one.

        Raises InvalidInput (`reuse.wrong_state`).
        """
        self._require(ReuseState.RECEIVED, ReuseState.REBINDING)
        return replace(self, state=ReuseState.REBINDING.value, challenge=challenge)

    def deciding(self, checks: list[dict[str, Any]], codes: list[str], *, intent_id: str) -> Reuse:
        """The decision was made and queued for the chain. Raises InvalidInput (`reuse.wrong_state`)."""
        self._require(ReuseState.RECEIVED, ReuseState.REBINDING)
        return replace(
            self,
            state=ReuseState.DECIDING.value,
            checks=checks,
            codes=codes,
            intent_id=intent_id,
        )

    def decided(self, *, accepted: bool, tx: str, at: int, record_id: str | None) -> Reuse:
        """The decision was mined. Raises InvalidInput (`reuse.wrong_state`)."""
        self._require(ReuseState.DECIDING)
        state = ReuseState.ACCEPTED if accepted else ReuseState.REFUSED
        return replace(self, state=state.value, decision_tx=tx, decided_at=at, record_id=record_id)

    def ended(self, *codes: str, checks: list[dict[str, Any]] | None = None) -> Reuse:
        """Over without a decision on chain. Raises InvalidInput (`reuse.wrong_state`)."""
        if self.is_final:
            raise InvalidInput("reuse.wrong_state", f"this reuse is {self.state}")
        return replace(
            self,
            state=ReuseState.ENDED.value,
            codes=list(codes),
            checks=self.checks if checks is None else checks,
        )

    def _require(self, *states: ReuseState) -> None:
        if self.state not in states:
            raise InvalidInput("reuse.wrong_state", f"this reuse is {self.state}")

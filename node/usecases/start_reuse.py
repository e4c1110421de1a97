"""Begin a reuse at the recipient: staff open it, the customer's browser takes it to the issuer.

The request is pushed when the customer leaves, not before: it lives 90 seconds. The browser that leaves
is the one that must come back (protection against a consent obtained elsewhere and planted here; RFC
9700 section 4.7).
Spec: protocol.md "The journey" 2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from node.domain import base64url, pkce
from node.domain.attributes import BASIC, Attribute
from node.domain.canonical import canonical_bytes
from node.domain.events import Role
from node.domain.ids import MemberId
from node.domain.legal_basis import basis_of
from node.domain.rebind import RebindPolicy
from node.domain.request import Purpose, ReuseRequest, new_request
from node.domain.reuse import Reuse, ReuseState
from node.domain.session import token_digest
from node.errors import InvalidInput
from node.usecases.reuse_ports import Exchange
from node.usecases.standing import (
    CALLBACK_PATH,
    active_member,
    current_keys,
    fresh_now,
    require_role,
    this_member,
)

REUSE_ID_BYTES = 16
TOKEN_BYTES = 32
STATE_BYTES = 32
DRAW_BYTES = 8

APPLICATION_FILE = "application.json"
"""Vault name of what the applicant wrote and staff assessed."""

VERIFIER_FILE = "verifier"
"""Vault name prefix of PKCE verifiers; one per request, told apart by the OAuth state."""


@dataclass(frozen=True, slots=True)
class RecipientRules:
    """What this member, as a recipient, asks for (`node.config.ReusePolicy`).

    Attributes:
        legal_basis: profile name.
        allowed_methods: stable ids.
        max_age_days: since the verification.
        rebind: how the person is bound again.
        reaudit_share: share of reuses drawn for full verification, 0 to 1.
        require_screening: whether acceptance needs a performed screening.
    """

    legal_basis: str
    allowed_methods: tuple[str, ...]
    max_age_days: int
    rebind: str
    reaudit_share: float
    require_screening: bool

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What is required: the four basic attributes, and the portrait where faces are compared."""
        return (*BASIC, Attribute.PORTRAIT) if self.rebind == RebindPolicy.LIVENESS_MATCH else BASIC

    @property
    def optional_attributes(self) -> tuple[Attribute, ...]:
        """What the customer may keep back."""
        return tuple(attribute for attribute in Attribute if attribute not in self.attributes)


@dataclass(frozen=True)
class OpenReuse:
    """Staff open a reuse for an applicant."""

    exchange: Exchange
    rules: RecipientRules

    def __call__(
        self,
        *,
        issuer_id: int,
        purpose: str,
        application: Mapping[str, Any],
        high_risk: Sequence[str],
        created_by: str,
    ) -> tuple[Reuse, str]:
        """Keep the application; gives the reuse and the token for the customer's link.

        Args:
            issuer_id: the member that the customer named.
            purpose: a `Purpose` value.
            application: attribute name -> value as the applicant wrote it.
            high_risk: reasons to verify anew that staff found; empty = assessed, none found.
            created_by: holder of the API key.

        Raises:
            InvalidInput: `request.purpose`, `issuer.unknown`, `issuer.suspended`, `issuer.no_keys`,
                `issuer.wrong_role`, `issuer.same`.
            Unavailable: `chain_stale`, `member.not_admitted`.
        """
        exchange = self.exchange
        _require_purpose(purpose)
        token = exchange.randomness(TOKEN_BYTES).hex()
        with exchange.transaction() as unit:
            now = fresh_now(exchange, unit)
            reuse = Reuse(
                reuse_id=exchange.randomness(REUSE_ID_BYTES).hex(),
                issuer_id=issuer_id,
                purpose=purpose,
                legal_basis=basis_of(self.rules.legal_basis).name,
                rebind=self.rules.rebind,
                is_drawn=self._draw(),
                start_digest=token_digest(token),
                state=ReuseState.OPEN.value,
                created_by=created_by,
                created_at=now,
            )
            if this_member(exchange, unit).member_id == issuer_id:
                hint = "take the customer's own record at this member"
                raise InvalidInput("issuer.same", "this is the member itself", hint=hint)
            require_role(active_member(unit, issuer_id, area="issuer"), Role.PROVIDER, area="issuer")
            current_keys(unit, issuer_id, now, area="issuer")
            kept = {"application": dict(application), "high_risk": list(high_risk)}
            unit.vault.put(reuse.reuse_id, APPLICATION_FILE, canonical_bytes(kept))
            unit.reuses.add(reuse)
        return reuse, token

    def _draw(self) -> bool:
        """Uniform in [0, 1) below the share."""
        number = int.from_bytes(self.exchange.randomness(DRAW_BYTES))
        return number / (1 << 8 * DRAW_BYTES) < self.rules.reaudit_share


@dataclass(frozen=True)
class SendToIssuer:
    """Push the request and give the URL that takes this browser to the issuer."""

    exchange: Exchange
    rules: RecipientRules

    def __call__(self, token: str, browser: str) -> str:
        """Leave for the issuer; the same browser may leave again until it brings a consent back.

        Args:
            token: of the customer's link.
            browser: the browser's own secret, from its cookie.

        Raises:
            InvalidInput: `reuse.unknown`, `reuse.wrong_state`, `reuse.other_browser`, those of
                `OpenReuse`, and the issuer's own codes.
            Unavailable: `chain_stale`, `peer.unreachable`.
        """
        exchange = self.exchange
        oauth_state = base64url.encode(exchange.randomness(STATE_BYTES))
        verifier = base64url.encode(exchange.randomness(pkce.VERIFIER_BYTES))
        # Kept before it is pushed: an answer to a request that this node forgot could not be used.
        with exchange.transaction() as unit:
            now = fresh_now(exchange, unit)
            reuse = _only(unit.reuses.find(start_digest=token_digest(token)))
            me = MemberId(this_member(exchange, unit).member_id)
            active_member(unit, reuse.issuer_id, area="issuer")
            keys = current_keys(unit, reuse.issuer_id, now, area="issuer")
            request = self.request(reuse, me, now=now)
            asked = reuse.asked(
                request.to_json(), oauth_state=oauth_state, browser_digest=token_digest(browser)
            )
            unit.vault.put(reuse.reuse_id, verifier_file(oauth_state), verifier.encode())
            unit.reuses.replace(asked, was=reuse)
        form = self.form(request, me, oauth_state=oauth_state, verifier=verifier)
        request_uri = exchange.peers.push_request(keys.keys.endpoint, form)
        query = urlencode({"client_id": form["client_id"], "request_uri": request_uri})
        return f"{keys.keys.endpoint}/exchange/authorize?{query}"

    def form(self, request: ReuseRequest, me: MemberId, *, oauth_state: str, verifier: str) -> dict[str, str]:
        """The pushed parameters (RFC 9126 section 2.1, RFC 9396 section 2)."""
        return {
            "response_type": "code",
            "client_id": self.exchange.ledger.urn(me),
            "redirect_uri": self.exchange.endpoint + CALLBACK_PATH,
            "state": oauth_state,
            "code_challenge": pkce.challenge_of(verifier),
            "code_challenge_method": pkce.METHOD,
            "authorization_details": json.dumps([request.to_json()]),
        }

    def request(self, reuse: Reuse, me: MemberId, *, now: int) -> ReuseRequest:
        """What this member asks for this applicant."""
        return new_request(
            issuer=MemberId(reuse.issuer_id),
            recipient=me,
            purpose=Purpose(reuse.purpose),
            attributes=self.rules.attributes,
            optional_attributes=self.rules.optional_attributes,
            legal_basis=basis_of(reuse.legal_basis),
            methods=self.rules.allowed_methods,
            max_age_days=self.rules.max_age_days,
            now=now,
            randomness=self.exchange.randomness,
        )


def verifier_file(oauth_state: str) -> str:
    """Vault name of one request's PKCE verifier."""
    return f"{VERIFIER_FILE}-{token_digest(oauth_state)[:16]}"


def _require_purpose(purpose: str) -> None:
    if purpose not in set(Purpose):
        raise InvalidInput("request.purpose", "no such purpose", hint=f"one of {', '.join(Purpose)}")


def _only(found: Sequence[Reuse]) -> Reuse:
    if not found:
        raise InvalidInput("reuse.unknown", "no such reuse", hint="ask the institution for a new link")
    return found[0]

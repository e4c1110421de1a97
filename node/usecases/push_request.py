"""Take a recipient's question: the pushed authorization request.

Everything that can be refused without the customer is refused here.
Spec: RFC 9126 section 2.1; protocol.md "The journey" 2; `node.domain.request`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from node.domain.attestation import START_WITHIN_S, PushedRequest, RequestState
from node.domain.canonical import parse_json
from node.domain.events import Role
from node.domain.ids import MemberId
from node.domain.ledger import Member
from node.domain.pkce import require_challenge
from node.domain.request import ReuseRequest, parse_request
from node.errors import InvalidInput
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import (
    CALLBACK_PATH,
    current_keys,
    fresh_now,
    require_role,
    this_member,
)

REQUEST_ID_BYTES = 32
"""256 bits: whoever knows a request_uri may open the consent page."""

REQUEST_URI_PREFIX = "urn:ietf:params:oauth:request_uri:"
"""RFC 9126 section 2.2."""

MAX_STATE_CHARACTERS = 512
"""Our recipients send 43; it comes back in a URL."""

CLOCK_SKEW_S = 120
"""How far ahead a recipient's clock may be; as in the recipient's own checks."""


@dataclass(frozen=True)
class PushRequest:
    """Keep a request until the customer's browser comes."""

    exchange: Exchange

    def __call__(self, client: Member, form: Mapping[str, str]) -> tuple[str, int]:
        """Check and keep it.

        Args:
            client: the authenticated member.
            form: the pushed parameters.

        Returns:
            (request_uri, seconds within which the browser must come).

        Raises:
            InvalidInput: `request.client_id`, `request.response_type`, `request.redirect_uri`,
                `request.state`, `request.pkce`, `request.parties`, `request.expired`, and those of
                `parse_request`.
            Unavailable: `chain_stale`, `member.not_admitted`.
        """
        exchange = self.exchange
        require_role(client, Role.PROVIDER, area="client")
        asked = parse_request(_only_detail(form.get("authorization_details", "")))
        self._require_oauth(client, form)
        with exchange.transaction() as unit:
            now = fresh_now(exchange, unit)
            if not asked.issued_at - CLOCK_SKEW_S <= now < asked.expires_at:
                raise InvalidInput(
                    "request.expired", "the request is not valid now", hint="check both clocks"
                )
            request = _pushed(
                client, asked, form, request_id=exchange.randomness(REQUEST_ID_BYTES).hex(), now=now
            )
            self._require_parties(unit, client, asked, form)
            unit.requests.add(request)
        return REQUEST_URI_PREFIX + request.request_id, START_WITHIN_S

    def _require_oauth(self, client: Member, form: Mapping[str, str]) -> None:
        if form.get("client_id") != self.exchange.ledger.urn(MemberId(client.member_id)):
            raise InvalidInput("request.client_id", "client_id is not the calling member's ledger name")
        if form.get("response_type") != "code":
            raise InvalidInput("request.response_type", "response_type must be code")
        if not 0 < len(form.get("state", "")) <= MAX_STATE_CHARACTERS:
            raise InvalidInput("request.state", "state is missing or too long")
        require_challenge(form.get("code_challenge", ""), form.get("code_challenge_method", ""))

    def _require_parties(
        self, unit: ReuseUnit, client: Member, asked: ReuseRequest, form: Mapping[str, str]
    ) -> None:
        me = this_member(self.exchange, unit)
        if (asked.issuer, asked.recipient) != (me.member_id, client.member_id):
            raise InvalidInput("request.parties", "the request names other members than those who talk")
        keys = current_keys(unit, client.member_id, unit.now, area="client")
        if form.get("redirect_uri") != keys.keys.endpoint + CALLBACK_PATH:
            raise InvalidInput(
                "request.redirect_uri",
                f"redirect_uri must be the member's endpoint on chain + {CALLBACK_PATH}",
            )


def _pushed(
    client: Member, asked: ReuseRequest, form: Mapping[str, str], *, request_id: str, now: int
) -> PushedRequest:
    return PushedRequest(
        request_id=request_id,
        recipient_id=client.member_id,
        details=asked.to_json(),
        digest=asked.digest.hex(),
        redirect_uri=form["redirect_uri"],
        oauth_state=form["state"],
        code_challenge=form["code_challenge"],
        state=RequestState.PUSHED.value,
        pushed_at=now,
        sign_by=asked.expires_at - 1,
    )


def _only_detail(text: str) -> Any:
    details = parse_json(text, code="request.malformed")
    if not isinstance(details, list) or len(details) != 1:
        raise InvalidInput("request.malformed", "authorization_details holds exactly one reuse request")
    return details[0]

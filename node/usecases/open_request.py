"""Show a pushed request to the customer's browser, and let the customer refuse it.

The first browser holds it from then on. Refusing costs nothing and leaves nothing on chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from node.domain.attestation import PushedRequest, RequestState
from node.domain.ledger import Member, MemberKeys
from node.domain.request import ReuseRequest, parse_request
from node.domain.session import token_digest
from node.errors import InvalidInput
from node.usecases.push_request import REQUEST_URI_PREFIX
from node.usecases.reuse_ports import Exchange, ReuseUnit
from node.usecases.standing import active_member, current_keys, fresh_now, protocol_now


@dataclass(frozen=True, slots=True)
class Question:
    """What the consent page shows before anybody signed in.

    Attributes:
        request: as held by this browser.
        asked: the recipient's question.
        recipient: who asks, from the chain.
        recipient_keys: its licence, supervisor and endpoint.
    """

    request: PushedRequest
    asked: ReuseRequest
    recipient: Member
    recipient_keys: MemberKeys


@dataclass(frozen=True)
class OpenRequest:
    """Give the request to the browser that came first."""

    exchange: Exchange

    def __call__(self, client_id: str, request_uri: str, browser: str) -> Question:
        """Open it.

        Args:
            client_id: as in the authorization URL.
            request_uri: as pushed.
            browser: the browser's own secret, from its cookie.

        Raises:
            InvalidInput: `request.unknown`, `request.expired`, `request.other_browser`,
                `request.wrong_state`, `recipient.unknown`, `recipient.suspended`, `recipient.no_keys`.
            Unavailable: `chain_stale`.
        """
        with self.exchange.transaction() as unit:
            now = fresh_now(self.exchange, unit)
            kept = unit.requests.get(request_uri.removeprefix(REQUEST_URI_PREFIX))
            if self.exchange.ledger.urn(parse_request(kept.details).recipient) != client_id:
                raise InvalidInput("request.unknown", "no such request")
            opened = kept.opened_by(token_digest(browser), now=now)
            opened.require_open(now=now)
            if opened != kept:
                unit.requests.replace(opened, was=kept)
            return self._question(unit, opened, now)

    def again(self, request_id: str, browser: str) -> Question:
        """The same request for the same browser, still open; errors as above."""
        with self.exchange.snapshot() as unit:
            return self.within(unit, request_id, browser, now=protocol_now(unit))

    def within(self, unit: ReuseUnit, request_id: str, browser: str, *, now: int) -> Question:
        """As `again`, inside the caller's unit."""
        kept = unit.requests.get(request_id)
        kept.require_browser(token_digest(browser))
        kept.require_open(now=now)
        return self._question(unit, kept, now)

    def _question(self, unit: ReuseUnit, request: PushedRequest, now: int) -> Question:
        recipient = active_member(unit, request.recipient_id, area="recipient")
        keys = current_keys(unit, request.recipient_id, now, area="recipient")
        return Question(request, parse_request(request.details), recipient, keys)


@dataclass(frozen=True)
class RefuseRequest:
    """Take the customer's no."""

    exchange: Exchange

    def __call__(self, request_id: str, browser: str) -> str:
        """Close the request; gives the URL that leads back. Repeating it changes nothing.

        Raises:
            InvalidInput: `request.unknown`, `request.other_browser`, `request.wrong_state`.
        """
        with self.exchange.transaction() as unit:
            kept = unit.requests.get(request_id)
            kept.require_browser(token_digest(browser))
            if kept.state == RequestState.SIGNED:
                raise InvalidInput("request.wrong_state", "consent was given already")
            if kept.state != RequestState.REFUSED:
                unit.requests.replace(kept.closed(RequestState.REFUSED), was=kept)
        return return_url(kept, self.exchange.endpoint, error="access_denied")


def return_url(request: PushedRequest, issuer: str, **answer: str) -> str:
    """Where the browser goes with the answer; names the issuer (RFC 9207)."""
    return f"{request.redirect_uri}?{urlencode({**answer, 'state': request.oauth_state, 'iss': issuer})}"

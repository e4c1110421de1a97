"""Find out which member calls an `/exchange` endpoint: the chain's key, an assertion used once."""

from __future__ import annotations

from dataclasses import dataclass

from node.domain.attestation import SeenToken
from node.domain.ledger import Member
from node.errors import InvalidInput
from node.usecases.reuse_ports import Exchange
from node.usecases.standing import active_member, current_keys

REMEMBER_S = 150
"""How long a used token is remembered: an assertion's minute, the clock skew on both sides and some more."""


@dataclass(frozen=True)
class AuthenticateMember:
    """Believe a client assertion, once."""

    exchange: Exchange

    def __call__(self, jwt: str) -> Member:
        """The active member that signed it.

        Raises:
            InvalidInput: `client.assertion_malformed`, `client.unknown`, `client.suspended`,
                `client.no_keys`, `client.signature_invalid`, `client.wrong_audience`,
                `client.assertion_expired`, `client.assertion_replayed`.
        """
        exchange, now = self.exchange, self.exchange.clock.now()
        claimed = exchange.assertions.read(jwt)
        with exchange.transaction() as unit:
            member = active_member(unit, claimed.member_id, area="client")
            keys = current_keys(unit, claimed.member_id, now, area="client")
            exchange.assertions.verify(
                jwt, record_key=keys.keys.record_key, audience=exchange.endpoint, now=now
            )
            token = f"client:{claimed.member_id}:{claimed.token_id}"
            unit.forget_tokens(before=now)
            if unit.seen_tokens.find(token=token):
                raise InvalidInput("client.assertion_replayed", "this client assertion was used before")
            unit.seen_tokens.add(SeenToken(token, now + REMEMBER_S))
        return member

"""A customer signs in with the passkey bound to a record, and out again.

Nothing is asked before the passkey answers: no name, no account. The ceremony's challenge is used once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from node.domain.binding import Binding
from node.domain.passkey import RelyingParty, verify_assertion
from node.domain.registration import assertion_options, credential_id_of, invalid_passkey
from node.domain.session import SIGN_IN, CustomerSession, new_ceremony, new_session, token_digest
from node.ports import Clock, Randomness
from node.usecases.transaction import Transactions


@dataclass(frozen=True)
class BeginSignIn:
    """Give a browser a challenge for any passkey of this node."""

    transaction: Transactions
    clock: Clock
    randomness: Randomness
    site: RelyingParty

    def __call__(self) -> tuple[str, dict[str, Any]]:
        """Return the ceremony's id and PublicKeyCredentialRequestOptionsJSON."""
        ceremony = new_ceremony(SIGN_IN, "", now=self.clock.now(), randomness=self.randomness)
        with self.transaction() as unit:
            unit.ceremonies.add(ceremony)
        options = assertion_options(self.site, challenge=bytes.fromhex(ceremony.challenge))
        return ceremony.ceremony_id, options


@dataclass(frozen=True)
class SignIn:
    """Open a session for the customer whose passkey answered the challenge."""

    transaction: Transactions
    clock: Clock
    randomness: Randomness
    site: RelyingParty

    def __call__(self, ceremony_id: str, credential: Mapping[str, Any]) -> tuple[CustomerSession, str]:
        """Return the session and its token for the cookie.

        Raises:
            InvalidInput: "ceremony.unknown", "ceremony.used", "ceremony.expired", "passkey.invalid" (a
                passkey that this node does not know included).
        """
        now = self.clock.now()
        # Its own transaction: a challenge is spent by any answer, a wrong one too.
        with self.transaction() as unit:
            ceremony = unit.ceremonies.get(ceremony_id)
            unit.ceremonies.replace(ceremony.used(purpose=SIGN_IN, now=now), was=ceremony)
        with self.transaction() as unit:
            binding = _only(unit.bindings.find(binding_id=credential_id_of(credential)))
            result = verify_assertion(
                credential,
                bytes.fromhex(ceremony.challenge),
                passkey=binding.jwk,
                site=self.site,
                sign_count=binding.sign_count,
            )
            if not result.holds:
                raise invalid_passkey()
            unit.bindings.replace(replace(binding, sign_count=result.sign_count), was=binding)
            session, token = new_session(binding.binding_id, now=now, randomness=self.randomness)
            unit.customer_sessions.add(session)
        return session, token


@dataclass(frozen=True)
class FindSession:
    """Who a session cookie belongs to."""

    snapshot: Transactions
    clock: Clock

    def __call__(self, token: str) -> tuple[CustomerSession, Binding] | None:
        """Return the live session and the passkey binding behind it, or None."""
        with self.snapshot() as unit:
            found = unit.customer_sessions.find(session_id=token_digest(token))
            if not found or not found[0].is_live(self.clock.now()):
                return None
            return found[0], unit.bindings.get(found[0].binding_id)


@dataclass(frozen=True)
class SignOut:
    """End a session at once."""

    transaction: Transactions
    clock: Clock

    def __call__(self, session: CustomerSession) -> None:
        """End it; ending it twice changes nothing."""
        with self.transaction() as unit:
            current = unit.customer_sessions.get(session.session_id)
            if current.ended_at is None:
                ended = replace(current, ended_at=self.clock.now())
                unit.customer_sessions.replace(ended, was=current)


def _only(found: Sequence[Binding]) -> Binding:
    if not found:
        raise invalid_passkey()
    return found[0]

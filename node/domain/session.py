"""A customer at the browser: passkey ceremonies under way, and sessions that came of them.

Decides how long each lives and that a ceremony is used once. Tokens are 256 random bits; only their SHA-256
is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from node.errors import InvalidInput

TOKEN_BYTES = 32
CHALLENGE_BYTES = 32
"""W3C Web Authentication section 13.4.3 asks for at least 16."""

CEREMONY_LIFE_S = 300
"""A browser may hold its dialogue open for two minutes; the rest is for reading."""

SESSION_LIFE_S = 900
"""15 minutes: as long as a consent request may take."""

SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One challenge given to a browser.

    Attributes:
        ceremony_id: random, hex.
        purpose: `SIGN_IN`, or what the challenge was made for.
        subject: what it concerns within that purpose; "" where nothing yet.
        challenge: hex of the random challenge.
        created_at: seconds since 1970.
        expires_at: seconds since 1970.
        used_at: seconds since 1970, or None.
    """

    ceremony_id: str
    purpose: str
    subject: str
    challenge: str
    created_at: int
    expires_at: int
    used_at: int | None = None

    def used(self, *, purpose: str, now: int) -> Ceremony:
        """The same ceremony, spent.

        Raises:
            InvalidInput: "ceremony.unknown" for another purpose, "ceremony.used", "ceremony.expired".
        """
        if self.purpose != purpose:
            raise InvalidInput("ceremony.unknown", "no such passkey request", hint="start again")
        if self.used_at is not None:
            raise InvalidInput(
                "ceremony.used", "this passkey request was answered already", hint="start again"
            )
        if now >= self.expires_at:
            raise InvalidInput("ceremony.expired", "this passkey request has expired", hint="start again")
        return replace(self, used_at=now)


@dataclass(frozen=True, slots=True)
class CustomerSession:
    """A customer who has signed in with a bound passkey.

    Attributes:
        session_id: hex SHA-256 of the cookie's token.
        binding_id: the passkey used.
        created_at: seconds since 1970.
        expires_at: seconds since 1970.
        ended_at: when the customer signed out, or None.
    """

    session_id: str
    binding_id: str
    created_at: int
    expires_at: int
    ended_at: int | None = None

    def is_live(self, now: int) -> bool:
        """Whether it still stands."""
        return self.ended_at is None and now < self.expires_at


def new_ceremony(purpose: str, subject: str, *, now: int, randomness: Callable[[int], bytes]) -> Ceremony:
    """A fresh challenge for one use."""
    return Ceremony(
        ceremony_id=randomness(16).hex(),
        purpose=purpose,
        subject=subject,
        challenge=randomness(CHALLENGE_BYTES).hex(),
        created_at=now,
        expires_at=now + CEREMONY_LIFE_S,
    )


def new_session(
    binding_id: str, *, now: int, randomness: Callable[[int], bytes]
) -> tuple[CustomerSession, str]:
    """A session and the cookie's token, which is not kept."""
    token = randomness(TOKEN_BYTES).hex()
    return CustomerSession(token_digest(token), binding_id, now, now + SESSION_LIFE_S), token


def token_digest(token: str) -> str:
    """What is kept of a token: hex SHA-256 (256 random bits leave nothing to guess)."""
    return sha256(token.encode()).hexdigest()

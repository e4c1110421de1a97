"""One-time links that a member hands to its customer: make a passkey, or capture card and face.

A link's token is 256 random bits, kept as its SHA-256 only, so that a copy of the database opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from node.domain.session import TOKEN_BYTES, token_digest
from node.errors import InvalidInput

LINK_LIFE_S = 900
"""15 minutes: the customer is at the screen when the link is given."""


class LinkPurpose(StrEnum):
    """What a link opens."""

    ENROL = "enrol"
    CAPTURE = "capture"


@dataclass(frozen=True, slots=True)
class Link:
    """One link.

    Attributes:
        link_id: hex SHA-256 of the token.
        purpose: a `LinkPurpose` value.
        subject: record id (enrol) or case id (capture).
        created_at: seconds since 1970.
        expires_at: seconds since 1970.
        used_at: when its purpose was fulfilled, or None.
    """

    link_id: str
    purpose: str
    subject: str
    created_at: int
    expires_at: int
    used_at: int | None = None

    def require_open(self, *, now: int) -> None:
        """Raise unless the link still stands ("link.used", "link.expired")."""
        if self.used_at is not None:
            raise InvalidInput("link.used", "this link was used already", hint="ask for a new link")
        if now >= self.expires_at:
            raise InvalidInput("link.expired", "this link has expired", hint="ask for a new link")

    def used(self, *, now: int) -> Link:
        """The same link, spent; errors as in `require_open`."""
        self.require_open(now=now)
        return replace(self, used_at=now)


def new_link(
    purpose: LinkPurpose, subject: str, *, now: int, randomness: Callable[[int], bytes]
) -> tuple[Link, str]:
    """A link and its token, which is not kept."""
    token = randomness(TOKEN_BYTES).hex()
    return Link(token_digest(token), purpose.value, subject, now, now + LINK_LIFE_S), token

"""Who on a member's staff may do what: API keys and roles.

A key's secret is shown once; only its SHA-256 is kept. The secret is 256 random bits, so a plain digest is
enough: there is nothing to guess (OWASP ASVS 2.9: look-up secrets of 112 bits or more need no slow hash).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

SECRET_BYTES = 32
KEY_ID_BYTES = 6


class Role(StrEnum):
    """What a key's holder may do; a key has exactly one role."""

    STAFF = "staff"
    """Open and run verifications, start reuses."""
    REVIEWER = "reviewer"
    """Decide what the engine sent to human review; staff rights besides."""
    OFFICER = "officer"
    """Revoke attestations; compliance views; reviewer rights besides."""
    AUDITOR = "auditor"
    """A regulator's read-only views and two-person openings."""


_INCLUDES: dict[Role, frozenset[Role]] = {
    Role.STAFF: frozenset({Role.STAFF}),
    Role.REVIEWER: frozenset({Role.STAFF, Role.REVIEWER}),
    Role.OFFICER: frozenset({Role.STAFF, Role.REVIEWER, Role.OFFICER}),
    Role.AUDITOR: frozenset({Role.AUDITOR}),
}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One holder's key.

    Attributes:
        key_id: public part, hex.
        holder: a person's or system's work name, for the audit log.
        role: a `Role` value.
        digest: hex SHA-256 of the secret.
        created_at: seconds since 1970.
        revoked_at: seconds since 1970, or None.
    """

    key_id: str
    holder: str
    role: str
    digest: str
    created_at: int
    revoked_at: int | None = None

    def permits(self, role: Role) -> bool:
        """Whether this key's role includes `role`."""
        return role in _INCLUDES[Role(self.role)]

    def revoked(self, now: int) -> ApiKey:
        """The same key, ended."""
        return replace(self, revoked_at=now)

    def matches(self, secret: str) -> bool:
        """Constant-time comparison of the secret's digest; False once revoked."""
        given = sha256(secret.encode()).hexdigest()
        return hmac.compare_digest(given, self.digest) and self.revoked_at is None


def issue_api_key(
    holder: str, role: Role, *, now: int, randomness: Callable[[int], bytes]
) -> tuple[ApiKey, str]:
    """Make a key. Returns it and the bearer token `rk_<key id>_<secret>`, which is not kept."""
    key_id = randomness(KEY_ID_BYTES).hex()
    secret = randomness(SECRET_BYTES).hex()
    key = ApiKey(key_id, holder, role.value, sha256(secret.encode()).hexdigest(), now)
    return key, f"rk_{key_id}_{secret}"


def split_token(token: str) -> tuple[str, str] | None:
    """(key id, secret) of a bearer token, or None if it has another form."""
    parts = token.split("_")
    if len(parts) != 3 or parts[0] != "rk" or len(parts[1]) != KEY_ID_BYTES * 2:  # noqa: PLR2004  the three parts
        return None
    return parts[1], parts[2]

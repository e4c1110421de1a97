"""Proof Key for Code Exchange: ties a code to the node that asked for it.

Spec: RFC 7636; S256 only, as RFC 9700 section 2.1.1 advises.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from node.domain import base64url
from node.errors import InvalidInput

METHOD = "S256"

VERIFIER_BYTES = 32
"""Random bytes of a verifier; 43 characters, the least that RFC 7636 section 4.1 allows."""

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_DIGEST_BYTES = 32


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return base64url.encode(sha256(verifier.encode("ascii")).digest())


def require_challenge(challenge: str, method: str) -> None:
    """Raises InvalidInput (`request.pkce`) unless this is an S256 challenge."""
    if method != METHOD:
        raise InvalidInput("request.pkce", "code_challenge_method must be S256")
    base64url.decode(challenge, code="request.pkce", length=_DIGEST_BYTES)


def verifier_matches(verifier: str, challenge: str) -> bool:
    """Whether this verifier was behind the challenge."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    return hmac.compare_digest(challenge_of(verifier), challenge)

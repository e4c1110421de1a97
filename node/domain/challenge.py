"""A liveness challenge as it leaves this node and as its answer comes back: signed, for one subject.

The engine draws what is asked; here it is signed with the member's record key together with the case or reuse
it was drawn for. Whoever sends a clip sends the signed challenge with it, so a clip answers one challenge of
one case: neither an older challenge of the same case nor one of another case fits, and nobody else can have
written it. That a challenge is answered once is the case's to remember.
Spec: RFC 7515 (JWS, compact), RFC 7518 section 3.4 (ES256), through joserfc.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from node.domain.canonical import canonical_bytes, parse_object
from node.errors import InvalidInput

TOKEN: Final = "token"  # noqa: S105  the name of a field
"""Field of a challenge's JSON that holds its signed form."""

LIFE_S: Final = 180
"""From drawing a challenge to its uploaded answer: reading, ten seconds of recording, a slow upload. Little
more, because whoever wants to compute an answer needs time."""

MAX_CHARACTERS: Final = 4_096
"""Five actions make about 900; more is not read."""

_ALGORITHM: Final = "ES256"
_TYPE: Final = "rireki-challenge+jwt"
_CODE: Final = "challenge.signature_invalid"
_AGAIN: Final = "ask for a new challenge (POST .../challenge), record again and send its token along"


def sign_challenge(asked: Mapping[str, Any], *, subject: str, now: int, key: ECKey) -> dict[str, Any]:
    """The challenge as it is stored and shown: what is asked, and the same signed.

    Args:
        asked: JSON of the engine's challenge.
        subject: id of the case or reuse that it is drawn for.
        now: seconds since 1970.
        key: the member's private record key.
    """
    payload = {"sub": subject, "iat": now, "exp": now + LIFE_S, "challenge": dict(asked)}
    header = {"alg": _ALGORITHM, "typ": _TYPE}
    signed = jws.serialize_compact(header, canonical_bytes(payload), key, algorithms=[_ALGORITHM])
    return {**asked, TOKEN: signed}


def asked_of(challenge: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine drew: the challenge without its signed form."""
    return {name: value for name, value in challenge.items() if name != TOKEN}


def require_answer(token: str, *, challenge: Mapping[str, Any], subject: str, now: int, key: ECKey) -> None:
    """Make sure that a clip answers this very challenge of this very subject, in time.

    Args:
        token: the signed challenge that came with the clip.
        challenge: the one that is open now, from `sign_challenge`.
        subject: id of the case or reuse.
        now: seconds since 1970.
        key: the member's record key.

    Raises:
        InvalidInput: "challenge.signature_invalid" (not signed by this member), "challenge.other_subject" (it
            was drawn for another case or reuse), "challenge.superseded" (a newer one was drawn since),
            "challenge.expired".
    """
    payload = _verified(token, key)
    if payload.get("sub") != subject:
        raise InvalidInput("challenge.other_subject", "the challenge belongs to another case", hint=_AGAIN)
    if payload.get("challenge") != asked_of(challenge):
        raise InvalidInput("challenge.superseded", "a newer challenge was drawn since", hint=_AGAIN)
    if not now < payload.get("exp", 0):
        raise InvalidInput("challenge.expired", "the liveness challenge is too old", hint=_AGAIN)


def _verified(token: str, key: ECKey) -> dict[str, Any]:
    signed = _opened(token, key) if len(token) <= MAX_CHARACTERS else None
    if signed is None or signed.headers().get("typ") != _TYPE:
        raise InvalidInput(_CODE, "the clip does not come with a challenge of this node", hint=_AGAIN)
    return parse_object(signed.payload, code=_CODE)


def _opened(token: str, key: ECKey) -> jws.CompactSignature | None:
    try:
        return jws.deserialize_compact(token, key, algorithms=[_ALGORITHM])
    except (JoseError, ValueError):
        return None

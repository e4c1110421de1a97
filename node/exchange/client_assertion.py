"""How members prove to each other who is calling: `private_key_jwt` with the record key that stands on chain.

Signs and checks the assertion; that a `jti` is used once is the caller's to remember. No client
registration: the chain says who is a member and with which key.
Spec: OpenID Connect Core 1.0 section 9 and RFC 7523 section 3 (private_key_jwt); RFC 7518 section 3.4
(ES256).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from node.domain import base64url
from node.domain.canonical import canonical_bytes, parse_object
from node.domain.ids import Ledger, MemberId
from node.domain.jwk import jwk_of_point
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
"""RFC 7523 section 2.2."""

LIFETIME_S = 60
"""Longest life of an assertion: time for one request."""

CLOCK_SKEW_S = 30
"""How far two members' clocks may differ; both keep NTP time."""

MAX_CHARACTERS = 4_096
"""An assertion of ours has about 500; more is not read."""

_ALGORITHM = "ES256"
_CODE = "client.assertion_malformed"


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a calling member claims.

    Attributes:
        member_id: who it says it is.
        audience: whom it addresses: the other member's endpoint.
        token_id: `jti`, single use.
        issued_at: seconds since 1970.
        expires_at: seconds since 1970.
    """

    member_id: MemberId
    audience: str
    token_id: str
    issued_at: int
    expires_at: int


def sign_assertion(ledger: Ledger, claims: Assertion, *, key: ECKey) -> str:
    """Write an assertion as a compact JWS."""
    name = ledger.urn(claims.member_id)
    payload = {
        "iss": name,
        "sub": name,
        "aud": claims.audience,
        "jti": claims.token_id,
        "iat": claims.issued_at,
        "exp": claims.expires_at,
    }
    header = {"alg": _ALGORITHM, "typ": "JWT"}
    return jws.serialize_compact(header, canonical_bytes(payload), key, algorithms=[_ALGORITHM])


def read_assertion(ledger: Ledger, jwt: str) -> Assertion:
    """Read the claims without believing them, to learn whose key must have signed.

    Raises:
        InvalidInput: `client.assertion_malformed`, `client.unknown`.
    """
    if len(jwt) > MAX_CHARACTERS or jwt.count(".") != 2:  # noqa: PLR2004  header.payload.signature
        raise InvalidInput(_CODE, "the client assertion is not a compact JWS")
    payload = parse_object(base64url.decode(jwt.split(".")[1], code=_CODE), code=_CODE)
    try:
        texts = [payload[name] for name in ("iss", "sub", "aud", "jti")]
        times = [payload[name] for name in ("iat", "exp")]
    except KeyError as error:
        raise InvalidInput(_CODE, "the client assertion lacks a claim") from error
    if any(type(t) is not str or not t for t in texts) or any(type(t) is not int for t in times):
        raise InvalidInput(_CODE, "a claim of the client assertion has another form")
    if texts[0] != texts[1]:
        raise InvalidInput(_CODE, "issuer and subject of a client assertion are the same")
    return Assertion(member_named(ledger, texts[0]), texts[2], texts[3], times[0], times[1])


def verify_assertion(ledger: Ledger, jwt: str, *, record_key: bytes, audience: str, now: int) -> Assertion:
    """Check signature, audience and times.

    Args:
        ledger: the deployment that both belong to.
        jwt: the compact JWS.
        record_key: the claimed member's key on chain now, x ‖ y.
        audience: this node's endpoint.
        now: seconds since 1970.

    Raises:
        InvalidInput: `client.assertion_malformed`, `client.signature_invalid`, `client.wrong_audience`,
            `client.assertion_expired`.
    """
    claims = read_assertion(ledger, jwt)
    if not _signed_by(jwt, jwk_of_point(record_key)):
        raise InvalidInput(
            "client.signature_invalid", "the client assertion is not signed by the key on chain"
        )
    if claims.audience != audience:
        raise InvalidInput("client.wrong_audience", "the client assertion addresses another node")
    is_timely = claims.issued_at - CLOCK_SKEW_S <= now <= claims.expires_at + CLOCK_SKEW_S
    if not is_timely or not 0 < claims.expires_at - claims.issued_at <= LIFETIME_S:
        raise InvalidInput(
            "client.assertion_expired",
            "the client assertion is not valid now",
            hint="check both clocks (NTP)",
        )
    return claims


def member_named(ledger: Ledger, name: str) -> MemberId:
    """Member id of a ledger name.

    Raises:
        InvalidInput: no member's name on this ledger ("client.unknown").
    """
    number = name.rpartition(":")[2]
    if not (number.isascii() and number.isdigit()) or ledger.urn(MemberId(int(number))) != name:
        raise InvalidInput("client.unknown", "this is not the name of a member on this ledger")
    return MemberId(int(number))


def _signed_by(jwt: str, jwk: Mapping[str, Any]) -> bool:
    try:
        jws.deserialize_compact(jwt, ECKey.import_key(dict(jwk)), algorithms=[_ALGORITHM])
    except (JoseError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class LedgerAssertions:
    """Implements `node.usecases.reuse_ports.Assertions` for one deployment."""

    ledger: Ledger

    def read(self, jwt: str) -> Assertion:
        """See `read_assertion`."""
        return read_assertion(self.ledger, jwt)

    def verify(self, jwt: str, *, record_key: bytes, audience: str, now: int) -> Assertion:
        """See `verify_assertion`."""
        return verify_assertion(self.ledger, jwt, record_key=record_key, audience=audience, now=now)

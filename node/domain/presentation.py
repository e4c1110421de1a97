"""A credential as the recipient receives it: taken apart, digests recomputed, signature checked.

Parsing trusts nothing and decides nothing; `acceptance` asks the questions in order.
Spec: RFC 9901 section 7.1 (verification by the recipient); flat disclosures in `verified_claims.claims` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from node.domain import base64url, days
from node.domain.attributes import Attribute
from node.domain.canonical import parse_json, parse_object
from node.domain.credential import ALGORITHM, RELEASE_CLAIMS, TYPE, credential_digest
from node.domain.jwk import Jwk, point_of_jwk
from node.domain.versions import CREDENTIAL_TYPE, SECRET_BYTES, disclosure_digest, version_digest
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = "credential.malformed"
_DISCLOSURE_PARTS = 3
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Presentation:
    """An SD-JWT with its disclosures, not yet verified.

    Attributes:
        jwt: the issuer-signed part.
        payload: its claims.
        claims: the disclosed attributes.
        is_consistent: every disclosure has its digest in `_sd`, once (RFC 9901 section 7.1, 3.c and 4).
    """

    jwt: str
    payload: Mapping[str, Any]
    claims: Mapping[Attribute, Any]
    is_consistent: bool

    @property
    def issued_at(self) -> int:
        """`iat`, seconds since 1970."""
        return int(self.payload["iat"])

    @property
    def expires_at(self) -> int:
        """`exp`, seconds since 1970."""
        return int(self.payload["exp"])

    @property
    def consent_digest(self) -> bytes:
        """Digest of the consent receipt that the credential names, 32 bytes."""
        return base64url.decode(self.payload["consent_digest"], code=_CODE, length=_DIGEST_BYTES)

    @property
    def passkey(self) -> Jwk:
        """The customer's public key (`cnf`)."""
        return dict(self.payload["cnf"]["jwk"])

    @property
    def method(self) -> str:
        """Stable method id."""
        return str(self.payload["verified_claims"]["verification"]["assurance_process"]["policy"])

    @property
    def verified_at(self) -> int:
        """Seconds since 1970."""
        return days.from_text(self.payload["verified_claims"]["verification"]["time"])

    @property
    def bound_at(self) -> int | None:
        """When a passkey was bound after the verification, seconds since 1970."""
        return days.from_text(self.payload["bound_at"]) if "bound_at" in self.payload else None

    @property
    def document_expiries(self) -> tuple[date, ...]:
        """Expiry dates of the documents of record that state one."""
        evidence = self.payload["verified_claims"]["verification"]["evidence"]
        stated = (item["document_details"].get("date_of_expiry") for item in evidence)
        return tuple(date.fromisoformat(text) for text in stated if text is not None)

    @property
    def is_reused(self) -> bool:
        """Whether the record itself rests on another member's."""
        return "reused_from" in self.payload["verified_claims"]["verification"]

    @property
    def version_digest(self) -> bytes:
        """Digest of the anchored core, recomputed: everything that the release did not add."""
        return version_digest({k: v for k, v in self.payload.items() if k not in RELEASE_CLAIMS})

    @property
    def credential_digest(self) -> bytes:
        """What the attestation id commits to."""
        return credential_digest(self.jwt)


def parse_presentation(text: str) -> Presentation:
    """Take `<JWT>~<disclosure>~...~` apart.

    Raises:
        InvalidInput: not an SD-JWT with the claims that this protocol needs ("credential.malformed").
    """
    jwt, *encoded, rest = text.split("~") if text.isascii() and "~" in text else ("", "?")
    if rest or jwt.count(".") != 2:  # noqa: PLR2004  header.payload.signature
        raise InvalidInput(_CODE, "not an SD-JWT without key binding")
    # All three parts strictly: a lenient decoder downstream would accept a second spelling of a signature.
    _, body, _ = (base64url.decode(part, code=_CODE) for part in jwt.split("."))
    payload = parse_object(body, code=_CODE)
    claims = dict(_disclosed(item) for item in encoded)
    parsed = Presentation(jwt, payload, claims, is_consistent=_consistent(payload, claims, encoded))
    _require_readable(parsed)
    return parsed


def signature_holds(presentation: Presentation, key: Jwk) -> bool:
    """Whether the issuer's key signed this credential and every disclosure belongs to it."""
    try:
        parsed = jws.deserialize_compact(
            presentation.jwt, ECKey.import_key(dict(key)), algorithms=[ALGORITHM]
        )
    except (JoseError, ValueError):
        return False
    return parsed.headers().get("typ") == TYPE and presentation.is_consistent


def _disclosed(encoded: str) -> tuple[Attribute, Any]:
    try:
        salt, name, value = parse_json(base64url.decode(encoded, code=_CODE), code=_CODE)
        base64url.decode(salt, code=_CODE, length=SECRET_BYTES)
        return Attribute(name), value
    except (TypeError, ValueError) as error:
        raise InvalidInput(_CODE, "a disclosure is not [salt, known name, value]") from error


def _consistent(payload: Mapping[str, Any], claims: Mapping[Attribute, Any], encoded: list[str]) -> bool:
    try:
        listed = payload["verified_claims"]["claims"]["_sd"]
        unique = len(set(listed)) == len(listed) and len(claims) == len(encoded)
        return unique and {disclosure_digest(item) for item in encoded} <= set(listed)
    except (KeyError, TypeError):
        return False


def _require_readable(parsed: Presentation) -> None:
    """Read everything once, so that no later check meets a missing or ill-typed claim."""
    try:
        times = (parsed.payload["iat"], parsed.payload["exp"])
        kinds = (parsed.payload["vct"], parsed.payload["_sd_alg"])
        _ = (
            parsed.consent_digest,
            parsed.method,
            parsed.verified_at,
            parsed.bound_at,
            parsed.document_expiries,
        )
        _ = (parsed.payload["iss"], parsed.payload["aud"], parsed.version_digest, parsed.is_reused)
        point_of_jwk(parsed.passkey)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidInput) as error:
        raise InvalidInput(_CODE, "the credential lacks a claim, or one has another form") from error
    if kinds != (CREDENTIAL_TYPE, "sha-256") or any(type(t) is not int for t in times):
        raise InvalidInput(_CODE, "the credential is of another type")

"""Turn one salted version into a signed credential for one recipient.

Adds audience, consent digest and times to the anchored core and signs. Does not choose the version and does
not record
that it was used: a version goes to one recipient only, and the caller marks it first.

Spec: RFC 9901 (SD-JWT), SD-JWT VC (`vct`, typ "dc+sd-jwt"), RFC 7515 with ES256 through joserfc.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from joserfc import jws

from node.domain import base64url
from node.domain.attributes import Attribute
from node.domain.canonical import canonical_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from joserfc.jwk import ECKey

ALGORITHM = "ES256"
TYPE = "dc+sd-jwt"

RELEASE_CLAIMS = frozenset({"iss", "aud", "iat", "exp", "consent_digest"})
"""What a release adds to the anchored core."""


def sign_credential(
    core: Mapping[str, Any],
    *,
    issuer: str,
    audience: str,
    consent_digest: bytes,
    issued_at: int,
    expires_at: int,
    key: ECKey,
) -> str:
    """Sign a version for one recipient.

    Args:
        core: from `versions.unsigned_core`.
        issuer: the issuer's ledger name (`Ledger.urn`).
        audience: the recipient's ledger name.
        consent_digest: of the consent receipt, 32 bytes.
        issued_at: seconds since 1970.
        expires_at: when an undecided release is worthless, seconds since 1970.
        key: the issuer's private record key.

    Returns:
        The issuer-signed JWT, without disclosures.
    """
    payload = {
        **core,
        "iss": issuer,
        "aud": audience,
        "iat": issued_at,
        "exp": expires_at,
        "consent_digest": base64url.encode(consent_digest),
    }
    header = {"alg": ALGORITHM, "typ": TYPE}
    return jws.serialize_compact(header, canonical_bytes(payload), key, algorithms=[ALGORITHM])


def credential_digest(jwt: str) -> bytes:
    """SHA-256 of the issuer-signed JWT's ASCII bytes: what the attestation id commits to."""
    return sha256(jwt.encode("ascii")).digest()


def present(jwt: str, disclosures: Mapping[Attribute, str], chosen: Iterable[Attribute]) -> str:
    """Attach the chosen disclosures: `<JWT>~<disclosure>~...~`, in the attributes' order."""
    wanted = set(chosen)
    return "~".join([jwt, *(disclosures[name] for name in Attribute if name in wanted), ""])

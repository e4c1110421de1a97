"""Whether a passkey signed a digest, at the right site, with its user verified.

An outcome, not an exception: a signature that does not hold is an answer. Does not run the browser ceremony
and keeps no counters.

Spec: WebAuthn Level 3 section 7.2 through py_webauthn; user verification required.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from webauthn import verify_authentication_response
from webauthn.helpers.exceptions import WebAuthnException

from node.domain.jwk import Jwk, cose_of_jwk
from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNATURE_INVALID = "consent_signature_invalid"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site at which a passkey lives.

    Attributes:
        rp_id: host name; passkeys made elsewhere do not answer.
        origin: scheme, host and port as the browser reports them.
    """

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class PasskeyResult:
    """What came of one assertion.

    Attributes:
        code: None when the signature holds, else "consent_signature_invalid".
        sign_count: the authenticator's counter after this signature; 0 if it keeps none.
    """

    code: str | None
    sign_count: int = 0

    @property
    def holds(self) -> bool:
        """Whether the signature holds."""
        return self.code is None


def relying_party(endpoint: str) -> RelyingParty:
    """The site that a member's published endpoint stands for.

    Raises:
        InvalidInput: not an http(s) URL with a host ("member.endpoint_invalid").
    """
    parts = urlsplit(endpoint)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise InvalidInput("member.endpoint_invalid", "a member's endpoint is not an http(s) URL")
    return RelyingParty(rp_id=parts.hostname, origin=f"{parts.scheme}://{parts.netloc}")


def verify_assertion(
    assertion: Mapping[str, Any], digest: bytes, *, passkey: Jwk, site: RelyingParty, sign_count: int = 0
) -> PasskeyResult:
    """Check a `navigator.credentials.get()` response.

    Args:
        assertion: PublicKeyCredential as JSON (RegistrationResponseJSON's sibling,
            AuthenticationResponseJSON).
        digest: what must have been signed: the challenge.
        passkey: the public key bound to the customer.
        site: where it must have been signed.
        sign_count: the last counter seen; 0 where this node has seen none.
    """
    try:
        verified = verify_authentication_response(
            credential=dict(assertion),
            expected_challenge=digest,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=cose_of_jwk(passkey),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, InvalidInput, ValueError, TypeError, KeyError, AttributeError):
        # The assertion is a peer's input, and py_webauthn lets some parse errors of its helpers through.
        return PasskeyResult(SIGNATURE_INVALID)
    return PasskeyResult(None, verified.new_sign_count)

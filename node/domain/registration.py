"""What a browser is offered in a passkey ceremony, and whether a new passkey is genuine.

Decides whether a registration satisfies W3C Web Authentication Level 3, section 7.1, with user verification
required. Only ES256, because the bound key travels to recipients as a P-256 JWK. Signatures are checked by
`passkey`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from node.domain import base64url
from node.domain.jwk import jwk_of_cose
from node.domain.passkey import RelyingParty
from node.errors import InvalidInput

CEREMONY_TIMEOUT_MS = 120_000
"""How long a browser waits for the customer; inside the 30 to 300 s that section 15.1 recommends."""

INVALID = "passkey.invalid"

_ALGORITHMS = [COSEAlgorithmIdentifier.ECDSA_SHA_256]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a registration gave.

    Attributes:
        credential_id: base64url.
        jwk: public key, P-256.
        sign_count: the authenticator's counter; 0 where it has none.
    """

    credential_id: str
    jwk: dict[str, str]
    sign_count: int


def registration_options(
    site: RelyingParty, *, name: str, user_handle: bytes, user_name: str, challenge: bytes
) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON for a discoverable, user-verifying passkey.

    Args:
        site: this node.
        name: the member's legal name.
        user_handle: random; it says nothing about the person.
        user_name: what the customer's device shows beside the passkey.
        challenge: random bytes.
    """
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=name,
        user_id=user_handle,
        user_name=user_name,
        challenge=challenge,
        timeout=CEREMONY_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        supported_pub_key_algs=_ALGORITHMS,
    )
    return dict(options_to_json_dict(options))


def assertion_options(site: RelyingParty, *, challenge: bytes) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON; the customer picks among the passkeys of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=CEREMONY_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options_to_json_dict(options))


def verify_registration(site: RelyingParty, credential: Mapping[str, Any], *, challenge: bytes) -> NewPasskey:
    """Check a RegistrationResponseJSON.

    Raises:
        InvalidInput: not a valid answer to this challenge ("passkey.invalid"), or not ES256 ("key.not_p256").
    """
    try:
        verified = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        # The answer is a browser's input, and py_webauthn lets some parse errors of its helpers through.
        raise invalid_passkey() from error
    return NewPasskey(
        credential_id=base64url.encode(verified.credential_id),
        jwk=jwk_of_cose(verified.credential_public_key),
        sign_count=verified.sign_count,
    )


def credential_id_of(credential: Mapping[str, Any]) -> str:
    """Which passkey an answer claims to come from.

    Raises:
        InvalidInput: there is none in the answer ("passkey.invalid").
    """
    claimed = credential.get("id")
    if not isinstance(claimed, str):
        raise invalid_passkey()
    base64url.decode(claimed, code=INVALID)
    return claimed


def invalid_passkey() -> InvalidInput:
    """The one answer to a passkey that does not satisfy: which check failed would only help an attacker."""
    return InvalidInput(
        INVALID,
        "the passkey's answer is not valid for this request",
        hint="start again and use the passkey made for this institution",
    )

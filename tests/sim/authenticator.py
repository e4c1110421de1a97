"""A software passkey: the authenticator and the browser's part of a WebAuthn ceremony.

Performs the real ceremony with a real ES256 key: it makes client data, authenticator data, COSE key and
signature as WebAuthn Level 3 says, so servers verify its answers with the same code as a phone's. What it has
not: hardware that guards the key, and a person. `user_verified` stands for the fingerprint. Attestation
format "none". Used by tests and by the command-line demo, which has no browser.

Spec: WebAuthn Level 3 sections 5.8.1 (client data), 6.1 (authenticator data), 6.5 (attestation), 7.1, 7.2.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from node.domain import base64url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CREDENTIAL_ID_BYTES = 32
AAGUID = bytes(16)
"""All zero: no make and model is claimed."""

ES256 = -7

# Flags of authenticator data, WebAuthn section 6.1.
_USER_PRESENT, _USER_VERIFIED, _ATTESTED_DATA = 0x01, 0x04, 0x40


class CeremonyRefused(Exception):
    """The browser or authenticator would have refused; the message says why."""


@dataclass
class _Passkey:
    key: ec.EllipticCurvePrivateKey
    rp_id: str
    user_handle: str
    sign_count: int = 0


@dataclass
class SoftwareAuthenticator:
    """Holds passkeys of one person.

    Attributes:
        randomness: for credential ids.
        user_verified: whether the person passes the fingerprint check.
        user_present: whether the person touches the device.
    """

    randomness: Callable[[int], bytes]
    user_verified: bool = True
    user_present: bool = True
    _passkeys: dict[str, _Passkey] = field(default_factory=dict, repr=False)

    def create(self, options: Mapping[str, Any], *, origin: str) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`.

        Args:
            options: PublicKeyCredentialCreationOptionsJSON.
            origin: of the page that asks, e.g. "http://localhost:8800".

        Returns:
            RegistrationResponseJSON.

        Raises:
            CeremonyRefused: the site may not use this rp id, wants another algorithm, or excludes this
                passkey.
        """
        rp_id = _rp_id(options["rp"].get("id"), origin)
        if ES256 not in {parameter["alg"] for parameter in options["pubKeyCredParams"]}:
            raise CeremonyRefused("only ES256 is spoken here")
        if any(item["id"] in self._passkeys for item in options.get("excludeCredentials", [])):
            raise CeremonyRefused("a passkey for this account is already here")
        identifier = self.randomness(CREDENTIAL_ID_BYTES)
        passkey = _Passkey(ec.generate_private_key(ec.SECP256R1()), rp_id, options["user"]["id"])
        self._passkeys[base64url.encode(identifier)] = passkey
        client_data = _client_data("webauthn.create", options["challenge"], origin)
        attested = AAGUID + len(identifier).to_bytes(2) + identifier + _cose(passkey.key)
        authenticator_data = self._authenticator_data(passkey, _ATTESTED_DATA) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": authenticator_data})
        return _credential(
            base64url.encode(identifier),
            {
                "clientDataJSON": base64url.encode(client_data),
                "attestationObject": base64url.encode(attestation),
                "transports": ["internal"],
            },
        )

    def get(self, options: Mapping[str, Any], *, origin: str) -> dict[str, Any]:
        """Answer `navigator.credentials.get()`.

        Args:
            options: PublicKeyCredentialRequestOptionsJSON.
            origin: of the page that asks.

        Returns:
            AuthenticationResponseJSON.

        Raises:
            CeremonyRefused: the site may not use this rp id, or no passkey here answers to it.
        """
        rp_id = _rp_id(options.get("rpId"), origin)
        allowed = [item["id"] for item in options.get("allowCredentials", [])]
        identifier, passkey = self._choose(rp_id, allowed)
        passkey.sign_count += 1
        client_data = _client_data("webauthn.get", options["challenge"], origin)
        authenticator_data = self._authenticator_data(passkey)
        signed = authenticator_data + sha256(client_data).digest()
        return _credential(
            identifier,
            {
                "clientDataJSON": base64url.encode(client_data),
                "authenticatorData": base64url.encode(authenticator_data),
                "signature": base64url.encode(passkey.key.sign(signed, ec.ECDSA(SHA256()))),
                "userHandle": passkey.user_handle,
            },
        )

    def _choose(self, rp_id: str, allowed: list[str]) -> tuple[str, _Passkey]:
        for identifier, passkey in self._passkeys.items():
            if passkey.rp_id == rp_id and (not allowed or identifier in allowed):
                return identifier, passkey
        raise CeremonyRefused("no passkey for this site")

    def _authenticator_data(self, passkey: _Passkey, more: int = 0) -> bytes:
        present = _USER_PRESENT if self.user_present else 0
        verified = _USER_VERIFIED if self.user_verified else 0
        flags = present | verified | more
        return sha256(passkey.rp_id.encode()).digest() + bytes([flags]) + passkey.sign_count.to_bytes(4)


def _rp_id(asked: str | None, origin: str) -> str:
    """The rp id in effect; a page may only use its own host or a parent domain of it."""
    host = urlsplit(origin).hostname or ""
    rp_id = asked or host
    if host != rp_id and not host.endswith("." + rp_id):
        raise CeremonyRefused("the page may not use this rp id")
    return rp_id


def _client_data(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps(
        {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}, separators=(",", ":")
    ).encode()


def _cose(key: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = key.public_key().public_numbers()
    return cbor2.dumps({1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})


def _credential(identifier: str, response: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": identifier,
        "rawId": identifier,
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "clientExtensionResults": {},
        "response": response,
    }

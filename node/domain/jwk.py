"""Three spellings of one P-256 public key: on chain (x ‖ y), JWK, COSE.

Does not hold or make private keys.
Spec: RFC 7517/7518 (JWK), RFC 9053 section 7.1 (COSE EC2), SEC 1 for the point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)

from node.domain import base64url
from node.errors import InvalidInput

Jwk = Mapping[str, str]
"""{"kty": "EC", "crv": "P-256", "x", "y"} and nothing else."""

COORDINATE_BYTES = 32
"""Bytes of one P-256 coordinate."""

POINT_BYTES = 2 * COORDINATE_BYTES
"""Bytes of x ‖ y, the form of the record key on chain."""

_CODE = "key.not_p256"
# COSE_Key labels and values: kty EC2, alg ES256, crv P-256 (RFC 9053 tables 1, 18, 19).
_COSE_KTY, _COSE_ALG, _COSE_CRV, _COSE_X, _COSE_Y = 1, 3, -1, -2, -3
_COSE_EC2, _COSE_ES256, _COSE_P256 = 2, -7, 1


def jwk_of_point(point: bytes) -> dict[str, str]:
    """JWK of x ‖ y (64 bytes).

    Raises:
        InvalidInput: not a point on P-256 ("key.not_p256").
    """
    if len(point) != POINT_BYTES:
        raise InvalidInput(_CODE, "a P-256 point has 64 bytes")
    _on_curve(point)
    x, y = point[:COORDINATE_BYTES], point[COORDINATE_BYTES:]
    return {"kty": "EC", "crv": "P-256", "x": base64url.encode(x), "y": base64url.encode(y)}


def point_of_jwk(jwk: Mapping[str, Any]) -> bytes:
    """Point x ‖ y (64 bytes) of a public JWK.

    Raises:
        InvalidInput: not exactly a P-256 public key on the curve ("key.not_p256").
    """
    if set(jwk) != {"kty", "crv", "x", "y"} or (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
        raise InvalidInput(_CODE, "not a P-256 public JWK")
    point = b"".join(base64url.decode(jwk[name], code=_CODE, length=COORDINATE_BYTES) for name in ("x", "y"))
    _on_curve(point)
    return point


def point_of_key(key: EllipticCurvePublicKey) -> bytes:
    """Point x ‖ y (64 bytes) of a P-256 key object."""
    numbers = key.public_numbers()
    return numbers.x.to_bytes(COORDINATE_BYTES) + numbers.y.to_bytes(COORDINATE_BYTES)


def cose_of_jwk(jwk: Mapping[str, Any]) -> bytes:
    """COSE_Key bytes of a public JWK, as WebAuthn libraries expect."""
    point = point_of_jwk(jwk)
    return cbor2.dumps(
        {
            _COSE_KTY: _COSE_EC2,
            _COSE_ALG: _COSE_ES256,
            _COSE_CRV: _COSE_P256,
            _COSE_X: point[:COORDINATE_BYTES],
            _COSE_Y: point[COORDINATE_BYTES:],
        }
    )


def jwk_of_cose(cose: bytes) -> dict[str, str]:
    """Public JWK of an ES256 COSE_Key, as a passkey registration gives it.

    Raises:
        InvalidInput: another kind of key ("key.not_p256").
    """
    try:
        fields = cbor2.loads(cose)
        kind = (fields[_COSE_KTY], fields[_COSE_ALG], fields[_COSE_CRV])
        point = bytes(fields[_COSE_X]) + bytes(fields[_COSE_Y])
    except (cbor2.CBORDecodeError, LookupError, TypeError, ValueError) as error:
        raise InvalidInput(_CODE, "not a COSE key") from error
    if kind != (_COSE_EC2, _COSE_ES256, _COSE_P256):
        raise InvalidInput(_CODE, "the passkey is not ES256", hint="Offer only ES256 (-7) at registration.")
    return jwk_of_point(point)


def _on_curve(point: bytes) -> None:
    x, y = (int.from_bytes(point[i : i + COORDINATE_BYTES]) for i in (0, COORDINATE_BYTES))
    try:
        EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    except ValueError as error:
        raise InvalidInput(_CODE, "the point is not on P-256") from error

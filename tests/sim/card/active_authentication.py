"""Active authentication of a virtual passport: its own key, and the answers it signs with it.

ICAO Doc 9303 part 11, 6.1. What makes a chip more than a copy of its files.
"""

from __future__ import annotations

import os
from hashlib import new as new_digest

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.sim.card import encode
from tests.sim.card.certificate import SigningKey


def active_groups(key: SigningKey) -> dict[int, bytes]:
    """DG15 with the public half of a key for active authentication; for ECDSA also DG14, naming SHA-256."""
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    groups = {15: encode.tlv(0x6F, spki)}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        protocol, algorithm = bytes.fromhex("678108010105"), bytes.fromhex("04007F00070101040103")
        info = encode.tlv(0x06, protocol) + bytes.fromhex("020101") + encode.tlv(0x06, algorithm)
        groups[14] = encode.tlv(0x6E, encode.tlv(0x31, encode.tlv(0x30, info)))
    return groups


def sign_challenge(key: SigningKey, challenge: bytes, digest: str) -> bytes:
    """Active authentication, the chip's side: plain ECDSA, or RSA as ISO/IEC 9796-2 scheme 1."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        half = (key.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(challenge, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(half, "big") + s.to_bytes(half, "big")
    trailer = b"\xbc" if digest == "sha1" else {"sha256": b"\x34\xcc", "sha512": b"\x35\xcc"}[digest]
    size = key.key_size // 8
    own = os.urandom(size - 1 - new_digest(digest).digest_size - len(trailer))
    opened = b"\x6a" + own + new_digest(digest, own + challenge).digest() + trailer
    numbers, value = key.private_numbers(), int.from_bytes(opened, "big")
    by_p, by_q = pow(value, numbers.dmp1, numbers.p), pow(value, numbers.dmq1, numbers.q)
    signed = by_q + numbers.q * ((by_p - by_q) * numbers.iqmp % numbers.p)  # RFC 8017, 5.2.1
    return min(signed, numbers.public_numbers.n - signed).to_bytes(size, "big")

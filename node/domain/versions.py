"""The salted versions of a record: what is anchored, and what one recipient will see.

Each version carries fresh salts, so that two recipients hold no digest in common. Only salts and the leaf
secret need to be kept; digests and disclosures are recomputed from the record. Does not sign.

Spec: RFC 9901 (SD-JWT): disclosures `[salt, name, value]`, `_sd` digests, here inside
`verified_claims.claims`.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from node.domain import base64url, days
from node.domain.attributes import Attribute
from node.domain.canonical import canonical_bytes, canonical_digest
from node.domain.commitments import leaf_value
from node.errors import Corrupt, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from node.domain.ids import Ledger
    from node.domain.merkle import Randomness
    from node.domain.record import VerificationRecord

VERSION_COUNT = 16
"""Versions made at a time: the number of releases before new ones must be anchored."""

SALT_BYTES = 32
"""256 bits; RFC 9901 section 9.3 recommends at least 128."""

SECRET_BYTES = 32
"""Bytes of a leaf secret."""

CREDENTIAL_TYPE = "urn:rireki:identity:1"
"""`vct` of SD-JWT VC."""


@dataclass(frozen=True, slots=True)
class SaltedVersion:
    """The secrets of one version; destroying them makes its leaf meaningless.

    Attributes:
        number: position among the record's versions, from 0.
        salts: one per attribute.
        leaf_secret: 32 bytes.
    """

    number: int
    salts: Mapping[Attribute, bytes]
    leaf_secret: bytes

    def to_json(self) -> dict[str, Any]:
        """JSON form for the vault."""
        return {
            "number": self.number,
            "salts": {name.value: base64url.encode(salt) for name, salt in self.salts.items()},
            "leaf_secret": base64url.encode(self.leaf_secret),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> SaltedVersion:
        """Read back what `to_json` wrote.

        Raises:
            Corrupt: it is not that ("version.corrupt").
        """
        try:
            salts = {
                Attribute(n): base64url.decode(s, code="version.corrupt") for n, s in body["salts"].items()
            }
            secret = base64url.decode(body["leaf_secret"], code="version.corrupt", length=SECRET_BYTES)
            return cls(number=int(body["number"]), salts=salts, leaf_secret=secret)
        except (KeyError, TypeError, ValueError, InvalidInput) as error:
            raise Corrupt("version.corrupt", "the secrets of a salted version cannot be read") from error


def make_versions(
    attributes: Iterable[Attribute], *, randomness: Randomness, count: int = VERSION_COUNT, first: int = 0
) -> tuple[SaltedVersion, ...]:
    """Draw the secrets of `count` versions, numbered from `first`."""
    names = tuple(attributes)
    return tuple(
        SaltedVersion(
            number=number,
            salts={name: randomness(SALT_BYTES) for name in names},
            leaf_secret=randomness(SECRET_BYTES),
        )
        for number in range(first, first + count)
    )


def disclosures(record: VerificationRecord, version: SaltedVersion) -> dict[Attribute, str]:
    """The disclosure of each attribute, as RFC 9901 encodes it."""
    claims = record.verified_claims["claims"]
    return {
        name: base64url.encode(canonical_bytes([base64url.encode(salt), name.value, claims[name.value]]))
        for name, salt in version.salts.items()
    }


def disclosure_digest(disclosure: str) -> str:
    """The `_sd` entry of a disclosure."""
    return base64url.encode(sha256(disclosure.encode("ascii")).digest())


def unsigned_core(record: VerificationRecord, version: SaltedVersion) -> dict[str, Any]:
    """What is anchored: the credential without audience, consent and times of the release.

    Raises:
        InvalidInput: the record may not be released ("record.not_attestable").
    """
    if not record.is_attestable or record.passkey is None:
        raise InvalidInput(
            "record.not_attestable",
            "the record has no passkey or rests on another member's record",
            hint="Bind a passkey, or verify the customer yourself.",
        )
    # Sorted, so that positions tell nothing about which digest is which attribute (RFC 9901 section 4.2.4.1).
    digests = sorted(disclosure_digest(d) for d in disclosures(record, version).values())
    core: dict[str, Any] = {
        "vct": CREDENTIAL_TYPE,
        "_sd_alg": "sha-256",
        "verified_claims": {
            "verification": record.verified_claims["verification"],
            "claims": {"_sd": digests},
        },
        "cnf": {"jwk": dict(record.passkey)},
    }
    if record.bound_at is not None:
        core["bound_at"] = days.to_text(record.bound_at)
    return core


def version_digest(core: Mapping[str, Any]) -> bytes:
    """SHA-256 of the core's canonical bytes, 32 bytes."""
    return canonical_digest(core)


def leaf_of(record: VerificationRecord, version: SaltedVersion, ledger: Ledger) -> bytes:
    """The leaf value to anchor for one version, 32 bytes."""
    return leaf_value(
        chain_id=ledger.chain_id,
        contract=ledger.contract,
        issuer_id=record.issuer,
        version_digest=version_digest(unsigned_core(record, version)),
        secret=version.leaf_secret,
    )

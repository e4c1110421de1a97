"""What a recipient asks of an issuer: one self-contained, strictly parsed object.

It travels as the single entry of `authorization_details`, so its digest names the whole question; redirect,
state and PKCE stay in the OAuth layer. Does not decide whether to grant.

Spec: RFC 9396 (Rich Authorization Requests) for the envelope; RFC 8785 for the digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from node.domain import base64url, days
from node.domain.attributes import Attribute
from node.domain.canonical import canonical_digest
from node.domain.ids import MemberId
from node.domain.legal_basis import LegalBasis, basis_of
from node.domain.methods import method_of
from node.errors import InvalidInput

if TYPE_CHECKING:
    from node.domain.merkle import Randomness

REQUEST_TYPE = "urn:rireki:reuse:1"

REQUEST_LIFETIME_S = 15 * 60
"""From request to signed consent; protocol rule 4."""

NONCE_BYTES = 32

MAX_MAX_AGE_DAYS = 3_650
"""Upper bound of the field, ten years: longer than any document in the catalogue is valid."""

_FIELDS = frozenset(
    {
        "type",
        "issuer",
        "recipient",
        "purpose",
        "attributes",
        "optional_attributes",
        "legal_basis",
        "methods",
        "max_age_days",
        "nonce",
        "issued_at",
        "expires_at",
    }
)


class Purpose(StrEnum):
    """Why the recipient asks.

    A closed list, so that the consent page shows a reviewed sentence and never a peer's text.
    """

    ACCOUNT_OPENING = "account_opening"
    SECURITIES_ACCOUNT = "securities_account"
    CUSTOMER_DATA_REFRESH = "customer_data_refresh"


@dataclass(frozen=True, slots=True)
class ReuseRequest:
    """One question by one recipient to one issuer.

    Attributes:
        issuer: who verified the customer, as the customer said.
        recipient: who asks.
        purpose: why.
        attributes: without which the release is useless to the recipient.
        optional_attributes: which the customer may untick.
        legal_basis: the rule that the recipient relies on.
        methods: stable ids of the methods it accepts.
        max_age_days: days (JST) since the verification.
        nonce: 32 random bytes.
        issued_at: seconds since 1970.
        expires_at: seconds since 1970; consent must be signed by then.
    """

    issuer: MemberId
    recipient: MemberId
    purpose: Purpose
    attributes: tuple[Attribute, ...]
    optional_attributes: tuple[Attribute, ...]
    legal_basis: LegalBasis
    methods: tuple[str, ...]
    max_age_days: int
    nonce: bytes
    issued_at: int
    expires_at: int

    def to_json(self) -> dict[str, Any]:
        """The entry of `authorization_details`."""
        return {
            "type": REQUEST_TYPE,
            "issuer": self.issuer,
            "recipient": self.recipient,
            "purpose": self.purpose.value,
            "attributes": [a.value for a in self.attributes],
            "optional_attributes": [a.value for a in self.optional_attributes],
            "legal_basis": self.legal_basis.name,
            "methods": list(self.methods),
            "max_age_days": self.max_age_days,
            "nonce": base64url.encode(self.nonce),
            "issued_at": days.to_text(self.issued_at),
            "expires_at": days.to_text(self.expires_at),
        }

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical form, 32 bytes."""
        return canonical_digest(self.to_json())

    @property
    def offered(self) -> tuple[Attribute, ...]:
        """Everything the customer is asked for."""
        return (*self.attributes, *self.optional_attributes)


def new_request(
    *,
    issuer: MemberId,
    recipient: MemberId,
    purpose: Purpose,
    attributes: Sequence[Attribute],
    optional_attributes: Sequence[Attribute] = (),
    legal_basis: LegalBasis,
    methods: Sequence[str],
    max_age_days: int,
    now: int,
    randomness: Randomness,
) -> ReuseRequest:
    """Ask; expires after `REQUEST_LIFETIME_S`.

    Raises:
        InvalidInput: as `parse_request`.
    """
    request = ReuseRequest(
        issuer=issuer,
        recipient=recipient,
        purpose=purpose,
        attributes=tuple(attributes),
        optional_attributes=tuple(optional_attributes),
        legal_basis=legal_basis,
        methods=tuple(methods),
        max_age_days=max_age_days,
        nonce=randomness(NONCE_BYTES),
        issued_at=now,
        expires_at=now + REQUEST_LIFETIME_S,
    )
    return parse_request(request.to_json())


def parse_request(body: Any) -> ReuseRequest:
    """Read an `authorization_details` entry.

    Raises:
        InvalidInput: fields missing or unknown ("request.malformed"), or one out of bounds:
            "request.parties", "request.purpose", "request.attributes", "legal_basis.unknown",
            "method.unknown", "request.methods", "request.max_age", "request.nonce", "time.malformed",
            "request.lifetime".
    """
    if not isinstance(body, Mapping) or set(body) != _FIELDS or body["type"] != REQUEST_TYPE:
        raise InvalidInput("request.malformed", "the reuse request lacks a field or has an unknown one")
    issuer, recipient = _parties(body)
    required, optional = _attributes(body)
    issued_at, expires_at = _lifetime(body)
    return ReuseRequest(
        issuer=issuer,
        recipient=recipient,
        purpose=_purpose(body["purpose"]),
        attributes=required,
        optional_attributes=optional,
        legal_basis=basis_of(_text(body["legal_basis"])),
        methods=_methods(body["methods"]),
        max_age_days=_max_age(body["max_age_days"]),
        nonce=base64url.decode(_text(body["nonce"]), code="request.nonce", length=NONCE_BYTES),
        issued_at=issued_at,
        expires_at=expires_at,
    )


def _parties(body: Mapping[str, Any]) -> tuple[MemberId, MemberId]:
    issuer, recipient = body["issuer"], body["recipient"]
    if not (_is_member(issuer) and _is_member(recipient)) or issuer == recipient:
        raise InvalidInput("request.parties", "issuer and recipient must be two different member ids")
    return MemberId(issuer), MemberId(recipient)


def _is_member(value: Any) -> bool:
    return type(value) is int and 0 < value < 1 << 16


def _attributes(body: Mapping[str, Any]) -> tuple[tuple[Attribute, ...], tuple[Attribute, ...]]:
    try:
        required = tuple(Attribute(name) for name in _list(body["attributes"]))
        optional = tuple(Attribute(name) for name in _list(body["optional_attributes"]))
    except ValueError as error:
        raise InvalidInput("request.attributes", "an attribute is unknown") from error
    if not required or len({*required, *optional}) != len(required) + len(optional):
        raise InvalidInput("request.attributes", "no attribute is required, or one is named twice")
    return required, optional


def _lifetime(body: Mapping[str, Any]) -> tuple[int, int]:
    issued_at, expires_at = days.from_text(body["issued_at"]), days.from_text(body["expires_at"])
    if not 0 < expires_at - issued_at <= REQUEST_LIFETIME_S:
        raise InvalidInput("request.lifetime", "a reuse request lives at most 15 minutes")
    return issued_at, expires_at


def _purpose(value: Any) -> Purpose:
    try:
        return Purpose(value)
    except ValueError:
        raise InvalidInput(
            "request.purpose", "no such purpose", hint=f"One of {', '.join(Purpose)}."
        ) from None


def _methods(value: Any) -> tuple[str, ...]:
    names = tuple(_text(name) for name in _list(value))
    if not names or len(set(names)) != len(names):
        raise InvalidInput("request.methods", "no method is allowed, or one is named twice")
    return tuple(method_of(name).id for name in names)


def _max_age(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MAX_MAX_AGE_DAYS:
        raise InvalidInput(
            "request.max_age", f"the maximum age is a number of days from 0 to {MAX_MAX_AGE_DAYS}"
        )
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidInput("request.malformed", "a list is expected")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput("request.malformed", "a string is expected")
    return value

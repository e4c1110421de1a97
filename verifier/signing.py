"""Verify a customer by the signature of the My Number card's JPKI application ("jp.jpki.sign").

Decides the order: card, then revocation, then the policy's verdict. No face, no liveness, no model: the
signature itself is the customer's act. When the password did not open the card, nothing was learnt about the
person, so the attempt ends in an error and may be repeated, by a person. Clause: see `node.domain.methods`;
the operator needs an approval of its own (verifier/card/jpki).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from verifier.card import chain
from verifier.card.jpki import (
    JpkiSignature,
    NoRevocationSource,
    RevocationSource,
    check_revocation,
    sign_with_card,
)
from verifier.card.transport import OpenCard
from verifier.card.trust import TrustStore
from verifier.errors import InvalidInput
from verifier.policy import JPKI_SIGN
from verifier.types import DocumentDetails, Verdict
from verifier.verification.findings import Findings
from verifier.verification.stages import Stages
from verifier.verification.verdict import assemble

CARD, REVOCATION = "card", "revocation"
"""Names of the stages, as reported to `on_stage`."""

CERTIFICATE_FILE: Final = "jpki-certificate.der"
SIGNATURE_FILE: Final = "jpki-signature.bin"
DATA_FILE: Final = "jpki-transaction.json"
"""Attachments of the verdict: what the ordinance has a record keep of an electronic signature."""

_HINTS: Final = {
    "jpki.password_locked": "the signature password is locked; only a municipal office unlocks it",
    "jpki.tries_exhausted_guard": "too few tries are left; use another method of verification",
}


@dataclass(frozen=True, slots=True)
class SigningEngine:
    """Verifies by signature. Holds no model; may be used by several threads, one card at a time.

    Attributes:
        trust: pinned authorities, purpose "jpki.sign".
        open_card: where the card comes from.
        now: aware datetime, UTC.
        tries_floor: with this many password tries left or fewer nothing is sent to a card.
        revocation: whom to ask; by default nobody, and then nobody is verified.
    """

    trust: TrustStore
    open_card: OpenCard
    now: Callable[[], datetime]
    tries_floor: int
    revocation: RevocationSource = field(default_factory=NoRevocationSource)

    def verify_jpki_sign(
        self, data: bytes, *, sign_password: str, on_stage: Callable[[str], None]
    ) -> Verdict:
        """Let the customer sign `data`, and judge the signature.

        Args:
            data: the transaction data, bound to this case.
            sign_password: as the customer typed it; sent to the card at most once.
            on_stage: called with each stage's name as it begins.

        Raises:
            InvalidInput: the card did not accept the password, or none may be sent ("jpki.password_*",
                "jpki.tries_*"), or card data is malformed ("card.*").
            Unavailable: card or reader away ("card.*").
        """
        run, at = Stages(on_stage), self.now()
        with run.stage(CARD), self.open_card() as card:
            signed = sign_with_card(
                card,
                sign_password=sign_password,
                data=data,
                trust=self.trust,
                at=at,
                tries_floor=self.tries_floor,
            )
        _require_opened(signed)
        checks = list(signed.checks)
        if signed.holder and signed.certificate and signed.issuer:
            with run.stage(REVOCATION):
                checks.append(check_revocation(self.revocation, signed.certificate, signed.issuer, at=at))
        return assemble(JPKI_SIGN, checks, _findings(signed, data), at=self.now(), seconds=run.seconds)


def _require_opened(signed: JpkiSignature) -> None:
    opened = signed.checks[0]
    if opened.code is not None:
        hint = _HINTS.get(opened.code, "let the customer type the signature password again, with care")
        raise InvalidInput(opened.code, "the card did not open", hint=hint)


def _findings(signed: JpkiSignature, data: bytes) -> Findings:
    issuer = chain.key_id(signed.certificate) if signed.certificate else None
    return Findings(
        person=signed.holder.person if signed.holder else None,
        document=DocumentDetails("mynumber_card", None, issuer),
        files=_attachments(signed, data),
    )


def _attachments(signed: JpkiSignature, data: bytes) -> dict[str, bytes]:
    if signed.certificate is None or signed.signature is None:
        return {}
    certificate = signed.certificate.public_bytes(Encoding.DER)
    return {CERTIFICATE_FILE: certificate, SIGNATURE_FILE: signed.signature, DATA_FILE: data}

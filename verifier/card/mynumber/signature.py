"""The signature recipe of a My Number card, as check results.

Decides: issuer certificate against the trust store, the visual record's three-digest signature, the text
record's digest and its signature, the chip's answer to a challenge, expiry. Three-valued: an unknown issuer
is not a bad signature.

What it does not decide: revocation (there is none for 券面 data), and whether the text application's own key
is in this chip: the challenge is made in the visual application only, and the text record is tied to it by
birth date and sex. Recipe confirmed on a JPKI test card (myna-card).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from verifier.card import apdu
from verifier.card.rsa import digest_info, digest_info_of_three, is_signed
from verifier.types import CheckResult, Outcome

if TYPE_CHECKING:
    from datetime import date

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from verifier.card.mynumber.files import CardCertificate, IntegrityRecord, TextRecord, VisualRecord
    from verifier.card.mynumber.pin import PinB
    from verifier.card.transport import Transport
    from verifier.card.trust import TrustStore

ISSUER: Final = "chip.issuer_certificate"
DATA: Final = "chip.data_signature"
TEXT: Final = "chip.text_integrity"
CHALLENGE: Final = "chip.challenge"
EXPIRY: Final = "chip.expiry"


def check_issuer(certificate: CardCertificate, trust: TrustStore) -> CheckResult:
    """Visual EF 0004 against the trust store.

    Returns:
        "chip.issuer_unknown" (undecided), "chip.issuer_certificate_invalid".
    """
    authority = trust.key(certificate.authority_key_id)
    if authority is None:
        return CheckResult(ISSUER, Outcome.UNDECIDED, "chip.issuer_unknown")
    return _result(ISSUER, "chip.issuer_certificate_invalid", ok=_certifies(authority, certificate))


def check_data(record: VisualRecord, certificate: CardCertificate) -> CheckResult:
    """Visual EF 0002 under the certified key: "chip.data_signature_invalid"."""
    prepared = digest_info_of_three(record.groups)
    signed = is_signed(certificate.key, record.signature, prepared)
    return _result(DATA, "chip.data_signature_invalid", ok=signed)


def check_challenge(transport: Transport, card_key: RSAPublicKey, challenge: bytes) -> CheckResult:
    """Let the chip sign a fresh challenge: "chip.challenge_refused", "chip.challenge_invalid".

    Args:
        transport: the card, visual application selected.
        card_key: from a record whose signature passed; any other key proves nothing.
        challenge: fresh random bytes.
    """
    prepared = digest_info(challenge)
    answer = apdu.exchange(transport, apdu.sign(prepared))
    if not answer.ok:
        facts = {"sw": f"{answer.sw:04X}"}
        return CheckResult(CHALLENGE, Outcome.FAILED, "chip.challenge_refused", facts=facts)
    return _result(CHALLENGE, "chip.challenge_invalid", ok=is_signed(card_key, answer.data, prepared))


def check_text_certificate(certificate: CardCertificate, trust: TrustStore) -> CheckResult:
    """Text EF 0004: "chip.text_issuer_unknown" (undecided), "chip.text_certificate_invalid"."""
    authority = trust.key(certificate.authority_key_id)
    if authority is None:
        return CheckResult(TEXT, Outcome.UNDECIDED, "chip.text_issuer_unknown")
    return _result(TEXT, "chip.text_certificate_invalid", ok=_certifies(authority, certificate))


def check_text(
    text: TextRecord,
    integrity: IntegrityRecord,
    certificate: CardCertificate,
    *,
    visual: VisualRecord,
    pin: PinB,
) -> CheckResult:
    """Text EF 0002 and 0003 under their certificate, and against what is known of the person.

    Returns:
        First thing wrong: "chip.text_signature_invalid", "chip.text_digest_mismatch",
            "chip.birth_date_mismatch"
        (text against visual), "chip.sex_mismatch", "chip.pin_birth_mismatch" (chip against the presented
        code).
    """
    person = text.person
    expectations = {
        "chip.text_signature_invalid": is_signed(
            certificate.key, integrity.signature, digest_info(integrity.signed)
        ),
        "chip.text_digest_mismatch": integrity.record_digest == sha256(text.digested).digest(),
        "chip.birth_date_mismatch": person.birth_date == visual.birth_date,
        "chip.sex_mismatch": person.sex == visual.sex,
        "chip.pin_birth_mismatch": pin.fits_birth_date(visual.birth_date),
    }
    broken = next((code for code, holds in expectations.items() if not holds), None)
    return _result(TEXT, broken or "", ok=broken is None)


def check_expiry(expires_on: date, *, today: date, pin: PinB) -> CheckResult:
    """Expiry against today and, since no signature covers it, against the code the chip accepted.

    Returns:
        "chip.expired" the day after `expires_on`; "chip.expiry_mismatch" when the code names another year.
    """
    if not pin.fits_expiry(expires_on):
        return CheckResult(EXPIRY, Outcome.FAILED, "chip.expiry_mismatch")
    return _result(EXPIRY, "chip.expired", ok=today <= expires_on)


def _certifies(authority: RSAPublicKey, certificate: CardCertificate) -> bool:
    return is_signed(authority, certificate.signature, digest_info(certificate.body))


def _result(check: str, code: str, *, ok: bool) -> CheckResult:
    return CheckResult(check, Outcome.PASSED) if ok else CheckResult(check, Outcome.FAILED, code)

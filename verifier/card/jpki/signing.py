"""Let a My Number card sign transaction data, and check signature and certificate.

Decides the order of steps: each depends on the one before, and the first that does not pass ends the signing,
leaving the rest NOT_PERFORMED. Does not ask about revocation (`revocation`), because that takes seconds and
the card should not lie powered meanwhile. The four-digit PIN and the authentication key are never used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from verifier.card import apdu, chain
from verifier.card.jpki import holder, layout, password
from verifier.card.jpki.holder import Holder
from verifier.card.jpki.password import SignPassword
from verifier.card.rsa import digest_info
from verifier.card.transport import CountingTransport, Transport
from verifier.card.trust import JPKI_SIGN, TrustStore
from verifier.errors import InvalidInput
from verifier.types import CheckResult, Outcome

CERTIFICATE: Final = "jpki.certificate"
SIGNATURE: Final = "jpki.signature"

CHECKS: Final = (password.PASSWORD, CERTIFICATE, SIGNATURE, holder.SUBSTITUTES)
"""Order of report."""

MIN_TRIES_FLOOR: Final = 1
"""The last try is never spent by a machine."""

_CERTIFICATE_CODES: Final = {
    chain.Fault.ISSUER_UNKNOWN: "jpki.issuer_unknown",
    chain.Fault.INVALID: "jpki.certificate_invalid",
    chain.Fault.EXPIRED: "jpki.certificate_expired",
}


@dataclass(frozen=True, slots=True)
class JpkiSignature:
    """What came of a signing.

    Attributes:
        checks: see CHECKS.
        holder: attributes from the certificate; None unless certificate and signature passed.
        certificate: the signing certificate; None when it was not read.
        issuer: the pinned authority that issued it; None when unknown.
        signature: PKCS#1 v1.5 with SHA-256 over the transaction data; None when none was made.
        tries_left_before: password tries the card reported; None when it does not tell.
        apdus: number of command APDUs sent.
    """

    checks: tuple[CheckResult, ...]
    holder: Holder | None
    certificate: x509.Certificate | None = field(repr=False)
    issuer: x509.Certificate | None
    signature: bytes | None = field(repr=False)
    tries_left_before: int | None
    apdus: int

    @property
    def accepted(self) -> bool:
        """Whether the password opened the card."""
        return self.checks[0].passed


def jpki_tries_left(transport: Transport) -> int | None:
    """How many tries the signature password has left; spends none.

    Returns:
        The counter, 0 when locked, None when the card does not tell.

    Raises:
        InvalidInput: no My Number card ("card.no_jpki", "card.jpki_token_unknown").
        Unavailable: card or reader gone.
    """
    _open(transport)
    return password.read_tries_left(transport)


def sign_with_card(
    transport: Transport,
    *,
    sign_password: str,
    data: bytes,
    trust: TrustStore,
    at: datetime,
    tries_floor: int,
) -> JpkiSignature:
    """Let the holder sign.

    Args:
        transport: a freshly reset card.
        sign_password: as the customer typed it; sent at most once.
        data: the transaction data.
        trust: pinned authorities, purpose "jpki.sign".
        at: aware moment at which the certificate must be valid.
        tries_floor: at this many tries or fewer the password is not sent.

    Raises:
        InvalidInput: malformed password (before any command is sent), floor or card data ("jpki.*",
            "card.*").
        Unavailable: card or reader gone ("card.*").
    """
    if tries_floor < MIN_TRIES_FLOOR:
        raise InvalidInput(
            "card.tries_floor", f"the tries floor is below {MIN_TRIES_FLOOR}", hint="set it to 1 or more"
        )
    with SignPassword(sign_password) as code:
        counted = CountingTransport(transport)
        run = _Run(counted, code, trust, tries_floor)
        run.sign(data, at)
    return run.result(counted.apdus)


@dataclass(slots=True)
class _Run:
    """One signing under way."""

    card: Transport
    code: SignPassword
    trust: TrustStore
    floor: int
    checks: dict[str, CheckResult] = field(default_factory=dict)
    tries_left_before: int | None = None
    certificate: x509.Certificate | None = None
    issuer: x509.Certificate | None = None
    signature: bytes | None = None
    holder: Holder | None = None

    def sign(self, data: bytes, at: datetime) -> None:
        """Run the steps until one does not pass."""
        _open(self.card)
        tries = self.tries_left_before = password.read_tries_left(self.card)
        if not self._note(password.present(self.card, self.code, tries=tries, floor=self.floor)):
            return
        certificate = chain.parse_certificate(apdu.read_file(self.card, layout.CERTIFICATE_FILE))
        self.certificate = certificate
        finding = chain.check_issued(certificate, self.trust.authorities(JPKI_SIGN), at=at)
        self.issuer = finding.issuer
        if not self._note(self._certificate_result(finding.fault)):
            return
        found = holder.parse_holder(certificate)
        self.signature = _signature(self.card, data)
        if self._note(_check_signature(certificate, self.signature, data)):
            self.holder = found
            self._note(holder.check_substitutes(found))

    def result(self, apdus: int) -> JpkiSignature:
        """What came of it."""
        missing = {check: CheckResult(check, Outcome.NOT_PERFORMED, "not_performed") for check in CHECKS}
        return JpkiSignature(
            checks=tuple(self.checks.get(check, missing[check]) for check in CHECKS),
            holder=self.holder,
            certificate=self.certificate,
            issuer=self.issuer,
            signature=self.signature,
            tries_left_before=self.tries_left_before,
            apdus=apdus,
        )

    def _certificate_result(self, fault: chain.Fault | None) -> CheckResult:
        # An unknown authority is named by the digest of the card's own copy: the operator may want to pin it,
        # after comparing it with what J-LIS publishes.
        if fault is None:
            return CheckResult(CERTIFICATE, Outcome.PASSED)
        code = _CERTIFICATE_CODES[fault]
        if fault is not chain.Fault.ISSUER_UNKNOWN:
            return CheckResult(CERTIFICATE, Outcome.FAILED, code)
        authority = apdu.read_file(self.card, layout.AUTHORITY_FILE)
        facts = {"authority_sha256": sha256(authority).hexdigest()}
        return CheckResult(CERTIFICATE, Outcome.UNDECIDED, code, facts=facts)

    def _note(self, result: CheckResult) -> bool:
        self.checks[result.check] = result
        return result.passed


def _open(card: Transport) -> None:
    """Select the application and make sure that it is a My Number card's."""
    selected = apdu.send(card, apdu.select_application(layout.AID))
    if selected.sw == apdu.SW_NOT_FOUND:
        raise InvalidInput(
            "card.no_jpki", "this card has no JPKI application", hint="put a My Number card on the reader"
        )
    apdu.expect_ok(selected, "SELECT application")
    token = apdu.read_whole(card, layout.TOKEN_FILE, layout.TOKEN_BYTES)
    name = token.rstrip(b" \x00\xff").decode("ascii", errors="replace")
    if name != layout.MYNUMBER_TOKEN:
        known = layout.OTHER_TOKENS.get(name, "an unknown token")
        raise InvalidInput(
            "card.jpki_token_unknown",
            f"not a My Number card but {known}",
            hint="put a My Number card on the reader",
        )


def _signature(card: Transport, data: bytes) -> bytes:
    apdu.expect_ok(apdu.send(card, apdu.select_file(layout.KEY_FILE)), "SELECT signing key")
    command = apdu.sign(digest_info(data), with_selected=True)
    return apdu.expect_ok(apdu.exchange(card, command), "COMPUTE DIGITAL SIGNATURE")


def _check_signature(certificate: x509.Certificate, signature: bytes, data: bytes) -> CheckResult:
    """Under the certificate's own key: "jpki.signature_invalid"; another card's key gives no valid one."""
    key = certificate.public_key()
    try:
        if not isinstance(key, RSAPublicKey):
            raise InvalidSignature  # noqa: TRY301  the same answer: JPKI keys are RSA-2048
        key.verify(signature, data, PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return CheckResult(SIGNATURE, Outcome.FAILED, "jpki.signature_invalid")
    return CheckResult(SIGNATURE, Outcome.PASSED)

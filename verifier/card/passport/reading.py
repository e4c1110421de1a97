"""Read a passport's chip with its machine-readable zone and say, check by check, what it proves.

Decides the order of steps: each depends on the one before, and the first that does not pass ends the
reading, leaving the rest NOT_PERFORMED. Passive authentication proves that the issuer wrote the data, active
authentication that this chip is the one it was written to; a chip without a key for that leaves
"chip.challenge" NOT_PERFORMED and the reading not `authentic`. The chip opens by PACE where it offers that,
else by basic access control. Chip authentication is not spoken, and no file is read that needs extended
access control. ICAO Doc 9303 (8th edition) part 11, 4, 5.1 and 6.1.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from verifier.card import apdu, chain
from verifier.card.passport import active, bac, files, pace
from verifier.card.passport.mrz import Mrz, ZoneKeys
from verifier.card.passport.secure_messaging import SecureChannel
from verifier.card.passport.sod import SecurityObject, parse_sod
from verifier.card.transport import CountingTransport, Transport
from verifier.card.trust import CSCA, TrustStore
from verifier.errors import InvalidInput
from verifier.types import CheckResult, ChipReading, Outcome, Person

ACCESS: Final = "chip.access"
ISSUER: Final = "chip.issuer_certificate"
DATA: Final = "chip.data_signature"
TEXT: Final = "chip.text_integrity"
CHALLENGE: Final = "chip.challenge"
EXPIRY: Final = "chip.expiry"

CHECKS: Final = (ACCESS, ISSUER, DATA, TEXT, CHALLENGE, EXPIRY)
"""Order of report."""

HEADER_BYTES: Final = 8
"""Read first from each file: holds tag and length."""

MAX_BYTES: Final = 0x8000
"""READ BINARY with a 15-bit offset; a DG2 has 10 to 30 kB."""

_MIDDAY_JST: Final = time(3, tzinfo=UTC)
"""Certificates are valid to the second, documents to the day: the day is judged at its middle in Japan."""

_KEY_GROUPS: Final = {files.DG14: files.EF_DG14, files.DG15: files.EF_DG15}
"""Data groups that active authentication needs, and their files."""

_ISSUER_CODES: Final = {
    chain.Fault.ISSUER_UNKNOWN: "chip.issuer_unknown",
    chain.Fault.INVALID: "chip.issuer_certificate_invalid",
    chain.Fault.EXPIRED: "chip.issuer_certificate_expired",
}


def read_passport(
    transport: Transport,
    *,
    mrz: Mrz | ZoneKeys,
    trust: TrustStore,
    today: date,
    randomness: Callable[[int], bytes] = os.urandom,
) -> ChipReading:
    """Read and judge a passport.

    Args:
        transport: a freshly reset chip.
        mrz: the zone as printed, every check digit right, or what of it opens the chip.
        trust: pinned country signing CAs, purpose "csca".
        today: civil date in Japan.
        randomness: n -> n fresh random bytes.

    Returns:
        The reading. `person` (name in Latin letters, no address) and `portrait` (JPEG or JPEG 2000) only when
        their digests stand in a security object that a believed document signer signed. `texts`:
        "issuing_state", "nationality".

    Raises:
        InvalidInput: not a passport ("card.not_passport"), or malformed chip data ("card.*").
        Unavailable: chip or reader gone ("card.*").
    """
    counted = CountingTransport(transport)
    run = _Run(counted, trust, mrz)
    run.read(today, randomness)
    return run.reading(counted.apdus)


@dataclass(slots=True)
class _Run:
    """One reading under way."""

    card: Transport
    trust: TrustStore
    printed: Mrz | ZoneKeys
    checks: dict[str, CheckResult] = field(default_factory=dict)
    issuer_key_id: str | None = None
    stored: Mrz | None = None
    portrait: bytes | None = None

    def read(self, today: date, randomness: Callable[[int], bytes]) -> None:
        """Run the steps until one does not pass."""
        channel = self._open(randomness)
        self._note(_access(accepted=channel is not None))
        if channel is None:
            return
        _require_groups(files.parse_com(_read(channel, files.EF_COM)))
        security = parse_sod(_read(channel, files.EF_SOD))
        self.issuer_key_id = chain.key_id(security.signer)
        if not self._note(_check_issuer(security, self.trust, today)) or not self._note(
            _check_signed(security)
        ):
            return
        if self._read_groups(channel, security, today) and self.stored is not None:
            self._note(_check_expiry(self.stored, today))
            self._challenge(channel, security, randomness(active.CHALLENGE_BYTES))

    def _open(self, randomness: Callable[[int], bytes]) -> SecureChannel | None:
        """By PACE where the chip offers it in a way that is spoken here, else by basic access control."""
        offer = _read_offer(self.card)
        channel = pace.authenticate(self.card, offer, self.printed, randomness) if offer else None
        if offer is not None and channel is None:
            return None
        _select(channel or self.card)
        return channel or bac.authenticate(
            self.card,
            self.printed,
            nonce=randomness(bac.NONCE_BYTES),
            secret=randomness(bac.SECRET_BYTES),
        )

    def reading(self, apdus: int) -> ChipReading:
        """What came of it."""
        missing = {check: CheckResult(check, Outcome.NOT_PERFORMED, "not_performed") for check in CHECKS}
        stored = self.stored
        return ChipReading(
            kind="passport",
            person=_person(stored) if stored else None,
            expires_on=stored.expires_on if stored else None,
            portrait=self.portrait,
            checks=tuple(self.checks.get(check, missing[check]) for check in CHECKS),
            tries_left_before=None,
            issuer_key_id=self.issuer_key_id,
            apdus=apdus,
            number=stored.number if stored else None,
            texts={"issuing_state": stored.issuing_state, "nationality": stored.nationality}
            if stored
            else {},
        )

    def _read_groups(self, channel: SecureChannel, security: SecurityObject, today: date) -> bool:
        """Both data groups against their digests, then the zone on the chip against the printed one."""
        zone, face = _read(channel, files.EF_DG1), _read(channel, files.EF_DG2)
        for group, content in ((files.DG1, zone), (files.DG2, face)):
            if not security.covers(group, content):
                facts = {"data_group": group}
                self._note(CheckResult(DATA, Outcome.FAILED, "chip.digest_mismatch", facts=facts))
                return False
        self.stored, self.portrait = files.parse_dg1(zone, today=today), files.parse_dg2(face)
        return self._note(_result(TEXT, "chip.mrz_mismatch", ok=self.stored.agrees_with(self.printed)))

    def _challenge(self, channel: SecureChannel, security: SecurityObject, nonce: bytes) -> None:
        """Let the chip prove that it is no copy, if its issuer gave it a key."""
        if files.DG15 not in security.digests:
            able = files.DG14 in security.digests
            code = "chip.challenge_not_implemented" if able else "chip.challenge_absent"
            self._note(CheckResult(CHALLENGE, Outcome.NOT_PERFORMED, code))
            return
        groups = {group: _read_listed(channel, group) for group in _KEY_GROUPS if group in security.digests}
        self._note(_check_challenge(channel, security, groups, nonce))

    def _note(self, result: CheckResult) -> bool:
        """Note a result; a later step of the same check replaces an earlier one."""
        self.checks[result.check] = result
        return result.passed


def _read_offer(card: Transport) -> pace.Offer | None:
    """What EF.CardAccess offers; None on a chip without that file."""
    if not apdu.send(card, apdu.select_file(pace.EF_CARD_ACCESS)).ok:
        return None
    answer = apdu.exchange(card, apdu.read_binary(0, apdu.MAX_READ))
    if answer.sw not in (apdu.SW_OK, apdu.SW_END_OF_FILE):
        return None
    return pace.parse_card_access(answer.data)


def _select(card: Transport) -> None:
    selected = apdu.send(card, apdu.select_application(files.AID))
    if selected.sw == apdu.SW_NOT_FOUND:
        raise InvalidInput(
            "card.not_passport",
            "this chip has no passport application",
            hint="put the passport's data page or cover on the reader",
        )
    apdu.expect_ok(selected, "SELECT application")


def _read(channel: SecureChannel, file_id: int) -> bytes:
    chunk = channel.cipher.chunk_bytes
    return apdu.read_file(channel, file_id, first=HEADER_BYTES, chunk=chunk, max_bytes=MAX_BYTES)


def _require_groups(presence: files.Presence) -> None:
    if not {files.DG1, files.DG2} <= presence.groups:
        raise InvalidInput(
            "card.group_missing",
            "the chip does not hold the zone and the photograph",
            hint="treat the passport as suspect; ask for another document",
        )


def _access(*, accepted: bool) -> CheckResult:
    """Refused: another passport's zone, or a chip that opens only in a way that is not spoken here."""
    return _result(ACCESS, "chip.access_refused", ok=accepted)


def _check_issuer(security: SecurityObject, trust: TrustStore, today: date) -> CheckResult:
    moment = datetime.combine(today, _MIDDAY_JST)
    fault = chain.check_issued(security.signer, trust.authorities(CSCA), at=moment).fault
    if fault is None:
        return CheckResult(ISSUER, Outcome.PASSED)
    undecided = fault is chain.Fault.ISSUER_UNKNOWN
    return CheckResult(ISSUER, Outcome.UNDECIDED if undecided else Outcome.FAILED, _ISSUER_CODES[fault])


def _check_signed(security: SecurityObject) -> CheckResult:
    if not security.supported:
        return CheckResult(DATA, Outcome.UNDECIDED, "chip.algorithm_unsupported")
    return _result(DATA, "chip.data_signature_invalid", ok=security.signed)


def _check_challenge(
    channel: SecureChannel, security: SecurityObject, groups: Mapping[int, bytes], nonce: bytes
) -> CheckResult:
    """Active authentication with the key that the issuer signed.

    Returns:
        "chip.digest_mismatch" (facts: data_group), "chip.challenge_unsupported" (undecided),
        "chip.challenge_refused", "chip.challenge_invalid".
    """
    for group, content in groups.items():
        if not security.covers(group, content):
            facts = {"data_group": group}
            return CheckResult(CHALLENGE, Outcome.FAILED, "chip.digest_mismatch", facts=facts)
    key = active.parse_key(groups[files.DG15])
    digest = active.parse_ecdsa_digest(groups[files.DG14]) if files.DG14 in groups else None
    if key is None or (isinstance(key, EllipticCurvePublicKey) and digest is None):
        return CheckResult(CHALLENGE, Outcome.UNDECIDED, "chip.challenge_unsupported")
    answer, sw = _ask(channel, key, nonce)
    if sw != apdu.SW_OK:
        refused = {"sw": f"{sw:04X}"}
        return CheckResult(CHALLENGE, Outcome.FAILED, "chip.challenge_refused", facts=refused)
    return _result(CHALLENGE, "chip.challenge_invalid", ok=active.is_signed(key, nonce, answer, digest))


def _ask(channel: SecureChannel, key: active.ChipKey, nonce: bytes) -> tuple[bytes, int]:
    command = apdu.internal_authenticate(nonce)
    is_long = isinstance(key, RSAPublicKey) and key.key_size // 8 > channel.cipher.chunk_bytes
    return channel.transmit_long(command) if is_long else channel.transmit(command)


def _read_listed(channel: SecureChannel, group: int) -> bytes:
    """A data group that the issuer listed; empty, which no digest fits, where the chip does not give it."""
    try:
        return _read(channel, _KEY_GROUPS[group])
    except InvalidInput as refusal:
        if refusal.code != "card.unexpected_status":
            raise
        return b""


def _check_expiry(stored: Mrz, today: date) -> CheckResult:
    return _result(EXPIRY, "chip.expired", ok=today <= stored.expires_on)


def _person(stored: Mrz) -> Person:
    return Person(name=stored.name, address=None, birth_date=stored.birth_date, sex=stored.sex)


def _result(check: str, code: str, *, ok: bool) -> CheckResult:
    return CheckResult(check, Outcome.PASSED) if ok else CheckResult(check, Outcome.FAILED, code)

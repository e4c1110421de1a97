"""Read a first-generation residence card by its number and say, check by check, what it proves.

Decides the order of steps; the first that does not pass ends the reading and leaves the rest NOT_PERFORMED.
Checks: "chip.pin" (the number), "chip.issuer_certificate", "chip.data_signature", "chip.text" (the unsigned
texts can be decoded), "chip.challenge", "chip.expiry".

What a card of this generation cannot prove: it has no key of its own, so a copy of its files on another chip
answers like the original, and "chip.challenge" says so by never being performed. Name, birth date, status and
expiry exist only inside the signed front image; so no person is reported, and whoever reads the image
(`front`, after the signature passed) gives `expires_on`. Texts: "address", "address_written_on",
"municipality_code", "comprehensive_permission", "individual_permission", "update_status", all written later
by municipalities and signed by nobody; "card_type" 1 or 2.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from verifier.card import apdu
from verifier.card.chain import key_id, parse_certificate
from verifier.card.residence import access, files, layout, signature
from verifier.card.residence.access import ACCESS, Session
from verifier.card.transport import CountingTransport, Transport
from verifier.card.trust import TrustStore
from verifier.errors import InvalidInput
from verifier.types import CheckResult, ChipReading, Outcome

TEXT: Final = "chip.text"
CHALLENGE: Final = "chip.challenge"

CHECKS: Final = (ACCESS, signature.ISSUER, signature.DATA, TEXT, CHALLENGE, signature.EXPIRY)


def read_residence_card(
    transport: Transport,
    *,
    card_number: str,
    trust: TrustStore,
    today: date,
    expires_on: date | None = None,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> ChipReading:
    """Read and judge a card.

    Args:
        transport: a freshly reset card.
        card_number: printed at the top right, e.g. AB12345678CD; sent once.
        trust: the authorities to believe, purpose "immigration".
        today: civil date in Japan.
        expires_on: as read from the card's front, if it was.
        randomness: n -> n random bytes.

    Returns:
        The reading. `front` and `portrait` only when the signature passed; `portrait` is None for holders
        under 16, whose cards have none.

    Raises:
        InvalidInput: not such a card ("card.not_residence_card"), a later generation
            ("card.generation_unknown"), malformed arguments or card data ("card.*").
        Unavailable: card or reader gone ("card.*").
    """
    number = access.parse_number(card_number)
    counted = CountingTransport(transport)
    run = _Run(counted, trust, expires_on)
    run.read(number, today, randomness)
    return run.reading(card_number, counted.apdus)


@dataclass(slots=True)
class _Run:
    """One reading under way: the card, and what has been learnt so far."""

    card: Transport
    trust: TrustStore
    expires_on: date | None
    checks: dict[str, CheckResult] = field(default_factory=dict)
    issuer_key_id: str | None = None
    front: bytes | None = None
    portrait: bytes | None = None
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, number: bytes, today: date, randomness: Callable[[int], bytes]) -> None:
        """Run the steps until one does not pass."""
        kind = self._read_kind()
        self.texts["card_type"] = kind.decode("ascii")
        opened, session = access.open_session(self.card, number, randomness)
        self._note(opened)
        if session is None or not self._read_signed(session, today):
            return
        self._read_texts(kind)
        self._note(CheckResult(CHALLENGE, Outcome.NOT_PERFORMED, "chip.challenge_unsupported"))
        self._note(signature.check_expiry(self.expires_on, today=today))

    def reading(self, number: str, apdus: int) -> ChipReading:
        """What came of it."""
        missing = {check: CheckResult(check, Outcome.NOT_PERFORMED, "not_performed") for check in CHECKS}
        opened = self.checks[ACCESS].passed
        return ChipReading(
            kind="residence_card",
            person=None,
            expires_on=self.expires_on,
            portrait=self.portrait,
            checks=tuple(self.checks.get(check, missing[check]) for check in CHECKS),
            tries_left_before=None,
            issuer_key_id=self.issuer_key_id,
            apdus=apdus,
            number=number if opened else None,
            front=self.front,
            texts=self.texts,
        )

    def _read_kind(self) -> bytes:
        """What anybody may read; also how such a card is recognised."""
        selected = apdu.send(self.card, layout.SELECT_MF)
        if selected.ok:
            common = self._free_file(layout.COMMON_DATA)
            kind = self._free_file(layout.CARD_TYPE) if common is not None else None
            if kind is not None:
                return files.parse_card_type(kind)
        raise InvalidInput(
            "card.not_residence_card",
            "this is not a residence card",
            hint="put a residence card or special permanent resident certificate on the reader",
        )

    def _free_file(self, short_id: int) -> bytes | None:
        answer = apdu.exchange(self.card, bytes((0x00, 0xB0, 0x80 | short_id, 0x00, 0x00)))
        return answer.data if answer.sw in (apdu.SW_OK, apdu.SW_END_OF_FILE) else None

    def _read_signed(self, session: Session, today: date) -> bool:
        """Both images and what their issuer says of them."""
        self._select(layout.IMAGES_AID)
        front = files.parse_image(session.read(layout.FRONT), layout.FRONT_TAG, layout.FRONT_BYTES)
        portrait = files.parse_image(
            session.read(layout.PORTRAIT), layout.PORTRAIT_TAG, layout.PORTRAIT_BYTES
        )
        self._select(layout.SIGNATURE_AID)
        raw = apdu.read_by_short_id(self.card, layout.SIGNATURE, layout.SIGNATURE_BYTES)
        signed = files.parse_signature(raw)
        certificate = parse_certificate(signed.certificate)
        self.issuer_key_id = key_id(certificate)
        if not self._note(signature.check_issuer(certificate, self.trust, today=today)):
            return False
        if not self._note(signature.check_data(certificate, signed.check_code, signed=front + portrait)):
            return False
        self.front = front
        self.portrait = portrait if portrait.strip(b"\x00") else None
        return True

    def _read_texts(self, kind: bytes) -> None:
        self._select(layout.TEXTS_AID)
        wanted = [(layout.ADDRESS, layout.ADDRESS_BYTES)]
        if kind == layout.RESIDENCE_CARD:
            wanted += [*layout.PERMISSIONS.values(), layout.UPDATE_STATUS]
        try:
            for short_id, size in wanted:
                self.texts |= files.parse_texts(apdu.read_by_short_id(self.card, short_id, size))
        except InvalidInput as error:
            facts = {"why": error.code}
            self._note(CheckResult(TEXT, Outcome.UNDECIDED, "chip.text_unreadable", facts=facts))
            return
        self._note(CheckResult(TEXT, Outcome.PASSED))

    def _select(self, aid: bytes) -> None:
        apdu.expect_ok(apdu.send(self.card, apdu.select_application(aid)), "SELECT application")

    def _note(self, result: CheckResult) -> bool:
        self.checks[result.check] = result
        return result.passed

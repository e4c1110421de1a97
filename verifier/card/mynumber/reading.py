"""Read a My Number card with 照合番号B and say, check by check, what it proves.

Decides the order of steps: each depends on the one before, and the first that does not pass ends the reading,
leaving the rest NOT_PERFORMED. Never asks for the My Number, never uses 照合番号A or the 4-digit PIN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from verifier.card.apdu import read_file
from verifier.card.mynumber import layout, pin, signature
from verifier.card.mynumber.files import (
    VisualRecord,
    parse_certificate,
    parse_integrity_record,
    parse_text_record,
    parse_visual_record,
)
from verifier.card.mynumber.pin import PinB
from verifier.card.transport import CountingTransport, Transport
from verifier.errors import InvalidInput
from verifier.types import CheckResult, ChipReading, Outcome, Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from verifier.card.trust import TrustStore

PIN: Final = "chip.pin"

CHECKS: Final = (
    PIN,
    signature.ISSUER,
    signature.DATA,
    signature.TEXT,
    signature.CHALLENGE,
    signature.EXPIRY,
)
"""Order of report. The challenge runs before the text is opened, while the visual application is still
selected."""

DEFAULT_TRIES_FLOOR: Final = 2

MIN_CHALLENGE_BYTES: Final = 16
"""Fresh randomness that makes a recorded answer useless."""


def mynumber_tries_left(transport: Transport) -> int | None:
    """How many tries 照合番号B has left in the visual application; spends none.

    Returns:
        The counter, 0 when blocked, None when the card does not tell.

    Raises:
        InvalidInput: not a My Number card ("card.not_mynumber").
        Unavailable: card or reader gone.
    """
    return pin.read_tries_left(transport, layout.VISUAL)


def read_mynumber_card(
    transport: Transport,
    *,
    pin_b: str,
    trust: TrustStore,
    today: date,
    challenge: bytes,
    tries_floor: int = DEFAULT_TRIES_FLOOR,
    on_opened: Callable[[], None] = lambda: None,
) -> ChipReading:
    """Read and judge a card.

    Args:
        transport: a freshly reset card.
        pin_b: 照合番号B, 14 digits; sent at most once to each of the two applications.
        trust: the authority keys to believe.
        today: civil date in Japan.
        challenge: at least 16 fresh random bytes, used once.
        tries_floor: at this many tries or fewer the code is not sent.
        on_opened: called as soon as the card took the code, whatever happens to the reading afterwards.

    Returns:
        The reading. `person` only when the text passed its check, `portrait` only when the record's signature
        passed.

    Raises:
        InvalidInput: malformed arguments or card data ("card.*").
        Unavailable: card or reader gone ("card.*").
    """
    if len(challenge) < MIN_CHALLENGE_BYTES:
        raise InvalidInput(
            "card.challenge_short",
            f"the challenge has fewer than {MIN_CHALLENGE_BYTES} bytes",
            hint="draw it from the operating system's random source",
        )
    if tries_floor < pin.MIN_TRIES_FLOOR:
        raise InvalidInput(
            "card.tries_floor",
            f"the tries floor is below {pin.MIN_TRIES_FLOOR}",
            hint="set it to 1 or more; the default is 2",
        )
    counted = CountingTransport(transport)
    with PinB(pin_b) as code:
        run = _Run(counted, code, trust, tries_floor, on_opened)
        run.read(today, challenge)
    return run.reading(counted.apdus)


@dataclass(slots=True)
class _Run:
    """One reading under way: the card, and what has been learnt so far."""

    card: Transport
    code: PinB
    trust: TrustStore
    floor: int
    on_opened: Callable[[], None]
    checks: dict[str, CheckResult] = field(default_factory=dict)
    tries_left_before: int | None = None
    issuer_key_id: str | None = None
    expires_on: date | None = None
    portrait: bytes | None = None
    person: Person | None = None

    def read(self, today: date, challenge: bytes) -> None:
        """Run the steps until one does not pass."""
        visual = self._read_visual()
        if visual is None:
            return
        if not self._passes(signature.check_challenge(self.card, visual.card_key, challenge)):
            return
        if self._read_text(visual):
            self._passes(signature.check_expiry(visual.expires_on, today=today, pin=self.code))

    def reading(self, apdus: int) -> ChipReading:
        """What came of it."""
        missing = {check: CheckResult(check, Outcome.NOT_PERFORMED, "not_performed") for check in CHECKS}
        return ChipReading(
            kind="mynumber_card",
            person=self.person,
            expires_on=self.expires_on,
            portrait=self.portrait,
            checks=tuple(self.checks.get(check, missing[check]) for check in CHECKS),
            tries_left_before=self.tries_left_before,
            issuer_key_id=self.issuer_key_id,
            apdus=apdus,
        )

    def _read_visual(self) -> VisualRecord | None:
        """Open the visual application; its record once the signature passed."""
        tries = self.tries_left_before = pin.read_tries_left(self.card, layout.VISUAL)
        if not self._passes(pin.present(self.card, self.code, tries=tries, floor=self.floor, check=PIN)):
            return None
        self.on_opened()
        certificate = parse_certificate(read_file(self.card, layout.VISUAL.certificate))
        self.issuer_key_id = certificate.authority_key_id.hex()
        if not self._passes(signature.check_issuer(certificate, self.trust)):
            return None
        record = parse_visual_record(read_file(self.card, layout.VISUAL.record))
        self.expires_on = record.expires_on
        if not self._passes(signature.check_data(record, certificate)):
            return None
        self.portrait = record.portrait
        return record

    def _read_text(self, visual: VisualRecord) -> bool:
        """Open the text application; only ever after the visual one accepted the code."""
        tries = pin.read_tries_left(self.card, layout.TEXT)
        if not self._passes(
            pin.present(self.card, self.code, tries=tries, floor=self.floor, check=signature.TEXT)
        ):
            return False
        certificate = parse_certificate(read_file(self.card, layout.TEXT.certificate))
        if not self._passes(signature.check_text_certificate(certificate, self.trust)):
            return False
        text = parse_text_record(read_file(self.card, layout.TEXT.record))
        integrity = parse_integrity_record(read_file(self.card, layout.TEXT_INTEGRITY_FILE))
        result = signature.check_text(text, integrity, certificate, visual=visual, pin=self.code)
        if self._passes(result):
            self.person = text.person
        return result.passed

    def _passes(self, result: CheckResult) -> bool:
        """Note a result; a later step of the same check replaces an earlier one."""
        self.checks[result.check] = result
        return result.passed

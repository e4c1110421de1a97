"""PIN1 and PIN2: how many tries are left and when one may be spent.

Decides whether a VERIFY is sent at all. Each PIN has three tries and only the police can give new ones, so
both counters, which cost nothing to read, are read before either PIN is sent; PIN2 is sent only after PIN1
was right; nothing is ever sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from verifier.card import apdu, codes
from verifier.card.codes import SecretCode
from verifier.card.licence import layout
from verifier.card.transport import Transport
from verifier.errors import InvalidInput
from verifier.types import CheckResult

PIN1: Final = "chip.pin"
PIN2: Final = "chip.pin2"

MIN_TRIES_FLOOR: Final = 1
DEFAULT_TRIES_FLOOR: Final = 1
"""Of three tries a machine spends at most two: one slip of the customer's finger may be corrected, and the
last try stays with the holder. A floor of 2 would make the first slip final."""

DIGITS: Final = 4

NOT_SET: Final = b"****"
"""Both PINs of a holder who chose none."""


class Pin(SecretCode):
    """A PIN while it is needed."""

    def __init__(self, text: str) -> None:
        """Take four ASCII digits.

        Raises:
            InvalidInput: anything else ("card.pin_malformed").
        """
        if len(text) != DIGITS or not (text.isascii() and text.isdigit()):
            raise InvalidInput(
                "card.pin_malformed",
                "a licence PIN is not 4 digits",
                hint="both PINs were chosen when the licence was made; leave them out if none was",
            )
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Counters:
    """Tries left of both PINs; 0 when blocked, None when the card does not tell."""

    pin1: int | None
    pin2: int | None

    @property
    def lower(self) -> int | None:
        """The smaller one, None when either is unknown."""
        return None if self.pin1 is None or self.pin2 is None else min(self.pin1, self.pin2)


def read_counters(transport: Transport) -> Counters:
    """Ask for both counters; spends no try. The master file must be selected."""
    left = [
        apdu.counter(apdu.send(transport, apdu.tries_left(reference)).sw)
        for reference in (layout.PIN1_REFERENCE, layout.PIN2_REFERENCE)
    ]
    return Counters(*left)


def present(transport: Transport, pin: Pin | None, reference: int, *, check: str) -> CheckResult:
    """Send a PIN once; None sends what stands for "no PIN was chosen".

    Returns:
        PASSED, or "chip.pin_wrong" (facts: tries_left).

    Raises:
        InvalidInput: an answer that is neither yes nor no ("card.unexpected_status").
    """
    command = apdu.verify(NOT_SET, reference) if pin is None else pin.command(reference)
    return codes.present(transport, command, check=check)

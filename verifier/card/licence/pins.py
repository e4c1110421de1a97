"""PIN1 and PIN2: how many tries are left and when one may be spent.

Decides whether a VERIFY is sent at all. Each PIN has three tries and only the police can give new ones, so
both counters, which cost nothing to read, are read before either PIN is sent; PIN2 is sent only after PIN1
was right; nothing is ever sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from verifier.card import apdu
from verifier.card.licence import layout
from verifier.card.transport import Transport
from verifier.errors import InvalidInput
from verifier.types import CheckResult, Outcome

PIN1: Final = "chip.pin"
PIN2: Final = "chip.pin2"

MIN_TRIES_FLOOR: Final = 1
DEFAULT_TRIES_FLOOR: Final = 1
"""Of three tries a machine spends at most two: one slip of the customer's finger may be corrected, and the
last try stays with the holder. A floor of 2 would make the first slip final."""

DIGITS: Final = 4

NOT_SET: Final = b"****"
"""Both PINs of a holder who chose none."""


class Pin:
    """A PIN while it is needed; `with` wipes this copy. Never shown in a representation."""

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
        self._digits = bytearray(text, "ascii")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._digits[:] = bytes(DIGITS)

    def __repr__(self) -> str:
        return "Pin(***)"

    def command(self, reference: int) -> bytes:
        """The VERIFY command that carries the PIN."""
        return apdu.verify(self._digits, reference)


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


def refusal(check: str, tries: int | None, *, floor: int) -> CheckResult | None:
    """Why nothing may be sent, or None when a try may be spent.

    Returns:
        "chip.tries_unknown" (undecided), "chip.pin_blocked", "chip.tries_exhausted_guard" (not performed).
    """
    if tries is None:
        return CheckResult(check, Outcome.UNDECIDED, "chip.tries_unknown")
    if tries == 0:
        return CheckResult(check, Outcome.FAILED, "chip.pin_blocked", facts={"tries_left": 0})
    if tries <= floor:
        facts = {"tries_left": tries, "floor": floor}
        return CheckResult(check, Outcome.NOT_PERFORMED, "chip.tries_exhausted_guard", facts=facts)
    return None


def present(transport: Transport, pin: Pin | None, reference: int, *, check: str) -> CheckResult:
    """Send a PIN once; None sends what stands for "no PIN was chosen".

    Returns:
        PASSED, or "chip.pin_wrong" (facts: tries_left).

    Raises:
        InvalidInput: an answer that is neither yes nor no ("card.unexpected_status").
    """
    command = apdu.verify(NOT_SET, reference) if pin is None else pin.command(reference)
    answer = apdu.send(transport, command)
    if answer.ok:
        return CheckResult(check, Outcome.PASSED)
    left = apdu.counter(answer.sw)
    if left is None:
        apdu.expect_ok(answer, "VERIFY")
    return CheckResult(check, Outcome.FAILED, "chip.pin_wrong", facts={"tries_left": left or 0})

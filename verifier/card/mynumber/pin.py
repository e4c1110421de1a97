"""照合番号B: what it consists of, how many tries are left, and when a try may be spent.

Decides whether a VERIFY is sent at all. A wrong code is never sent twice by this module, and the counter,
which costs nothing to read, is always read first. 14 digits: birth YYMMDD with the Japanese era year,
Gregorian expiry year, 4-digit security code (confirmed on a test card: 1980-02-17, 2035, 2285 ->
55021720352285).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from verifier.card import apdu, codes
from verifier.card.codes import SecretCode, refusal
from verifier.era import era_year
from verifier.errors import InvalidInput
from verifier.types import CheckResult

if TYPE_CHECKING:
    from verifier.card.mynumber.layout import Application
    from verifier.card.transport import Transport

MIN_TRIES_FLOOR: Final = 1
"""The last try is never spent by a machine: after it only the municipal office can reset the code."""

_DIGITS: Final = 14
_BIRTH: Final = slice(0, 6)
_EXPIRY_YEAR: Final = slice(6, 10)


class PinB(SecretCode):
    """A 照合番号B while it is needed."""

    def __init__(self, text: str) -> None:
        """Take 14 ASCII digits.

        Raises:
            InvalidInput: anything else ("card.pin_malformed").
        """
        if len(text) != _DIGITS or not (text.isascii() and text.isdigit()):
            raise InvalidInput(
                "card.pin_malformed",
                "照合番号B is not 14 digits",
                hint="era birth date YYMMDD, expiry year YYYY, 4-digit security code",
            )
        super().__init__(text)

    def fits_birth_date(self, birth_date: date) -> bool:
        """Whether the code's birth part is this date.

        The year is the era's or, for foreign residents, the last two Gregorian digits (unverified).
        """
        month_day = birth_date.strftime("%m%d")
        years = {era_year(birth_date) % 100, birth_date.year % 100}
        return bytes(self._bytes[_BIRTH]) in {f"{year:02d}{month_day}".encode("ascii") for year in years}

    def fits_expiry(self, expires_on: date) -> bool:
        """Whether the code names this expiry year."""
        return self._bytes[_EXPIRY_YEAR] == f"{expires_on.year:04d}".encode("ascii")


def read_tries_left(transport: Transport, application: Application) -> int | None:
    """Select an application and its 照合番号B file and ask how many tries are left; spends none.

    Returns:
        The counter, 0 when blocked, None when the card does not tell (no limit, or already verified).

    Raises:
        InvalidInput: the card has no such application ("card.not_mynumber").
    """
    selected = apdu.send(transport, apdu.select_application(application.aid))
    if selected.sw == apdu.SW_NOT_FOUND:
        raise InvalidInput(
            "card.not_mynumber", "this is not a My Number card", hint="put a My Number card on the reader"
        )
    apdu.expect_ok(selected, "SELECT application")
    apdu.expect_ok(apdu.send(transport, apdu.select_file(application.pin_b)), "SELECT PIN file")
    return apdu.counter(apdu.send(transport, apdu.tries_left()).sw)


def present(transport: Transport, pin: PinB, *, tries: int | None, floor: int, check: str) -> CheckResult:
    """Send the code once to the PIN file selected by `read_tries_left`, if enough tries are left.

    Args:
        transport: the card.
        pin: the code.
        tries: what `read_tries_left` gave.
        floor: at this many tries or fewer nothing is sent.
        check: name for the result.

    Returns:
        PASSED, or a result coded "chip.pin_wrong" (facts: tries_left), "chip.pin_blocked",
        "chip.tries_unknown", "chip.tries_exhausted_guard".

    Raises:
        InvalidInput: an answer that is neither yes nor no ("card.unexpected_status").
    """
    return refusal(check, tries, floor=floor) or codes.present(transport, pin.command(), check=check)

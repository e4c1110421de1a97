"""The signature password (署名用パスワード): its form, its counter, and when a try may be spent.

Decides whether a VERIFY is sent at all. The counter, which costs nothing to read, is read first; a wrong
password is never sent twice by this module. Five tries; a locked password is reset at a municipal office.
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import Final, Self

from verifier.card import apdu
from verifier.card.jpki import layout
from verifier.card.transport import Transport
from verifier.errors import InvalidInput
from verifier.types import CheckResult, Outcome

PASSWORD: Final = "jpki.password"  # noqa: S105  the name of a check

_FORM = re.compile(r"[A-Z0-9]{6,16}\Z")


class SignPassword:
    """A signature password while it is needed.

    Never shown in a representation. `with` wipes this object's copy; the caller's string and the
    interpreter's temporary copies are beyond reach, so callers should drop theirs as well.
    """

    def __init__(self, text: str) -> None:
        """Take 6 to 16 upper-case letters and digits.

        Raises:
            InvalidInput: anything else ("jpki.password_malformed"); it would only cost a try.
        """
        if not _FORM.match(text):
            raise InvalidInput(
                "jpki.password_malformed",
                "the signature password is not 6 to 16 upper-case letters and digits",
                hint="ask for the signature password, not for the four-digit PIN",
            )
        self._bytes = bytearray(text, "ascii")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bytes[:] = bytes(len(self._bytes))

    def __repr__(self) -> str:
        return "SignPassword(***)"

    def command(self) -> bytes:
        """The VERIFY command that carries the password."""
        return apdu.verify(self._bytes)


def read_tries_left(transport: Transport) -> int | None:
    """Select the password file and ask how many tries are left; spends none.

    Returns:
        The counter, 0 when blocked, None when the card does not tell.
    """
    selected = apdu.send(transport, apdu.select_file(layout.PASSWORD_FILE))
    apdu.expect_ok(selected, "SELECT password file")
    return apdu.counter(apdu.send(transport, apdu.tries_left()).sw)


def present(transport: Transport, password: SignPassword, *, tries: int | None, floor: int) -> CheckResult:
    """Send the password once to the file selected by `read_tries_left`, if enough tries are left.

    Args:
        transport: the card.
        password: what the customer typed.
        tries: what `read_tries_left` gave.
        floor: at this many tries or fewer nothing is sent.

    Returns:
        PASSED, or "jpki.password_wrong" (facts: tries_left), "jpki.password_locked", "jpki.tries_unknown",
        "jpki.tries_exhausted_guard".

    Raises:
        InvalidInput: an answer that is neither yes nor no ("card.unexpected_status").
    """
    if tries is None:
        return CheckResult(PASSWORD, Outcome.UNDECIDED, "jpki.tries_unknown")
    if tries == 0:
        return CheckResult(PASSWORD, Outcome.FAILED, "jpki.password_locked", facts={"tries_left": 0})
    if tries <= floor:
        facts = {"tries_left": tries, "floor": floor}
        return CheckResult(PASSWORD, Outcome.NOT_PERFORMED, "jpki.tries_exhausted_guard", facts=facts)
    answer = apdu.send(transport, password.command())
    if answer.ok:
        return CheckResult(PASSWORD, Outcome.PASSED)
    left = apdu.counter(answer.sw)
    if left is None:
        apdu.expect_ok(answer, "VERIFY")
    return CheckResult(PASSWORD, Outcome.FAILED, "jpki.password_wrong", facts={"tries_left": left or 0})

"""The signature password (署名用パスワード): its form, its counter, and when a try may be spent.

Decides whether a VERIFY is sent at all. The counter, which costs nothing to read, is read first; a wrong
password is never sent twice by this module. Five tries; a locked password is reset at a municipal office.
"""

from __future__ import annotations

import re
from typing import Final

from verifier.card import apdu, codes
from verifier.card.codes import CodeWords, SecretCode, refusal
from verifier.card.jpki import layout
from verifier.card.transport import Transport
from verifier.errors import InvalidInput
from verifier.types import CheckResult

PASSWORD: Final = "jpki.password"  # noqa: S105  the name of a check

_FORM = re.compile(r"[A-Z0-9]{6,16}\Z")


WORDS: Final = CodeWords(
    unknown="jpki.tries_unknown",
    blocked="jpki.password_locked",
    guarded="jpki.tries_exhausted_guard",
    wrong="jpki.password_wrong",
)


class SignPassword(SecretCode):
    """A signature password while it is needed."""

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
        super().__init__(text)


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
    return refusal(PASSWORD, tries, floor=floor, words=WORDS) or codes.present(
        transport, password.command(), check=PASSWORD, words=WORDS
    )

"""Secret codes of any card: kept out of sight while needed, counted before they are spent, sent once.

Decides whether a VERIFY is sent at all; knows no card's codes, limits or files. The counter, which costs
nothing to read, is read by the caller first; nothing here is ever sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from verifier.card import apdu
from verifier.card.transport import Transport
from verifier.types import CheckResult, Outcome


class SecretCode:
    """A code that its kind has found well-formed.

    Never shown in a representation. `with` wipes this object's copy; the caller's string and the
    interpreter's temporary copies are beyond reach, so callers should drop theirs as well.
    """

    def __init__(self, text: str) -> None:
        """Take ASCII characters."""
        self._bytes = bytearray(text, "ascii")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bytes[:] = bytes(len(self._bytes))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def command(self, reference: int = 0) -> bytes:
        """The VERIFY command that carries the code."""
        return apdu.verify(self._bytes, reference)


@dataclass(frozen=True, slots=True)
class CodeWords:
    """The reason codes of one kind of secret code.

    Attributes:
        unknown: the card does not tell its counter.
        blocked: no try is left.
        guarded: too few tries are left for a machine to spend one.
        wrong: the card refused the code.
    """

    unknown: str = "chip.tries_unknown"
    blocked: str = "chip.pin_blocked"
    guarded: str = "chip.tries_exhausted_guard"
    wrong: str = "chip.pin_wrong"


CHIP_WORDS = CodeWords()


def refusal(
    check: str, tries: int | None, *, floor: int, words: CodeWords = CHIP_WORDS
) -> CheckResult | None:
    """Why nothing may be sent, or None when a try may be spent.

    Args:
        check: name for the result.
        tries: left, as the card tells them; None when it does not.
        floor: at this many tries or fewer nothing is sent.
        words: reason codes: `unknown` (undecided), `blocked`, `guarded` (not performed).
    """
    if tries is None:
        return CheckResult(check, Outcome.UNDECIDED, words.unknown)
    if tries == 0:
        return CheckResult(check, Outcome.FAILED, words.blocked, facts={"tries_left": 0})
    if tries <= floor:
        facts = {"tries_left": tries, "floor": floor}
        return CheckResult(check, Outcome.NOT_PERFORMED, words.guarded, facts=facts)
    return None


def present(
    transport: Transport, command: bytes, *, check: str, words: CodeWords = CHIP_WORDS
) -> CheckResult:
    """Send a VERIFY command once.

    Returns:
        PASSED, or `words.wrong` (facts: tries_left).

    Raises:
        InvalidInput: an answer that is neither yes nor no ("card.unexpected_status").
    """
    answer = apdu.send(transport, command)
    if answer.ok:
        return CheckResult(check, Outcome.PASSED)
    left = apdu.counter(answer.sw)
    if left is None:
        apdu.expect_ok(answer, "VERIFY")
    return CheckResult(check, Outcome.FAILED, words.wrong, facts={"tries_left": left or 0})

"""How long tests, simulators and the demo wait: for a condition, up to one deadline.

A deadline is there for what never happens. What does happen ends the wait at once, so a long one costs
nothing.
On a machine that is slower or busier than this deadline allows for, raise it: `RIREKI_PATIENCE=3 make test`
waits three times as long everywhere, for servers, pages, cards and whole tests.
`tests/unit/test_patience.py` refuses waits that do not come through here.
"""

from __future__ import annotations

import math
import os
import time
from typing import TYPE_CHECKING, Final, TypeVar

from node.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE: Final = "RIREKI_PATIENCE"

_Found = TypeVar("_Found")


def factor(environment: Mapping[str, str]) -> float:
    """How many times longer than usual to wait.

    Raises:
        InvalidInput: "patience.not_a_number".
    """
    text = environment.get(VARIABLE, "").strip() or "1"
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise InvalidInput(
            "patience.not_a_number",
            f"{VARIABLE} is {text!r}, not a positive number",
            hint=f"Set {VARIABLE} to a factor, such as 3, or unset it.",
        )
    return value


def patient_s(seconds: float) -> float:
    """A limit in seconds, stretched by `RIREKI_PATIENCE`."""
    return seconds * _FACTOR


_FACTOR = factor(os.environ)

DEADLINE_S: Final = patient_s(300)
"""Whatever is waited for has happened by then, or never will. The longest wait, a verification, takes 10 s of
an idle core; beside 16 busy processes on two cores it takes some ten times as long."""

DEADLINE_MS: Final = DEADLINE_S * 1000

TEST_S: Final = patient_s(1800)
"""A test that takes longer hangs."""


class TooLateError(AssertionError):
    """The deadline passed, and what was waited for had not happened."""


def eventually(
    condition: Callable[[], _Found], *, every_s: float = 0.05, describe: Callable[[], object] = str
) -> _Found:
    """The first truthy answer.

    Args:
        condition: asked again and again; may raise where waiting longer makes no sense.
        every_s: pause between two questions.
        describe: what there is to see, for the message if it never happens.

    Raises:
        TooLateError: the deadline passed.
    """
    deadline = time.monotonic() + DEADLINE_S
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TooLateError(f"did not happen within {DEADLINE_S:.0f} s: {describe()}".rstrip(": "))
        time.sleep(every_s)
    return found


def let_pass(seconds: float) -> None:
    """Let time itself pass, where that is what the test is about: an age, a pace, or that nothing happens.

    Never to give something time to happen.
    """
    time.sleep(seconds)

"""Tells on standard error how far a long measurement is, and about how long it still takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TextIO, TypeVar

LINE_EVERY_S: Final = 10.0
"""A log gets a line this often, a terminal one line that is written anew."""
TERMINAL_EVERY_S: Final = 0.5

Item = TypeVar("Item")


def say(text: str) -> None:
    """One line on standard error: figures alone go to standard output."""
    print(text, file=sys.stderr, flush=True)


def watched(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """The items, each counted as done when the next is asked for."""
    progress = Progress(what, total)
    for item in items:
        yield item
        progress.advance()


def duration(seconds: float) -> str:
    """In words: "40 s", "12 min", "1 h 5 min"."""
    if seconds < 90:  # noqa: PLR2004  a minute and a half is still told in seconds
        return f"{max(1, round(seconds))} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


@dataclass
class Progress:
    """Counts what is done and says so now and then.

    Attributes:
        what: what is being measured, in the plural: "OCR: cards".
        total: how many there are.
        stream: where to; standard error by default.
        now: a clock in seconds.
    """

    what: str
    total: int
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], float] = time.monotonic
    done: int = 0

    def __post_init__(self) -> None:
        """Say what begins, so that nobody wonders about a silent first minute."""
        self._began = self._told = self.now()
        self._tell(f"{self.what}: {self.total} to do", last=False)

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self.done += count
        moment, is_last = self.now(), self.done >= self.total
        every = TERMINAL_EVERY_S if self.stream.isatty() else LINE_EVERY_S
        if is_last or moment - self._told >= every:
            self._told = moment
            self._tell(self._text(moment - self._began), last=is_last)

    def _text(self, elapsed_s: float) -> str:
        if self.done >= self.total:
            return f"{self.what}: {self.done} of {self.total}, took {duration(elapsed_s)}"
        left_s = elapsed_s / self.done * (self.total - self.done)
        return f"{self.what}: {self.done} of {self.total}, about {duration(left_s)} left"

    def _tell(self, text: str, *, last: bool) -> None:
        if self.stream.isatty():
            print(f"\r\x1b[K{text}", end="\n" if last else "", file=self.stream, flush=True)
        else:
            print(text, file=self.stream, flush=True)

"""Progress of one verification: which stage runs, and how long each took. Decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stages:
    """Announces stages and measures them."""

    def __init__(self, on_stage: Callable[[str], None]) -> None:
        """Report each stage's name to `on_stage` as it begins."""
        self._on_stage = on_stage
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """One stage, for the length of a block."""
        self._on_stage(name)
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)

"""How the interpreter of a node's process is set: once, by whoever starts it."""

from __future__ import annotations

import gc
import sys

RECURSION_LIMIT = 1_000
"""Frames; Python's own default. A library below web3 (py_ecc) raises it to 100,000 on import, where a few
kilobytes of nested JSON overflow the C stack and end the process."""

COLLECT_EVERY = 10_000
"""New containers between two looks for cyclic garbage; Python's 700 spends a fifth of a catch-up on looking
(measured), in objects that are no garbage. Ten thousand small objects are a megabyte or two."""


def prepare_process() -> None:
    """Set both; calling it again changes nothing."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    gc.set_threshold(COLLECT_EVERY)

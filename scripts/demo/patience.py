"""How the demo waits: for a condition, with the same patience as the tests (`RIREKI_PATIENCE` raises it)."""

from __future__ import annotations

from collections.abc import Callable

from node.errors import NodeError
from scripts.demo.timeline import StepFailed
from tests.sim.patience import TooLateError, eventually

POLL_S = 0.1


def wait_until(is_done: Callable[[], bool], otherwise: NodeError | StepFailed) -> None:
    """Ask until it is so. Raises `otherwise` if it does not become so."""
    try:
        eventually(is_done, every_s=POLL_S)
    except TooLateError:
        raise otherwise from None

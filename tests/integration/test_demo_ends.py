"""However and whenever a run of the demo ends, nothing that it started outlives it.

Each run is ended by one signal at one moment: a line of its output, and a random while after it. The signals
come in turn, so that a few runs see each signal and each moment; RIREKI_SOAK=1 tries each with each.
"""

from __future__ import annotations

import itertools
import os
import random
import signal

import psutil
import pytest

from scripts.demo.processes import require_free
from scripts.demo.stage import PORTS
from tests.sim.patience import DEADLINE_S, let_pass
from tests.sim.running_demo import RunningDemo, free_port_base

pytestmark = [pytest.mark.integration, pytest.mark.pcsc]

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGINT)
MOMENTS = (
    "",
    "Rireki",
    "A consortium",
    "start the chain",
    "put the card into",
    "publish keys",
    "start three nodes",
)
"""What the run has printed last; "" is the moment of its start."""

LATER_S = 1.5
"""Longest while after that line: some runs are met in the middle of a step."""


def _runs() -> list[tuple[signal.Signals, str]]:
    if os.environ.get("RIREKI_SOAK"):
        return [(number, moment) for moment in MOMENTS for number in SIGNALS]
    return list(zip(itertools.cycle(SIGNALS), MOMENTS, strict=False))


@pytest.mark.parametrize(("number", "moment"), _runs())
def test_nothing_outlives_a_run(number: signal.Signals, moment: str) -> None:
    dice = random.Random(f"{number} {moment}")
    with RunningDemo(free_port_base()) as demo:
        demo.wait_for(moment)
        let_pass(dice.uniform(0, LATER_S))
        demo.send(number)
        status = demo.wait()
        if number == signal.SIGKILL:
            _gone, left = psutil.wait_procs(demo.running(), timeout=DEADLINE_S)
            assert left == []
        assert demo.running() == []
        assert list(demo.temporary.glob("rireki-demo-*")) == [] or moment == ""
    assert status == (-number if number == signal.SIGKILL else 128 + number) or moment == ""
    require_free(range(demo.port_base, demo.port_base + PORTS))


def test_a_second_signal_cuts_the_end_short_and_still_leaves_nothing() -> None:
    with RunningDemo(free_port_base()) as demo:
        demo.wait_for("start three nodes")
        demo.send(signal.SIGTERM)
        demo.send(signal.SIGINT)
        assert demo.wait() > 0
        assert demo.running() == []

"""A node's jobs run whatever TZ says, as containers and old machines set it."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from node.domain.days import jst_text
from node.jobs.schedule import Job, start_jobs
from tests.sim.patience import DEADLINE_S

pytestmark = pytest.mark.integration

ZONES = (
    None, "", "UTC", "Asia/Tokyo", ":Asia/Tokyo", "Japan", "JST-9", "<+09>-9", "EST5EDT,M3.2.0,M11.1.0", ":",
    "/etc/localtime", ":/etc/localtime", "/none", "No/Such_Zone", "日本", "../../etc/passwd", "\udcff", "9",
)  # fmt: skip
"""Of tzset(3): unset, empty, names with and without a colon, POSIX rules, files, and nonsense."""


@pytest.fixture(name="zone", params=ZONES, ids=repr)
def _zone(request, monkeypatch):
    if request.param is None:
        monkeypatch.delenv("TZ", raising=False)
    else:
        monkeypatch.setenv("TZ", request.param)
    monkeypatch.setattr(
        "tzlocal.unix._cache_tz", None
    )  # what the scheduler's library found for an earlier one
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_a_job_runs_again_and_again_and_days_are_japans():
    ran: list[int] = []
    twice = threading.Event()

    def run(_: Any) -> None:
        ran.append(1)
        if len(ran) > 1:
            twice.set()

    node: Any = SimpleNamespace()
    scheduler = start_jobs(node, (Job("見本", 0.05, run),), at_once=1)
    try:
        assert twice.wait(DEADLINE_S)
    finally:
        scheduler.shutdown()
    assert jst_text(1_775_000_000).startswith("2026-04-01")

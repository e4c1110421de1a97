"""The short form of the benchmark of many customers at once: nobody fails, is lost or is served twice."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.pcsc]

MUST_BE_NONE = ("load.failures", "load.lost", "load.doubled")


def test_the_quick_form_finds_no_failure_and_names_its_figures():
    command = [sys.executable, "-m", "scripts.bench.load", "--quick", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr[-2000:]
    metrics = json.loads(done.stdout)["metrics"]
    assert {name: metrics[name]["value"] for name in MUST_BE_NONE} == dict.fromkeys(MUST_BE_NONE, 0), (
        done.stderr
    )
    for database in ("sqlite", "postgresql"):
        assert metrics[f"load.{database}.reuse_16.rate"]["value"] > 0

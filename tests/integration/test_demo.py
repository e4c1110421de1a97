"""The demo as a newcomer runs it: one command, its report, its refusals; through real pcscd."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.pcsc, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
PORT_BASE = 18_851

REFUSALS = {
    "swapped chip photo": "chip.data_signature_invalid",
    "another person's selfie": "face.no_match",
    "record changed in transit": "transfer_altered",
    "replayed consent": "consent.signature_invalid",
    "revoked before the decision": "revoked",
    "verification too old": "too_old",
    "method ended on 2027-04-01": "method_not_allowed",
}


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "node.cli", "demo", "--port-base", str(PORT_BASE), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demo_shows_the_journey_and_every_refusal(tmp_path):
    report = tmp_path / "demo.json"
    run = demo("--json", str(report))
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    facts = json.loads(report.read_text())
    assert {refusal["case"]: refusal["code"] for refusal in facts["refusals"]} == REFUSALS
    assert all(step["ok"] for step in facts["steps"])
    assert all({"name", "actor", "ok", "seconds", "cpu_seconds"} <= step.keys() for step in facts["steps"])
    assert any(step.get("tx", "").startswith("0x") for step in facts["steps"])
    assert facts["audit"]["head_matches"]
    assert facts["audit"]["opened_ok"]
    assert facts["audit"]["events_indexed"] > len(REFUSALS)
    assert facts["compare"]["verify_cpu_s"] > facts["compare"]["reuse_cpu_s"] > 0
    assert "SYNTHETIC" in run.stdout
    check_reuse_benchmark(report)


def check_reuse_benchmark(report: Path) -> None:
    """The benchmark of reuse reads this run's report: a demo of its own takes another minute."""
    command = [sys.executable, "-m", "scripts.bench.reuse", "--quick", "--json", "--report", str(report)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures = json.loads(told.stdout)["metrics"]
    assert figures["reuse.verify_cpu_s"]["value"] > figures["reuse.reuse_cpu_s"]["value"] > 0
    assert figures["reuse.cpu_ratio"]["value"] > 1


def test_an_occupied_port_ends_the_demo_in_one_line_with_code_and_hint():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier run's connections linger
        taken.bind(("127.0.0.1", PORT_BASE + 1))
        taken.listen()
        run = demo()
    assert run.returncode == 2
    assert f"port {PORT_BASE + 1} is in use [demo.port_occupied]" in run.stderr
    assert "hint:" in run.stderr
    assert "Traceback" not in run.stderr + run.stdout

"""The demo as a newcomer runs it: one command, its report, its refusals, its doors; through real pcscd."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.sim.anvil import Anvil
from tests.sim.patience import DEADLINE_S
from tests.sim.running_demo import ROOT, RunningDemo, free_port_base

pytestmark = [pytest.mark.integration, pytest.mark.pcsc]

ISSUER, BROKER, REGULATOR, CHAIN, START = 0, 1, 2, 4, 5
"""Which of the demo's ports."""

REFUSALS = {
    "swapped chip photo": "chip.data_signature_invalid",
    "another person's selfie": "face.no_match",
    "record changed in transit": "transfer_altered",
    "replayed consent": "consent.signature_invalid",
    "revoked before the decision": "revoked",
    "verification too old": "too_old",
    "method ended on 2027-04-01": "method_not_allowed",
}


@dataclass
class Served:
    """A demo that serves, and its report."""

    demo: RunningDemo
    report: Path

    def url(self, which: int) -> str:
        """Where one of the demo's ports is reached."""
        return f"http://localhost:{self.demo.port_base + which}"

    @property
    def keys(self) -> dict[str, dict[str, str]]:
        """What it printed: member -> holder -> API key."""
        parts = self.demo.output.partition("start page:")[2].split("\n\n")[1:]
        holders = re.compile(r"^ +(\w+(?: \d)?) +(rk_\w+)$", re.MULTILINE)
        return {part.split("  ")[0].strip(): dict(holders.findall(part)) for part in parts}


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory) -> Iterator[Served]:
    """The whole journey, time included, and then everything left running until SIGTERM."""
    report = tmp_path_factory.mktemp("demo") / "demo.json"
    with RunningDemo(free_port_base(), "--serve", "--after-reform", "--json", str(report)) as demo:
        demo.wait_for("Card reader")
        yield Served(demo, report)
        demo.send(signal.SIGTERM)
        assert demo.wait() == 128 + signal.SIGTERM
        assert demo.running() == []


def test_the_demo_shows_the_journey_and_every_refusal(served: Served) -> None:
    facts = json.loads(served.report.read_text())
    assert {refusal["case"]: refusal["code"] for refusal in facts["refusals"]} == REFUSALS
    assert all(step["ok"] for step in facts["steps"])
    assert all({"name", "actor", "ok", "seconds", "cpu_seconds"} <= step.keys() for step in facts["steps"])
    assert any(step.get("tx", "").startswith("0x") for step in facts["steps"])
    assert facts["audit"]["head_matches"]
    assert facts["audit"]["opened_ok"]
    assert facts["audit"]["events_indexed"] > len(REFUSALS)
    assert facts["compare"]["verify_cpu_s"] > facts["compare"]["reuse_cpu_s"] > 0
    assert "all as it must be" in served.demo.output
    assert "SYNTHETIC" in served.demo.output


def test_the_benchmark_of_reuse_reads_this_runs_report(served: Served) -> None:
    """A demo of its own takes another minute."""
    arguments = ["--quick", "--json", "--report", str(served.report)]
    command = [sys.executable, "-m", "scripts.bench.reuse", *arguments]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures = json.loads(told.stdout)["metrics"]
    assert figures["reuse.verify_cpu_s"]["value"] > figures["reuse.reuse_cpu_s"]["value"] > 0
    assert figures["reuse.cpu_ratio"]["value"] > 1


def test_every_printed_key_opens_its_members_doors_and_no_other_does(served: Served) -> None:
    staff = {"reviewer", "staff", "officer"}
    assert {name: set(keys) for name, keys in served.keys.items()} == {
        "bank A": staff,
        "broker B": staff,
        "regulator": {"auditor 1", "auditor 2"},
        "shared": set(),
    }
    doors = {"bank A": f"{served.url(ISSUER)}/v1/cases", "broker B": f"{served.url(BROKER)}/v1/cases"}
    doors["regulator"] = f"{served.url(REGULATOR)}/v1/audit/summary"
    for member, keys in served.keys.items():
        for token in keys.values():
            opened = {name for name, url in doors.items() if _client(token).get(url).is_success}
            assert opened == {member}


def test_two_printed_auditors_open_an_attestation_and_one_does_not(served: Served) -> None:
    asking, approving = map(_client, served.keys["regulator"].values())
    found = asking.get(f"{served.url(REGULATOR)}/v1/audit/attestations").json()["attestations"]
    identifier = next(one["attestation_id"] for one in found if one["decided_at"])
    body = {"attestation_id": identifier, "case_number": "見本-2"}
    asked = asking.post(f"{served.url(REGULATOR)}/v1/audit/disclosures", json=body).json()["disclosure_id"]
    approval = f"{served.url(REGULATOR)}/v1/audit/disclosures/{asked}/approve"
    assert asking.post(approval).is_client_error
    assert approving.post(approval).json()["findings"]["id_matches"]


def test_nobody_is_signed_in_though_customers_and_reviewers_were(served: Served) -> None:
    reviewer = {"token": served.keys["bank A"]["reviewer"]}
    signed_in = httpx.post(f"{served.url(ISSUER)}/reviews", data=reviewer, timeout=DEADLINE_S)
    assert signed_in.cookies
    for path in ("/me", "/reviews"):
        answer = httpx.get(f"{served.url(ISSUER)}{path}", timeout=DEADLINE_S)
        assert "サインイン" in answer.text
        assert "サインアウト" not in answer.text


def test_chain_time_is_beyond_the_reform_only_because_it_was_asked_for(served: Served) -> None:
    chain = Anvil(port=served.demo.port_base + CHAIN)
    blocks = [chain.rpc("eth_getBlockByNumber", which, False) for which in ("0x0", "latest")]
    first, last = (datetime.fromtimestamp(int(block["timestamp"], 16), UTC) for block in blocks)
    assert first.year == 2026
    assert last >= datetime(2027, 3, 31, 15, tzinfo=UTC)
    assert "--after-reform" not in served.demo.output


def test_an_occupied_port_ends_the_demo_in_one_line_with_code_and_hint() -> None:
    port_base = free_port_base()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier run's connections linger
        taken.bind(("127.0.0.1", port_base + START))
        taken.listen()
        with RunningDemo(port_base) as demo:
            assert demo.wait() == 2
            demo.wait_for("hint:")
    assert f"port {port_base + START} is in use [demo.port_occupied]" in demo.output
    assert "Traceback" not in demo.output


def _client(token: str) -> httpx.Client:
    return httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=DEADLINE_S)

"""The operator's guide, "Three nodes by hand": the page's own commands, in one shell, as pasted.

Nothing of the page is repeated here. Exchanged are only its ports, because a machine that tests may use them,
and the home folder. Blocks marked `bash` are run; `bash sqlite` and `bash postgresql` are the two ways.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from sqlalchemy.engine import make_url

from tests.sim.patience import patient_s
from tests.sim.postgres import server_binaries

pytestmark = pytest.mark.integration

PAGE_S = 1500
"""Some thirty commands, each of which imports the node: two minutes on idle cores."""

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "operator.md").read_text(encoding="utf-8")
WAYS = ("sqlite", "postgresql")
_PORT = re.compile(r"\b885\d\b")


def commands(way: str) -> str:
    """The section's blocks for one way, in order."""
    section = PAGE.split("\n## Three nodes by hand\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```bash ?(\w*)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert {kind for kind, _ in blocks} == {"", *WAYS}
    return "".join(text for kind, text in blocks if kind in {"", way})


def _on_free_ports(text: str) -> str:
    ports = sorted(set(_PORT.findall(text)))
    probes = [socket.socket() for _ in ports]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    free = dict(zip(ports, (str(probe.getsockname()[1]) for probe in probes), strict=True))
    for probe in probes:
        probe.close()
    return _PORT.sub(lambda found: free[found[0]], text)


def _environment(home: Path, request: pytest.FixtureRequest, way: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RIREKI_", "PG"))}
    environment = kept | {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    if way == "postgresql":
        url = make_url(request.getfixturevalue("postgres").url("postgres"))
        environment |= {"PGHOST": str(url.query["host"]), "PGUSER": str(url.username)}
        environment["PATH"] += f":{server_binaries()}"
    return environment


@pytest.mark.parametrize("way", WAYS)
def test_the_pages_own_commands_lead_to_three_nodes_and_a_case(tmp_path, request, way):
    if shutil.which("curl") is None:
        pytest.skip("not performed: curl is not installed")
    script = tmp_path / "page.sh"
    script.write_text("set -euo pipefail\nset -x\n" + _on_free_ports(commands(way)), encoding="utf-8")
    shell = subprocess.Popen(
        ["bash", str(script)],
        cwd=REPOSITORY,
        env=_environment(tmp_path, request, way),
        stdin=subprocess.DEVNULL,
        stdout=(tmp_path / "out").open("wb"),
        stderr=(tmp_path / "err").open("wb"),
        start_new_session=True,
    )
    try:
        status = shell.wait(patient_s(PAGE_S))
    finally:
        _end(shell)
    out, told = (tmp_path / "out").read_text(), (tmp_path / "err").read_text()
    assert status in {0, 128 + signal.SIGTERM}, told[-4000:]
    assert told.rstrip().endswith("wait"), told[-2000:]  # the last line was reached
    _assert_arrived(out, tmp_path / "rireki-trial", way)


def _assert_arrived(out: str, trial: Path, way: str) -> None:
    """What a reader should see, and find in the folder."""
    objects = [json.loads(line) for line in re.findall(r"\{\".*\}", out)]
    assert [one["state"] for one in objects if "case_id" in one] == ["open"]
    assert any(one.get("environment") == "test" for one in objects)
    for name in ("見本第一銀行", "見本ひかり証券", "見本監督庁"):
        assert name in out
    assert "failed " not in out
    assert re.search(r"^ok +membership: the published keys", out, re.MULTILINE)
    assert len(re.findall(r"^ok +peers: ", out, re.MULTILINE)) == 2
    for member in "abr":
        assert (trial / member / "data" / "node.db").exists() == (way == "sqlite")
        assert "Traceback" not in (trial / member / "node.log").read_text()
    assert {path.stat().st_mode & 0o777 for path in trial.glob("*/*.key")} == {0o600}
    assert (trial / "chain.json").stat().st_size > 0
    assert [one for one in psutil.process_iter(["cmdline"]) if str(trial) in str(one.info["cmdline"])] == []


def _end(shell: subprocess.Popen[bytes]) -> None:
    """Whatever a run that failed half-way left in its own session; nobody else's."""
    if shell.poll() is None or shell.returncode:
        try:
            os.killpg(shell.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        shell.wait()

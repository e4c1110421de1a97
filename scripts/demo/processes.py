"""The demo's processes: chain, card reader, nodes. Each is started, awaited, measured and stopped here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import psutil

from node.errors import InvalidInput, Unavailable
from scripts.demo.members import Member
from scripts.demo.patience import wait_until
from tests.sim.patience import DEADLINE_S, patient_s

STOP_TIMEOUT_S = patient_s(10)


def cpu_seconds() -> float:
    """Processor time of this process and everything below it that still runs."""
    me = psutil.Process()
    return sum(_cpu(process) for process in (me, *me.children(recursive=True)))


def require_free(ports: Iterable[int]) -> None:
    """Raise InvalidInput (`demo.port_occupied`) if one of the ports is taken."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise InvalidInput(
                    "demo.port_occupied",
                    f"port {port} is in use",
                    hint="stop what uses it (an earlier `rireki demo --serve`?), or give --port-base",
                ) from error


def empty_folder(folder: Path) -> None:
    """The demo begins anew each time: its members, keys and chain are throw-away."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def start_node(member: Member, environment: dict[str, str], stack: ExitStack) -> subprocess.Popen[bytes]:
    """Start one member's node as a process of its own; its log lies in its folder."""
    log = stack.enter_context((member.home / "node.log").open("wb"))
    process = subprocess.Popen(
        [sys.executable, "-m", "node.cli", "serve", "--config", str(member.config)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=os.environ | environment,
    )
    stack.callback(_stop, process)
    return process


def await_nodes(processes: Mapping[Member, subprocess.Popen[bytes]]) -> None:
    """Wait until each answers `/health`. Raises Unavailable (`demo.node_not_started`)."""
    for member, process in processes.items():
        wait_until(lambda m=member, p=process: _is_up(m) or p.poll() is not None, _not_started(member))
        if process.poll() is not None:
            raise _not_started(member)


def _not_started(member: Member) -> Unavailable:
    return Unavailable(
        "demo.node_not_started",
        f"the node of {member.title} did not start: {_last_line(member)}",
        hint=f"See {member.home.name}/node.log in the demo's folder.",
    )


def _is_up(member: Member) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{member.listen_port}/health", timeout=DEADLINE_S).is_success
    return False


def _last_line(member: Member) -> str:
    lines = (member.home / "node.log").read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)

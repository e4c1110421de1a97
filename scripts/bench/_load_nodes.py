"""The consortium with every node in a process of its own, started as an operator starts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from scripts.bench._load_chain import Chain
from tests.integration.reuse_network import Network, SimNode


class ApartNode(SimNode):
    """A member whose node is `rireki serve`, not a thread of this process."""

    def serve(self) -> None:
        """Start the process and wait until it answers."""
        self._server.enter_context(self.running)


class LoadNetwork(Network):
    """Issuer, recipient and regulator, apart."""

    member = ApartNode

    @property
    def ledger(self) -> Chain:
        """The chain, for whoever looks from outside."""
        settings = self.a.node.settings
        assert settings.contract_address is not None
        return Chain(settings.rpc_url, settings.contract_address)

    def usage(self) -> list[Usage]:
        """What each node has used so far."""
        return [usage_of(one.running.pid) for one in self.nodes]


@dataclass(frozen=True, slots=True)
class Usage:
    """A process.

    Attributes:
        cpu_s: processor time since its start.
        peak_mb: the most memory that was resident since its start.
    """

    cpu_s: float
    peak_mb: float


def usage_of(pid: int) -> Usage:
    """What the operating system says of a process."""
    cpu = psutil.Process(pid).cpu_times()
    status = Path(f"/proc/{pid}/status").read_text()
    peak_kb = int(status.partition("VmHWM:")[2].split()[0])
    return Usage(cpu.user + cpu.system, peak_kb / 1024)


def spent(before: Sequence[Usage], after: Sequence[Usage]) -> list[float]:
    """Seconds of processor time of each node between two looks."""
    return [late.cpu_s - early.cpu_s for early, late in zip(before, after, strict=True)]

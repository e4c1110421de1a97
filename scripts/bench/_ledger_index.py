"""How fast a node that was away reads the history, and in how much memory.

The catch-up runs in a process of its own, so that its memory is its own, and each time into a new database.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from web3 import Web3

from node.chain.abi import ARTIFACT
from node.chain.connect import connect
from node.chain.rpc import Rpc
from node.process import prepare_process
from node.store.database import open_engine, upgrade
from scripts.bench._ledger_send import fill_chain
from scripts.bench._progress import watched
from scripts.bench._report import Metric
from tests.sim.consortium import Consortium


def measure_indexing(events: int, repeats: int) -> list[Metric]:
    """Fill a chain, then read it with the node, bare, and with web3.py's own decoding.

    Each reads it so often, in turns, and its quickest counts: the machine has other work. The same catch-up
    took 32 to 50 us of processor time an event from one minute to the next on one idle host.
    """
    with TemporaryDirectory() as folder, Consortium(Path(folder)) as net:
        net.enable()
        fill_chain(net, net.b, events)
        chain = net.chain.url, net.deployment.contract, net.deployment.block_number
        rounds = [
            (_catch_up_apart(*chain, Path(folder) / f"fresh-{n}.db"), _bare_s(*chain), _web3_rate(*chain))
            for n in watched(range(repeats), repeats, "ledger: rounds of catching up")
        ]
    ours = min((facts for facts, _, _ in rounds), key=lambda facts: facts["seconds"])
    bare, decoded = min(bare for _, bare, _ in rounds), max(decoded for _, _, decoded in rounds)
    memory = max(facts["rss_mb"] for facts, _, _ in rounds)
    found, seconds = int(ours["events"]), ours["seconds"]
    rate, cpu_us = found / seconds, ours["cpu_s"] / found * 1e6
    return [
        Metric(
            "ledger.index_events_per_s",
            rate,
            "events/s",
            ">= 25000",
            f"SQLite, {found:,} events, best of {repeats}",
        ),
        Metric("ledger.index_cpu_us_per_event", cpu_us, "us", None, "processor time, all threads"),
        Metric(
            "ledger.index_vs_getlogs_time", seconds / bare, "ratio", None, "bare eth_getLogs of the range"
        ),
        Metric(
            "ledger.index_vs_web3_ratio", rate / decoded, "ratio", ">= 5", f"web3.py: {decoded:,.0f} events/s"
        ),
        Metric("ledger.catchup_rss_mb", memory, "MB", "<= 300", "peak of the whole process"),
    ]


def catch_up(url: str, contract: str, first: int, database: str) -> dict[str, float]:
    """Index everything into an empty database; this is what the process apart runs."""
    prepare_process()
    upgrade(database)
    ledger = connect(
        open_engine(database),
        Rpc(url, timeout_s=60),
        contract,
        deployed_block=first,
        signer=None,
        now=lambda: int(time.time()),
    )
    started, worked = time.perf_counter(), time.process_time()
    status = ledger.sync()
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - worked
    return {"events": status.events, "seconds": seconds, "cpu_s": cpu_s, "rss_mb": _peak_mb()}


def _peak_mb() -> float:
    """Most memory that this process had resident. Not `ru_maxrss`: Linux keeps the parent's over an exec."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak_kb,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak_kb) / 1024


def _catch_up_apart(url: str, contract: str, first: int, database: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.bench._ledger_index", url, contract, str(first)]
    command.append(f"sqlite:///{database}")
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    facts: dict[str, float] = json.loads(done.stdout)
    return facts


def _bare_s(url: str, contract: str, first: int) -> float:
    rpc = Rpc(url, timeout_s=60)
    started = time.perf_counter()
    rpc.call("eth_getLogs", {"address": contract, "fromBlock": hex(first), "toBlock": "latest"})
    return time.perf_counter() - started


def _web3_rate(url: str, contract: str, first: int) -> float:
    web3 = Web3(Web3.HTTPProvider(url, request_kwargs={"timeout": 120}))
    abi = json.loads(ARTIFACT.read_text())["abi"]
    attested = web3.eth.contract(web3.to_checksum_address(contract), abi=abi).events.Attested()
    started = time.perf_counter()
    found = attested.get_logs(from_block=first)
    return len(found) / (time.perf_counter() - started)


if __name__ == "__main__":
    where, address, deployed, target = sys.argv[1:]
    json.dump(catch_up(where, address, int(deployed), target), sys.stdout)

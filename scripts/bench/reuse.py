"""What a reuse costs beside the full verification that it replaces, from one run of the demo.

Both run through the same nodes on the same machine in the same run; processor time of all processes
together. The person is bound again by passkey; a recipient that asks for liveness as well adds about one
clip's judgement. The demo takes a minute and has no shorter form, so --quick changes nothing.

Examples: python -m scripts.bench.reuse --json
          python -m scripts.bench.reuse --report demo.json    (of `rireki demo --json demo.json`)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from scripts.bench._progress import say
from scripts.bench._report import Arguments, Found, Metric, NotPerformed, publish

RUN_TARGET_S = 90
"""The whole demo with its set-up in place, on two cores."""


def main() -> int:
    """Run the demo once, or read a run's report, and publish what it measured."""
    parser = Arguments(__doc__)
    parser.add_argument(
        "--port-base", type=int, default=8851, help="first of the six ports that the demo takes"
    )
    parser.add_argument("--report", type=Path, help="figures of a demo that has run, instead of running one")
    given = parser.given()
    if given.report:
        found = _costs(json.loads(given.report.read_text(encoding="utf-8")))
    else:
        found = _run(given.port_base)
    return publish("reuse instead of verification", found, as_json=given.json)


def _run(port_base: int) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "demo.json"
        command = [sys.executable, "-m", "node.cli", "demo", "--json", str(report)]
        say("reuse: running the demo, about a minute")
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "--port-base", str(port_base)], stdout=subprocess.PIPE, check=False, text=True
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            sys.stderr.write(done.stdout)
            return [NotPerformed("reuse", "the demo failed, see above; what it needs: scripts/setup demo")]
        facts = json.loads(report.read_text(encoding="utf-8"))
    timed = Metric("reuse.demo_s", round(seconds, 1), "s", target=f"<= {RUN_TARGET_S}")
    return [*_costs(facts), timed]


def _costs(facts: dict[str, Any]) -> Found:
    cost, verification = facts["compare"], "full verification in the same run"
    return [
        Metric("reuse.verify_cpu_s", cost["verify_cpu_s"], "s CPU"),
        Metric("reuse.reuse_cpu_s", cost["reuse_cpu_s"], "s CPU", compared_with=verification),
        Metric("reuse.cpu_ratio", cost["ratio"], "ratio", compared_with=verification),
    ]


if __name__ == "__main__":
    sys.exit(main())

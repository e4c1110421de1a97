"""What a reuse costs beside the full verification that it replaces, from one run of the demo.

Both run through the same nodes on the same machine in the same run; processor time of all processes
together. The person is bound again by passkey; a recipient that asks for liveness as well adds about one
clip's judgement.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.bench._report import Metric, arguments, publish

RUN_TARGET_S = 90
"""The whole demo with its set-up in place, on two cores."""


def main() -> int:
    """Run the demo once and publish what it measured."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--port-base", type=int, default=8851, help="first of the five ports that the demo takes"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "demo.json"
        began = time.perf_counter()
        command = [sys.executable, "-m", "node.cli", "demo", "--json", str(report)]
        done = subprocess.run(
            [*command, "--port-base", str(options.port_base)], stdout=subprocess.PIPE, check=False, text=True
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            sys.stderr.write(done.stdout)
            return done.returncode
        cost = json.loads(report.read_text())["compare"]
    verification = "full verification in the same run"
    return publish(
        "reuse instead of verification",
        [
            Metric("reuse.verify_cpu_s", cost["verify_cpu_s"], "s CPU"),
            Metric("reuse.reuse_cpu_s", cost["reuse_cpu_s"], "s CPU", compared_with=verification),
            Metric("reuse.cpu_ratio", cost["ratio"], "ratio", compared_with=verification),
            Metric("reuse.demo_s", round(seconds, 1), "s", target=f"<= {RUN_TARGET_S}"),
        ],
        as_json=options.json,
    )


if __name__ == "__main__":
    sys.exit(main())

"""Analyse the contracts with Slither; exit 1 when it finds what is not answered in docs/adr.

Usage: `python -m scripts.slither`. Needs Node and `scripts/setup` (the compiler), and Slither in an
environment of its own, because it wants an older web3 than the node. Slither drives no npm compiler, so it is
handed the compiler's output as a Hardhat build. Decides nothing about gas or style; solhint does the latter.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from scripts.compile_contracts import (
    COMPILER_VERSION,
    CONTRACTS,
    CompileError,
    build_input,
    compile_with_node,
)

SLITHER_VERSION = "0.11.6"
ENVIRONMENT = Path(__file__).resolve().parent.parent / ".cache" / "slither"
INSTALL = (
    f"python3 -m venv .cache/slither && .cache/slither/bin/pip install slither-analyzer=={SLITHER_VERSION}"
)

ANSWERED = ("timestamp", "assembly")
"""Detectors whose findings docs/adr/0009 answers one by one."""


class SlitherError(Exception):
    """Slither could not be run; the message is one line with what to do."""


def main() -> int:
    """Run the command; returns the exit code."""
    try:
        findings = analyse()
    except (CompileError, SlitherError) as error:
        print(f"slither: {error}", file=sys.stderr)
        return 1
    open_findings = [finding for finding in findings if finding["check"] not in ANSWERED]
    for finding in open_findings:
        print(f"{finding['impact']}: {finding['check']}: {finding['description'].strip()}")
    print(f"slither: {len(open_findings)} open findings, {len(findings) - len(open_findings)} answered")
    return 1 if open_findings else 0


def analyse() -> list[dict[str, Any]]:
    """Compile, let Slither read the build, return its findings in our own sources.

    Raises:
        CompileError: the contracts do not compile.
        SlitherError: Slither is missing or gave no report.
    """
    slither = _find_slither()
    with tempfile.TemporaryDirectory(prefix="rireki-slither-") as folder:
        _write_build(Path(folder))
        return _run(slither, Path(folder))


def _find_slither() -> str:
    slither = shutil.which("slither", path=f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if slither is None:
        raise SlitherError(f"not found; run: {INSTALL}")
    return slither


def _write_build(folder: Path) -> None:
    standard_input = build_input(CONTRACTS / "src", prefix="src")
    standard_input["settings"] |= {
        "outputSelection": {
            "*": {"*": ["abi", "metadata", "evm.bytecode", "evm.deployedBytecode"], "": ["ast"]}
        }
    }
    output = compile_with_node(standard_input)
    build = {"id": "rireki", "solcVersion": COMPILER_VERSION, "input": standard_input, "output": output}
    target = folder / "artifacts" / "build-info" / "rireki.json"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(build), encoding="utf-8")
    (folder / "hardhat.config.js").write_text("module.exports = {};\n", encoding="utf-8")
    (folder / "src").symlink_to(CONTRACTS / "src")
    (folder / "node_modules").symlink_to(CONTRACTS / "node_modules")


def _run(slither: str, folder: Path) -> list[dict[str, Any]]:
    command = [slither, ".", "--compile-force-framework", "hardhat", "--ignore-compile"]
    command += ["--filter-paths", "node_modules,@openzeppelin", "--json", "-"]
    # It would ask npx for Hardhat; the build is there already, so it need not look.
    environment = os.environ | {"npm_config_offline": "true"}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    try:
        report = json.loads(run.stdout)
    except ValueError as error:
        lines = run.stderr.strip().splitlines() or ["no message"]
        raise SlitherError(f"no report: {lines[-1]}") from error
    if not report["success"]:
        raise SlitherError(f"failed: {report['error']}")
    findings: list[dict[str, Any]] = report["results"].get("detectors", [])
    return findings


if __name__ == "__main__":
    sys.exit(main())

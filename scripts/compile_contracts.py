"""Compile the contracts and keep the committed artifact true to its sources.

Usage: `python -m scripts.compile_contracts [--check] [--with-solcx]`. Writes
node/chain/IdentityHistory.json (ABI, creation and runtime bytecode, compiler, settings, SHA-256 of every
source); with `--check` writes nothing and exits 1 when the committed artifact is not what the sources
compile to. Needs `scripts/setup`; `--with-solcx` drives a native solc through py-solc-x
instead. Does not deploy.
Spec: Solidity "Compiler Input and Output JSON Description".
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.client_tools import find_tool

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
PACKAGES = CONTRACTS / "node_modules"
ARTIFACT = CONTRACTS.parent / "node" / "chain" / "IdentityHistory.json"
"""Inside the package that reads it, so that every installation has it."""
TARGET = ("src/IdentityHistory.sol", "IdentityHistory")

COMPILER_VERSION = "0.8.37"
"""As pinned in contracts/package.json and in every pragma."""

SETTINGS: dict[str, Any] = {
    # Deployed once, called often. 100,000 runs buy another 0.1 % for 14 % more code.
    "optimizer": {"enabled": True, "runs": 10_000},
    "viaIR": True,
    # The hardfork of the chain we target. The bytecode is the same for cancun: nothing newer is used.
    "evmVersion": "osaka",
    # A comment or a path must not change the bytecode that members compare.
    "metadata": {"bytecodeHash": "none"},
}

Compile = Callable[[dict[str, Any]], dict[str, Any]]
"""Standard JSON input to standard JSON output."""


class CompileError(Exception):
    """The contracts could not be compiled; the message is one line with what to do, or the compiler's own."""


def compile_with_node(standard_input: dict[str, Any]) -> dict[str, Any]:
    """Compile with the npm package `solc`.

    Raises:
        CompileError: Node or the package is missing, or the compiler crashed.
    """
    node = find_tool("node")
    if node is None:
        raise CompileError("node not found; run: scripts/setup")
    if not (PACKAGES / "solc" / "package.json").is_file():
        raise CompileError("npm package solc not found; run: scripts/setup")
    run = subprocess.run(
        [node, str(CONTRACTS / "compile.mjs")],
        input=json.dumps(standard_input),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise CompileError(f"solc failed: {_last_line(run.stderr)}")
    output: dict[str, Any] = json.loads(run.stdout)
    return output


def compile_with_solcx(standard_input: dict[str, Any]) -> dict[str, Any]:
    """Compile with a native solc that py-solc-x has installed or finds on the path.

    Raises:
        CompileError: py-solc-x or solc is missing, or the compiler refused.
    """
    try:
        import solcx  # noqa: PLC0415  optional extra
        from solcx.exceptions import (  # noqa: PLC0415
            SolcError,
            SolcInstallationError,
            SolcNotInstalled,
        )
    except ImportError as error:
        raise CompileError("py-solc-x not found; install the extra: pip install 'rireki[solc]'") from error
    native = shutil.which("solc")
    choice: dict[str, Any] = {"solc_binary": native} if native else {"solc_version": COMPILER_VERSION}
    try:
        output: dict[str, Any] = solcx.compile_standard(standard_input, base_path=str(PACKAGES), **choice)
    except (SolcNotInstalled, SolcInstallationError) as error:
        raise CompileError(f"native solc not found; put solc {COMPILER_VERSION} on the path") from error
    except SolcError as error:
        raise CompileError(f"solc failed: {error.message.strip()}") from error
    return output


def build_input(sources: Path, *, prefix: str) -> dict[str, Any]:
    """Standard JSON input for every Solidity file under a folder, named `prefix/relative path`."""
    return {
        "language": "Solidity",
        "sources": {
            f"{prefix}/{path.relative_to(sources).as_posix()}": {"content": path.read_text(encoding="utf-8")}
            for path in sorted(sources.rglob("*.sol"))
        },
        "settings": SETTINGS
        | {
            "outputSelection": {
                "*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"]}
            }
        },
    }


def select(output: dict[str, Any], source: str, contract: str) -> dict[str, Any]:
    """Pick one contract from the compiler's output.

    Raises:
        CompileError: the compiler reported an error or a warning; we accept neither.
    """
    complaints = [entry["formattedMessage"].strip() for entry in output.get("errors", [])]
    if complaints:
        raise CompileError("\n".join(complaints))
    selected: dict[str, Any] = output["contracts"][source][contract]
    return selected


def build_artifact(compile_: Compile) -> dict[str, Any]:
    """Compile the contracts into what the node reads.

    Raises:
        CompileError: see `compile_with_node` and `select`.
    """
    compiled = select(compile_(build_input(CONTRACTS / "src", prefix="src")), *TARGET)
    metadata = json.loads(compiled["metadata"])
    return {
        "contractName": TARGET[1],
        "sourceName": TARGET[0],
        "compiler": {"version": metadata["compiler"]["version"]},
        "settings": SETTINGS,
        "sources": {name: {"sha256": _sha256(name)} for name in sorted(metadata["sources"])},
        "abi": compiled["abi"],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + compiled["evm"]["deployedBytecode"]["object"],
    }


def render(artifact: dict[str, Any]) -> str:
    """Artifact text, the same for the same content."""
    return json.dumps(artifact, indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="compile_contracts", description="Compile the contracts.")
    parser.add_argument("--check", action="store_true", help="only compare with the committed artifact")
    parser.add_argument("--with-solcx", action="store_true", help="use a native solc through py-solc-x")
    options = parser.parse_args(arguments)
    compile_ = compile_with_solcx if options.with_solcx else compile_with_node
    try:
        text = render(build_artifact(compile_))
    except CompileError as error:
        print(f"compile_contracts: {error}", file=sys.stderr)
        return 1
    return _check(text) if options.check else _write(text)


def _write(text: str) -> int:
    ARTIFACT.write_text(text, encoding="utf-8")
    print(f"wrote node/chain/{ARTIFACT.name}")
    return 0


def _check(text: str) -> int:
    committed = ARTIFACT.read_text(encoding="utf-8") if ARTIFACT.is_file() else ""
    if committed == text:
        print("the committed artifact matches the sources")
        return 0
    reason = "differs from what the sources compile to" if committed else "is missing"
    print(
        f"compile_contracts: node/chain/{ARTIFACT.name} {reason}; run: python -m scripts.compile_contracts",
        file=sys.stderr,
    )
    return 1


def _sha256(source_name: str) -> str:
    root = CONTRACTS if source_name.startswith("src/") else PACKAGES
    return hashlib.sha256((root / source_name).read_bytes()).hexdigest()


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no message"


if __name__ == "__main__":
    sys.exit(main())

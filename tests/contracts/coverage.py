"""Record which test meets which custom error and takes which branch, and write docs/contracts/coverage.md.

Run by `pytest tests/contracts --record-coverage`: the named tests then drive the unoptimised build, and every
call and transaction is traced. Judges nothing; `test_coverage_table` does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from scripts.compile_contracts import ARTIFACT, CONTRACTS
from tests.contracts.branches import build, taken
from tests.sim.anvil import Anvil, RpcError

TABLE = CONTRACTS.parent / "docs" / "contracts" / "coverage.md"
_LIGHT = {"disableStorage": True, "disableMemory": True, "disableStack": True}
NOT_TRACED = ("machine", "gas", "anvil", "artifact", "lint", "commitment_vectors", "coverage_table")
"""Modules that test something else, or that measure the optimised build."""
_NAMED = 3
"""Tests named per row; more say nothing."""

HEAD = """# Every revert reason and every branch, and the test that reaches it

Written by `pytest tests/contracts --record-coverage` from traces of the unoptimised build; do not edit.
Sources: {digest}

Compiler-made checks (overflow, ABI decoding, enum ranges) and the constructor's own `if` are not listed; its
revert is. A branch has two outcomes: the code goes on (for `if`: the condition holds), or it jumps.
"""


def source_digest() -> str:
    """SHA-256 digests of our sources, shortened, as the committed artifact has them."""
    sources = json.loads(ARTIFACT.read_text(encoding="utf-8"))["sources"]
    ours = [
        f"{name}@{entry['sha256'][:12]}" for name, entry in sorted(sources.items()) if name.startswith("src/")
    ]
    return ", ".join(ours)


class Recorder:
    """What the tests reached so far."""

    def __init__(self) -> None:
        self.test = ""
        self._build = build()
        self._errors: dict[str, list[str]] = defaultdict(list)
        self._taken: dict[Any, list[str]] = defaultdict(list)
        self._names = {
            "0x" + keccak(text=_signature(entry))[:4].hex(): entry["name"]
            for entry in self._build.abi
            if entry["type"] == "error"
        }

    def write_artifact(self, folder: Path) -> Path:
        """Give the tests the traced build."""
        path = folder / "IdentityHistory.json"
        path.write_text(json.dumps({"abi": self._build.abi, "bytecode": "0x" + self._build.creation.hex()}))
        return path

    def met(self, revert_data: str) -> None:
        """A call reverted with this data."""
        name = self._names.get(revert_data[:10])
        if name and self.test not in self._errors[name]:
            self._errors[name].append(self.test)

    def traced(self, steps: list[dict[str, Any]]) -> None:
        """A call took these steps."""
        for branch, jumped in taken(steps, self._build.jumps):
            tests = self._taken[branch, jumped]
            if self.test and self.test not in tests:
                tests.append(self.test)

    def table(self) -> str:
        """The document."""
        lines = [
            HEAD.format(digest=source_digest()),
            "## Revert reasons",
            "",
            "| error | tests |",
            "|---|---|",
        ]
        lines += [f"| `{name}` | {_some(self._errors[name])} |" for name in sorted(self._names.values())]
        lines += ["", "## Branches", "", "| where | branch | goes on | jumps |", "|---|---|---|---|"]
        for branch in sorted(set(self._build.jumps.values())):
            where = f"{branch.source.removeprefix('src/')}:{branch.line}"
            text = f"`{branch.kind}` `{branch.text}`".replace("|", "\\|")
            reached = " | ".join(_some(self._taken[branch, jumped]) for jumped in (False, True))
            lines.append(f"| {where} | {text} | {reached} |")
        return "\n".join(lines) + "\n"


class TracedAnvil(Anvil):
    """An anvil that traces every call and transaction for the recorder."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(accounts=12)
        self._options.append("--steps-tracing")
        self._recorder = recorder

    def rpc(self, method: str, *params: Any) -> Any:
        """Call, and trace what was called."""
        if method == "eth_call":
            self._trace("debug_traceCall", *params)
        try:
            result = super().rpc(method, *params)
        except RpcError as error:
            self._recorder.met(error.data)
            raise
        return result

    def transact(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send, and trace what was sent."""
        receipt = super().transact(message)
        self._trace("debug_traceTransaction", receipt["transactionHash"])
        return receipt

    def _trace(self, method: str, *params: Any) -> None:
        self._recorder.traced(super().rpc(method, *params, _LIGHT)["structLogs"])


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(item['type'] for item in entry['inputs'])})"


def _some(tests: list[str]) -> str:
    return "<br>".join(f"`{name}`" for name in sorted(tests, key=len)[:_NAMED])

"""Which branches of the contracts a trace has taken, by the compiler's own source map.

Looks at the conditional jumps that the unoptimised compiler sets for `if`, `?:`, `&&`, `||` and `for`; each
has two outcomes. Compiler-made checks (overflow, ABI decoding, enum ranges) are no branches of ours.
Spec: Solidity documentation, "Source Mappings"; JUMPI is opcode 0x57.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from scripts.compile_contracts import CONTRACTS, TARGET, build_input, compile_with_node, select

JUMPI = 0x57
PUSH1, PUSH32 = 0x60, 0x7F
KINDS = {
    "IfStatement": "if",
    "Conditional": "?:",
    "ForStatement": "for",
    "BinaryOperation": "&& ||",
}


@dataclass(frozen=True, order=True)
class Branch:
    """A place where the source divides; `text` is the condition."""

    source: str
    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Build:
    """Unoptimised code whose conditional jumps are known by source.

    Attributes:
        abi: of the contract.
        creation: creation code.
        jumps: program counter in the runtime code to branch.
    """

    abi: list[dict[str, Any]]
    creation: bytes
    jumps: dict[int, Branch]


def build() -> Build:
    """Compile without optimiser, so that each branch has a jump of its own.

    Raises:
        CompileError: the contracts do not compile.
    """
    standard_input = build_input(CONTRACTS / "src", prefix="src")
    outputs = ["abi", "evm.bytecode.object", "evm.deployedBytecode"]
    standard_input["settings"] |= {
        "viaIR": False,
        "optimizer": {"enabled": False},
        "outputSelection": {"*": {"*": outputs, "": ["ast"]}},
    }
    output = compile_with_node(standard_input)
    compiled = select(output, *TARGET)
    places = {
        place: branch for name, unit in output["sources"].items() for place, branch in _branches(name, unit)
    }
    runtime = compiled["evm"]["deployedBytecode"]
    jumps = dict(_jumps(bytes.fromhex(runtime["object"]), runtime["sourceMap"], places))
    return Build(compiled["abi"], bytes.fromhex(compiled["evm"]["bytecode"]["object"]), jumps)


def _branches(name: str, unit: dict[str, Any]) -> Iterator[tuple[tuple[int, int, int], Branch]]:
    if not name.startswith("src/"):
        return
    text = Path(CONTRACTS / name).read_bytes()
    for node in _nodes(unit["ast"]):
        logical = node.get("operator") in ("&&", "||")
        if node["nodeType"] not in KINDS or (node["nodeType"] == "BinaryOperation" and not logical):
            continue
        start, length, file = (int(part) for part in node["src"].split(":"))
        condition = node.get("condition") or node
        begin, size, _ = (int(part) for part in condition["src"].split(":"))
        words = " ".join(text[begin : begin + size].decode().split())
        kind = KINDS[node["nodeType"]] if not logical else node["operator"]
        yield (start, length, file), Branch(name, text[:start].count(b"\n") + 1, kind, words)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for item in tree:
            yield from _nodes(item)
    elif isinstance(tree, dict):
        if "nodeType" in tree:
            yield tree
        for value in tree.values():
            yield from _nodes(value)


def _jumps(
    code: bytes, source_map: str, places: dict[tuple[int, int, int], Branch]
) -> Iterator[tuple[int, Branch]]:
    for (counter, opcode), place in zip(_instructions(code), _places(source_map), strict=False):
        if opcode == JUMPI and place in places:
            yield counter, places[place]


def _instructions(code: bytes) -> Iterator[tuple[int, int]]:
    counter = 0
    while counter < len(code):
        opcode = code[counter]
        yield counter, opcode
        counter += 1 + (opcode - PUSH1 + 1 if PUSH1 <= opcode <= PUSH32 else 0)


def _places(source_map: str) -> Iterator[tuple[int, int, int]]:
    current = ["0", "0", "0"]
    for entry in source_map.split(";"):
        for position, value in enumerate(entry.split(":")[:3]):
            current[position] = value or current[position]
        yield (int(current[0]), int(current[1]), int(current[2]))


def taken(steps: list[dict[str, Any]], jumps: dict[int, Branch]) -> set[tuple[Branch, bool]]:
    """Branches that a trace took, with what the jump did (True: it jumped)."""
    return {
        (jumps[step["pc"]], after["pc"] != step["pc"] + 1)
        for step, after in pairwise(steps)
        if step["pc"] in jumps
    }

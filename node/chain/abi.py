"""The compiled contract as the node uses it: selectors, argument types, bytecode.

Reads IdentityHistory.json beside it, which `scripts.compile_contracts` writes and every installation carries.
Decides no meaning; `calls`, `views`, `decoder` and `refusals` do. Spec: Solidity contract ABI specification.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import EncodingError
from eth_utils.abi import collapse_if_tuple, function_signature_to_4byte_selector

from node.errors import Corrupt, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ARTIFACT = Path(__file__).with_name("IdentityHistory.json")

SELECTOR_BYTES = 4


def encode_arguments(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """ABI encoding. Raises InvalidInput (`chain.bad_argument`) for what no such argument can hold."""
    try:
        return encode(types, values)
    except EncodingError as error:
        hint = "an account is 0x and 40 hex digits; ids and times are not negative and not too large"
        raise InvalidInput(
            "chain.bad_argument", "a value is out of range or of another form", hint=hint
        ) from error


@dataclass(frozen=True, slots=True)
class Entry:
    """One function or custom error of the ABI."""

    name: str
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def encode(self, *values: Any) -> bytes:
        """Selector and arguments. Raises InvalidInput (`chain.bad_argument`)."""
        return self.selector + encode_arguments(self.inputs, values)

    def arguments(self, data: bytes) -> tuple[Any, ...]:
        """Arguments behind a selector. Raises eth_abi's DecodingError."""
        return decode(self.inputs, data[SELECTOR_BYTES:])


@dataclass(frozen=True, slots=True)
class Artifact:
    """ABI and bytecode of IdentityHistory."""

    functions: Mapping[str, Entry]
    errors: Mapping[bytes, Entry]
    constructor: tuple[str, ...]
    bytecode: bytes


def load_artifact(path: Path = ARTIFACT) -> Artifact:
    """Read the committed artifact.

    Raises:
        Corrupt: missing or not an artifact (`chain.artifact`).
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return _artifact(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "Install this release again; in a checkout, run: python -m scripts.compile_contracts."
        raise Corrupt("chain.artifact", "the contract artifact cannot be read", hint=hint) from error


def _artifact(content: dict[str, Any]) -> Artifact:
    abi = content["abi"]
    functions = [_entry(item) for item in abi if item["type"] == "function"]
    errors = [_entry(item) for item in abi if item["type"] == "error"]
    constructor = next(item for item in abi if item["type"] == "constructor")
    return Artifact(
        functions={entry.name: entry for entry in functions},
        errors={entry.selector: entry for entry in errors},
        constructor=_types(constructor["inputs"]),
        bytecode=bytes.fromhex(content["bytecode"].removeprefix("0x")),
    )


def _entry(item: dict[str, Any]) -> Entry:
    inputs = _types(item["inputs"])
    selector = function_signature_to_4byte_selector(f"{item['name']}({','.join(inputs)})")
    return Entry(item["name"], selector, inputs, _types(item.get("outputs", [])))


def _types(parameters: list[Any]) -> tuple[str, ...]:
    return tuple(collapse_if_tuple(parameter) for parameter in parameters)

"""One byte form for every JSON document that is hashed or signed.

Spec: RFC 8785 (JSON Canonicalization Scheme) through the rfc8785 library; digests are SHA-256 of those bytes.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any, NoReturn

import rfc8785

from node.errors import InvalidInput

MAX_DEPTH = 32
"""Deepest nesting that is read; the deepest document of this protocol has ten levels."""

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKET = re.compile(r"[\[\]{}]")


def canonical_bytes(document: Any) -> bytes:
    """RFC 8785 bytes of a JSON value.

    Raises:
        InvalidInput: it has no canonical form ("json.not_canonical"): not JSON, NaN, an integer beyond 2**53.
    """
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, TypeError, UnicodeEncodeError) as error:
        raise InvalidInput("json.not_canonical", "a document has no canonical JSON form") from error


def canonical_digest(document: Any) -> bytes:
    """SHA-256 of the canonical bytes, 32 bytes."""
    return sha256(canonical_bytes(document)).digest()


def parse_json(data: bytes | str, *, code: str) -> Any:
    """Parse one JSON value; names twice in an object and NaN are refused, as I-JSON (RFC 7493) demands.

    Raises:
        InvalidInput: not such a value, or nested deeper than `MAX_DEPTH` (with the given code).
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        _require_shallow(text)
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInput(code, "not well-formed JSON") from error


def parse_object(data: bytes | str, *, code: str) -> dict[str, Any]:
    """Parse one JSON object, as `parse_json`.

    Raises:
        InvalidInput: not such an object (with the given code).
    """
    parsed = parse_json(data, code=code)
    if not isinstance(parsed, dict):
        raise InvalidInput(code, "JSON, but not an object")
    return parsed


def _require_shallow(text: str) -> None:
    """Refuse deep nesting before the parser meets it.

    Its recursion is bounded by the interpreter's limit, which a library may have raised beyond what the C
    stack holds; then deep nesting would end the process, not the parsing.
    """
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)

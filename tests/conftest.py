"""Rules for every test: each carries a marker that says what it needs."""

from __future__ import annotations

import pytest

KINDS = frozenset({"unit", "ports", "properties", "contracts", "integration", "pcsc", "browser"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    unmarked = [item.nodeid for item in items if not KINDS & {mark.name for mark in item.iter_markers()}]
    if unmarked:
        raise pytest.UsageError(f"tests without a kind marker ({', '.join(sorted(KINDS))}): {unmarked[:5]}")

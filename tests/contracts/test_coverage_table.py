"""The table of revert reasons and branches is complete, true to the sources, and names tests that exist."""

import json
import re
from pathlib import Path

import pytest

from scripts.compile_contracts import ARTIFACT
from tests.contracts.coverage import TABLE, source_digest

pytestmark = pytest.mark.contracts

NAME = re.compile(r"`(test_\w+)`")


@pytest.fixture(scope="module")
def text() -> str:
    return TABLE.read_text(encoding="utf-8")


def rows(text: str, title: str) -> list[list[str]]:
    section = text.split(f"## {title}\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def test_the_table_belongs_to_these_sources(text: str):
    assert source_digest() in text, "run: pytest tests/contracts --record-coverage"


def test_every_custom_error_is_reached_by_a_named_test(text: str):
    abi = json.loads(ARTIFACT.read_text(encoding="utf-8"))["abi"]
    reached = {error.strip("`") for error, tests in rows(text, "Revert reasons") if NAME.search(tests)}
    assert reached == {entry["name"] for entry in abi if entry["type"] == "error"}


def test_every_branch_is_taken_both_ways_by_a_named_test(text: str):
    branches = rows(text, "Branches")
    assert len(branches) > 50
    assert [row for row in branches if not NAME.search(row[2]) or not NAME.search(row[3])] == []


def test_every_named_test_exists(text: str):
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert {name for name in NAME.findall(text) if f"def {name}(" not in tests} == set()

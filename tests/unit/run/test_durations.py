"""What is known of how long tests take."""

from __future__ import annotations

import pytest

from tests.run.durations import UNKNOWN_S, expected, file_of
from tests.run.order import piece_of

pytestmark = pytest.mark.unit

NODES = ["tests/a.py::one", "tests/a.py::two[x::y]", "tests/b.py::Kind::three"]


def test_a_files_time_is_spread_over_its_tests():
    assert expected(NODES, {"tests/a.py": 8, "tests/b.py": 3}) == dict(zip(NODES, (4, 4, 3), strict=True))


def test_a_file_that_was_never_measured_counts_by_its_tests():
    assert expected(NODES, {"tests/b.py": 3})[NODES[0]] == UNKNOWN_S


def test_a_test_stands_in_its_file():
    assert [file_of(one) for one in NODES] == ["tests/a.py", "tests/a.py", "tests/b.py"]


def test_browser_and_demo_are_one_piece_of_work_and_other_files_one_each():
    shared = (
        "tests/browser/test_a.py::one",
        "tests/browser/test_b.py::two",
        "tests/integration/test_demo.py::it",
    )
    assert len({piece_of(one) for one in shared}) == 1
    assert [piece_of(one) for one in NODES] == ["tests/a.py", "tests/a.py", "tests/b.py"]

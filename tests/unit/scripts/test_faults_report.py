"""The tables of docs/measured/faults.md."""

from __future__ import annotations

import pytest

from scripts.faults_report import PAGE, point_table, run_table

pytestmark = pytest.mark.unit

RUN = {"at": "2026-11-22 18:00", "database": "SQLite", "operations": 1_200, "seconds": 10.4}
FORKS = RUN | {"kind": "forks", "faults": {"forks": 5}}
KILLS = RUN | {
    "kind": "use case kills",
    "faults": {"kills": 2},
    "points": ["SignIn: after commit of ceremonies", "job index: before commit of index"],
}


def test_fork_runs_of_one_database_make_one_line():
    assert "| 2 runs of forks | SQLite | 2026-11-22 18:00 | 2,400 | forks 10 | 21 |" in run_table([FORKS] * 2)


def test_other_runs_make_a_line_each():
    assert run_table([KILLS, KILLS]).count("| use case kills | SQLite |") == 2


def test_each_use_case_says_who_goes_on_after_a_death():
    table = point_table([KILLS, FORKS])
    assert "| SignIn | the same request again | after commit of ceremonies |" in table
    assert "| job index | the job | before commit of index |" in table


def test_the_page_has_the_places_for_both_tables():
    page = PAGE.read_text(encoding="utf-8")
    for mark in ("runs", "points"):
        assert page.count(f"<!-- {mark} -->\n") == page.count(f"<!-- /{mark} -->") == 1

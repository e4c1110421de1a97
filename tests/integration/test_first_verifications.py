"""Many first verifications at once: nothing fails or is judged twice, the reader is shared, the line is seen.

Through the pages and the API of a node that is a process of its own, with two engines and one card reader.
Thirty are judged by scripted engines (`tests.sim.scripted_node`), two by the real ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.bench._load_first import Engines, measure_first, noise
from scripts.bench._load_verify import Visit, prepare
from tests.conftest import NewDatabase
from tests.integration.issuer import Issuer, RunningIssuer
from tests.sim.patience import eventually
from tests.sim.scripted_node import Notes

pytestmark = [pytest.mark.integration, pytest.mark.pcsc]

AT_ONCE = 30
JUDGE_S, READ_S = 0.4, 0.1
NEVER_S = 3600.0
"""A judgement that the test does not wait for."""


def _notes(folder: Path) -> list[str]:
    return Notes(folder / "notes").lines()


def _at_reader(folder: Path) -> list[str]:
    return [line for line in _notes(folder) if line.startswith("card ")]


def test_thirty_at_once_are_all_verified_once_and_see_their_place(tmp_path, new_database: NewDatabase):
    engines = Engines(JUDGE_S, READ_S)
    row = measure_first("any", tmp_path, engines, AT_ONCE, database_url=new_database("a"))
    assert (row.failures.total(), row.lost, row.doubled, row.served) == (0, 0, 0, AT_ONCE), row.failures
    assert AT_ONCE // 2 < row.place <= AT_ONCE
    assert _at_reader(tmp_path) == ["card taken", "card given back"] * AT_ONCE


def test_two_real_engines_share_one_reader(tmp_path):
    row = measure_first("SQLite", tmp_path, Engines(), 2)
    assert (row.failures.total(), row.lost, row.doubled, row.served) == (0, 0, 0, 2), row.failures


def test_a_restart_keeps_the_line_and_reopens_what_an_engine_had(tmp_path):
    slow, quick = (
        Engines(judge_s, READ_S).command(Notes(tmp_path / "notes")) for judge_s in (NEVER_S, JUDGE_S)
    )
    with RunningIssuer(tmp_path, command=slow, engine_workers=2) as issuer:
        visits = [_started(issuer) for _ in range(4)]
        eventually(lambda: len(_notes(tmp_path)) == 1)
        assert [_case(one)["queue"] for one in visits] == [
            None,
            *({"place": place, "waiting": 3} for place in (1, 2, 3)),
        ]
        page = visits[2].phone.get(visits[2].link).text
        assert 'data-step="waiting"' in page
        assert visits[2].phone.get(f"{visits[2].link}/progress").json() == {
            "step": "waiting",
            "place": 2,
            "waiting": 3,
        }
        issuer.node.kill()
        issuer.node.command = quick
        issuer.node.start()
        taken, *waited = visits
        assert (_case(taken)["state"], _case(taken)["last_error"]["code"]) == ("open", "case.restarted")
        for one in waited:
            eventually(lambda one=one: _case(one)["state"] == "verified")
            assert one.phone.get(f"{one.link}/progress").json() == {"step": "done"}
    judged = [line.split()[1] for line in _notes(tmp_path) if line.startswith("judged")]
    assert judged == [one.case_id for one in visits]


def _started(issuer: Issuer) -> Visit:
    visit = prepare(issuer.node.url, issuer.staff.headers["Authorization"], noise())
    visit.photograph()
    visit.record()
    visit.start()
    return visit


def _case(visit: Visit) -> dict[str, Any]:
    return visit.app.get(f"/v1/cases/{visit.case_id}").json()

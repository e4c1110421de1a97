"""Every wait in the tests goes through `tests.sim.patience`, which one variable stretches."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.errors import InvalidInput
from tests.sim.hard_waits import hard_waits
from tests.sim.patience import factor

pytestmark = pytest.mark.unit

TESTS = Path(__file__).resolve().parents[1]

RELAY, READER = "integration/test_card_relay.py", "integration/test_pcsc_mynumber.py"

ALLOWED = {
    ("sim/patience.py", "eventually"): "the home of waiting",
    ("sim/patience.py", "let_pass"): "the home of waiting",
    (RELAY, "test_the_line_is_cut_when_its_time_is_over"): "shortens a ticket's life",
    (READER, "test_an_empty_reader_is_reported_after_the_wait"): "at least so long, within the deadline",
    (READER, "test_a_card_inserted_while_waiting_is_found"): "within the deadline",
    ("integration/test_chain_forks.py", "_mine"): "the pace of blocks",
    ("integration/test_reuse_cost.py", "move"): "the pace of the jobs that it stands for",
    ("run/progress.py", "_speak"): "the pace of lines",
}
"""(file, function) -> why a clock or a number may stand there."""

BAD = {
    "time.sleep(1)": "a sleep",
    "sleep(1)": "a sleep",
    "await asyncio.sleep(0.1)": "a sleep",
    "page.wait_for_timeout(500)": "a sleep",
    "end = time.monotonic() + 20": "a deadline made by hand",
    "end = 20 + perf_counter()": "a deadline made by hand",
    "assert time.monotonic() - began < 2": "a clock decides",
    "while perf_counter() < end: pass": "a clock decides",
    "process.wait(5)": "wait is limited by a bare number",
    "thread.join(2 * 60)": "join is limited by a bare number",
    "httpx.get(url, timeout=30)": "get is limited by a bare number",
    "LONG_S = 5\nsocket.settimeout(LONG_S)": "settimeout is limited by a bare number",
    "A_MS, B_MS = 1, 2\nform.wait_for(timeout=B_MS)": "wait_for is limited by a bare number",
    "LONG_S: Final = 60\nledger.settle(x, timeout_s=LONG_S)": "settle is limited by a bare number",
    "httpx.get(url)": "httpx.get gives up after 5 s of its own accord",
    "def f(*, within_s=20.0): pass": "within_s is a bare number by default",
    "def f(timeout: float = 60): pass": "timeout is a bare number by default",
}

GOOD = (
    "process.wait()",
    "process.wait(DEADLINE_S)",
    "subprocess.run(command, timeout=DEADLINE_S)",
    "WAIT_S = patient_s(20)\nprocess.wait(WAIT_S)",
    "def f(timeout_s: float = DEADLINE_S): pass",
    "seconds = round(time.monotonic() - began, 1)",
    "', '.join(names)",
    "intent = ledger.settle(name, timeout_s=0)",
)


@pytest.mark.parametrize("source", BAD)
def test_a_hard_wait_is_found(source: str) -> None:
    assert [one.what for one in hard_waits(source)] == [BAD[source]]


@pytest.mark.parametrize("source", GOOD)
def test_a_patient_wait_is_none(source: str) -> None:
    assert hard_waits(source) == []


@pytest.fixture(name="found", scope="module")
def _found() -> dict[tuple[str, str], list[str]]:
    """(file, function) -> what is wrong there, over all test code."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(TESTS.rglob("*.py")):
        name = str(path.relative_to(TESTS))
        for one in hard_waits(path.read_text(encoding="utf-8")):
            found.setdefault((name, one.where), []).append(f"tests/{name}:{one.line}: {one.what}")
    return found


def test_no_test_waits_on_its_own(found: dict[tuple[str, str], list[str]]) -> None:
    wrong = [line for place, lines in found.items() if place not in ALLOWED for line in lines]
    assert wrong == [], "use tests.sim.patience: eventually(...), DEADLINE_S, patient_s(...), let_pass(...)"


def test_every_exception_is_still_needed(found: dict[tuple[str, str], list[str]]) -> None:
    assert set(ALLOWED) <= set(found)


@pytest.mark.parametrize(
    ("given", "expected"), [({}, 1), ({"RIREKI_PATIENCE": " 2.5 "}, 2.5), ({"RIREKI_PATIENCE": ""}, 1)]
)
def test_the_factor_is_one_unless_given(given: dict[str, str], expected: float) -> None:
    assert factor(given) == expected


@pytest.mark.parametrize("text", ["long", "0", "-1", "inf", "nan"])
def test_a_factor_that_is_no_positive_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        factor({"RIREKI_PATIENCE": text})
    assert caught.value.code == "patience.not_a_number"

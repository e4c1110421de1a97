"""What is said while the suite runs."""

from __future__ import annotations

import pytest

from tests.run.progress import LONG_S, Progress, in_words

pytestmark = pytest.mark.unit


def progress() -> Progress:
    return Progress({"long": 90.0, "short": 10.0, "other": 100.0}, began=1000.0)


def run(one: Progress, nodeid: str, outcome: str = "passed") -> None:
    one.start(nodeid, 1000.0)
    one.outcomes[outcome] += 1
    one.finish(nodeid)


def test_at_first_the_time_left_is_not_known():
    assert progress().line(1003.0) == "[  0 %] 0 of 3 passed, 0 failed, 3 s, time left not known yet"


def test_work_counts_not_the_number_of_tests():
    one = progress()
    run(one, "long")
    assert one.line(1090.0) == "[ 45 %] 1 of 3 passed, 0 failed, 1 min 30 s, about 2 min left"


def test_the_pace_is_that_of_this_run():
    one = progress()
    run(one, "other")
    assert "about 10 min left" in one.line(1600.0)


def test_failed_and_skipped_tests_are_counted():
    one = progress()
    for nodeid, outcome in (("long", "failed"), ("short", "skipped"), ("other", "passed")):
        run(one, nodeid, outcome)
    assert one.line(1060.0) == "[100 %] 1 of 3 passed, 1 failed, 1 skipped, 1 min 0 s, about a minute left"


def test_a_test_that_takes_long_is_named():
    one = progress()
    one.start("long", 1000.0)
    assert "at long" not in one.line(1000.0 + LONG_S)
    assert one.line(1001.0 + LONG_S).endswith("at long for 1 min 1 s")


@pytest.mark.parametrize(
    ("seconds", "exactly", "roughly"),
    [
        (0, "0 s", "a minute"),
        (59.4, "59 s", "a minute"),
        (61, "1 min 1 s", "2 min"),
        (3600, "60 min 0 s", "60 min"),
    ],
)
def test_durations_are_told_in_words(seconds, exactly, roughly):
    assert (in_words(seconds), in_words(seconds, roughly=True)) == (exactly, roughly)

"""What every benchmark prints, and how far it says it is."""

from __future__ import annotations

import io
import json

import pytest

from scripts.bench._progress import Progress, duration
from scripts.bench._report import Arguments, Metric, NotPerformed, attempt, publish
from verifier.errors import Unavailable

pytestmark = pytest.mark.unit


def test_what_is_missing_is_named_and_never_counts_as_met(capsys):
    def measure() -> list[Metric]:
        raise Unavailable("fetch.no_client", "npm is not installed", hint="Install npm.")

    found = attempt("gas peers", measure)
    assert publish("gas", found, as_json=True) == 2
    report = json.loads(capsys.readouterr().out)
    assert report == {
        "metrics": {},
        "not_performed": {"gas peers": "npm is not installed [fetch.no_client] Install npm."},
    }


def test_a_fault_is_no_missing_part():
    def measure() -> list[Metric]:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  any message
        attempt("gas", measure)


@pytest.mark.parametrize(("value", "status"), [(1.0, 0), (3.0, 1)])
def test_the_exit_status_tells_a_missed_target(capsys, value, status):
    found = [Metric("a.b", value, "s", "<= 2"), NotPerformed("a.c", "something")]
    assert publish("a", found, as_json=False) == status
    assert "not performed: a.c: something" in capsys.readouterr().out


@pytest.mark.parametrize(("line", "count"), [([], 20), (["--quick"], 2), (["--quick", "--cards", "7"], 7)])
def test_a_size_has_a_full_and_a_quick_default(monkeypatch, line, count):
    monkeypatch.setattr("sys.argv", ["bench", *line])
    parser = Arguments("what it does")
    parser.add_size("--cards", "cards", full=20, quick=2)
    assert parser.given().cards == count


def test_progress_tells_what_is_done_and_about_how_long_it_still_takes():
    moments, log = iter([0.0, 4.0, 20.0, 40.0]), io.StringIO()
    progress = Progress("cards", 4, stream=log, now=lambda: next(moments))
    for count in (1, 1, 2):
        progress.advance(count)
    assert log.getvalue().splitlines() == [
        "cards: 4 to do",
        "cards: 2 of 4, about 20 s left",
        "cards: 4 of 4, took 40 s",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (61, "61 s"), (600, "10 min"), (3900, "1 h 5 min")]
)
def test_durations_are_told_in_words(seconds, words):
    assert duration(seconds) == words

"""What checks make of figures, times and keys: pure decisions, and what counts as sound."""

from __future__ import annotations

import pytest

from node.checks.catalogue import CHECKS, Named, Told, is_sound, run_checks, worst
from node.checks.chain import CLOCK_TOLERANCE_S, judge_clocks
from node.checks.finding import NOT_NEEDED, Finding, Status, failed, not_needed, not_performed, ok, warning
from node.checks.storage import FULL_BYTES, LOW_BYTES, judge_room
from node.config import Settings
from node.errors import Unavailable

pytestmark = pytest.mark.unit

NOW = 1_800_000_000


def _clock(head: int, pending: int, *, halted_after_s: int = 0, trial: bool = False) -> tuple[Status, str]:
    (found,) = judge_clocks(NOW, NOW + head, NOW + pending, halted_after_s=halted_after_s, trial=trial)
    return found.status, found.code


def test_clocks_that_agree_are_well_however_old_the_newest_block_is() -> None:
    assert _clock(-86_400, 0) == (Status.OK, "")
    assert _clock(-2, CLOCK_TOLERANCE_S) == (Status.OK, "")


def test_a_chain_ahead_of_this_machine_fails_and_one_behind_warns() -> None:
    assert _clock(60, 62) == (Status.FAILED, "clock.differs")
    assert _clock(-62, -60) == (Status.WARNING, "clock.differs")


def test_a_trial_takes_the_chains_time_and_is_only_told() -> None:
    assert _clock(86_400, 86_401, trial=True) == (Status.WARNING, "clock.differs")


def test_a_chain_that_stands_still_fails_where_that_is_asked() -> None:
    assert _clock(-61, 0, halted_after_s=60) == (Status.FAILED, "chain.halted")
    assert _clock(-60, 0, halted_after_s=60) == (Status.OK, "")


def test_room_is_judged_by_two_limits() -> None:
    limits = (FULL_BYTES - 1, FULL_BYTES, LOW_BYTES - 1, LOW_BYTES)
    found = [judge_room(free).status for free in limits]
    assert found == [Status.FAILED, Status.WARNING, Status.WARNING, Status.OK]


@pytest.mark.parametrize(
    ("finding", "sound"),
    [
        (ok("x"), True),
        (warning("a.b", "x", "X."), True),
        (not_needed("x"), True),
        (not_performed("a.b", "x", "X."), False),
        (failed("a.b", "x", "X."), False),
    ],
)
def test_a_check_that_could_not_run_never_passes(finding: Finding, sound: bool) -> None:
    assert finding.is_sound is sound
    assert is_sound([Told("one", ok("x")), Told("two", finding)]) is sound


def _settings() -> Settings:
    return Settings.model_construct()


def _raises(error: Exception) -> Named:
    def check(_settings: Settings) -> list[Finding]:
        raise error

    return Named("it", check)


def test_an_error_of_the_node_is_a_failure_with_its_code_and_a_bug_hides_no_other_check() -> None:
    checks = [_raises(Unavailable("a.b", "away", hint="Wait.")), _raises(KeyError("secret"))]
    away, broken = (one.finding for one in run_checks(_settings(), [*checks]))
    assert (away.status, away.code, away.hint) == (Status.FAILED, "a.b", "Wait.")
    assert (broken.status, broken.code) == (Status.NOT_PERFORMED, "check.broken")
    assert "secret" not in broken.message


def test_a_check_that_finds_nothing_does_not_pass() -> None:
    (told,) = run_checks(_settings(), [Named("it", lambda _settings: [])])
    assert told.finding.status is Status.NOT_PERFORMED


def test_a_log_shows_what_is_not_well_and_nothing_else() -> None:
    told = [Told("a", ok("x")), Told("b", not_needed("x")), Told("c", failed("a.b", "x", "X."))]
    assert [one.check for one in worst(told)] == ["c"]


def test_names_of_checks_differ_and_the_start_asks_nobody_on_the_network() -> None:
    names = [one.name for one in CHECKS]
    assert len(set(names)) == len(names)
    networked = {"chain", "chain witness", "clocks", "membership", "peers", "database"}
    assert networked.isdisjoint(one.name for one in CHECKS if one.at_start)


def test_what_is_not_needed_has_a_code_of_its_own() -> None:
    assert not_needed("x").code == NOT_NEEDED

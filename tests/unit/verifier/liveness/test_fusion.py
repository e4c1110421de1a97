"""What the checks mean together, by level."""

from __future__ import annotations

import pytest

from verifier.liveness.fusion import MEDIUM, Answer, Level, fuse, unreviewed
from verifier.policy import PRESENCE
from verifier.types import CheckResult, Outcome

pytestmark = pytest.mark.unit

LIVENESS = tuple(name for name in PRESENCE if name != "face.match")
TURN_TOO_SMALL = CheckResult("liveness.planar", Outcome.NOT_PERFORMED, "liveness.turn_too_small")
NOT_DONE = CheckResult("liveness.action", Outcome.FAILED, "liveness.action_missing")


def checks(*changes: CheckResult) -> tuple[CheckResult, ...]:
    """Everything passed, but for the changes."""
    changed = {change.check: change for change in changes}
    return tuple(changed.get(name, CheckResult(name, Outcome.PASSED)) for name in (*PRESENCE, MEDIUM))


@pytest.mark.parametrize("level", list(Level))
def test_everything_passed_passes_at_every_level(level):
    assert fuse(level, checks()).answer is Answer.PASS


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("name", LIVENESS)
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.NOT_PERFORMED])
def test_a_required_check_that_failed_or_did_not_run_rejects_at_every_level(level, name, outcome):
    fusion = fuse(level, checks(CheckResult(name, outcome, "why")))
    assert (fusion.answer, fusion.codes) == (Answer.REJECT, ("why",))


@pytest.mark.parametrize("name", PRESENCE)
def test_an_absent_required_check_never_passes(name):
    given = [check for check in checks() if check.check != name]
    assert fuse(Level.RECORD, given).answer is Answer.REJECT


def test_who_needs_no_portrait_needs_no_match():
    given = [check for check in checks() if check.check != "face.match"]
    assert fuse(Level.PRESENT, given).answer is Answer.PASS


@pytest.mark.parametrize(
    ("level", "answer"),
    [
        (Level.RECORD, Answer.REVIEW),
        (Level.PRESENT_REVIEWED, Answer.REVIEW),
        (Level.REUSE, Answer.AGAIN),
        (Level.PRESENT, Answer.AGAIN),
    ],
)
@pytest.mark.parametrize(
    "doubt",
    [
        CheckResult("liveness.planar", Outcome.UNDECIDED, "liveness.planar_review"),
        CheckResult(MEDIUM, Outcome.UNDECIDED, "liveness.screen_pattern"),
        CheckResult(MEDIUM, Outcome.FAILED, "liveness.medium_suspect"),
    ],
    ids=["planar", "cue", "medium"],
)
def test_doubt_goes_to_a_reviewer_where_there_is_one_and_asks_again_where_not(level, answer, doubt):
    fusion = fuse(level, checks(doubt))
    assert (fusion.answer, fusion.codes) == (answer, (doubt.code,))


def test_the_medium_alone_never_rejects():
    suspect = CheckResult(MEDIUM, Outcome.FAILED, "liveness.medium_suspect")
    assert fuse(Level.RECORD, checks(suspect)).answer is Answer.REVIEW


def test_a_turn_too_small_to_tell_is_asked_again_and_not_rejected():
    assert fuse(Level.RECORD, checks(TURN_TOO_SMALL, NOT_DONE)).answer is Answer.AGAIN


def test_a_turn_too_small_beside_a_strange_face_is_rejected():
    other = CheckResult("face.match", Outcome.FAILED, "face.no_match")
    assert fuse(Level.RECORD, checks(TURN_TOO_SMALL, NOT_DONE, other)).answer is Answer.REJECT


def test_where_nobody_reviews_what_would_ask_again_is_left_undecided():
    suspect = CheckResult(MEDIUM, Outcome.FAILED, "liveness.medium_suspect")
    outcomes = {check.check: check.outcome for check in unreviewed(Level.REUSE, checks(suspect, NOT_DONE))}
    assert outcomes[MEDIUM] is Outcome.UNDECIDED
    assert outcomes["liveness.action"] is Outcome.UNDECIDED


def test_where_nobody_reviews_a_flat_surface_still_fails():
    flat = CheckResult("liveness.planar", Outcome.FAILED, "liveness.planar_surface")
    suspect = CheckResult(MEDIUM, Outcome.FAILED, "liveness.medium_suspect")
    kept = checks(flat, suspect)
    assert unreviewed(Level.REUSE, kept) == kept

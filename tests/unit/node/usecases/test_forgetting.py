"""Erasing a record whose time is over, and what goes by itself."""

from __future__ import annotations

from datetime import date

import pytest

from node.domain.days import DAY_S
from node.domain.register import RECORD_FILE
from node.errors import InvalidInput
from node.usecases.forget_expired import CASE_EVIDENCE_DAYS, TOKENS_KEPT_S
from tests.unit.node.usecases.issuing_fixtures import judged

pytestmark = pytest.mark.unit

LONG_AGO = date(2019, 3, 31)
LATELY = date(2024, 3, 31)


def test_an_erased_record_leaves_its_entry_and_nothing_personal(desk):
    record_id = desk.enrolled_record()
    erased = desk.issuing.erase_record(record_id, contract_ended_on=LONG_AGO)
    assert (erased.state, erased.closed_at) == ("erased", desk.clock.now())
    with desk.store.transaction() as unit:
        kept = {owner for owner, _ in desk.store.vault.contents}
        assert kept.isdisjoint({record_id, erased.case_id})
        assert unit.bindings.find(record_id=record_id) == []
        assert unit.leaves.find(record_id=record_id) != []
    assert desk.issuing.erase_record(record_id, contract_ended_on=LONG_AGO) == erased


def test_a_record_is_not_erased_before_its_time(desk):
    record_id = desk.verified_record()
    with pytest.raises(InvalidInput) as caught:
        desk.issuing.erase_record(record_id, contract_ended_on=LATELY)
    assert caught.value.code == "retention.running"
    assert desk.store.vault.get(record_id, RECORD_FILE)


def test_evidence_of_an_abandoned_case_goes_when_its_days_are_over(desk):
    case = desk.case(desk.ready_case())
    desk.clock.seconds += CASE_EVIDENCE_DAYS * DAY_S
    assert desk.issuing.forget_expired() == 0
    desk.clock.seconds += 1
    assert desk.issuing.forget_expired() == 1
    after = desk.case(case.case_id)
    assert (after.state, after.erased_at) == ("abandoned", desk.clock.now())
    assert not any(owner == case.case_id for owner, _ in desk.store.vault.contents)
    assert desk.issuing.forget_expired() == 0


def test_a_rejected_case_keeps_its_outcome_and_loses_its_evidence(desk):
    desk.engine.answer = judged("rejected", facts=False)
    desk.issuing.start_verification(case_id := desk.ready_case())
    case = desk.issuing.run_verification(case_id)
    desk.clock.seconds += CASE_EVIDENCE_DAYS * DAY_S + 1
    desk.issuing.forget_expired()
    assert desk.case(case.case_id).state == "rejected"
    assert not any(owner == case.case_id for owner, _ in desk.store.vault.contents)


def test_a_verified_record_and_its_evidence_stay(desk):
    record_id = desk.enrolled_record()
    before = dict(desk.store.vault.contents)
    desk.clock.seconds += 10 * CASE_EVIDENCE_DAYS * DAY_S
    assert desk.issuing.forget_expired() == 0
    assert desk.store.vault.contents == before
    with desk.store.transaction() as unit:
        assert unit.bindings.find(record_id=record_id) != []


def test_links_and_ceremonies_go_a_day_after_they_expired(desk):
    link, _ = desk.issuing.offer_enrolment(desk.verified_record())
    desk.issuing.begin_sign_in()
    desk.clock.seconds = link.expires_at + TOKENS_KEPT_S
    desk.issuing.forget_expired()
    with desk.store.transaction() as unit:
        assert link in unit.links.find()
    desk.clock.seconds += 1
    desk.issuing.forget_expired()
    with desk.store.transaction() as unit:
        assert (unit.links.find(), unit.ceremonies.find()) == ([], [])

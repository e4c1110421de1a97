"""State changes of the reuse journey: what may follow what, and who may do it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from node.domain.attestation import (
    CODE_LIFETIME_S,
    START_WITHIN_S,
    Attestation,
    PushedRequest,
    ReleaseState,
    RequestState,
)
from node.domain.disclosure import APPROVE_WITHIN_S, Disclosure
from node.domain.opening import LONGEST_RETRY_S, OpeningDelivery
from node.domain.reuse import Reuse, ReuseState
from node.domain.review import ReviewCase
from node.errors import InvalidInput

pytestmark = pytest.mark.unit

NOW = 1_800_000_000

PUSHED = PushedRequest(
    request_id="r1",
    recipient_id=2,
    details={},
    digest="00",
    redirect_uri="https://b.example/reuse/callback",
    oauth_state="s",
    code_challenge="c",
    state=RequestState.PUSHED.value,
    pushed_at=NOW,
    sign_by=NOW + 900,
)
RELEASED = Attestation(
    attestation_id="aa",
    request_id="r1",
    record_id="rec",
    version=0,
    recipient_id=2,
    purpose="account_opening",
    attributes=["name"],
    consent_digest="cc",
    code_digest="dd",
    state=ReleaseState.QUEUED.value,
    intent_id="attest:aa",
    created_at=NOW,
    decide_by=NOW + 86_400,
)
REUSE = Reuse(
    reuse_id="u1",
    issuer_id=1,
    purpose="account_opening",
    legal_basis="RELIANCE",
    rebind="passkey",
    is_drawn=False,
    start_digest="ee",
    state=ReuseState.OPEN.value,
    created_by="desk",
    created_at=NOW,
)


def code_of(caught: pytest.ExceptionInfo[InvalidInput]) -> str:
    return caught.value.code


def test_a_request_belongs_to_the_first_browser_that_opens_it():
    started = PUSHED.opened_by("mine", now=NOW + START_WITHIN_S)
    assert started.opened_by("mine", now=NOW + 600) == started
    with pytest.raises(InvalidInput) as caught:
        started.opened_by("yours", now=NOW + 1)
    assert code_of(caught) == "request.other_browser"


def test_a_request_not_opened_in_time_is_expired():
    with pytest.raises(InvalidInput) as caught:
        PUSHED.opened_by("mine", now=NOW + START_WITHIN_S + 1)
    assert code_of(caught) == "request.expired"


def test_a_request_is_signed_once_and_within_its_time():
    started = PUSHED.opened_by("mine", now=NOW)
    started.require_open(now=NOW + 900)
    with pytest.raises(InvalidInput) as late:
        started.require_open(now=NOW + 901)
    with pytest.raises(InvalidInput) as twice:
        started.closed(RequestState.SIGNED).require_open(now=NOW)
    assert (code_of(late), code_of(twice)) == ("request.expired", "request.wrong_state")


def test_a_code_opens_nothing_before_the_attestation_is_mined():
    with pytest.raises(InvalidInput) as caught:
        RELEASED.redeemed(now=NOW)
    assert code_of(caught) == "grant.not_attested"


def test_a_redeemed_code_may_be_repeated_until_decide_by():
    once = RELEASED.mined(now=NOW).redeemed(now=NOW + CODE_LIFETIME_S)
    assert once.redeemed(now=once.decide_by) == once
    with pytest.raises(InvalidInput) as caught:
        once.redeemed(now=once.decide_by + 1)
    assert code_of(caught) == "grant.expired"


def test_a_code_not_redeemed_within_ten_minutes_expires():
    with pytest.raises(InvalidInput) as caught:
        RELEASED.mined(now=NOW).redeemed(now=NOW + CODE_LIFETIME_S + 1)
    assert code_of(caught) == "grant.expired"


def test_a_revoked_attestation_releases_nothing_and_is_no_longer_live():
    revoked = RELEASED.mined(now=NOW).revoked()
    with pytest.raises(InvalidInput) as caught:
        revoked.redeemed(now=NOW)
    assert code_of(caught) == "revoked"
    assert not revoked.is_live


def test_a_reuse_walks_its_states_in_order():
    asked = REUSE.asked({"type": "x"}, oauth_state="s", browser_digest="mine")
    received = asked.consented().received("aa")
    deciding = received.rebinding({"nonce": "n"}).deciding([], [], intent_id="decide:aa")
    final = deciding.decided(accepted=True, tx="0x1", at=NOW, record_id="rec")
    assert (final.state, final.is_final, final.attestation_id) == ("accepted", True, "aa")


@pytest.mark.parametrize("state", [s for s in ReuseState if s is not ReuseState.CONSENTED])
def test_a_transfer_is_received_only_after_consent(state: ReuseState):
    with pytest.raises(InvalidInput) as caught:
        replace(REUSE, state=state.value).received("aa")
    assert code_of(caught) == "reuse.wrong_state"


def test_only_the_browser_that_left_may_leave_again():
    asked = REUSE.asked({}, oauth_state="s", browser_digest="mine")
    assert asked.asked({}, oauth_state="t", browser_digest="mine").oauth_state == "t"
    with pytest.raises(InvalidInput) as caught:
        asked.asked({}, oauth_state="t", browser_digest="yours")
    assert code_of(caught) == "reuse.other_browser"


@pytest.mark.parametrize("state", [ReuseState.ACCEPTED, ReuseState.REFUSED, ReuseState.ENDED])
def test_a_finished_reuse_does_not_end_again(state: ReuseState):
    with pytest.raises(InvalidInput) as caught:
        replace(REUSE, state=state.value).ended("anything")
    assert code_of(caught) == "reuse.wrong_state"


def test_deliveries_wait_longer_after_each_failure_up_to_an_hour():
    delivery = OpeningDelivery("aa:3", "aa", "u1", 3, "waiting", NOW)
    waits = []
    for _ in range(20):
        delivery = delivery.failed("peer.unreachable", now=NOW)
        waits.append(delivery.next_try_at - NOW)
    assert waits[:3] == [5, 10, 20]
    assert max(waits) == waits[-1] == LONGEST_RETRY_S


DISCLOSURE = Disclosure("d1", "aa", 1, "2026-17", "Sato", "k1", NOW)


@pytest.mark.parametrize(("by", "key"), [("Sato", "k2"), ("Suzuki", "k1")])
def test_one_person_cannot_open_an_attestation_alone(by: str, key: str):
    with pytest.raises(InvalidInput) as caught:
        DISCLOSURE.approved(by=by, key_id=key, now=NOW)
    assert code_of(caught) == "disclosure.same_person"


def test_a_request_for_disclosure_lapses_after_a_week():
    assert DISCLOSURE.approved(by="Suzuki", key_id="k2", now=NOW + APPROVE_WITHIN_S).state == "approved"
    with pytest.raises(InvalidInput) as caught:
        DISCLOSURE.approved(by="Suzuki", key_id="k2", now=NOW + APPROVE_WITHIN_S + 1)
    assert code_of(caught) == "disclosure.lapsed"


def test_a_review_case_closes_once_and_with_a_note():
    case = ReviewCase("c1", "aa", "u1", "ended", NOW, NOW)
    closed = case.closed(by="officer", note="customer confirmed", now=NOW + 5)
    with pytest.raises(InvalidInput) as empty:
        case.closed(by="officer", note="  ", now=NOW)
    with pytest.raises(InvalidInput) as twice:
        closed.closed(by="officer", note="again", now=NOW)
    assert (code_of(empty), code_of(twice)) == ("review.note_missing", "review.wrong_state")

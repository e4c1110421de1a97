"""Things break between the steps of a reuse: nothing is lost or recorded twice, nobody accepted unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from node.chain import proposals
from node.domain.access import Role as StaffRole
from tests.integration.reuse_network import (
    Customer,
    Network,
    enrol,
    open_reuse,
    record_at,
    seen,
)
from tests.sim.invented_customer import PORTRAIT
from tests.sim.patience import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from node.domain.opening import OpeningDelivery

pytestmark = pytest.mark.integration


@pytest.fixture(name="network", scope="module")
def _network(tmp_path_factory) -> Iterator[Network]:
    with Network(tmp_path_factory.mktemp("network"), rebind="liveness_match") as network:
        yield network


@pytest.fixture(name="customer", scope="module")
def _customer(network) -> Customer:
    return enrol(network, record_at(network.a))


@pytest.fixture(autouse=True)
def _honest_engine(network) -> None:
    network.b.presence.outcome = "passed"


def _clip(network, customer, path) -> httpx.Response:
    """Send a clip as the page does."""
    base = f"{network.b.url}{path}"
    token = customer.browser.post(f"{base}/challenge").json()["token"]
    files = [("frames", (f"{n}.jpg", b"frame", "image/jpeg")) for n in range(3)]
    data = {"timestamps_ms": "[0, 100, 200]", "challenge": token}
    return customer.browser.put(f"{base}/clip", files=files, data=data)


def _at_the_camera(network, customer) -> tuple[dict[str, Any], str]:
    """A reuse that waits for the customer's clip: its staff view and its page."""
    opened = open_reuse(network)
    path = customer.come_back(customer.consent(opened["redirect_url"], "portrait"))
    assert customer.wait(path) == "rebinding"
    return opened, path


def test_a_clip_must_come_with_the_reuses_own_open_challenge(network, customer):
    opened, path = _at_the_camera(network, customer)
    base = f"{network.b.url}{path}"
    earlier = customer.browser.post(f"{base}/challenge").json()["token"]
    customer.browser.post(f"{base}/challenge")
    files = [("frames", (f"{n}.jpg", b"frame", "image/jpeg")) for n in range(3)]
    codes = [
        customer.browser.put(
            f"{base}/clip", files=files, data={"timestamps_ms": "[0, 100, 200]", "challenge": token}
        ).json()["code"]
        for token in (earlier, "a.b.c")
    ]
    assert codes == ["challenge.superseded", "challenge.signature_invalid"]
    assert seen(network, opened["reuse_id"])["state"] == "rebinding"


def test_the_person_is_compared_with_the_transferred_portrait(network, customer):
    opened, path = _at_the_camera(network, customer)
    assert _clip(network, customer, path).status_code == 200
    assert customer.wait(path) == "accepted"
    assert network.b.presence.portraits[-1] == PORTRAIT
    assert seen(network, opened["reuse_id"])["state"] == "accepted"


def test_another_person_before_the_camera_is_refused_on_chain(network, customer):
    network.b.presence.outcome = "failed"
    opened, path = _at_the_camera(network, customer)
    assert _clip(network, customer, path).status_code == 200
    assert customer.wait(path) == "refused"
    reuse = seen(network, opened["reuse_id"])
    assert (reuse["codes"], reuse["record_id"]) == (["person_not_rebound"], None)
    assert reuse["decision_tx"]


@pytest.mark.parametrize("outcome", ["undecided", "not_performed"])
def test_a_clip_that_shows_too_little_decides_nothing_and_may_be_repeated(network, customer, outcome):
    opened, path = _at_the_camera(network, customer)
    network.b.presence.outcome = outcome
    assert _clip(network, customer, path).json()["code"] == "reuse.clip_undecided"
    assert seen(network, opened["reuse_id"])["state"] == "rebinding"
    network.b.presence.outcome = "passed"
    assert _clip(network, customer, path).status_code == 200
    assert customer.wait(path) == "accepted"


def test_a_reuse_goes_on_by_itself_after_both_nodes_were_stopped(network, customer):
    opened = open_reuse(network)
    back = customer.consent(opened["redirect_url"], "portrait")
    network.a.stop()
    path = customer.come_back(back)
    assert customer.look(path)["state"] == "consented"
    network.b.stop()
    network.a.serve()
    network.b.serve()
    eventually(lambda: seen(network, opened["reuse_id"])["state"] == "rebinding")
    assert _clip(network, customer, path).status_code == 200
    assert customer.wait(path) == "accepted"


def test_a_consent_waits_for_a_chain_that_does_not_mine(network, customer):
    request_id = customer.leave(open_reuse(network)["redirect_url"])
    customer.sign_in()
    network.chain.set_automine(enabled=False)
    try:
        assert customer.sign(request_id, "portrait").status_code == 200
        base = f"{network.a.url}/exchange/authorize/{request_id}"
        assert customer.browser.post(f"{base}/outcome").json() == {"url": None}
    finally:
        network.chain.set_automine(enabled=True)
        network.chain.mine()
    assert "code=" in customer.way_back(request_id)


@pytest.mark.parametrize("path", ["/sign-in", "/exchange/par", "/v1/reuses"])
def test_a_deeply_nested_body_is_refused_and_the_node_lives_on(network, path):
    nested = b"[" * 200_000
    kind = "application/x-www-form-urlencoded" if "exchange" in path else "application/json"
    client = network.b.staff(StaffRole.STAFF)
    answer = client.post(path, content=nested, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500, answer.text
    assert client.get("/v1/reuses").status_code == 200


def test_an_opening_waits_for_an_absent_regulator(network, customer):
    network.r.stop()
    opened, path = _at_the_camera(network, customer)
    assert _clip(network, customer, path).status_code == 200
    assert customer.wait(path) == "accepted"
    reuse = seen(network, opened["reuse_id"])
    delivery = eventually(lambda: _delivery(network, reuse, attempts=True))
    assert (delivery.state, delivery.last_error) == ("waiting", "peer.unreachable")
    network.r.serve()
    assert eventually(lambda: _delivery(network, reuse, state="delivered"))
    auditor = network.r.staff(StaffRole.AUDITOR)
    assert auditor.post("/v1/audit/completeness").json()["decided_without_opening"] == []


def test_an_opening_delivered_twice_is_kept_once(network, customer):
    opened, path = _at_the_camera(network, customer)
    assert _clip(network, customer, path).status_code == 200
    assert customer.wait(path) == "accepted"
    reuse = seen(network, opened["reuse_id"])
    done = eventually(lambda: _delivery(network, reuse, state="delivered"))
    with network.b.node.transaction() as unit:
        unit.deliveries.replace(replace(done, state="waiting", delivered_at=None), was=done)
    assert eventually(lambda: _delivery(network, reuse, state="delivered"))
    with network.r.node.transaction() as unit:
        assert len(unit.openings.find(attestation_id=reuse["attestation_id"][2:])) == 1


def test_a_reuse_that_is_drawn_goes_to_full_verification(tmp_path):
    with Network(tmp_path, reaudit_share=1.0) as network:
        customer = enrol(network, record_at(network.a))
        opened = open_reuse(network)
        path = customer.come_back(customer.consent(opened["redirect_url"]))
        assert customer.wait(path) == "refused"
        assert seen(network, opened["reuse_id"])["codes"] == ["reaudit_drawn"]


def test_without_a_screening_list_nothing_is_accepted(tmp_path):
    with Network(tmp_path, screening_list=None) as network:
        customer = enrol(network, record_at(network.a))
        opened = open_reuse(network)
        path = customer.come_back(customer.consent(opened["redirect_url"]))
        assert customer.wait(path) == "ended"
        codes = seen(network, opened["reuse_id"])["codes"]
        assert codes == ["check_not_performed", "screening_hit"]


def test_an_issuer_suspended_before_the_decision_is_not_relied_on(tmp_path):
    with Network(tmp_path) as network:
        customer = enrol(network, record_at(network.a))
        opened = open_reuse(network)
        back = customer.consent(opened["redirect_url"])
        network.vote(proposals.suspend(network.a.member_id))
        network.sync()
        path = customer.come_back(back)
        assert customer.wait(path) == "ended"
        assert seen(network, opened["reuse_id"])["codes"][0] == "member_suspended"
        refused = network.b.staff(StaffRole.STAFF).post(
            "/v1/reuses",
            json={"issuer_id": 1, "purpose": "account_opening", "application": _APPLICATION, "high_risk": []},
        )
        assert refused.json()["code"] == "issuer.suspended"


_APPLICATION = {"name": "見本 花子", "address": "東京都見本区", "birth_date": "1990-04-01"}


def _delivery(network, reuse, *, state=None, attempts=False) -> OpeningDelivery | None:
    """The recipient's delivery, once it is in that state or was tried in vain."""
    with network.b.node.transaction() as unit:
        (one,) = unit.deliveries.find(attestation_id=reuse["attestation_id"][2:])
    wanted = one.attempts > 0 if attempts else one.state == state
    return one if wanted else None

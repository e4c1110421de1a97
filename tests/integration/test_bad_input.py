"""Bad requests and missing surroundings, as the users of a running node meet them.

Whatever is wrong, the answer is `{"code", "detail", "hint"}` with the right status and nothing personal in
it, and what was recorded before is still there. Real nodes on a real chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from node.domain.access import Role as StaffRole
from tests.integration.bad_requests import BAD_REQUESTS, SECRETIVE, clip, picture, surface
from tests.integration.reuse_network import (
    Customer,
    Network,
    enrol,
    open_reuse,
    record_at,
    seen,
)
from tests.sim.invented_customer import APPLICATION
from tests.sim.patience import DEADLINE_S, eventually

pytestmark = pytest.mark.integration

STALE_AFTER_S = 6


@pytest.fixture(name="network", scope="module")
def _network(tmp_path_factory) -> Iterator[Network]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RIREKI_CHAIN_STALE_AFTER_S", str(STALE_AFTER_S))
        patch.setenv("RIREKI_MODEL_ROOT", "no-models")  # three engines to warm up, none of which is used
        with Network(tmp_path_factory.mktemp("network")) as network:
            yield network


@dataclass
class Desk:
    """People with API keys, and what they work on."""

    staff: httpx.Client
    officer: httpx.Client
    broker: httpx.Client
    regulator: httpx.Client
    stranger: httpx.Client
    customer: Customer
    case_id: str

    def recorded(self) -> list[Any]:
        """Everything that staff of both members can see."""
        listed = ((self.staff, "records"), (self.staff, "cases"), (self.broker, "reuses"))
        return [client.get(f"/v1/{kind}").json() for client, kind in listed]


@pytest.fixture(name="desk", scope="module")
def _desk(network) -> Desk:
    customer = enrol(network, record_at(network.a))
    staff = network.a.staff(StaffRole.STAFF)
    case = staff.post("/v1/cases", json={"method": "jp.chip+face", "typed_birth_date": "1990-04-01"}).json()
    return Desk(
        staff=staff,
        officer=network.a.staff(StaffRole.OFFICER),
        broker=network.b.staff(StaffRole.STAFF),
        regulator=network.r.staff(StaffRole.AUDITOR),
        stranger=httpx.Client(base_url=network.a.url, timeout=DEADLINE_S),
        customer=customer,
        case_id=case["case_id"],
    )


def _assert_refused(answer: httpx.Response, status: int, code: str) -> None:
    """The one shape, one line each, and nothing of what was sent about a person."""
    body = answer.json()
    assert (answer.status_code, body.get("code")) == (status, code), answer.text
    assert set(body) == {"code", "detail", "hint"}
    for text in (body["detail"], body["hint"]):
        assert text
        assert "\n" not in text
    written = json.dumps(body, ensure_ascii=False)
    assert not any(value in written for value in (*SECRETIVE.values(), "Traceback"))


@pytest.mark.parametrize("bad", BAD_REQUESTS, ids=lambda bad: bad.title)
def test_a_bad_request_is_refused_and_changes_nothing(desk, bad):
    before = desk.recorded()
    path = bad.path.format(case=desk.case_id, record=desk.customer.record_id)
    client: httpx.Client = getattr(desk, bad.who)
    _assert_refused(client.request(bad.method, path, **bad.sent()), bad.status, bad.code)
    assert desk.recorded() == before


@pytest.mark.parametrize("cookie", [b"x.9999999999.\xc3\xa9", b"x.\xc2\xb2.00", b"..", b"\xff"])
@pytest.mark.parametrize("area", ["explorer", "reviews"])
def test_a_cookie_that_nobody_gave_opens_no_page_of_staff(desk, area, cookie):
    page = desk.stranger.get(f"/{area}", headers={b"cookie": area.encode() + b"=" + cookie})
    assert (page.status_code, "<form" in page.text) == (200, True)


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "client.assertion_missing", 401),
        (b"\xff", "request.form", 400),
        (b"a=1&a=2", "request.form", 400),
        (b"a=1", "client.assertion_missing", 401),
        (b"a=" + b"x" * (300 << 10), "request.too_large", 400),
    ],
)
@pytest.mark.parametrize("call", ["par", "token", "openings", "disclosures"])
def test_a_bad_form_between_members_is_refused_in_oauth_words(desk, call, content, code, status):
    answer = desk.stranger.post(f"/exchange/{call}", content=content)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text
    assert set(body) == {"error", "error_description", "code", "hint"}
    assert all(body.values())


def test_verification_goes_on_without_a_chain_and_reuse_stops_and_recovers(network, desk):
    opened = open_reuse(network)
    request_id = desk.customer.leave(opened["redirect_url"])
    desk.customer.sign_in()
    before = desk.recorded()
    network.chain.stop()
    try:
        signed = desk.customer.sign(request_id)
        _verification_goes_on(desk)
        waiting = {"issuer_id": 1, "purpose": "account_opening", "application": APPLICATION, "high_risk": []}
        eventually(lambda: desk.broker.post("/v1/reuses", json=waiting).status_code == 503)
        _assert_refused(desk.broker.post("/v1/reuses", json=waiting), 503, "chain_stale")
        assert desk.broker.get("/health").json()["chain"]["stale"]
        assert _ids(before) <= _ids(desk.recorded())
    finally:
        network.chain.start()
    eventually(lambda: not desk.broker.get("/health").json()["chain"]["stale"])
    if signed.status_code != 200:
        _assert_refused(signed, 503, "chain.unreachable")
        assert desk.customer.sign(request_id).status_code == 200
    assert desk.customer.wait(desk.customer.come_back(desk.customer.way_back(request_id))) == "accepted"
    assert seen(network, opened["reuse_id"])["decision_tx"]
    with network.a.node.transaction() as unit:
        assert len(unit.attestations.find(request_id=request_id)) == 1


def _ids(recorded: list[Any]) -> set[str]:
    names = ("record_id", "case_id", "reuse_id")
    return {one[name] for listed, name in zip(recorded, names, strict=True) for one in listed}


def _verification_goes_on(desk: Desk) -> None:
    case = desk.staff.post("/v1/cases", json={"method": "jp.chip+face"})
    assert case.status_code == 201, case.text
    path = f"/v1/cases/{case.json()['case_id']}"
    assert desk.staff.put(f"{path}/surface", **surface(*[picture()] * 3)()).status_code == 200
    token = case.json()["challenge"]["token"]
    assert desk.staff.put(f"{path}/clip", **clip(30, challenge=token)()).status_code == 200

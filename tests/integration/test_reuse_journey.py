"""Two providers and a regulator on one chain: the whole journey, and what must be refused on the way."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from node.domain.access import Role as StaffRole
from node.domain.days import first_second
from node.domain.ids import MemberId
from node.domain.methods import NEXT
from node.store.unit import Unit
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.domain.ledger import IndexStatus

pytestmark = pytest.mark.integration


@pytest.fixture(name="network", scope="module")
def _network(tmp_path_factory) -> Iterator[Network]:
    with Network(tmp_path_factory.mktemp("network")) as network:
        yield network


@pytest.fixture(name="customer", scope="module")
def _customer(network) -> Customer:
    return enrol(network, record_at(network.a))


def test_a_verification_is_reused_decided_opened_audited_disclosed_revoked_and_reviewed(network):
    customer = enrol(network, record_at(network.a))
    opened = open_reuse(network)
    back = customer.consent(opened["redirect_url"], "portrait")
    answer = parse_qs(urlsplit(back).query)
    assert answer["iss"] == [network.a.url]
    assert customer.wait(customer.come_back(back)) == "accepted"

    reuse = seen(network, opened["reuse_id"])
    outcomes = {check["check"]: check["outcome"] for check in reuse["checks"]}
    assert len(outcomes) == 26
    assert set(outcomes.values()) == {"passed"}
    assert reuse["decision_tx"].startswith("0x")
    with network.b.node.transaction() as unit:
        assert unit.records.get(reuse["record_id"]).state == "not_releasable"

    auditor = network.r.staff(StaffRole.AUDITOR, "佐藤")
    eventually(lambda: auditor.post("/v1/audit/completeness").json()["complete"])
    trail = auditor.get(f"/v1/audit/attestations/{reuse['attestation_id']}").json()
    assert [step["step"] for step in trail["steps"]] == ["attested", "decided"]
    assert (trail["decision"]["accepted"], trail["legal_basis"]) == (True, "RELIANCE")
    wanted = {"issuer": trail["issuer"], "method": trail["method"], "state": "decided", "limit": 1}
    found = auditor.get("/v1/audit/attestations", params=wanted).json()
    assert [one["attestation_id"] for one in found["attestations"]] == [reuse["attestation_id"]]
    behind = auditor.get("/v1/audit/attestations", params=wanted | {"after": found["next"]}).json()
    assert behind == {"attestations": [], "next": None}

    asked = {"attestation_id": reuse["attestation_id"], "case_number": "令和8-17"}
    disclosure = auditor.post("/v1/audit/disclosures", json=asked).json()
    path = f"/v1/audit/disclosures/{disclosure['disclosure_id']}/approve"
    assert auditor.post(path).json()["code"] == "disclosure.same_person"
    shown = network.r.staff(StaffRole.AUDITOR, "鈴木").post(path).json()
    findings = shown["findings"]
    assert (findings["id_matches"], findings["code"]) == (True, None)
    assert findings["credential_signed_by_issuer"]
    assert findings["consent_signed_by_customer"]
    assert shown["claims"]["name"] == APPLICATION["name"]
    assert "portrait" not in shown["claims"]
    with network.a.node.transaction() as unit:
        (noted,) = unit.disclosure_answers.find(attestation_id=reuse["attestation_id"][2:])
    assert noted.case_number == "令和8-17"

    officer = network.a.staff(StaffRole.OFFICER)
    revoked = officer.post(f"/v1/records/{customer.record_id}/revoke", json={"reason": "superseded"})
    assert revoked.status_code == 200, revoked.text
    reviewer = network.b.staff(StaffRole.OFFICER)
    (case,) = eventually(lambda: reviewer.get("/v1/review-cases?state=open").json())
    assert (case["reason"], case["attestation_id"]) == ("superseded", reuse["attestation_id"])
    network.b.node.reusing.open_reviews()
    closed = reviewer.post(f"/v1/review-cases/{case['case_id']}/close", json={"note": "再確認済み"}).json()
    assert closed["state"] == "closed"
    assert reviewer.get("/v1/review-cases").json() == [closed]
    eventually(
        lambda: auditor.get("/v1/audit/summary").json()["revocations"]["by_reason"] == {"superseded": 1}
    )


def test_refusing_costs_nothing_and_leaves_nothing_on_chain(network, customer):
    before = network.chain.rpc("eth_blockNumber")
    opened = open_reuse(network)
    request_id = customer.leave(opened["redirect_url"])
    url = customer.browser.post(f"{network.a.url}/exchange/authorize/{request_id}/refuse").json()["url"]
    assert customer.wait(customer.come_back(url)) == "ended"
    assert seen(network, opened["reuse_id"])["codes"] == ["consent_refused"]
    assert network.chain.rpc("eth_blockNumber") == before


def test_a_code_is_worth_nothing_to_another_browser_verifier_or_member(network, customer):
    opened = open_reuse(network)
    back = customer.consent(opened["redirect_url"])
    stranger = enrol(network, record_at(network.a)).browser
    assert stranger.get(back).json()["code"] in {"reuse.other_browser", "browser.unknown"}

    code = parse_qs(urlsplit(back).query)["code"][0]
    peers, redirect = network.b.node.peers, f"{network.b.url}/reuse/callback"
    with pytest.raises(Exception, match="refused") as wrong_verifier:
        peers.redeem(network.a.url, code=code, verifier="x" * 43, redirect_uri=redirect)
    assert wrong_verifier.value.code == "grant.wrong_verifier"
    with pytest.raises(Exception, match="refused") as wrong_client:
        network.r.node.peers.redeem(network.a.url, code=code, verifier="x" * 43, redirect_uri=redirect)
    assert wrong_client.value.code == "grant.wrong_client"
    assert customer.wait(customer.come_back(back)) == "accepted"


def test_a_redeemed_code_gives_the_same_bytes_again_and_no_second_reuse(network, customer):
    opened = open_reuse(network)
    back = customer.consent(opened["redirect_url"])
    path = customer.come_back(back)
    assert customer.wait(path) == "accepted"
    assert customer.come_back(back) == path
    reusing = network.b.node.reusing
    with network.b.node.transaction() as unit:
        first = unit.reuses.get(opened["reuse_id"])
    again = [reusing.fetch_transfer._fetch(first) for _ in range(2)]
    assert again[0] == again[1]

    other = open_reuse(network)
    stolen = {"state": parse_qs(urlsplit(back).query)["state"][0], "iss": network.a.url, "code": "0" * 64}
    assert customer.browser.get(f"{network.b.url}/reuse/callback", params=stolen).status_code == 303
    assert seen(network, other["reuse_id"])["state"] == "open"


def test_a_consent_is_signed_once_and_makes_one_attestation(network, customer):
    request_id = customer.leave(open_reuse(network)["redirect_url"])
    customer.sign_in()
    first = customer.sign(request_id)
    assert first.status_code == 200
    again = customer.browser.post(
        f"{network.a.url}/exchange/authorize/{request_id}/receipt", json={"attributes": ["name"]}
    )
    assert again.json()["code"] == "request.wrong_state"
    network.a.node.ledger.sync()
    with network.a.node.transaction() as unit:
        made = unit.attestations.find(request_id=request_id)
    assert [f"0x{one.attestation_id}" for one in made] == [first.json()["attestation_id"]]


def test_an_answer_that_names_another_issuer_is_not_taken(network, customer):
    back = customer.consent(open_reuse(network)["redirect_url"])
    mixed_up = back.replace(
        parse_qs(urlsplit(back).query)["iss"][0].replace(":", "%3A").replace("/", "%2F"), "http%3A%2F%2Fevil"
    )
    assert "evil" in mixed_up
    assert customer.browser.get(mixed_up).json()["code"] == "reuse.wrong_issuer"


def test_a_consent_link_opens_in_one_browser_only(network, customer):
    page = customer.browser.get(open_reuse(network)["redirect_url"], follow_redirects=True)
    assert page.status_code == 200
    stranger = enrol(network, record_at(network.a)).browser
    seen_by_stranger = stranger.get(page.url, follow_redirects=True)
    assert seen_by_stranger.json()["code"] == "request.other_browser"


def test_a_browser_without_cookies_is_told_so_before_anything_rests_on_it(network):
    opened = open_reuse(network)
    forgetful = httpx.Client(timeout=DEADLINE_S)
    answer = forgetful.get(opened["redirect_url"])
    assert answer.status_code == 303
    forgetful.cookies.clear()
    again = forgetful.get(f"{network.b.url}{answer.headers['location']}")
    assert again.json()["code"] == "browser.unknown"
    assert seen(network, opened["reuse_id"])["state"] == "open"


def test_a_request_with_a_foreign_redirect_uri_is_refused(network):
    form = _form(network, redirect_uri=f"{network.a.url}/reuse/callback")
    with pytest.raises(Exception, match="refused") as caught:
        network.b.node.peers.push_request(network.a.url, form)
    assert caught.value.code == "request.redirect_uri"


def test_a_request_without_pkce_is_refused(network):
    with pytest.raises(Exception, match="refused") as caught:
        network.b.node.peers.push_request(network.a.url, _form(network, code_challenge_method="plain"))
    assert caught.value.code == "request.pkce"


def test_an_assertion_for_another_node_or_used_twice_is_refused(network):
    peers = network.b.node.peers
    jwt = peers._assertion(network.r.url)
    form = {**_form(network), "client_assertion_type": ASSERTION_TYPE, "client_assertion": jwt}
    browser = network.a.staff(StaffRole.STAFF)
    answer = browser.post("/exchange/par", data=form)
    assert (answer.status_code, answer.json()["code"]) == (401, "client.wrong_audience")
    assert answer.json()["error"] == "invalid_client"
    good = {**form, "client_assertion": peers._assertion(network.a.url)}
    assert browser.post("/exchange/par", data=good).status_code == 201
    assert browser.post("/exchange/par", data=good).json()["code"] == "client.assertion_replayed"


def test_a_regulator_may_not_ask_for_a_customer(network):
    with pytest.raises(Exception, match="refused") as caught:
        network.r.node.peers.push_request(network.a.url, _form(network))
    assert caught.value.code == "client.wrong_role"


def test_a_provider_cannot_ask_for_a_disclosure(network):
    form = {
        "disclosure_id": "d",
        "attestation_id": "00" * 32,
        "case_number": "1",
        "auditors": '["a", "b"]',
    }
    with pytest.raises(Exception, match="refused") as caught:
        network.b.node.peers.request_disclosure(network.a.url, form)
    assert caught.value.code == "client.wrong_role"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"application": {**APPLICATION, "name": "見本 太郎"}}, "attribute_mismatch"),
        ({"high_risk": ["foreign_pep"]}, "high_risk_reverify"),
    ],
)
def test_what_the_recipient_finds_out_refuses_and_is_recorded(network, customer, changes, code):
    opened = open_reuse(network, **changes)
    assert customer.wait(customer.come_back(customer.consent(opened["redirect_url"]))) == "refused"
    reuse = seen(network, opened["reuse_id"])
    assert reuse["codes"] == [code]
    assert reuse["decision_tx"]
    assert reuse["record_id"] is None
    auditor = network.r.staff(StaffRole.AUDITOR)
    decision = eventually(
        lambda: auditor.get(f"/v1/audit/attestations/{reuse['attestation_id']}").json()["decision"]
    )
    assert (decision["accepted"], decision["codes"]) == (False, [code])


def test_a_revocation_before_the_decision_leaves_nothing_to_decide(network):
    customer = enrol(network, record_at(network.a))
    opened = open_reuse(network)
    back = customer.consent(opened["redirect_url"])
    officer = network.a.staff(StaffRole.OFFICER)
    assert (
        officer.post(f"/v1/records/{customer.record_id}/revoke", json={"reason": "error"}).status_code == 200
    )
    identifier = _attestation_of(network, customer)
    eventually(lambda: network.a.node.ledger.status_of(identifier)[0].name == "REVOKED")
    assert customer.wait(customer.come_back(back)) == "ended"
    assert seen(network, opened["reuse_id"])["codes"][0] == "revoked"


def test_an_altered_transfer_ends_the_reuse(network, customer, monkeypatch):
    opened = open_reuse(network)
    back = customer.consent(opened["redirect_url"])
    peers = network.b.node.reusing.exchange.peers
    honest = type(peers).redeem

    def altered(self, endpoint, **grant) -> tuple[str, bytes]:  # noqa: ANN003  passed on as it comes
        identifier, sealed = honest(self, endpoint, **grant)
        return identifier, sealed[:-1] + bytes([sealed[-1] ^ 1])

    monkeypatch.setattr(type(peers), "redeem", altered)
    assert customer.wait(customer.come_back(back)) == "ended"
    assert seen(network, opened["reuse_id"])["codes"] == ["transfer_altered"]


def test_a_verification_that_is_too_old_is_not_offered(network):
    old = network.a.node.clock.now() - 366 * 86_400
    customer = enrol(network, record_at(network.a, verified_at=old))
    request_id = customer.leave(open_reuse(network)["redirect_url"])
    customer.sign_in()
    assert customer.sign(request_id).json()["code"] == "release.too_old"


def test_a_withdrawn_verification_is_not_offered(network):
    customer = enrol(network, record_at(network.a))
    customer.sign_in()
    assert customer.browser.post(f"{network.a.url}/me/withdraw").status_code == 200
    request_id = customer.leave(open_reuse(network)["redirect_url"])
    assert customer.sign(request_id).json()["code"] == "release.not_attestable"


def test_an_unknown_issuer_is_refused_at_the_desk(network):
    wanted = {"issuer_id": 9, "purpose": "account_opening", "application": APPLICATION, "high_risk": []}
    answer = network.b.staff(StaffRole.STAFF).post("/v1/reuses", json=wanted)
    assert answer.json()["code"] == "issuer.unknown"


def test_a_stale_view_of_the_chain_stops_reuse(network, monkeypatch):
    old = _old(network.b.node.ledger.status(), network.b.node.clock.now())
    monkeypatch.setattr(Unit, "index_status", lambda _self: old)
    wanted = {"issuer_id": 1, "purpose": "account_opening", "application": APPLICATION, "high_risk": []}
    answer = network.b.staff(StaffRole.STAFF).post("/v1/reuses", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (503, "chain_stale")


def test_the_explorer_opens_for_auditors_only(network):
    url = f"{network.r.url}/explorer"
    auditor, staff = network.r.staff(StaffRole.AUDITOR), network.r.staff(StaffRole.STAFF)
    tokens = [one.headers["Authorization"].split()[1] for one in (auditor, staff)]
    for client in (auditor, staff):
        del client.headers["Authorization"]
    assert staff.post(url, data={"token": tokens[1]}).status_code == 401
    assert auditor.post(url, data={"token": tokens[0]}).status_code == 303
    page = auditor.get(url)
    assert page.status_code == 200
    assert "見本第一銀行" in page.text


ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _form(network, **changes: str) -> dict[str, str]:
    """A well-formed push from B to A, with changes."""
    sender = network.b.node.reusing.send_to_issuer
    reuse = open_reuse(network)
    with network.b.node.transaction() as unit:
        kept = unit.reuses.get(reuse["reuse_id"])
    request = sender.request(kept, MemberId(2), now=network.b.node.clock.now())
    return {
        **sender.form(request, MemberId(2), oauth_state=secrets.token_hex(8), verifier="x" * 43),
        **changes,
    }


def _attestation_of(network, customer) -> bytes:
    with network.a.node.transaction() as unit:
        (one,) = unit.attestations.find(record_id=customer.record_id)
    return bytes.fromhex(one.attestation_id)


def _old(status, now) -> IndexStatus:
    return replace(status, checked_at=now - 3_600)


def test_a_method_that_ends_between_consent_and_decision_is_judged_at_the_decision(tmp_path):
    midnight = first_second(NEXT.begins)
    with Network(tmp_path, begins=midnight - 400) as network:
        customer = enrol(network, record_at(network.a, method="jp.idimage+face"))
        opened = open_reuse(network)
        back = customer.consent(opened["redirect_url"])
        network.chain.advance_to(midnight)
        eventually(lambda: all(one.node.clock.now() >= midnight for one in network.nodes))
        assert customer.wait(customer.come_back(back)) == "ended"
        assert seen(network, opened["reuse_id"])["codes"] == ["method_not_allowed"]

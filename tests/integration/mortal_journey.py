"""A journey through everything that three nodes write, each step as often as it takes.

At its end everything must be as if nobody had died on the way.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from node.domain.access import Role as StaffRole
from node.domain.attestation import ReleaseState
from node.domain.methods import CHIP_FACE, IMAGE_FACE
from node.domain.opening import DeliveryState
from tests.integration.mortal_network import MortalNetwork, NotYetError
from tests.integration.reuse_network import Customer
from tests.sim.authenticator import SoftwareAuthenticator
from tests.sim.invented_customer import APPLICATION
from tests.sim.kill.nodes import MortalNode

VERSIONS = 16
ABANDONED_AFTER_S = 8 * 86_400
"""A day more than a reuse may wait for its customer (`node.domain.reuse.FINISH_WITHIN_S`)."""


@dataclass
class Journey:
    """One customer's way through everything that writes; each step as often as it takes."""

    net: MortalNetwork

    def run(self) -> None:
        """All of it."""
        self.review(self.verify(IMAGE_FACE))
        self.release(self.verify(CHIP_FACE))
        left_alone = self.photograph()
        self.refuse()
        self.vanish()
        accepted = self.reuse()
        self.audit(accepted)
        self.vote()
        self.leave()
        self.revoke(accepted)
        self.abandon()
        self.forget(left_alone)
        self.erase()

    # --- at the issuer ---

    def photograph(self, method: str = CHIP_FACE) -> str:
        """A case is opened and the card photographed; gives the case."""
        net, staff = self.net, self.net.people["a", StaffRole.STAFF]
        opened = net.again(lambda: net.answer(staff.post("/v1/cases", json=_NEW_CASE | {"method": method})))
        path = f"/v1/cases/{opened['case_id']}"
        net.again(lambda: net.answer(staff.post(f"{path}/challenge")))
        net.again(lambda: net.answer(staff.post(f"{path}/capture")))
        net.again(lambda: net.answer(staff.put(f"{path}/surface", files=_files("images"))))
        return str(opened["case_id"])

    def verify(self, method: str) -> str:
        """A case from its opening to its outcome."""
        net, staff = self.net, self.net.people["a", StaffRole.STAFF]
        case_id = self.photograph(method)
        path = f"/v1/cases/{case_id}"
        if method == CHIP_FACE:
            read = net.again(lambda: net.answer(staff.post(f"{path}/code")))
            shown = {name: read[name] for name in ("birth_date", "expires_on", "security_code")}
            kept = net.again(lambda: net.answer(staff.put(f"{path}/code", json=shown)))
            assert kept["source"] == "ocr"
        asked = net.again(lambda: net.answer(staff.get(path)))["challenge"]
        self._film(staff, f"{path}/clip", asked)
        if method == IMAGE_FACE:
            asked = net.again(lambda: net.answer(staff.post(f"{path}/tilt-challenge")))["tilt_challenge"]
            self._film(staff, f"{path}/tilt", asked)
        net.again(partial(self._verified, path))
        return case_id

    def _film(self, client: httpx.Client, url: str, asked: dict[str, Any]) -> None:
        """Send what answers a challenge, the very same until it is taken."""
        files, told = _files("frames"), _TIMES | {"challenge": asked["token"]}
        self.net.again(lambda: self.net.answer(client.put(url, files=files, data=told)))

    def _verified(self, path: str) -> None:
        staff = self.net.people["a", StaffRole.STAFF]
        state = self.net.answer(staff.get(path))["state"]
        if state == "open":
            self.net.answer(staff.post(f"{path}/verify", json={}), "case.wrong_state")
        if state in {"open", "verifying"}:
            raise NotYetError(state)

    def review(self, case_id: str) -> None:
        """A reviewer approves what the engine left open."""
        net, path = self.net, f"/v1/cases/{case_id}"
        decision = {"decision": "approve", "note": "見本"}
        reviewer, staff = net.people["a", StaffRole.REVIEWER], net.people["a", StaffRole.STAFF]

        def approve() -> None:
            if net.answer(staff.get(path))["state"] == "review":
                net.answer(reviewer.post(f"{path}/review", json=decision), "case.wrong_state")

        net.again(approve)
        assert net.again(lambda: net.answer(staff.get(path)))["record_id"] == case_id

    def release(self, record_id: str) -> None:
        """The customer makes a passkey, and the leaves are anchored."""
        net, staff = self.net, self.net.people["a", StaffRole.STAFF]
        self.record_id = record_id
        self.customer = Customer(net, record_id, SoftwareAuthenticator(secrets.token_bytes))  # type: ignore[arg-type]
        offered = net.again(lambda: net.answer(staff.post(f"/v1/cases/{record_id}/enrolment")))
        net.again(partial(self._enrolled, offered["url"]))
        net.again(self._anchored)
        net.again(self._signed_in)

    def _enrolled(self, link: str) -> None:
        net, browser = self.net, self.customer.browser
        begun = net.answer(browser.post(f"{link}/options"))
        credential = self.customer.passkeys.create(begun["options"], origin=net.a.url)
        made = {"ceremony_id": begun["ceremony_id"], "credential": credential}
        # The page sends the same passkey again before the customer makes another.
        net.again(lambda: net.answer(browser.post(link, json=made)))

    def _anchored(self) -> None:
        record = self._record()
        if record["versions"]["anchored"] != VERSIONS:
            raise NotYetError("not anchored")

    def _record(self) -> dict[str, Any]:
        staff = self.net.people["a", StaffRole.STAFF]
        record: dict[str, Any] = self.net.answer(staff.get(f"/v1/records/{self.record_id}"))
        return record

    def _signed_in(self) -> None:
        net, browser, site = self.net, self.customer.browser, self.net.a.url
        begun = net.answer(browser.post(f"{site}/sign-in/options"))
        credential = self.customer.passkeys.get(begun["options"], origin=site)
        net.answer(browser.post(f"{site}/sign-in", json={**begun, "credential": credential}), "ceremony.used")

    # --- from bank to bank ---

    def refuse(self) -> None:
        """The customer looks at the question, and says no."""
        net, browser = self.net, self.customer.browser
        reuse_id, request_id = self._asked()
        base = f"{net.a.url}/exchange/authorize/{request_id}"
        url = net.again(lambda: net.answer(browser.post(f"{base}/refuse")))["url"]
        path = net.again(lambda: _location(browser.get(url)))
        assert self._wait(path) == "ended"
        assert self._seen(reuse_id)["codes"] == ["consent_refused"]

    def vanish(self) -> None:
        """The customer signs and closes the page: only the job sees that the chain took the release."""
        _, request_id = self._asked()
        signed = self._signed(request_id)

        def settled() -> None:
            node = self.net.a.open()
            with node.transaction() as unit:
                (release,) = unit.attestations.find(attestation_id=signed)
            node.database.dispose()
            if release.state != ReleaseState.ATTESTED:
                raise NotYetError(release.state)

        self.net.again(settled)

    def reuse(self) -> dict[str, Any]:
        """From the application to the acceptance; here the page sees that the chain took the release."""
        net, browser = self.net, self.customer.browser
        reuse_id, request_id = self._asked()
        with net.a.plan.rest("settle releases"):
            self._signed(request_id)
            outcome = f"{net.a.url}/exchange/authorize/{request_id}/outcome"
            url = net.again(lambda: _given(net.answer(browser.post(outcome))))
        path = net.again(lambda: _location(browser.get(url)))
        assert self._wait(path) == "rebinding", self._seen(reuse_id)
        net.again(partial(self._shown, path))
        assert self._wait(path) == "accepted", self._seen(reuse_id)
        return self._seen(reuse_id)

    def _asked(self) -> tuple[str, str]:
        """Staff open a reuse, and the customer's browser goes to the issuer: the reuse and the request."""
        net, browser = self.net, self.customer.browser
        staff = net.people["b", StaffRole.STAFF]
        opened = net.again(lambda: net.answer(staff.post("/v1/reuses", json=_NEW_REUSE)))

        def ask() -> str:
            page = browser.get(opened["redirect_url"], follow_redirects=True)
            if not page.is_success:
                raise NotYetError(page.text[-400:])
            return page.text.split('data-id="')[1].split('"')[0]

        return opened["reuse_id"], net.again(ask)

    def _signed(self, request_id: str) -> str:
        """The customer's choice and signature; gives the attestation's id."""
        net, browser = self.net, self.customer.browser
        base = f"{net.a.url}/exchange/authorize/{request_id}"
        wanted = {"attributes": ["name", "address", "birthdate", "gender", "portrait"]}
        receipt = net.again(lambda: net.answer(browser.post(f"{base}/receipt", json=wanted)))
        signed = {"credential": self.customer.passkeys.get(receipt, origin=net.a.url)}
        made = net.again(lambda: net.answer(browser.post(f"{base}/sign", json=signed)))
        return str(made["attestation_id"]).removeprefix("0x")

    def _shown(self, path: str) -> None:
        """The customer shows the face, unless that was done and only the answer got lost."""
        net, browser, base = self.net, self.customer.browser, f"{self.net.b.url}{path}"
        if net.answer(browser.post(f"{base}/state"))["state"] != "rebinding":
            return
        drawn = net.answer(browser.post(f"{base}/challenge"), "reuse.changed")
        data = _TIMES | {"challenge": drawn["token"]}
        net.answer(browser.put(f"{base}/clip", files=_files("frames"), data=data), "reuse.changed")

    def _wait(self, path: str) -> str:
        """Where the customer's page comes to rest."""

        def look() -> str:
            seen = self.net.answer(self.customer.browser.post(f"{self.net.b.url}{path}/state"))
            if not seen["final"] and seen["state"] != "rebinding":
                raise NotYetError(seen["state"])
            return str(seen["state"])

        return str(self.net.again(look))

    def _seen(self, reuse_id: str) -> dict[str, Any]:
        staff = self.net.people["b", StaffRole.STAFF]
        seen: dict[str, Any] = self.net.again(lambda: self.net.answer(staff.get(f"/v1/reuses/{reuse_id}")))
        return seen

    # --- afterwards ---

    def audit(self, accepted: dict[str, Any]) -> None:
        """The regulator holds the opening, and has the issuer open the attestation to two auditors."""
        net, auditor = self.net, self.net.people["r", StaffRole.AUDITOR]

        def complete() -> None:
            found = net.answer(auditor.post("/v1/audit/completeness"))
            if not found["complete"]:
                self._let_delivery_be_due()
                raise NotYetError(str(found))

        net.again(complete)
        asked = {"attestation_id": accepted["attestation_id"], "case_number": "令和8-17"}
        disclosure = net.again(lambda: net.answer(auditor.post("/v1/audit/disclosures", json=asked)))
        second = net.r.staff(StaffRole.AUDITOR, "鈴木")
        path = f"/v1/audit/disclosures/{disclosure['disclosure_id']}/approve"
        shown = net.again(lambda: net.answer(second.post(path)))
        assert shown["findings"]["id_matches"]

    def _let_delivery_be_due(self) -> None:
        """An opening that could not be delivered waits twice as long each time: let that time pass."""
        node = self.net.b.open()
        with node.transaction() as unit:
            due = [one.next_try_at for one in unit.deliveries.find(state=DeliveryState.WAITING.value)]
        wait_s = min(due, default=0) - node.clock.now()
        node.database.dispose()
        if wait_s > 0:
            self.net.chain.advance(wait_s)

    def vote(self) -> None:
        """A proposes at the command line, B approves there; R publishes its keys anew."""
        propose = ("chain", "allow-bases", "ASSIST", "RELIANCE", "--reference", "見本規約 第1条")
        self.net.again(partial(self._command, self.net.a, propose))
        number = str(len(self._proposals()))
        self.net.again(partial(self._command, self.net.b, ("chain", "approve", number)))
        publish = ("chain", "publish-keys", secrets.token_hex(4), "見本監督庁")
        self.net.again(partial(self._command, self.net.r, publish))

    def _proposals(self) -> list[Any]:
        node = self.net.a.open()
        node.ledger.sync()
        with node.transaction() as unit:
            found = list(unit.ledger.proposals())
        node.database.dispose()
        return found

    def _command(self, member: MortalNode, arguments: tuple[str, ...]) -> None:
        status = member.command(*arguments)
        if status != 0:
            raise NotYetError(f"{arguments}: {status}\n{member.running.log()[-600:]}")

    def revoke(self, accepted: dict[str, Any]) -> None:
        """The issuer withdraws; the recipient's officer gets a case, once, and closes it."""
        net, officer = self.net, self.net.people["a", StaffRole.OFFICER]
        net.again(
            lambda: net.answer(officer.post(f"/v1/records/{self.record_id}/revoke", json={"reason": "error"}))
        )
        reviewer = net.people["b", StaffRole.OFFICER]

        def closed() -> None:
            cases = net.answer(reviewer.get("/v1/review-cases"))
            mine = [one for one in cases if one["attestation_id"] == accepted["attestation_id"]]
            if not mine:
                raise NotYetError("no case yet")
            (case,) = mine
            if case["state"] == "open":
                path = f"/v1/review-cases/{case['case_id']}/close"
                net.answer(reviewer.post(path, json={"note": "再確認済み"}), "review.wrong_state")

        net.again(closed)

    def leave(self) -> None:
        """The customer stops sharing and signs out."""
        net, browser, site = self.net, self.customer.browser, self.net.a.url
        net.again(self._signed_in)
        net.again(lambda: net.answer(browser.post(f"{site}/me/withdraw")))
        net.again(lambda: net.answer(browser.post(f"{site}/sign-out")))

    def erase(self) -> None:
        """The record's retention has ended."""
        net, officer = self.net, self.net.people["a", StaffRole.OFFICER]
        path, ended = f"/v1/records/{self.record_id}/erase", {"contract_ended_on": "2000-01-01"}
        assert net.again(lambda: net.answer(officer.post(path, json=ended)))["state"] == "erased"

    def abandon(self) -> None:
        """A reuse that its customer never came for is closed by itself."""
        net, staff = self.net, self.net.people["b", StaffRole.STAFF]
        opened = net.again(lambda: net.answer(staff.post("/v1/reuses", json=_NEW_REUSE)))
        net.chain.advance(ABANDONED_AFTER_S)

        def gone() -> None:
            if net.answer(staff.get(f"/v1/reuses/{opened['reuse_id']}"))["state"] != "ended":
                raise NotYetError("still waiting")

        net.again(gone)

    def forget(self, case_id: str) -> None:
        """What is known of a customer who was photographed and never came back goes by itself."""
        net, staff = self.net, self.net.people["a", StaffRole.STAFF]

        def forgotten() -> None:
            if net.answer(staff.get(f"/v1/cases/{case_id}"))["state"] != "abandoned":
                raise NotYetError("still known")

        net.again(forgotten)


_NEW_CASE = {"typed_birth_date": "1990-04-01"}
_NEW_REUSE = {"issuer_id": 1, "purpose": "account_opening", "application": APPLICATION, "high_risk": []}
_TIMES = {"timestamps_ms": "[0, 100, 200]"}


def _files(field_name: str) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Pictures that nobody sent before."""
    return [(field_name, (f"{n}.jpg", secrets.token_bytes(16), "image/jpeg")) for n in range(3)]


def _location(response: httpx.Response) -> str:
    if response.status_code != httpx.codes.SEE_OTHER:
        raise NotYetError(response.text[-400:])
    return str(response.headers["location"])


def _given(answer: dict[str, Any]) -> str:
    if answer["url"] is None:
        raise NotYetError("not on chain yet")
    return str(answer["url"])

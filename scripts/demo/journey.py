"""The journey: verify at bank A, reuse at broker B, what follows, and what the regulator sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from node.domain.access import Role as StaffRole
from scripts.demo.actors import Customer, Json
from scripts.demo.counter import Counter
from scripts.demo.patience import wait_until
from scripts.demo.persona import Persona
from scripts.demo.reuse import ReuseRun, ask
from scripts.demo.stage import Stage
from scripts.demo.timeline import Step, StepFailed, Timeline

ISSUER_ID, RECIPIENT_ID = 1, 2
VERSIONS = 16
OPENED = ("id_matches", "credential_signed_by_issuer", "consent_signed_by_customer", "anchored_at")
"""Findings of a disclosure that must all hold."""


@dataclass
class Journey:
    """Who plays, where, and what has come of it.

    Attributes:
        records: record ids at bank A by method.
        accepted: the attestation that broker B accepted.
        verify_steps, reuse_steps: whose costs are compared.
    """

    stage: Stage
    persona: Persona
    timeline: Timeline
    customer: Customer = field(default_factory=Customer)
    records: dict[str, str] = field(default_factory=dict)
    accepted: Json = field(default_factory=dict)
    verify_steps: list[Step] = field(default_factory=list)
    reuse_steps: list[Step] = field(default_factory=list)

    def verify(self) -> None:
        """Step 1 of the journey: a full verification by chip and face, recorded, bound, anchored."""
        case, step = self.run_case("verify: card surface, chip, face, liveness", "jp.chip+face")
        self.verify_steps.append(step)
        if case["state"] != "verified":
            raise StepFailed(f"not verified: {case['state']} {case['codes']}")
        self.enrol("jp.chip+face", case, self.customer)

    def run_case(self, name: str, method: str) -> tuple[Json, Step]:
        """One case up to the engine's verdict, as a step of its own."""
        case_id = self.prepare(method)
        with self.timeline.step(name, "bank A") as step:
            case = self.judge(case_id, step)
        self._show_checks(case)
        return case, step

    def prepare(self, method: str, *, stranger: bool = False) -> str:
        """Open a case and hand in what the customer, or a stranger, brings. Its rendering is not measured."""
        with self.timeline.waiting("preparing the evidence") as say:
            return self._counter.prepare(method, say, stranger=stranger)

    def judge(self, case_id: str, step: Step) -> Json:
        """Follow the engine; the case as staff see it then."""
        case = self._counter.judge(case_id, self.timeline.progress)
        step.note = ", ".join(f"{stage['stage']} {stage['seconds']:.1f} s" for stage in case["stages"])
        return case

    @property
    def _counter(self) -> Counter:
        return Counter(self.stage.staff(self.stage.issuer, StaffRole.STAFF), self.stage.reader, self.persona)

    def enrol(self, method: str, case: Json, customer: Customer) -> None:
        """The customer's passkey, and the anchor of the record's salted versions."""
        bank = self.stage.staff(self.stage.issuer, StaffRole.STAFF)
        with self.timeline.step("make a passkey and bind it to the record", "customer"):
            customer.enrol(bank.post(f"/v1/cases/{case['case_id']}/enrolment")["url"])
        with self.timeline.step("anchor the record's 16 salted versions", "bank A") as step:
            self._wait(
                lambda: bank.get(f"/v1/records/{case['record_id']}")["versions"]["anchored"] == VERSIONS
            )
            step.note = "one Merkle root on chain, no personal data"
            step.tx = self.stage.latest_transaction(f"0x{ISSUER_ID:064x}")
        self.records[method] = case["record_id"]

    def ask(self, customer: Customer | None = None) -> ReuseRun:
        """The customer names bank A at broker B."""
        broker = self.stage.staff(self.stage.recipient, StaffRole.STAFF)
        return ask(broker, customer or self.customer, ISSUER_ID, self.persona.application)

    def reuse(self) -> None:
        """Steps 2 to 6: ask, consent, attest, transfer, decide."""
        with self.timeline.step("ask bank A (pushed request)", "broker B") as asked:
            run = self.ask()
            page = run.go_to_issuer()
        with self.timeline.step("consent: read, choose, sign with the passkey", "customer") as consented:
            consent = run.consent(page)
        with self.timeline.step("attest on chain", "bank A") as attested:
            url = run.way_back(consent)
            attested.tx = self.stage.latest_transaction(consent.attestation_id)
        with self.timeline.step("fetch sealed transfer, check, decide on chain", "broker B") as decided:
            self.accepted = run.come_back(url)
            decided.tx = self.accepted["decision_tx"]
            if self.accepted["state"] != "accepted":
                raise StepFailed(f"not accepted: {self.accepted['codes']}")
            passed = sum(check["outcome"] == "passed" for check in self.accepted["checks"])
            decided.note = f"{passed} of {len(self.accepted['checks'])} checks passed"
        self.reuse_steps = [asked, consented, attested, decided]

    def revoke(self) -> None:
        """Step 7: bank A withdraws; broker B reviews. Nothing closes an account by itself."""
        officer = self.stage.staff(self.stage.issuer, StaffRole.OFFICER)
        with self.timeline.step("revoke the record (reason class: ended)", "bank A") as step:
            revoked = officer.post(f"/v1/records/{self.records['jp.chip+face']}/revoke", {"reason": "ended"})
            step.note = f"{len(revoked['attestations'])} attestations"
        broker = self.stage.staff(self.stage.recipient, StaffRole.OFFICER)
        with self.timeline.step("a review case opens by itself", "broker B") as step:
            self._wait(lambda: bool(self._reviews()))
            review = self._reviews()[0]
            broker.post(
                f"/v1/review-cases/{review['case_id']}/close", {"note": "customer asked to verify anew"}
            )
            step.note = f"reason {review['reason']}; closed with a note"
            step.tx = self.stage.latest_transaction(review["attestation_id"])

    def audit(self) -> Json:
        """Step 8: the regulator's views, completeness, and one opening by two people."""
        first = self.stage.staff(self.stage.regulator, StaffRole.AUDITOR, 0)
        second = self.stage.staff(self.stage.regulator, StaffRole.AUDITOR, 1)
        attestation_id = self.accepted["attestation_id"]
        with self.timeline.step("follow one attestation", "regulator") as step:
            trail = first.get(f"/v1/audit/attestations/{attestation_id}")
            step.note = trail_line(trail)
        with self.timeline.step("completeness: index, running hash, openings", "regulator") as step:
            self._wait(lambda: _is_complete(first.post("/v1/audit/completeness")))
            complete = first.post("/v1/audit/completeness")
            step.note = f"{complete['events_indexed']} events, {complete['decided']} decisions, all opened"
        with self.timeline.step("open one attestation (case number, two people)", "regulator") as step:
            asked = first.post(
                "/v1/audit/disclosures", {"attestation_id": attestation_id, "case_number": "見本-2026-001"}
            )
            opened = second.post(f"/v1/audit/disclosures/{asked['disclosure_id']}/approve")
            findings = opened["findings"]
            opened_ok = all(findings.get(name) for name in OPENED)
            if not opened_ok:
                raise StepFailed(f"the opening does not hold: {findings}")
            step.note = "the id recomputes; issuer's and customer's signatures hold"
        return {
            "events_indexed": complete["events_indexed"],
            "head_matches": complete["head_matches"],
            "opened_ok": opened_ok,
        }

    def _reviews(self) -> list[Any]:
        broker = self.stage.staff(self.stage.recipient, StaffRole.OFFICER)
        found: list[Any] = broker.get("/v1/review-cases")
        return found

    def _show_checks(self, case: Json) -> None:
        words = {"passed": "green", "failed": "red", "undecided": "yellow", "not_performed": "dim"}
        shown = [
            f"[{words[check['outcome']]}]{check['check']}"
            + (f" {check['score']:.3g}" if check["score"] is not None else "")
            + ("" if check["outcome"] == "passed" else f" {check['outcome'].replace('_', ' ')}")
            + "[/]"
            for check in case["checks"]
        ]
        self.timeline.say("     " + ", ".join(shown))

    def _wait(self, is_done: Callable[[], bool]) -> None:
        wait_until(is_done, StepFailed("it did not happen in time"))


def trail_line(trail: Json) -> str:
    """The steps of one attestation in one line."""
    return " → ".join(step["step"] for step in trail["steps"])


def _is_complete(answer: Json) -> bool:
    return bool(answer.get("complete"))

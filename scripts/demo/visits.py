"""People at their own browsers who play the customer: each has a case, a record and reuses of their own.

What a visitor hands in is the specimen's evidence; the passkey and every consent are the visitor's. How far a
visit has come is not kept here: the nodes are asked.
"""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from node.domain.access import Role as StaffRole
from node.domain.methods import CHIP_FACE, IMAGE_FACE
from node.errors import InvalidInput, NodeError
from scripts.demo.actors import Json
from scripts.demo.counter import Counter
from scripts.demo.path import Facts
from scripts.demo.persona import Persona
from scripts.demo.reuse import ask_for
from scripts.demo.stage import Stage
from verifier.errors import VerifierError

METHODS = (str(CHIP_FACE), str(IMAGE_FACE))
"""What a visitor may choose from; the specimen brings evidence for both."""

TOKEN_BYTES = 16
ISSUER_ID = 1

VISITS_MAX = 200
"""Of which the demo knows; the oldest is forgotten, its record at bank A is not."""


@dataclass
class Visit:
    """One visitor.

    Attributes:
        token: names the visit in its page's address; nobody can guess it.
        method: how bank A verifies.
        doing: what goes on at the counter, as long as it does.
        error: why the counter could not decide.
        case_id: at bank A, once opened.
        reuse_ids: at broker B, oldest first.
    """

    token: str
    method: str
    doing: str = "waiting for the counter"
    error: str = ""
    case_id: str | None = None
    reuse_ids: list[str] = field(default_factory=list)


class Visits:
    """All visits; the counter serves one at a time, since there is one card reader."""

    def __init__(self, stage: Stage, persona: Persona) -> None:
        self._stage = stage
        self._bank = stage.staff(stage.issuer, StaffRole.STAFF)
        self._broker = stage.staff(stage.recipient, StaffRole.STAFF)
        self._auditor = stage.staff(stage.regulator, StaffRole.AUDITOR)
        self._counter = Counter(self._bank, stage.reader, persona)
        self._application = persona.application
        self._queue = ThreadPoolExecutor(max_workers=1)
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()

    def begin(self, method: str) -> Visit:
        """A new visitor queues at the counter. Raises InvalidInput (`demo.method_unknown`)."""
        if method not in METHODS:
            raise InvalidInput("demo.method_unknown", "no such method here", hint=f"Choose one of {METHODS}.")
        visit = Visit(secrets.token_urlsafe(TOKEN_BYTES), method)
        with self._lock:
            self._visits[visit.token] = visit
            while len(self._visits) > VISITS_MAX:
                del self._visits[next(iter(self._visits))]
        self._queue.submit(self._verify, visit)
        return visit

    def get(self, token: str) -> Visit:
        """The visit of this token. Raises InvalidInput (`visit.unknown`)."""
        found = self._visits.get(token)
        if found is None:
            raise InvalidInput("visit.unknown", "no such visit", hint="Begin at the start page.")
        return found

    def facts(self, visit: Visit) -> Facts:
        """What the nodes say of the visit now."""
        case = self._bank.get(f"/v1/cases/{visit.case_id}") if visit.case_id else None
        record_id = case["record_id"] if case else None
        record = self._bank.get(f"/v1/records/{record_id}") if record_id else None
        reuses = tuple(self._broker.get(f"/v1/reuses/{reuse_id}") for reuse_id in visit.reuse_ids)
        return Facts(visit.method, case, record, reuses, doing=visit.doing, error=visit.error)

    def trail(self, attestation_id: str) -> Json | None:
        """What the chain shows of one attestation: as the regulator sees it, and the raw records.

        None while the regulator's node, which reads the chain by itself, has not come to it yet.
        """
        try:
            seen: Json = self._auditor.get(f"/v1/audit/attestations/{attestation_id}")
        except InvalidInput as error:
            if error.code == "attestation.unknown":
                return None
            raise
        return {**seen, "logs": self._stage.records(attestation_id)}

    def enrolment(self, visit: Visit) -> str:
        """A fresh one-time link to bank A's page where the visitor makes the passkey."""
        return str(self._bank.post(f"/v1/cases/{visit.case_id}/enrolment")["url"])

    def application(self, visit: Visit) -> str:
        """The visitor applies at broker B and names bank A; the link to follow."""
        opened = ask_for(self._broker, ISSUER_ID, self._application)
        visit.reuse_ids.append(opened["reuse_id"])
        return str(opened["redirect_url"])

    def close(self) -> None:
        """Serve nobody else."""
        self._queue.shutdown(wait=False, cancel_futures=True)

    def _verify(self, visit: Visit) -> None:
        def say(text: str) -> None:
            visit.doing = text

        try:
            visit.case_id = self._counter.prepare(visit.method, say)
            self._counter.judge(visit.case_id, say)
        except (NodeError, VerifierError) as error:
            visit.error = f"{error.message} [{error.code}]"
        except httpx.TransportError:
            visit.error = "bank A does not answer"
        visit.doing = ""

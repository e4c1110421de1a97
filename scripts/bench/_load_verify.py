"""Customers who are verified for the first time, all at once, each with a phone at the capture page.

The member's app opens the case, starts the verification and follows it; nothing is asked of the node that its
pages and its API do not offer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.bench._load_attempt import ACCEPTED, Attempt, outcome_of
from scripts.bench._load_browser import Notes, PatientBrowser
from tests.sim.patience import eventually

APP_LOOKS_EVERY_S = 1.0
VERIFIED = "verified"

Clip = tuple[Sequence[bytes], Sequence[int]]


@dataclass(frozen=True)
class Evidence:
    """What every customer brings.

    Attributes:
        photographs: of the card's front, encoded.
        clip: challenge -> frames and milliseconds.
    """

    photographs: Sequence[bytes]
    clip: Callable[[Mapping[str, Any]], Clip]


@dataclass
class Visit:
    """One customer: a case with its link, ready for the camera."""

    app: PatientBrowser
    phone: PatientBrowser
    case_id: str
    link: str
    challenge: Mapping[str, Any]
    clip: Clip
    photographs: Sequence[bytes]

    def run(self) -> Attempt:
        """Photograph the card, confirm the code, record the face, wait for the verdict."""
        one, began = Attempt(), time.monotonic()
        self.phone.notes = Notes()
        with outcome_of(one):
            self.photograph()
            self.record()
            one.upload_s = self.phone.notes.slowest_upload_s
            self.start()
            decided = eventually(lambda: self._look(one), every_s=APP_LOOKS_EVERY_S)
            one.outcome = _outcome(decided)
        one.seconds = time.monotonic() - began
        one.notes = [self.phone.notes]
        return one

    def photograph(self) -> None:
        """The card's front, and what was read from it confirmed."""
        images = [("images", (str(n), data, "image/jpeg")) for n, data in enumerate(self.photographs)]
        self.phone.put(f"{self.link}/surface", files=images)
        read = self.phone.post(f"{self.link}/code").json()
        shown = {name: read[name] for name in ("birth_date", "expires_on", "security_code")}
        self.phone.put(f"{self.link}/code", json=shown)

    def record(self) -> None:
        """The face."""
        frames, times = self.clip
        files = [("frames", (str(n), data, "image/jpeg")) for n, data in enumerate(frames)]
        told = {"timestamps_ms": str(list(times)), "challenge": self.challenge["token"]}
        self.phone.put(f"{self.link}/clip", files=files, data=told)

    def start(self) -> None:
        """The member's staff start the verification."""
        self.app.post(f"/v1/cases/{self.case_id}/verify", json={})

    def _look(self, one: Attempt) -> dict[str, Any] | None:
        case: dict[str, Any] = self.app.get(f"/v1/cases/{self.case_id}").json()
        one.place = max(one.place, (case["queue"] or {"place": 0})["place"])
        return None if case["state"] == "verifying" else case


def prepare(url: str, key: str, evidence: Evidence) -> Visit:
    """Open a case, offer the link, draw the challenge and make the clip that answers it."""
    app = PatientBrowser(base_url=url, headers={"Authorization": key})
    phone = PatientBrowser(headers={"Origin": url})
    case = app.post("/v1/cases", json={"method": "jp.chip+face"}).json()
    link = app.post(f"/v1/cases/{case['case_id']}/capture").json()["url"]
    challenge = phone.post(f"{link}/challenge").json()
    clip = evidence.clip(challenge)
    return Visit(app, phone, case["case_id"], link, challenge, clip, evidence.photographs)


def run_all(visits: Sequence[Visit]) -> tuple[list[Attempt], float]:
    """All at once: what came of each, and the seconds from the first to the last."""
    begin, attempts = threading.Event(), []

    def live(visit: Visit) -> None:
        begin.wait()
        attempts.append(visit.run())

    threads = [threading.Thread(target=live, args=(one,), daemon=True) for one in visits]
    for one in threads:
        one.start()
    began = time.monotonic()
    begin.set()
    for one in threads:
        one.join()
    return attempts, time.monotonic() - began


def _outcome(case: Mapping[str, Any]) -> str:
    if case["state"] == VERIFIED:
        return ACCEPTED
    return (case["last_error"] or {"code": case["state"]})["code"]

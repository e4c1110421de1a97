"""Customers who reuse their verification at the same time, each in a thread of this process.

Every request is one that the pages make, as often as the pages make it; the nodes are processes apart.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from node.domain.access import Role
from scripts.bench._load_attempt import Attempt, outcome_of
from scripts.bench._load_browser import Notes, PatientBrowser
from scripts.bench._load_nodes import LoadNetwork
from tests.integration.reuse_network import Customer, bind_passkey, is_anchored, record_at
from tests.sim.authenticator import SoftwareAuthenticator
from tests.sim.invented_customer import APPLICATION
from tests.sim.patience import eventually, let_pass

PAGE_LOOKS_EVERY_S = 0.7
"""node/web/static/authorize.js; the recipient's page asks once a second."""

PATIENCE_S = 600.0
"""From the first click to giving up, however often the node says "later"."""

ENROLLED_AT_ONCE = 4

NEW_REUSE = {"issuer_id": 1, "purpose": "account_opening", "application": APPLICATION, "high_risk": []}


def enrol_all(network: LoadNetwork, count: int) -> list[Customer]:
    """Customers with records, passkeys and anchored versions."""
    staff_key = network.a.staff(Role.STAFF).headers["Authorization"]
    records = [record_at(network.a) for _ in range(count)]

    def bind(record_id: str) -> Customer:
        passkeys = SoftwareAuthenticator(secrets.token_bytes)
        customer = Customer(
            network,
            record_id,
            passkeys,
            browser=PatientBrowser(),
            look_every_s=PAGE_LOOKS_EVERY_S,
        )
        with _app(network.a.url, staff_key) as app:
            bind_passkey(customer, app)
        return customer

    with ThreadPoolExecutor(ENROLLED_AT_ONCE) as pool:
        customers = list(pool.map(bind, records))
    with _app(network.a.url, staff_key) as app:
        for one in customers:
            eventually(lambda one=one: is_anchored(one, app), every_s=PAGE_LOOKS_EVERY_S)
    return customers


@dataclass(frozen=True)
class Round:
    """Customers at once, each with some reuses one after the other.

    Attributes:
        network: where.
        customers: who.
        reuses: how many each.
        arrivals_s: when each customer begins, seconds after the start; None: all at once.
    """

    network: LoadNetwork
    customers: Sequence[Customer]
    reuses: int
    arrivals_s: Sequence[float] | None = None

    def run(self) -> tuple[list[Attempt], float]:
        """All of it: the attempts, and the seconds from the first to the last."""
        key = self.network.b.staff(Role.STAFF).headers["Authorization"]
        attempts: list[Attempt] = []
        begin = threading.Event()
        starts = self.arrivals_s or [0.0] * len(self.customers)

        def live(customer: Customer, start_s: float) -> None:
            begin.wait()
            let_pass(start_s)
            with _app(self.network.b.url, key) as app:
                attempts.extend(_attempt(customer, app) for _ in range(self.reuses))

        threads = [
            threading.Thread(target=live, args=pair, daemon=True)
            for pair in zip(self.customers, starts, strict=True)
        ]
        for one in threads:
            one.start()
        began = time.monotonic()
        begin.set()
        for one in threads:
            one.join()
        return attempts, time.monotonic() - began


def _attempt(customer: Customer, app: PatientBrowser) -> Attempt:
    one, began = Attempt(), time.monotonic()
    browser = customer.browser
    assert isinstance(browser, PatientBrowser)
    browser.notes, app.notes = Notes(), Notes()
    browser.until = app.until = began + PATIENCE_S
    with outcome_of(one):
        opened = app.post("/v1/reuses", json=NEW_REUSE).json()
        request_id = customer.leave(opened["redirect_url"])
        customer.sign_in()
        one.sent_signature = True
        one.attestation_id = customer.sign(request_id).json()["attestation_id"]
        path = customer.come_back(customer.way_back(request_id))
        one.outcome = customer.wait(path)
    one.seconds = time.monotonic() - began
    one.notes = [browser.notes, app.notes]
    return one


def _app(url: str, key: str) -> PatientBrowser:
    return PatientBrowser(base_url=url, headers={"Authorization": key})

"""One reuse as the customer's browser lives it: from the broker's link to the broker's answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from node.errors import InvalidInput, Unavailable
from scripts.demo.actors import Customer, Json, Staff, origin_of
from scripts.demo.patience import wait_until
from scripts.demo.timeline import StepFailed

ATTRIBUTES = ["name", "address", "birthdate", "gender"]

_REQUEST = re.compile(r'id="request" data-id="([^"]+)"')


@dataclass
class Consent:
    """One consent page and what was signed there.

    Attributes:
        base: URL under which the page's script speaks.
        credential: the passkey's signature over the receipt.
        attestation_id: what it set in motion, 0x-hex.
    """

    base: str
    credential: dict[str, Any]
    attestation_id: str


@dataclass
class ReuseRun:
    """A reuse under way.

    Attributes:
        broker: staff of the recipient.
        customer: in whose browser it happens.
        reuse_id: at the recipient.
        link: for the customer's browser.
    """

    broker: Staff
    customer: Customer
    reuse_id: str
    link: str

    def go_to_issuer(self) -> str:
        """Follow the broker's link; the URL of the issuer's consent page."""
        answer = self.customer.browser.get(self.link)
        while answer.headers.get("location", "").startswith("/"):  # the broker first makes itself known
            answer = self.customer.browser.get(urljoin(self.link, answer.headers["location"]))
        if answer.status_code != HTTPStatus.SEE_OTHER:
            raise StepFailed(
                f"the broker did not send the customer on: {answer.status_code} {answer.text[:200]}"
            )
        return answer.headers["location"]

    def consent(self, page: str, *, replayed: dict[str, Any] | None = None) -> Consent:
        """Sign in, look, tick, sign; or present an earlier signature instead."""
        site = origin_of(page)
        request_id = self.open_page(page)
        self.customer.sign_in(site)
        self.open_page(page)
        base = f"{site}/exchange/authorize/{request_id}"
        options = self.customer.post(f"{base}/receipt", {"attributes": ATTRIBUTES})
        credential = replayed or self.customer.authenticator.get(options, origin=site)
        signed = self.customer.post(f"{base}/sign", {"credential": credential})
        return Consent(base, credential, signed["attestation_id"])

    def way_back(self, consent: Consent) -> str:
        """Wait until the attestation stands on chain; the URL that leads back to the broker."""
        url = ""

        def is_attested() -> bool:
            nonlocal url
            url = self.customer.post(f"{consent.base}/outcome")["url"] or ""
            return bool(url)

        slow = Unavailable(
            "demo.attest_slow", "the attestation did not reach the chain", hint="See a/node.log."
        )
        wait_until(is_attested, slow)
        return url

    def come_back(self, url: str) -> Json:
        """Return to the broker, which fetches the transfer, checks, decides; the reuse as staff see it."""
        answer = self.customer.browser.get(url)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            raise InvalidInput(*_problem(answer.status_code, answer.text))
        page = f"{self.broker_site}/reuse/{self.reuse_id}"
        slow = Unavailable("demo.decision_slow", "the broker did not decide", hint="See b/node.log.")
        wait_until(lambda: bool(self.customer.post(f"{page}/state")["final"]), slow)
        return self.view()

    def view(self) -> Json:
        """The reuse as the broker's staff see it."""
        found: Json = self.broker.get(f"/v1/reuses/{self.reuse_id}")
        return found

    @property
    def broker_site(self) -> str:
        """Where the customer's browser reaches the broker."""
        return origin_of(self.link)

    def open_page(self, page: str) -> str:
        """Look at the consent page; the request's id on it."""
        answer = self.customer.browser.get(page, follow_redirects=True)
        found = _REQUEST.search(answer.text)
        if found is None:
            raise InvalidInput(*_problem(answer.status_code, answer.text))
        return found[1]


def ask(broker: Staff, customer: Customer, issuer_id: int, application: Json) -> ReuseRun:
    """The customer tells the broker: I am already verified at that bank."""
    opened = ask_for(broker, issuer_id, application)
    return ReuseRun(broker, customer, opened["reuse_id"], opened["redirect_url"])


def ask_for(broker: Staff, issuer_id: int, application: Json) -> Json:
    """The broker's staff begin a reuse; its id and the link for the customer's browser."""
    opened: Json = broker.post(
        "/v1/reuses",
        {
            "issuer_id": issuer_id,
            "purpose": "securities_account",
            "application": application,
            "high_risk": [],
        },
    )
    return opened


def _problem(status: int, page: str) -> tuple[str, str]:
    code = re.search(r"<code>([a-z0-9_.]+)</code>", page)
    return (code[1] if code else f"http.{status}"), "the page shows an error"

"""Nodes and a browser for every journey here: started once, stopped at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.camera import write_camera
from tests.browser.chromium import Person, run_chromium, someone
from tests.browser.journey import enrol
from tests.integration.reuse_network import Network, record_at

UNHURRIED = {"anchor_interval_s": 1.0, "poll_interval_s": 0.7}
"""Seconds: leaves the processor to the browser; a customer waits about as long for a block."""


@pytest.fixture(name="network", scope="package")
def _network(tmp_path_factory) -> Iterator[Network]:
    with Network(tmp_path_factory.mktemp("browser-network"), pace=UNHURRIED) as network:
        yield network


@pytest.fixture(name="driver", scope="package")
def _driver() -> Iterator[Playwright]:
    """One for all browsers: a second one does not start beside it."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(name="browser", scope="package")
def _browser(driver, tmp_path_factory) -> Iterator[Browser]:
    film = write_camera(tmp_path_factory.mktemp("camera") / "specimen.mjpeg")
    with run_chromium(driver, film) as browser:
        yield browser


@pytest.fixture(name="person")
def _person(browser) -> Iterator[Person]:
    """A person with a phone; fails the test if the browser complained of a page."""
    with someone(browser) as person:
        yield person
        assert person.complaints == []


@pytest.fixture(name="enrolled", scope="package")
def _enrolled(network, browser) -> Iterator[Person]:
    """A customer with a passkey at the issuer."""
    with someone(browser) as customer:
        enrol(network, customer, record_at(network.a))
        yield customer


@pytest.fixture(name="customer")
def _customer(enrolled) -> Iterator[Person]:
    """The enrolled customer, signed in nowhere; fails the test if the browser complained of a page."""
    enrolled.page.context.clear_cookies()
    enrolled.forgives()
    yield enrolled
    assert enrolled.complaints == []


@pytest.fixture(name="stranger")
def _stranger(browser) -> Iterator[Person]:
    """Somebody else, elsewhere."""
    with someone(browser) as person:
        yield person

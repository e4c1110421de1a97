"""Debian's Chromium, as a customer's browser: its own profile, a fake camera, a passkey without a finger.

Never downloads a browser. The passkey is Chromium's virtual authenticator, reached over the Chrome DevTools
Protocol (domain WebAuthn): the page's own script runs against the real WebAuthn implementation.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, ViewportSize

from tests.sim.patience import DEADLINE_MS

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE: ViewportSize = {"width": 390, "height": 844}

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class ChromiumMissingError(Exception):
    """No Chromium on this machine."""


def find_chromium() -> str:
    """The installed browser. Raises ChromiumMissingError."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise ChromiumMissingError("no Chromium found; hint: apt-get install chromium, or scripts/setup test")
    return found


@contextmanager
def run_chromium(driver: Playwright, camera: Path) -> Iterator[Browser]:
    """Run Chromium without a window, in front of a camera that shows a file (MJPEG)."""
    flags = [*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
    browser = driver.chromium.launch(executable_path=find_chromium(), args=flags)
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Person:
    """Somebody at a browser with an empty profile.

    Attributes:
        page: the tab; a person in a test needs one.
        complaints: what the browser reported that a page with nothing wrong does not cause: script errors,
            blocked content, failed requests.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)

    def press(self, name: str) -> None:
        """Press the button that carries these words."""
        self.page.get_by_role("button", name=name).click()

    def sees(self, words: str) -> None:
        """Wait until the page shows these words."""
        self.page.get_by_text(words).first.wait_for()

    def looks_at(self, url: str) -> int:
        """Open a page; gives its HTTP status."""
        answer = self.page.goto(url)
        assert answer is not None
        return answer.status

    def finds_it_usable(self) -> None:
        """The page fits the screen sideways, and whoever hears or speaks it can name every part."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        assert self.page.get_by_role("heading", level=1).count() == 1
        assert self.page.locator("html[lang=ja]").count() == 1
        for role in ("button", "checkbox", "link", "img"):
            for part in self.page.get_by_role(role).all():
                assert part.aria_snapshot() != f"- {role}", f"{role} without a name at {self.page.url}"

    def forgives(self) -> None:
        """Forget the complaints: the story so far was about something refused."""
        self.complaints.clear()

    def listen(self) -> None:
        """Take note of the browser's complaints."""
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")


@contextmanager
def someone(browser: Browser, *, viewport: ViewportSize = PHONE) -> Iterator[Person]:
    """A person with a fresh profile and an authenticator that holds no passkey yet."""
    context = browser.new_context(viewport=viewport, locale="ja-JP", timezone_id="Asia/Tokyo")
    context.set_default_timeout(DEADLINE_MS)
    try:
        person = Person(context.new_page())
        person.listen()
        devtools = context.new_cdp_session(person.page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield person
    finally:
        context.close()

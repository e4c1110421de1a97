"""The demo's guided path as visitors live it, each in a browser of their own.

Nodes, chain, card reader and engine are the demo's. A visitor's passkeys live in one wallet for all tabs,
as an operating system keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page
from rich.console import Console

from scripts.demo.persona import make_persona
from scripts.demo.processes import cpu_seconds
from scripts.demo.serving import start_page
from scripts.demo.stage import Stage, set_up
from scripts.demo.timeline import Timeline
from tests.browser.chromium import AUTHENTICATOR, Person, someone
from tests.sim.patience import DEADLINE_MS, DEADLINE_S
from tests.sim.running_demo import free_port_base
from verifier.face.models import load_face_models

pytestmark = [pytest.mark.browser, pytest.mark.pcsc]


@pytest.fixture(name="stage", scope="module")
def _stage(tmp_path_factory) -> Iterator[Stage]:
    """The demo's members, chain, reader and start page, without the journey before."""
    persona = make_persona(load_face_models())
    timeline = Timeline(Console(quiet=True), cpu_seconds)
    with ExitStack() as stack:
        stage = set_up(tmp_path_factory.mktemp("demo"), free_port_base(), persona, timeline, stack)
        stack.enter_context(start_page(stage, persona))
        yield stage


@dataclass
class Wallet:
    """Passkeys of one person, whichever tab asks."""

    credentials: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def lent_to(self, page: Page) -> Iterator[None]:
        """Let one tab make and use them."""
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        which = {"authenticatorId": added["authenticatorId"]}
        for credential in self.credentials:
            devtools.send("WebAuthn.addCredential", {**which, "credential": credential})
        yield
        self.credentials = devtools.send("WebAuthn.getCredentials", which)["credentials"]
        devtools.send("WebAuthn.disable")
        devtools.detach()


@dataclass
class Visitor:
    """Somebody who plays the customer: the guide in one tab, the institutions' pages in others."""

    person: Person
    start: str
    wallet: Wallet = field(default_factory=Wallet)

    def begin(self, button: str) -> None:
        self.person.page.goto(self.start)
        self.person.finds_it_usable()
        self.person.press(button)
        self.person.page.wait_for_url("**/visit/*")

    def waits_for(self, step: str, mark: str) -> None:
        found = self.person.page.locator(f"[data-step={step}][data-mark={mark}]")
        found.wait_for(timeout=DEADLINE_MS)
        assert self.person.page.locator("[data-mark=due]").count() <= 1

    @contextmanager
    def opens(self, role: Any, words: str) -> Iterator[Page]:
        """The tab that a button or link of the guide opens, with the visitor's passkeys."""
        with self.person.page.context.expect_page() as opened:
            self.person.page.get_by_role(role, name=words).click()
        page = opened.value
        # Loaded: before that the authenticator belongs to the empty tab, and buttons have no script yet.
        page.wait_for_url(re.compile("^http"), timeout=DEADLINE_MS)
        with self.wallet.lent_to(page):
            yield page
        page.close()

    def makes_a_passkey(self) -> None:
        self.waits_for("passkey", "due")
        with self.opens("button", "パスキーを作るページを開く") as page:
            page.get_by_role("button", name="パスキーを登録する").click()
            page.get_by_text("登録しました。").wait_for()

    def consents(self) -> None:
        self.waits_for("apply", "due")
        with self.opens("button", "証券会社Bに申し込む") as page:
            page.get_by_role("button", name="パスキーでサインイン").click()
            page.get_by_role("button", name="同意してパスキーで署名").click()
            page.get_by_text("ご提供いただいた本人確認を受け付けました。").wait_for(timeout=DEADLINE_MS)


@pytest.fixture(name="visitor")
def _visitor(browser: Browser, stage: Stage) -> Iterator[Visitor]:
    with someone(browser) as person:
        person.page.context.set_default_timeout(DEADLINE_MS)
        yield Visitor(person, _start_url(stage))
        assert person.complaints == []


def test_a_visitor_is_the_customer_at_both_banks(visitor: Visitor, stage: Stage, browser: Browser) -> None:
    visitor.begin("ICチップと顔で始める")
    visitor.makes_a_passkey()
    assert len(visitor.wallet.credentials) == 1
    visitor.consents()

    visitor.waits_for("withdraw", "due")
    visitor.person.finds_it_usable()
    shown = visitor.person.page.locator("#steps").inner_text()
    assert "attested" in shown
    assert "decided" in shown
    with visitor.opens("link", "マイページを開く") as page:
        page.get_by_text("見本ひかり証券").first.wait_for()
        page.get_by_text("停止の手続きに進む").click()
        page.get_by_role("button", name="提供を停止する").click()
        page.get_by_text("提供を停止しました").wait_for()

    visitor.waits_for("again", "due")
    with visitor.opens("button", "もう一度、証券会社Bに申し込む") as page:
        page.get_by_text("この本人確認は提供できません。").wait_for()
        page.get_by_role("button", name="提供先に戻る").click()
        page.get_by_text("情報は提供されませんでした。").wait_for()
    visitor.waits_for("again", "done")
    assert visitor.person.page.locator("[data-mark=due]").count() == 0
    _nobody_is_signed_in_elsewhere(stage, browser)


def test_a_visitor_by_photographs_is_approved_at_the_reviewers_desk(visitor: Visitor) -> None:
    visitor.begin("カードの撮影と顔で始める")
    visitor.waits_for("review", "due")
    key = visitor.person.page.locator("code", has_text="rk_").first.inner_text()
    with visitor.opens("link", "サインイン") as page:
        page.get_by_label("APIキー").fill(key)
        page.get_by_role("button", name="サインイン").click()
        page.get_by_role("heading", level=1).wait_for()
    with visitor.opens("link", "この案件") as page:
        page.get_by_label("理由").fill("見本を確認しました")
        page.get_by_role("button", name="本人と認める").click()
        page.get_by_text("本人と認めた").first.wait_for()
    visitor.makes_a_passkey()
    visitor.consents()
    visitor.waits_for("withdraw", "due")


def _nobody_is_signed_in_elsewhere(stage: Stage, browser: Browser) -> None:
    """Somebody new finds every door closed, though others are signed in."""
    with someone(browser) as new:
        issuer, broker, regulator = (member.public_url for member in stage.members)
        for url in (f"{issuer}/me", f"{issuer}/reviews", f"{broker}/me", f"{regulator}/explorer"):
            assert new.looks_at(url) == 200
            assert new.page.get_by_role("button", name="サインイン").count() == 1, url
            assert new.page.context.cookies() == []


def test_another_sites_page_cannot_use_the_start_page(stage: Stage) -> None:
    somebody = httpx.Client(base_url=_start_url(stage), timeout=DEADLINE_S)
    begun, elsewhere = {"method": "jp.chip+face"}, "evil.example"
    assert somebody.post("visit", data=begun, headers={"Origin": f"http://{elsewhere}"}).status_code == 403
    assert somebody.get("", headers={"Host": elsewhere}).status_code == 400
    assert somebody.post("visit", data={"method": "none"}).status_code == 400
    assert somebody.get("visit/nobody").status_code == 404


def _start_url(stage: Stage) -> str:
    return f"http://localhost:{stage.start_port}/"

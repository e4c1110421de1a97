"""The regulator signs in, sees the whole and follows one attestation."""

from __future__ import annotations

import pytest

from node.domain.access import Role as StaffRole
from tests.browser.journey import agree, ask, sign_in
from tests.integration.reuse_network import seen
from tests.sim.patience import eventually

pytestmark = pytest.mark.browser


def _token(network) -> str:
    client = network.r.staff(StaffRole.AUDITOR, "佐藤")
    return client.headers["Authorization"].removeprefix("Bearer ")


def test_the_regulator_sees_the_summary_and_the_trail(network, customer):
    person = customer
    reuse_id = ask(network, person)
    sign_in(person)
    agree(person)
    identifier = seen(network, reuse_id)["attestation_id"]
    auditor = network.r.staff(StaffRole.AUDITOR)
    eventually(lambda: auditor.post("/v1/audit/completeness").json()["complete"])

    person.page.goto(f"{network.r.url}/explorer")
    person.page.get_by_label("APIキー").fill(_token(network))
    person.press("サインイン")
    person.sees("一致")
    person.press("全件を確認する")
    person.sees("佐藤 auditor ·")
    person.sees("欠落なし")
    person.finds_it_usable()
    assert person.page.get_by_role("cell", name="見本ひかり証券", exact=True).is_visible()
    assert person.page.locator("svg rect.mark-1").count() >= 2
    person.page.locator(f"a[href$='{identifier}']").click()
    person.sees("証明の履歴")
    person.sees("受入")
    person.finds_it_usable()
    assert person.page.locator("svg circle").count() == 2
    assert identifier in person.page.content()
    person.page.goto(f"{network.r.url}/explorer")
    person.press("サインアウト")
    person.page.get_by_label("APIキー").wait_for()


def test_a_wrong_key_or_a_customers_browser_sees_nothing(network, person):
    person.page.goto(f"{network.r.url}/explorer")
    person.page.get_by_label("APIキー").fill("a key of nobody")
    person.press("サインイン")
    person.sees("このキーではサインインできません。")
    assert person.looks_at(f"{network.r.url}/explorer/attestations/0x{'00' * 32}") == 401
    person.sees("session.missing")
    person.forgives()

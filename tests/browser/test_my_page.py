"""The customer's own page: where the data went, and the end of sharing."""

from __future__ import annotations

import pytest

from tests.browser.journey import agree, ask, enrol, sign_in
from tests.integration.reuse_network import record_at, seen

pytestmark = pytest.mark.browser


def test_my_page_lists_the_sharing_and_withdrawing_ends_it_for_the_future(network, person):
    record_id = record_at(network.a)
    enrol(network, person, record_id)
    ask(network, person)
    sign_in(person)
    agree(person)

    person.page.goto(f"{network.a.url}/me")
    person.finds_it_usable()
    row = person.page.get_by_role("listitem").filter(has_text="見本ひかり証券")
    assert "氏名" in row.inner_text()
    assert "提供済み" in row.inner_text()
    person.page.get_by_text("停止の手続きに進む").click()
    person.press("提供を停止する")
    person.sees("提供を停止しました")
    with network.a.node.transaction() as unit:
        assert unit.records.get(record_id).state == "withdrawn"

    reuse_id = ask(network, person)
    person.sees("この本人確認は提供できません。")
    person.press("提供先に戻る")
    person.sees("情報は提供されませんでした。")
    assert seen(network, reuse_id)["state"] == "ended"


def test_signing_out_hides_the_page(network, customer):
    customer.page.goto(f"{network.a.url}/me")
    sign_in(customer)
    customer.press("サインアウト")
    customer.page.get_by_role("button", name="パスキーでサインイン").wait_for()
    assert "あなたの本人確認" not in customer.page.content()

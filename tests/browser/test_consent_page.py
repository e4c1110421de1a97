"""From the recipient's link to the issuer's consent page and back, in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.journey import agree, ask, released, sign_in
from tests.integration.reuse_network import seen

pytestmark = pytest.mark.browser


def test_a_customer_agrees_to_what_is_ticked_and_is_accepted_at_the_recipient(network, customer):
    reuse_id = ask(network, customer)
    customer.sees("見本ひかり証券")
    customer.finds_it_usable()
    sign_in(customer)
    customer.finds_it_usable()
    assert customer.page.get_by_label("氏名").is_disabled()
    assert not customer.page.get_by_label("顔写真").is_checked()
    customer.page.get_by_label("顔写真").check()
    customer.page.get_by_label("顔写真").uncheck()
    agree(customer)
    customer.finds_it_usable()
    assert customer.page.url == f"{network.b.url}/reuse/{reuse_id}"
    assert seen(network, reuse_id)["state"] == "accepted"
    assert released(network, reuse_id) == ["name", "address", "birthdate", "gender"]


def test_refusing_leads_back_and_writes_nothing_on_chain(network, customer):
    before = network.chain.rpc("eth_blockNumber")
    reuse_id = ask(network, customer)
    customer.press("提供しない")
    customer.sees("情報は提供されませんでした。")
    assert customer.page.url == f"{network.b.url}/reuse/{reuse_id}"
    assert seen(network, reuse_id)["codes"] == ["consent_refused"]
    assert network.chain.rpc("eth_blockNumber") == before


def test_without_a_passkey_of_this_issuer_refusing_is_still_possible(network, person):
    ask(network, person)
    person.press("パスキーでサインイン")
    person.page.get_by_role("alert").wait_for()
    person.press("提供しない")
    person.sees("情報は提供されませんでした。")


def test_a_consent_link_followed_from_a_second_browser_shows_an_error_page(network, person, stranger):
    ask(network, person)
    assert stranger.looks_at(person.page.url) == 400
    stranger.sees("request.other_browser")

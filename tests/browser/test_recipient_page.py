"""Back at the recipient: where its rules ask for the face again, the page records it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.browser.journey import ACCEPTED, agree, ask, released, sign_in
from tests.integration.reuse_network import seen

pytestmark = pytest.mark.browser


@pytest.fixture(name="careful")
def _careful(network) -> Iterator[None]:
    """The recipient's rules ask for liveness while this lasts."""
    node, usual = network.b.node, network.b.node.reusing
    node.__dict__["reusing"] = replace(usual, rules=replace(usual.rules, rebind="liveness"))
    yield
    node.__dict__["reusing"] = usual


@pytest.mark.usefixtures("careful")
def test_the_page_records_the_face_and_shows_the_outcome(network, customer):
    reuse_id = ask(network, customer)
    sign_in(customer)
    customer.page.get_by_label("顔写真").check()
    agree(customer, until="お顔を撮影します")
    customer.finds_it_usable()
    customer.press("お顔を撮影する")
    customer.sees(ACCEPTED)
    assert "portrait" in released(network, reuse_id)
    assert seen(network, reuse_id)["state"] == "accepted"
    (clip,) = network.b.presence.clips
    assert len(clip.frames) == len(clip.timestamps_ms) >= 4
    assert 1_000 <= clip.timestamps_ms[-1] <= 1_500

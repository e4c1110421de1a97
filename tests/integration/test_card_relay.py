"""A card on another computer's reader: real WebSocket on loopback, the product's relay, a virtual card."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from functools import partial
from types import SimpleNamespace
from typing import Self

import pytest
import uvicorn
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync import client

from node.api import relay
from node.cli import card_relay
from node.errors import InvalidInput
from node.errors import Unavailable as NodeUnavailable
from node.relay.line import RelayLine
from node.relay.tickets import Relays
from tests.sim.card import InProcessTransport, VirtualCard, mynumber_card
from tests.sim.card.mynumber import TEXT_AID, TEXT_B, VISUAL_AID, VISUAL_B
from tests.sim.card.relayed import RelayedCard
from tests.sim.card.residence import NUMBER, residence_card
from tests.sim.card.samples import HANAKO, TODAY, blank, residence_blank
from tests.sim.patience import DEADLINE_S, eventually
from verifier.card.mynumber import read_mynumber_card
from verifier.card.residence import read_residence_card
from verifier.errors import Unavailable, VerifierError
from verifier.types import ChipReading

pytestmark = pytest.mark.integration

connect = partial(client.connect, open_timeout=DEADLINE_S)

CASE = "c0ffee"
PIN_B = "55021720352285"


class Relaying:
    """A server that has nothing but the relay's door."""

    def __init__(self, relays: Relays) -> None:
        app = FastAPI()
        app.include_router(relay.router)
        app.state.node = SimpleNamespace(engine=SimpleNamespace(relays=relays))
        self.relays = relays
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/v1/cases/{CASE}/relay"
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],), daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        eventually(lambda: self.server.started)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(DEADLINE_S)
        self.listener.close()


@pytest.fixture(name="node")
def _node() -> Iterator[Relaying]:
    with Relaying(Relays()) as running:
        yield running


def read(node: Relaying) -> ChipReading:
    source = node.relays.card_source(CASE)
    assert source is not None
    with source() as card:
        return read_mynumber_card(
            card, pin_b=PIN_B, trust=blank().ca.trust_store(), today=TODAY, challenge=os.urandom(32)
        )


def tries_left(card: VirtualCard) -> tuple[int, int]:
    return (
        card.applications[VISUAL_AID].pins[VISUAL_B].left,
        card.applications[TEXT_AID].pins[TEXT_B].left,
    )


def test_a_card_is_read_through_the_relay_and_powered_down(node: Relaying):
    with RelayedCard(mynumber_card(blank().files()), node.url, node.relays.issue(CASE)) as relayed:
        reading = read(node)
        assert reading.authentic
        assert reading.person == HANAKO
        assert (relayed.opened, relayed.held) == (1, False)


def test_one_line_serves_a_second_attempt(node: Relaying):
    with RelayedCard(mynumber_card(blank().files()), node.url, node.relays.issue(CASE)) as relayed:
        assert read(node).authentic
        assert read(node).authentic
        assert relayed.opened == 2


def test_extended_commands_pass_the_relay(node: Relaying):
    virtual = residence_card(residence_blank().files())
    with RelayedCard(virtual, node.url, node.relays.issue(CASE)):
        source = node.relays.card_source(CASE)
        assert source is not None
        with source() as card:
            trust = residence_blank().issuer.trust_store()
            reading = read_residence_card(card, card_number=NUMBER, trust=trust, today=TODAY)
    assert reading.front is not None


@pytest.mark.parametrize("after", [1, 4, 12, 30])
def test_a_relay_that_vanishes_mid_read_is_reported_and_costs_no_try(node: Relaying, after: int):
    virtual = mynumber_card(blank().files())
    with (
        RelayedCard(virtual, node.url, node.relays.issue(CASE), vanish_after=after) as relayed,
        pytest.raises(Unavailable) as failure,
    ):
        read(node)
    assert failure.value.code == "card.relay_gone"
    assert tries_left(virtual) == (10, 10)
    eventually(lambda: not relayed.held)
    with pytest.raises(Unavailable) as again:
        read(node)
    assert again.value.code == "card.relay_gone"


def test_a_new_ticket_replaces_a_relay_that_is_gone(node: Relaying):
    virtual = mynumber_card(blank().files())
    with (
        RelayedCard(virtual, node.url, node.relays.issue(CASE), vanish_after=3),
        pytest.raises(Unavailable),
    ):
        read(node)
    with RelayedCard(virtual, node.url, node.relays.issue(CASE)):
        assert read(node).authentic


def test_a_new_ticket_hangs_up_on_the_old_relay(node: Relaying):
    ticket = node.relays.issue(CASE)
    with connect(node.url, additional_headers={"Authorization": f"Bearer {ticket}"}) as old:
        eventually(lambda: line(node)._socket is not None)
        node.relays.issue(CASE)
        with pytest.raises(ConnectionClosed):
            old.recv(timeout=DEADLINE_S)


def test_before_the_relay_connects_the_card_is_reported_absent(node: Relaying):
    node.relays.issue(CASE)
    with pytest.raises(Unavailable) as failure:
        read(node)
    assert failure.value.code == "card.relay_absent"


def test_a_ticket_connects_once(node: Relaying):
    ticket = node.relays.issue(CASE)
    headers = {"Authorization": f"Bearer {ticket}"}
    with connect(node.url, additional_headers=headers):
        with pytest.raises(InvalidStatus) as refusal, connect(node.url, additional_headers=headers):
            pass
        assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_without_its_ticket_nobody_connects(node: Relaying, headers: dict[str, str]):
    node.relays.issue(CASE)
    with pytest.raises(InvalidStatus), connect(node.url, additional_headers=headers):
        pass


def test_a_ticket_is_for_its_case(node: Relaying):
    ticket = node.relays.issue("another")
    with (
        pytest.raises(InvalidStatus),
        connect(node.url, additional_headers={"Authorization": f"Bearer {ticket}"}),
    ):
        pass


def test_a_ticket_is_good_for_two_minutes_and_a_line_for_five():
    now = 1000.0
    relays = Relays(now=lambda: now)
    ticket = relays.issue(CASE)
    now += 120
    with pytest.raises(InvalidInput) as refusal:
        relays.redeem(CASE, ticket)
    assert refusal.value.code == "relay.ticket_invalid"
    assert relays.card_source(CASE) is not None
    now += 180
    assert relays.card_source(CASE) is None
    ticket = relays.issue(CASE)
    now += 100
    assert relays.redeem(CASE, ticket).life_s == 200


def line(node: Relaying) -> RelayLine:
    found = node.relays._by_case[CASE].line
    assert found is not None
    return found


def test_the_line_is_cut_when_its_time_is_over(node: Relaying):
    ticket = node.relays.issue(CASE)
    node.relays._by_case[CASE].ends_at = time.monotonic() + 0.3
    with (
        connect(node.url, additional_headers={"Authorization": f"Bearer {ticket}"}) as held,
        pytest.raises(ConnectionClosed),
    ):
        held.recv(timeout=DEADLINE_S)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (json.dumps({"code": "card.absent", "message": "no card", "hint": "x"}), "card.absent"),
        (json.dumps({"code": "internal", "message": "x", "hint": "x"}), "card.relay_malformed"),
        ("nonsense", "card.relay_malformed"),
        ("[1]", "card.relay_malformed"),
        (b"\x90", "card.relay_malformed"),
    ],
)
def test_what_a_relay_says_is_not_trusted_further_than_an_error(
    node: Relaying, answer: str | bytes, code: str
):
    ticket = node.relays.issue(CASE)
    with connect(node.url, additional_headers={"Authorization": f"Bearer {ticket}"}) as babbler:

        def babble() -> None:
            babbler.recv(timeout=DEADLINE_S)
            babbler.send(answer)

        thread = threading.Thread(target=babble)
        thread.start()
        eventually(lambda: line(node)._socket is not None)
        with pytest.raises(VerifierError) as failure:
            read(node)
        thread.join(DEADLINE_S)
    assert failure.value.code == code


def test_a_relay_that_talks_unasked_is_cut_off(node: Relaying):
    ticket = node.relays.issue(CASE)
    with connect(node.url, additional_headers={"Authorization": f"Bearer {ticket}"}) as babbler:
        for _ in range(100):
            with suppress(ConnectionClosed):
                babbler.send(b"\x90\x00")
        with pytest.raises(ConnectionClosed):
            babbler.recv(timeout=DEADLINE_S)
        with pytest.raises(Unavailable) as failure:
            read(node)
    assert failure.value.code == "card.relay_gone"


def test_the_command_lends_its_reader_until_the_node_ends_it(node: Relaying, monkeypatch, capsys):
    virtual = mynumber_card(blank().files())
    monkeypatch.setattr(
        card_relay, "open_card", lambda _reader, **_wait: nullcontext(InProcessTransport(virtual))
    )
    arguments = {"url": node.url, "ticket": node.relays.issue(CASE), "reader": None, "wait": 1}
    command = threading.Thread(target=card_relay.card_relay, kwargs=arguments)
    command.start()
    eventually(lambda: node.relays._by_case[CASE].line is not None)
    assert read(node).authentic
    line(node).hang_up()
    command.join(DEADLINE_S)
    assert not command.is_alive()
    assert "39 commands were carried" in capsys.readouterr().out


def test_the_command_says_why_it_cannot_connect(node: Relaying):
    with pytest.raises(InvalidInput) as refused:
        card_relay.card_relay(node.url, ticket="wrong", reader=None, wait=1)
    assert refused.value.code == "relay.ticket_invalid"
    with pytest.raises(InvalidInput) as open_line:
        card_relay.card_relay("ws://bank.example/v1/cases/x/relay", ticket="x", reader=None, wait=1)
    assert open_line.value.code == "relay.not_encrypted"
    with pytest.raises(NodeUnavailable) as nobody:
        card_relay.card_relay("ws://127.0.0.1:9/relay", ticket="x", reader=None, wait=1)
    assert nobody.value.code == "relay.node_gone"

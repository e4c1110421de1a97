"""`rireki sim card`: what it offers, and what it makes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from node.errors import InvalidInput
from tests.sim.card import InProcessTransport
from tests.sim.card.sim_command import _MAKERS, Kind, _Photo, app
from verifier.card.jpki import sign_with_card
from verifier.card.licence import read_licence
from verifier.card.passport import parse_td3, read_passport
from verifier.card.residence import read_residence_card
from verifier.card.trust import load_trust_store

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_the_help_names_every_kind():
    shown = CliRunner().invoke(app, ["card", "--help"])
    assert shown.exit_code == 0
    unframed = "".join(shown.output.replace("│", " ").split())
    assert all(kind in unframed for kind in Kind)


def test_an_unknown_kind_is_refused():
    assert CliRunner().invoke(app, ["card", "library"]).exit_code == 2


def test_the_licence_opens_with_the_pins_it_prints():
    card, opens = _MAKERS[Kind.LICENCE](_Photo(None), None)
    assert opens == "PIN1 1234, PIN2 5678"
    reading = read_licence(InProcessTransport(card), pin1="1234", pin2="5678", today=TODAY)
    assert reading.unproven_portrait is not None


def test_the_residence_card_is_believed_with_the_trust_store_it_writes(tmp_path: Path):
    card, opens = _MAKERS[Kind.RESIDENCE](_Photo(None), tmp_path)
    trust = load_trust_store(tmp_path, node_environment="test")
    number = opens.removeprefix("number ")
    reading = read_residence_card(InProcessTransport(card), card_number=number, trust=trust, today=TODAY)
    assert [check.code for check in reading.checks][:3] == [None, None, None]


def test_the_passport_is_authentic_with_the_zone_it_prints(tmp_path: Path):
    card, opens = _MAKERS[Kind.PASSPORT](_Photo(None), tmp_path)
    trust = load_trust_store(tmp_path, node_environment="test")
    mrz = parse_td3(opens.removeprefix("zone "), today=TODAY)
    assert read_passport(InProcessTransport(card), mrz=mrz, trust=trust, today=TODAY).authentic


def test_the_signature_card_signs_with_the_password_it_prints(tmp_path: Path):
    card, opens = _MAKERS[Kind.JPKI](_Photo(None), tmp_path)
    signed = sign_with_card(
        InProcessTransport(card),
        sign_password=opens.removeprefix("signature password "),
        data=b"x",
        trust=load_trust_store(tmp_path, node_environment="test"),
        at=NOON,
        tries_floor=2,
    )
    assert [check.code for check in signed.checks] == [None] * 4


def test_a_photograph_that_is_none_is_refused(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(InvalidInput) as refusal:
        _Photo(tmp_path / "notes.txt")
    assert refusal.value.code == "image.undecodable"

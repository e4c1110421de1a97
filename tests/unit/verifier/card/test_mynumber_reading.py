"""Reading a My Number card: the genuine one, every forged one, and what is never asked for."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from tests.sim.card import InProcessTransport, Quirks, VirtualCard, mynumber_card
from tests.sim.card.mynumber import TEXT_AID, VISUAL_AID
from tests.sim.card.negative import REFUSED, UNREADABLE, photo_not_jpeg2000
from tests.sim.card.samples import HANAKO, TODAY, blank
from verifier.card.mynumber import mynumber_tries_left, read_mynumber_card
from verifier.card.mynumber.reading import CHECKS
from verifier.card.portrait import decode_portrait
from verifier.card.transport import LoggedTransport
from verifier.card.trust import TrustStore
from verifier.errors import InvalidInput, Unavailable
from verifier.types import ChipReading, Outcome

pytestmark = pytest.mark.unit

CHALLENGE = bytes(range(32))
RIGHT_PIN = "55021720352285"


def read(card: VirtualCard, *, trust: TrustStore | None = None, **transport: float) -> ChipReading:
    reader = InProcessTransport(card, **transport)
    # every negative card keeps its own code, so that only its defect is seen
    pin_b = card.applications[VISUAL_AID].pins[0x0012].code.decode()
    store = blank().ca.trust_store() if trust is None else trust
    return read_mynumber_card(reader, pin_b=pin_b, trust=store, today=TODAY, challenge=CHALLENGE)


def test_a_genuine_card_passes_every_check():
    reading = read(mynumber_card(blank().files()))
    assert reading.authentic
    assert tuple(check.check for check in reading.checks) == CHECKS
    assert reading.person == HANAKO
    assert reading.portrait == blank().portrait
    assert reading.expires_on == blank().expires_on
    assert reading.tries_left_before == 10
    assert reading.issuer_key_id == blank().ca.visual.authority_id.hex()


def test_a_genuine_card_takes_39_commands():
    card = mynumber_card(blank().files())
    assert read(card).apdus == len(card.log) == 39


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(max_read=231),
        Quirks(exact_le=True),
        Quirks(chain_answers=True),
        Quirks(max_read=100, exact_le=True, chain_answers=True),
    ],
    ids=["short reads", "6Cxx", "61xx", "all"],
)
def test_cards_that_answer_differently_are_read_all_the_same(quirks: Quirks):
    assert read(mynumber_card(blank().files(), quirks=quirks)).authentic


@pytest.mark.parametrize(
    ("make", "code"), REFUSED.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_a_forged_card_is_refused_with_its_code(make, code: str):
    reading = read(make(blank()))
    assert not reading.authentic
    reasons = [check.code for check in reading.checks if check.code not in (None, "not_performed")]
    assert reasons == [code]


@pytest.mark.parametrize(
    ("make", "code"), UNREADABLE.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_a_malformed_card_is_refused_with_its_code(make, code: str):
    with pytest.raises(InvalidInput) as refusal:
        read(make(blank()))
    assert refusal.value.code == code


def test_a_signed_photo_that_is_no_jpeg_2000_is_refused_on_decoding():
    reading = read(photo_not_jpeg2000(blank()))
    assert reading.portrait is not None
    with pytest.raises(InvalidInput) as refusal:
        decode_portrait(reading.portrait)
    assert refusal.value.code == "card.portrait_format"


def test_an_empty_trust_store_leaves_the_issuer_undecided():
    reading = read(mynumber_card(blank().files()), trust=TrustStore())
    issuer = reading.checks[1]
    assert (issuer.outcome, issuer.code) == (Outcome.UNDECIDED, "chip.issuer_unknown")
    assert not reading.authentic
    assert (reading.person, reading.portrait) == (None, None)


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_nothing_unproven_is_handed_out(make):
    reading = read(make(blank()))
    passed = {check.check for check in reading.checks if check.passed}
    assert (reading.portrait is None) == ("chip.data_signature" not in passed)
    assert (reading.person is None) == ("chip.text_integrity" not in passed)


def test_after_the_last_day_the_card_is_expired():
    card = mynumber_card(blank().files())
    options = {"pin_b": RIGHT_PIN, "trust": blank().ca.trust_store(), "challenge": CHALLENGE}
    last = blank().expires_on
    assert read_mynumber_card(InProcessTransport(card), today=last, **options).authentic
    after = last.replace(day=last.day + 1)
    assert (
        read_mynumber_card(InProcessTransport(card), today=after, **options).checks[-1].code == "chip.expired"
    )


def test_a_recorded_answer_does_not_satisfy_a_new_challenge():
    class Replay(InProcessTransport):
        recorded = b""

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            data, sw = super().transmit(command)
            if command[:2] == b"\x80\x2a":
                Replay.recorded = Replay.recorded or data
                return Replay.recorded, sw
            return data, sw

    options = {"pin_b": RIGHT_PIN, "trust": blank().ca.trust_store(), "today": TODAY}
    card = mynumber_card(blank().files())
    first = read_mynumber_card(Replay(card), challenge=CHALLENGE, **options)
    second = read_mynumber_card(Replay(card), challenge=CHALLENGE[::-1], **options)
    assert first.authentic
    assert second.checks[4].code == "chip.challenge_invalid"


def test_a_short_challenge_is_refused_before_the_card_is_touched():
    card = mynumber_card(blank().files())
    with pytest.raises(InvalidInput) as refusal:
        read_mynumber_card(
            InProcessTransport(card), pin_b=RIGHT_PIN, trust=TrustStore(), today=TODAY, challenge=b"short"
        )
    assert refusal.value.code == "card.challenge_short"
    assert not card.log


@pytest.mark.parametrize("pulled_after", [0, 1, 3, 4, 10, 20, 30, 38])
def test_a_card_pulled_out_at_any_step_is_unavailable_and_loses_no_try(pulled_after: int):
    card = mynumber_card(blank().files())
    with pytest.raises(Unavailable) as failure:
        read(card, pulled_after=pulled_after)
    assert failure.value.code == "card.removed"
    assert mynumber_tries_left(InProcessTransport(card)) == 10


@pytest.mark.parametrize("fail_from", range(39))
def test_a_card_that_fails_at_any_step_never_passes(fail_from: int):
    card = mynumber_card(blank().files(), quirks=Quirks(fail_from=fail_from))
    try:
        reading = read(card)
    except InvalidInput as refusal:
        assert refusal.code == "card.unexpected_status"  # noqa: PT017  either way of refusing is right
    else:
        assert not reading.authentic


def commands_of_all_readings() -> list[list[bytes]]:
    """Everything we ever send, over genuine, odd and forged cards."""
    cards = [mynumber_card(blank().files(), quirks=quirks) for quirks in (Quirks(), Quirks(exact_le=True))]
    cards += [make(blank()) for make in (*REFUSED, *UNREADABLE)]
    for card in cards:
        mynumber_tries_left(InProcessTransport(card))
        try:
            read(card)
        except InvalidInput:
            continue
    return [card.log for card in cards]


ALLOWED = {
    VISUAL_AID: {0x0002, 0x0004, 0x0012},
    TEXT_AID: {0x0002, 0x0003, 0x0004, 0x0015},
}
"""Files we may select. Not among them: text 0001, visual 0005 (My Number), 0013, 0014 (A), 0011 (PIN)."""


def test_no_command_of_ours_could_reach_the_my_number():
    for log in commands_of_all_readings():
        application = b""
        for command in log:
            assert command[:2] in (b"\x00\xa4", b"\x00\x20", b"\x00\xb0", b"\x00\xc0", b"\x80\x2a")
            if command[:4] == bytes.fromhex("00A4040C"):
                application = command[5:]
                assert application in ALLOWED
            elif command[1] == 0xA4:
                assert command[:5] == bytes.fromhex("00A4020C02")
                assert int.from_bytes(command[5:], "big") in ALLOWED[application]
            elif command[1] == 0xB0:
                assert command[2] < 0x80, "reading by short identifier would bypass SELECT"
            elif command[1] == 0x20:
                assert command[3] == 0x80, "verifying by short identifier would bypass SELECT"
                assert len(command) in (4, 5 + 14)


def test_the_text_application_sees_the_code_only_after_the_visual_one_took_it():
    card = mynumber_card(blank().files())
    card.applications[VISUAL_AID].pins[0x0012].code = b"55021720352299"
    read_mynumber_card(
        InProcessTransport(card),
        pin_b=RIGHT_PIN,
        trust=blank().ca.trust_store(),
        today=TODAY,
        challenge=CHALLENGE,
    )
    assert not any(TEXT_AID in command for command in card.log)


def test_a_debug_log_of_a_reading_holds_neither_code_nor_person(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    card = mynumber_card(blank().files())
    read_mynumber_card(
        LoggedTransport(InProcessTransport(card)),
        pin_b=RIGHT_PIN,
        trust=blank().ca.trust_store(),
        today=TODAY,
        challenge=CHALLENGE,
    )
    assert len(caplog.records) == len(card.log)
    for secret in (RIGHT_PIN, RIGHT_PIN.encode().hex(), HANAKO.name, HANAKO.name.encode().hex(), "19800217"):
        assert secret.lower() not in caplog.text.lower()


def test_a_name_keeps_its_variant_characters():
    person = replace(HANAKO, name="髙﨑　𠮷邉")
    card = mynumber_card(blank().files(person=person))
    assert read(card).person == person

"""The virtual card itself: access rights, counters, file edges, as reported of physical cards."""

from __future__ import annotations

import pytest

from tests.sim.card import Quirks, VirtualCard, mynumber_card
from tests.sim.card.command import Command, MalformedCommandError
from tests.sim.card.mynumber import TEXT_AID, VISUAL_AID
from tests.sim.card.samples import blank

pytestmark = pytest.mark.unit

B = b"55021720352285"


def send(card: VirtualCard, command: str | bytes) -> tuple[bytes, str]:
    raw = bytes.fromhex(command) if isinstance(command, str) else command
    answer = card.process(raw)
    return answer[:-2], answer[-2:].hex().upper()


def select(card: VirtualCard, aid: bytes, file_id: int | None = None) -> None:
    assert send(card, bytes.fromhex("00A4040C0A") + aid)[1] == "9000"
    if file_id is not None:
        assert send(card, bytes.fromhex("00A4020C02") + file_id.to_bytes(2, "big"))[1] == "9000"


def verify(card: VirtualCard, code: bytes) -> str:
    return send(card, bytes((0, 0x20, 0, 0x80, len(code))) + code)[1]


@pytest.fixture
def card() -> VirtualCard:
    return mynumber_card(blank().files())


def test_selecting_the_master_file_misleads(card: VirtualCard):
    assert send(card, "00A40000")[1] == "6A86"
    select(card, VISUAL_AID)
    assert send(card, "00A40000023F00")[1] == "9000"
    assert send(card, "00A4020C020004")[1] == "9000"


def test_unknown_applications_and_files_are_not_found(card: VirtualCard):
    assert send(card, "00A4040C02D392")[1] == "6A82"
    assert send(card, "00A4020C020004")[1] == "6A82"
    select(card, VISUAL_AID)
    assert send(card, "00A4020C020099")[1] == "6A82"


@pytest.mark.parametrize(
    ("aid", "pin_file", "code", "opened"),
    [
        (VISUAL_AID, None, b"", {3, 4}),
        (VISUAL_AID, 0x0011, b"550217", {1, 3, 4}),
        (VISUAL_AID, 0x0012, B, {2, 3, 4}),
        (VISUAL_AID, 0x0013, b"123456789010", {2, 3, 4, 5}),
        (TEXT_AID, None, b"", {4, 5}),
        (TEXT_AID, 0x0011, b"4649", {1, 2, 3, 4, 5, 6, 7}),
        (TEXT_AID, 0x0014, b"123456789010", {1, 3, 4, 5, 6, 7}),
        (TEXT_AID, 0x0015, B, {2, 3, 4, 5, 6, 7}),
    ],
)
def test_each_code_opens_what_it_opens_on_a_real_card(card, aid, pin_file, code, opened):
    select(card, aid, pin_file)
    if pin_file is not None:
        assert verify(card, code) == "9000"
    readable = set()
    for file_id in card.applications[aid].files:
        select(card, aid, file_id)
        data, sw = send(card, "00B0000001")
        assert (sw, len(data)) in (("9000", 1), ("6982", 0))
        readable |= {file_id} if data else set()
    assert readable == opened


def test_the_counter_runs_down_blocks_and_survives_reset(card: VirtualCard):
    select(card, VISUAL_AID, 0x0012)
    assert send(card, "00200080")[1] == "63CA"
    assert [verify(card, b"0" * 14) for _ in range(10)] == [f"63C{left:X}" for left in range(9, -1, -1)]
    card.reset()
    select(card, VISUAL_AID, 0x0012)
    assert send(card, "00200080")[1] == "63C0"
    assert verify(card, B) == "6984"


def test_the_permanently_blocked_reference_answers_as_on_real_cards(card: VirtualCard):
    select(card, TEXT_AID, 0x0012)
    assert send(card, "00200080")[1] == "63C0"
    assert verify(card, b"1234") == "6984"


def test_security_status_ends_with_reset_and_with_another_application(card: VirtualCard):
    for leave in (card.reset, lambda: select(card, TEXT_AID)):
        select(card, VISUAL_AID, 0x0012)
        assert verify(card, B) == "9000"
        leave()
        select(card, VISUAL_AID, 0x0002)
        assert send(card, "00B0000001")[1] == "6982"


def test_files_end_in_filler_and_then_in_6b00(card: VirtualCard):
    select(card, VISUAL_AID, 0x0004)
    size = len(card.applications[VISUAL_AID].files[4].content)
    last, sw = send(card, bytes((0, 0xB0, (size - 1) >> 8, (size - 1) & 0xFF, 0)))
    assert (last, sw) == (b"\xff", "6282")
    assert send(card, bytes((0, 0xB0, size >> 8, size & 0xFF, 0)))[1] == "6B00"


def test_the_number_file_has_its_physical_size(card: VirtualCard):
    assert len(card.applications[TEXT_AID].files[1].content) == 17


def test_short_identifiers_and_extended_lengths_work(card: VirtualCard):
    select(card, VISUAL_AID)
    whole, sw = send(card, "00B08400000238")
    assert (len(whole), sw) == (0x238, "9000")
    assert whole == card.applications[VISUAL_AID].files[4].content[:0x238]


def test_faults_can_be_asked_for():
    card = mynumber_card(blank().files(), quirks=Quirks(fail_from=1))
    select(card, VISUAL_AID)
    assert send(card, "00A4020C020004")[1] == "6F00"


@pytest.mark.parametrize(
    "raw", ["", "00", "00A404", "00A4040C03AA", "00A4040C01AABBCC", "00B0000000000001AABB"]
)
def test_contradicting_lengths_are_malformed(raw: str):
    with pytest.raises(MalformedCommandError):
        Command.parse(bytes.fromhex(raw))


def test_unknown_classes_and_instructions_have_their_status(card: VirtualCard):
    assert send(card, "00FF0000")[1] == "6D00"
    assert send(card, "90A40000")[1] == "6E00"
    assert send(card, "00A404")[1] == "6700"

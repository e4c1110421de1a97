"""Command bytes, status handling and the bounded READ BINARY loop, against scripted answers."""

from __future__ import annotations

import pytest

from verifier.card import apdu
from verifier.card.transport import CountingTransport, describe
from verifier.errors import InvalidInput

pytestmark = pytest.mark.unit

FILE = bytes.fromhex("FF2082012C") + bytes(range(256)) + bytes(44) + b"\xff" * 20


class Script:
    """A transport that gives prepared answers and keeps what was sent."""

    def __init__(self, *answers: tuple[bytes, int]) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.sent.append(command)
        return self.answers.pop(0)


class FileCard:
    """A transport that serves one file in pieces of at most `piece` bytes."""

    def __init__(self, content: bytes, piece: int = 256) -> None:
        self.content, self.piece = content, piece

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        if command[1] == 0xA4:
            return b"", 0x9000
        offset, size = command[2] << 8 | command[3], command[4] or 256
        if offset >= len(self.content):
            return b"", 0x6B00
        chunk = self.content[offset : offset + min(size, self.piece)]
        return chunk, 0x6282 if offset + size > len(self.content) else 0x9000


def test_commands_have_the_bytes_the_card_expects():
    assert apdu.select_application(bytes.fromhex("D392")).hex() == "00a4040c02d392"
    assert apdu.select_file(0x0012).hex() == "00a4020c020012"
    assert apdu.tries_left().hex() == "00200080"
    assert apdu.verify(b"1234").hex() == "002000800431323334"
    assert apdu.read_binary(0x0102, 256).hex() == "00b0010200"
    assert apdu.read_binary(0, 17).hex() == "00b0000011"
    assert apdu.sign(bytes(51)).hex() == "802a000033" + "00" * 51 + "00"


def test_a_wrong_le_is_corrected_once():
    card = Script((b"", 0x6C05), (b"hello", 0x9000))
    assert apdu.exchange(card, apdu.read_binary(0, 256)).data == b"hello"
    assert card.sent[1] == bytes.fromhex("00B0000005")


def test_announced_data_is_fetched_until_the_card_is_done():
    card = Script((b"", 0x6103), (b"abc", 0x6102), (b"de", 0x9000))
    assert apdu.exchange(card, apdu.sign(b"x")).data == b"abcde"
    assert card.sent[1:] == [bytes.fromhex("00C0000003"), bytes.fromhex("00C0000002")]


def test_a_card_that_never_stops_announcing_data_is_refused():
    card = Script(*[(b"x", 0x6101)] * (apdu.MAX_CONTINUATIONS + 1))
    with pytest.raises(InvalidInput) as refusal:
        apdu.exchange(card, apdu.sign(b"x"))
    assert refusal.value.code == "card.answer_unbounded"


@pytest.mark.parametrize("piece", [256, 255, 128, 100])
def test_a_file_is_read_to_its_outer_length_without_the_filler(piece: int):
    assert apdu.read_file(FileCard(FILE, piece), 0x0002) == FILE[:-20]


def test_reading_a_file_takes_no_more_commands_than_its_length_needs():
    card = CountingTransport(FileCard(FILE))
    apdu.read_file(card, 0x0002)
    assert card.apdus == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (FILE[:200], "card.file_truncated"),
        (FILE[:256], "card.file_truncated"),
        (bytes.fromhex("FF2083FFFFFF") + bytes(300), "card.file_too_large"),
        (b"", "card.file_truncated"),
        (b"\xff" * 300, "card.tlv_tag"),
    ],
)
def test_files_that_cannot_be_whole_are_refused(content: bytes, code: str):
    with pytest.raises(InvalidInput) as refusal:
        apdu.read_file(FileCard(content), 0x0002)
    assert refusal.value.code == code


def test_a_card_that_hands_a_file_out_in_crumbs_is_given_up():
    crumbs = CountingTransport(FileCard(bytes.fromhex("FF20820FA0") + bytes(4000), piece=8))
    with pytest.raises(InvalidInput) as refusal:
        apdu.read_file(crumbs, 0x0002)
    assert crumbs.apdus == 2 + apdu.MAX_READS
    assert refusal.value.code == "card.file_truncated"


@pytest.mark.parametrize("sw", [0x6982, 0x6F00, 0x6A82, 0x6D00])
def test_an_error_status_is_refused_by_name(sw: int):
    with pytest.raises(InvalidInput) as refusal:
        apdu.read_file(Script((b"", 0x9000), (b"", sw)), 0x0002)
    assert refusal.value.code == "card.unexpected_status"
    assert f"{sw:04X}" in refusal.value.message


def test_a_response_does_not_show_its_data():
    assert "6865" not in repr(apdu.Response(b"he", 0x9000))
    assert "he" not in repr(apdu.Response(b"he", 0x9000)).replace("bytes", "")


@pytest.mark.parametrize("ins", [0x20, 0x21, 0x24, 0x2C, 0x82, 0x2A])
def test_the_log_shows_no_body_but_that_of_select(ins: int):
    assert describe(bytes((0x00, ins, 0x00, 0x80, 4)) + b"1234") == f"00{ins:02X}0080 +5 bytes"
    assert describe(apdu.select_file(2)) == "00A4020C020002"

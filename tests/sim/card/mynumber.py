"""Put personalised files on a virtual My Number card: applications, access rights, PIN objects, filler.

Access rights and limits as reported of physical cards (myna-card); limits of A and B as demanded by an
application built on AokiApp's libraries. Whether the two 照合番号B share a counter is unknown, so both kinds
of card can be made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sim.card.iso7816 import Application, File, PinObject, Quirks, VirtualCard
from tests.sim.card.personalise import NUMBER_FILE_BYTES

if TYPE_CHECKING:
    from tests.sim.card.personalise import CardFiles

VISUAL_AID = bytes.fromhex("D3921000310001010402")
TEXT_AID = bytes.fromhex("D3921000310001010408")

VISUAL_BIRTH, VISUAL_B, VISUAL_A = 0x0011, 0x0012, 0x0013
TEXT_PIN, TEXT_BLOCKED, TEXT_A, TEXT_B = 0x0011, 0x0012, 0x0014, 0x0015

CODE_LIMIT = 10
PIN_LIMIT = 3

VISUAL_RIGHTS = {
    0x0001: {VISUAL_BIRTH},
    0x0002: {VISUAL_A, VISUAL_B},
    0x0005: {VISUAL_A},
}
TEXT_RIGHTS = {
    0x0001: {TEXT_PIN, TEXT_A},
    0x0002: {TEXT_PIN, TEXT_B},
    0x0003: {TEXT_PIN, TEXT_A, TEXT_B},
    0x0006: {TEXT_PIN, TEXT_A, TEXT_B},
    0x0007: {TEXT_PIN, TEXT_A, TEXT_B},
}
"""Which PIN files open a file; a file not listed is free."""

_BLOCK_BYTES = 64
"""Files are allocated in blocks here and filled up with FF; real sizes are unknown except one."""


def mynumber_card(
    files: CardFiles, *, quirks: Quirks | None = None, shared_counter: bool = False
) -> VirtualCard:
    """Make a card.

    Args:
        files: from `personalise`.
        quirks: where cards differ.
        shared_counter: both applications count tries of 照合番号B together.
    """
    visual_b = _code(files.pin_b)
    text_b = visual_b if shared_counter else _code(files.pin_b)
    visual = Application(
        VISUAL_AID,
        _files(files.visual, VISUAL_RIGHTS),
        {VISUAL_BIRTH: _code(files.birth_key), VISUAL_B: visual_b, VISUAL_A: _code(files.pin_a)},
        files.card_key,
    )
    text = Application(
        TEXT_AID,
        _files(files.text, TEXT_RIGHTS),
        {
            TEXT_PIN: PinObject(files.pin.encode("ascii"), PIN_LIMIT),
            TEXT_BLOCKED: PinObject(b"", PIN_LIMIT, left=0),
            TEXT_A: _code(files.pin_a),
            TEXT_B: text_b,
        },
        files.card_key,
    )
    text.files[0x0001].content = files.text[0x0001].ljust(NUMBER_FILE_BYTES, b"\xff")
    return VirtualCard({VISUAL_AID: visual, TEXT_AID: text}, quirks or Quirks())


def _code(digits: str) -> PinObject:
    return PinObject(digits.encode("ascii"), CODE_LIMIT)


def _files(contents: dict[int, bytes], rights: dict[int, set[int]]) -> dict[int, File]:
    return {
        file_id: File(_filled(content), frozenset(rights.get(file_id, ())))
        for file_id, content in contents.items()
    }


def _filled(content: bytes) -> bytes:
    return content.ljust((len(content) // _BLOCK_BYTES + 1) * _BLOCK_BYTES, b"\xff")

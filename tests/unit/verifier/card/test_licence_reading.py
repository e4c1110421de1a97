"""Reading a driver's licence: what it proves, what it never asks for, what it must not cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from tests.sim.card import InProcessTransport, Quirks, mynumber_card
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.licence import PIN1, PIN2, AddressChange, LicenceFiles, licence_card
from tests.sim.card.licence_negative import REFUSED, UNREADABLE, LicenceBlank
from tests.sim.card.samples import TODAY, blank, licence_blank
from verifier.card.licence import read_licence
from verifier.card.licence.signature import DATA, SignedFiles
from verifier.card.portrait import decode_portrait
from verifier.errors import InvalidInput, Unavailable
from verifier.types import CheckResult, ChipReading, Outcome, Sex

pytestmark = pytest.mark.unit


class WholeFiles:
    """The signature of virtual licences, as a `LicenceSignature`."""

    def check(self, files: SignedFiles, fields: Mapping[int, bytes]) -> CheckResult:
        signed = files.entries + files.domicile + files.photo
        try:
            licence_blank().signer.public_key().verify(fields[0xB1], signed, PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return CheckResult(DATA, Outcome.FAILED, "chip.data_signature_invalid")
        return CheckResult(DATA, Outcome.PASSED)


def genuine(**changes: object) -> VirtualCard:
    return licence_card(licence_blank().files(**changes))


def read(card: VirtualCard, **changes: object) -> ChipReading:
    arguments = {"pin1": "1234", "pin2": "5678", "today": TODAY} | changes
    return read_licence(InProcessTransport(card), **arguments)  # type: ignore[arg-type]


def codes(reading: ChipReading) -> dict[str, str | None]:
    return {check.check: check.code for check in reading.checks}


def left(card: VirtualCard) -> tuple[int, int]:
    assert card.master is not None
    return card.master.pins[PIN1].left, card.master.pins[PIN2].left


def test_a_genuine_licence_gives_person_number_and_photograph():
    reading = read(genuine())
    assert reading.person is not None
    assert reading.person.name == "見本　花子"
    assert reading.person.address == "東京都千代田区見本町１丁目２番３号"
    assert reading.person.birth_date == date(1980, 2, 17)
    assert reading.person.sex is Sex.UNKNOWN
    assert (reading.number, reading.expires_on) == ("000000000000", date(2028, 3, 17))
    assert reading.texts["kana"] == "ミホン　ハナコ"
    assert reading.texts["conditions"] == "眼鏡等"
    assert reading.tries_left_before == 3


def test_without_a_way_to_judge_the_signature_nothing_is_authentic():
    reading = read(genuine())
    assert codes(reading)[DATA] == "chip.signature_unsupported"
    assert not reading.authentic
    assert reading.portrait is None
    assert reading.unproven_portrait is not None
    assert decode_portrait(reading.unproven_portrait).shape == (240, 192, 3)


def test_with_one_the_photograph_counts_as_signed_but_a_copied_chip_cannot_be_excluded():
    reading = read(genuine(), verifier=WholeFiles())
    assert codes(reading)[DATA] is None
    assert reading.portrait is not None
    assert reading.unproven_portrait is None
    assert codes(reading)["chip.challenge"] == "chip.challenge_unsupported"
    assert not reading.authentic


@pytest.mark.parametrize(
    ("make", "code"), REFUSED.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_a_licence_that_is_not_in_order_is_refused(make: Callable[[LicenceBlank], VirtualCard], code: str):
    assert code in codes(read(make(licence_blank()), verifier=WholeFiles())).values()


@pytest.mark.parametrize(
    ("make", "code"), UNREADABLE.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_a_malformed_licence_is_unreadable(make: Callable[[LicenceBlank], VirtualCard], code: str):
    with pytest.raises(InvalidInput) as refusal:
        read(make(licence_blank()))
    assert refusal.value.code == code


def test_the_latest_address_counts_and_the_printed_one_is_kept():
    moves = (
        AddressChange(date(2024, 4, 1), "大阪府大阪市見本区１－２"),
        AddressChange(date(2025, 5, 1), "北海道札幌市見本区３－４"),
    )
    reading = read(genuine(changes=moves))
    assert reading.person is not None
    assert reading.person.address == "北海道札幌市見本区３−４"
    assert reading.texts["printed_address"] == "東京都千代田区見本町１丁目２番３号"


def test_no_person_is_reported_while_later_entries_cannot_be_read():
    unreadable = next(make for make, code in REFUSED.items() if code == "chip.changes_unreadable")
    assert read(unreadable(licence_blank())).person is None


def test_gaiji_become_a_placeholder_and_are_counted():
    reading = read(genuine(name="見本　〓子"))
    assert reading.person is not None
    assert reading.person.name == "見本　〓子"
    check = next(check for check in reading.checks if check.check == "chip.text")
    assert (check.outcome, check.facts["placeholders"]) == (Outcome.UNDECIDED, 1)


def test_both_counters_are_read_before_either_pin_is_sent():
    card = genuine()
    read(card)
    verifies = [command for command in card.log if command[1] == 0x20]
    assert [command.hex() for command in verifies[:2]] == ["00200081", "00200082"]
    assert [len(command) for command in verifies[2:]] == [9, 9]


def test_a_wrong_pin1_costs_one_try_and_pin2_is_not_sent():
    card = genuine()
    reading = read(card, pin1="9999")
    assert codes(reading)["chip.pin"] == "chip.pin_wrong"
    assert codes(reading)["chip.pin2"] == "not_performed"
    assert left(card) == (2, 3)
    assert reading.person is None


def test_a_wrong_pin2_costs_one_try_of_its_own():
    card = genuine()
    assert codes(read(card, pin2="9999"))["chip.pin2"] == "chip.pin_wrong"
    assert left(card) == (3, 2)


@pytest.mark.parametrize(("pin", "check"), [(PIN1, "chip.pin"), (PIN2, "chip.pin2")])
def test_the_last_try_is_left_to_the_holder(pin: int, check: str):
    card = genuine()
    assert card.master is not None
    card.master.pins[pin].left = 1
    before = left(card)
    assert codes(read(card))[check] == "chip.tries_exhausted_guard"
    assert left(card) == before


def test_a_blocked_pin_is_reported_and_nothing_is_sent():
    card = genuine()
    assert card.master is not None
    card.master.pins[PIN2].left = 0
    assert codes(read(card))["chip.pin2"] == "chip.pin_blocked"
    assert left(card) == (3, 0)


def test_a_success_restores_the_counters_and_a_reset_does_not():
    card = genuine()
    read(card, pin1="9999")
    card.reset()
    assert left(card) == (2, 3)
    read(card)
    assert left(card) == (3, 3)


def test_a_holder_without_pins_is_read_with_asterisks():
    card = genuine(pins=None)
    assert read(card, pin1=None, pin2=None).person is not None
    assert bytes.fromhex("00200081042A2A2A2A") in card.log


def test_typed_pins_are_not_sent_to_a_licence_without_pins():
    card = genuine(pins=None)
    assert read(card).person is not None
    assert not any(b"1234" in command for command in card.log)


def test_a_licence_with_pins_needs_them():
    card = genuine()
    with pytest.raises(InvalidInput) as refusal:
        read(card, pin1=None)
    assert refusal.value.code == "card.pin_missing"
    assert left(card) == (3, 3)


@pytest.mark.parametrize("pin", ["123", "12345", "12a4", "１２３４", ""])
def test_a_pin_is_four_digits(pin: str):
    with pytest.raises(InvalidInput) as refusal:
        read(genuine(), pin1=pin)
    assert refusal.value.code == "card.pin_malformed"
    assert pin not in str(refusal.value) or not pin


def test_the_floor_cannot_be_lowered_to_zero():
    with pytest.raises(InvalidInput) as refusal:
        read(genuine(), tries_floor=0)
    assert refusal.value.code == "card.tries_floor"


def test_another_card_is_not_taken_for_a_licence():
    with pytest.raises(InvalidInput) as refusal:
        read(mynumber_card(blank().files()))
    assert refusal.value.code == "card.not_licence"


def test_the_registered_domicile_is_not_read_without_need_and_never_reported():
    card = genuine()
    reading = read(card)
    assert bytes.fromhex("00A4020C020002") not in card.log
    with_signature = read(card, verifier=WholeFiles())
    for found in (reading, with_signature):
        assert "見本県見本市" not in [*found.texts.values(), repr(found)]


@pytest.mark.parametrize(
    "quirks", [Quirks(max_read=100), Quirks(exact_le=True), Quirks(chain_answers=True)], ids=str
)
def test_cards_that_answer_in_their_own_way_are_read_all_the_same(quirks: Quirks):
    card = licence_card(licence_blank().files(), quirks=quirks)
    assert codes(read(card, verifier=WholeFiles()))[DATA] is None


@pytest.mark.parametrize("after", [3, 8, 20])
def test_a_licence_pulled_out_mid_read_loses_no_try(after: int):
    card = genuine()
    with pytest.raises(Unavailable) as failure:
        read_licence(InProcessTransport(card, pulled_after=after), pin1="1234", pin2="5678", today=TODAY)
    assert failure.value.code == "card.removed"
    assert left(card) == (3, 3)


def test_a_card_that_fails_mid_read_is_unreadable():
    card = licence_card(licence_blank().files(), quirks=Quirks(fail_from=12))
    with pytest.raises(InvalidInput) as refusal:
        read(card)
    assert refusal.value.code == "card.unexpected_status"
    assert left(card) == (3, 3)


def test_files_open_with_their_own_pins_only():
    card = genuine()
    transport = InProcessTransport(card)
    transport.transmit(bytes.fromhex("00A40000"))
    transport.transmit(bytes.fromhex("0020008104") + b"1234")
    transport.transmit(bytes.fromhex("00A4040C10A0000002310100000000000000000000"))
    statuses = []
    for file in (0x0001, 0x0002):
        transport.transmit(bytes.fromhex("00A4020C02") + file.to_bytes(2, "big"))
        statuses.append(transport.transmit(bytes.fromhex("00B0000001"))[1])
    assert statuses == [0x9000, 0x6982]


def test_the_reading_takes_no_more_commands_than_the_files_need():
    files: LicenceFiles = licence_blank().files()
    # MF, 2F01 (2), 000A (2), counters (2), PINs (2), DF1, 0001 (1 + 4), 0004 (1 + 3), DF2, photo (1 + 8)
    assert read(licence_card(replace(files))).apdus == 9 + 1 + 5 + 4 + 1 + 9

"""Reading a residence card: what its number opens, what its check code proves, what it cannot prove."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha1

import numpy as np
import pytest

from tests.sim.card import InProcessTransport, Quirks, mynumber_card
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.licence import licence_card
from tests.sim.card.residence import NUMBER, ResidenceCard, residence_card
from tests.sim.card.residence_negative import REFUSED, UNREADABLE, ResidenceBlank
from tests.sim.card.samples import TODAY, blank, licence_blank, residence_blank
from verifier.card.portrait import decode_portrait
from verifier.card.residence import decode_front, read_residence_card
from verifier.card.transport import Transport
from verifier.card.trust import TrustStore, load_trust_store
from verifier.errors import Corrupt, InvalidInput, Unavailable
from verifier.types import CheckResult, ChipReading, Outcome

pytestmark = pytest.mark.unit

EXPIRES_ON = date(2030, 4, 1)


def genuine(**changes: object) -> ResidenceCard:
    return residence_card(residence_blank().files(**changes))


def read(card: VirtualCard | Transport, **changes: object) -> ChipReading:
    transport = InProcessTransport(card) if isinstance(card, VirtualCard) else card
    arguments = {
        "card_number": NUMBER,
        "trust": residence_blank().issuer.trust_store(),
        "today": TODAY,
        "expires_on": EXPIRES_ON,
    } | changes
    return read_residence_card(transport, **arguments)  # type: ignore[arg-type]


def check(reading: ChipReading, name: str) -> CheckResult:
    return next(check for check in reading.checks if check.check == name)


def codes(reading: ChipReading) -> list[str | None]:
    return [check.code for check in reading.checks]


def test_a_genuine_card_proves_everything_but_that_it_is_no_copy():
    reading = read(genuine())
    assert codes(reading) == [None, None, None, None, "chip.challenge_unsupported", None]
    assert check(reading, "chip.challenge").outcome is Outcome.NOT_PERFORMED
    assert not reading.authentic
    assert (reading.number, reading.expires_on) == (NUMBER, EXPIRES_ON)
    assert reading.issuer_key_id is not None


def test_front_and_photograph_are_given_as_images():
    reading = read(genuine())
    assert reading.front is not None
    assert reading.portrait is not None
    front = decode_front(reading.front)
    assert front.shape == (440, 700, 3)
    assert set(np.unique(front)) == {0, 255}
    assert decode_portrait(reading.portrait).shape == (240, 192, 3)


def test_texts_that_a_municipality_wrote_are_given():
    reading = read(genuine())
    assert reading.texts["address"] == "大阪府大阪市見本区１－２"
    assert reading.texts["address_written_on"] == "20250401"
    assert reading.texts["comprehensive_permission"] == "許可：見本"
    assert "individual_permission" not in reading.texts
    assert reading.person is None


def test_a_special_permanent_residents_certificate_has_the_address_only():
    card = genuine(kind="2")
    reading = read(card)
    assert reading.texts["card_type"] == "2"
    assert check(reading, "chip.data_signature").passed
    assert "update_status" not in reading.texts
    assert not any(command[:3] == bytes.fromhex("00B084") for command in card.log)


def test_a_card_without_later_address_has_none():
    assert "address" not in read(genuine(address="")).texts


def test_a_child_under_16_has_no_photograph():
    issuer = residence_blank().issuer
    reading = read(residence_card(issuer.personalise(residence_blank().holder, b"")))
    assert check(reading, "chip.data_signature").passed
    assert reading.portrait is None


@pytest.mark.parametrize(
    ("make", "code"), REFUSED.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_a_forged_card_is_refused(make: Callable[[ResidenceBlank], VirtualCard], code: str):
    reading = read(make(residence_blank()))
    assert code in codes(reading)
    if code.startswith(("chip.issuer", "chip.data")):
        assert reading.portrait is None
        assert reading.front is None


@pytest.mark.parametrize(
    ("make", "code"), UNREADABLE.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_a_malformed_or_later_card_is_refused_by_name(
    make: Callable[[ResidenceBlank], VirtualCard], code: str
):
    with pytest.raises(InvalidInput) as refusal:
        read(make(residence_blank()))
    assert refusal.value.code == code


def test_the_later_generation_is_named():
    with pytest.raises(InvalidInput, match="second-generation residence card"):
        read(genuine(kind="05"))


def test_an_unknown_issuer_is_not_a_bad_signature():
    reading = read(genuine(), trust=TrustStore())
    assert check(reading, "chip.issuer_certificate").outcome is Outcome.UNDECIDED
    assert check(reading, "chip.data_signature").outcome is Outcome.NOT_PERFORMED


def test_an_expired_card_is_refused_and_an_unread_date_is_not_taken_for_valid():
    assert check(read(genuine(), expires_on=date(2026, 11, 21)), "chip.expiry").code == "chip.expired"
    assert check(read(genuine(), expires_on=TODAY), "chip.expiry").passed
    assert check(read(genuine(), expires_on=None), "chip.expiry").code == "chip.expiry_unread"


def test_a_wrong_number_is_sent_once_and_opens_nothing():
    card = genuine()
    reading = read(card, card_number="ZZ00000001ZZ")
    assert codes(reading)[0] == "chip.number_wrong"
    assert reading.number is None
    assert sum(command[1] in (0x82, 0x20) for command in card.log) == 1


@pytest.mark.parametrize("number", ["", "ZZ0000000ZZ", "zz00000000zz", "ZZ00000000ZZ\n", "12345678901234"])
def test_a_number_is_letters_and_digits_in_their_places(number: str):
    with pytest.raises(InvalidInput) as refusal:
        read(genuine(), card_number=number)
    assert refusal.value.code == "card.number_malformed"


def test_a_card_that_does_not_know_the_number_is_not_believed():
    """It answers, but with a key of its own: what a chip that accepts anything would do."""
    card = genuine()

    class Impostor:
        inner = InProcessTransport(card)

        def transmit(self, command: bytes) -> tuple[bytes, int]:
            data, sw = self.inner.transmit(command)
            return (bytes(40), 0x9000) if command[1] == 0x82 else (data, sw)

    reading = read(Impostor())
    assert codes(reading)[0] == "chip.access_invalid"
    assert reading.front is None


def test_nothing_of_the_number_travels_in_clear():
    card = genuine()
    read(card)
    key = sha1(NUMBER.encode()).digest()[:16]  # noqa: S324
    assert not any(NUMBER.encode() in command or key in command for command in card.log)


def test_images_leave_the_card_encrypted_only():
    card = genuine()
    transport = InProcessTransport(card)
    read(transport)
    transport.transmit(bytes.fromhex("00A4040C10D392F0004F0200000000000000000000"))
    assert transport.transmit(bytes.fromhex("00B0850000"))[1] == 0x6982


@pytest.mark.parametrize(
    "make", [lambda: mynumber_card(blank().files()), lambda: licence_card(licence_blank().files())]
)
def test_another_card_is_not_taken_for_a_residence_card(make: Callable[[], VirtualCard]):
    with pytest.raises(InvalidInput) as refusal:
        read(make())
    assert refusal.value.code == "card.not_residence_card"


@pytest.mark.parametrize("after", [2, 5, 8, 15])
def test_a_card_pulled_out_mid_read_is_reported(after: int):
    with pytest.raises(Unavailable) as failure:
        read(InProcessTransport(genuine(), pulled_after=after))
    assert failure.value.code == "card.removed"


def test_a_card_that_fails_mid_read_is_unreadable():
    with pytest.raises(InvalidInput) as refusal:
        read(residence_card(residence_blank().files(), quirks=Quirks(fail_from=7)))
    assert refusal.value.code == "card.unexpected_status"


def test_short_reads_are_put_together():
    card = residence_card(residence_blank().files())
    card.quirks.exact_le = True
    assert check(read(card), "chip.data_signature").passed


def test_the_reading_takes_no_more_commands_than_the_specification_needs():
    # MF, 2 free files, challenge, authenticate, verify; DF1 + 2; DF3 + 6; DF2 + 2 + 3
    assert read(genuine()).apdus == 6 + 3 + 7 + 6
    assert read(genuine(kind="2")).apdus == 6 + 3 + 7 + 3


def test_the_authority_is_pinned_in_the_trust_store(tmp_path):
    residence_blank().issuer.write_trust(tmp_path)
    trust = load_trust_store(tmp_path, node_environment="test")
    assert check(read(genuine(), trust=trust), "chip.issuer_certificate").passed
    with pytest.raises(Corrupt) as refusal:
        load_trust_store(tmp_path, node_environment="production")
    assert refusal.value.code == "card.test_trust_in_production"


@pytest.mark.parametrize(
    ("tiff", "code"),
    [
        (b"\x89PNG" + bytes(50), "card.front_format"),
        (b"II*\x00" + bytes(8000), "card.front_size"),
        (b"II*\x00" + bytes(60), "card.front_damaged"),
    ],
)
def test_a_front_that_is_no_such_image_is_refused(tiff: bytes, code: str):
    with pytest.raises(InvalidInput) as refusal:
        decode_front(tiff)
    assert refusal.value.code == code

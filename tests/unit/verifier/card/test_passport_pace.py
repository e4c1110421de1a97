"""PACE: the worked example of ICAO Doc 9303 part 11, every cipher, and chips that cheat."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.sim.card import InProcessTransport
from tests.sim.card.iso7816 import File
from tests.sim.card.pace_chip import PaceSide, PaceTerms
from tests.sim.card.passport import CARD_ACCESS, PassportChip, passport_chip
from tests.sim.card.passport_files import zone
from tests.sim.card.samples import TODAY, passport_blank
from verifier.card.passport import parse_td3, read_passport
from verifier.card.passport.ciphers import AesCipher
from verifier.card.passport.curves import CURVES
from verifier.card.passport.mrz import ZoneKeys
from verifier.card.passport.pace import authenticate, parse_card_access
from verifier.errors import InvalidInput
from verifier.types import ChipReading

pytestmark = pytest.mark.unit

EXAMPLE = json.loads((Path(__file__).parents[3] / "vectors" / "icao9303.json").read_text())["pace_ecdh_gm"]
"""Appendix G.1 of part 11: brainpoolP256r1, AES-128, opened by the zone."""


def example(name: str) -> bytes:
    return bytes.fromhex(EXAMPLE[name])


class ExampleChip:
    """Answers as the example's chip does."""

    def __init__(self, chip_token: bytes) -> None:
        self.sent: list[bytes] = []
        points = (b"\x82\x41" + example("chip_mapping_public"), b"\x84\x41" + example("chip_public"))
        self._answers = [b"", example("nonce_answer"), *(b"\x7c\x43" + point for point in points)]
        self._answers.append(b"\x7c\x0a\x86\x08" + chip_token)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.sent.append(command)
        return self._answers[len(self.sent) - 1], 0x9000


def drawing_the_examples_keys():
    """Randomness that makes our scalars those of the example."""
    scalars = [int(EXAMPLE[name], 16) - 1 for name in ("private", "mapping_private")]
    return lambda size: scalars.pop().to_bytes(size, "big")


def run(chip: ExampleChip):
    offer = parse_card_access(example("card_access"))
    assert offer is not None
    return authenticate(chip, offer, ZoneKeys(EXAMPLE["key_information"]), drawing_the_examples_keys())


def test_the_worked_example_of_part_11():
    chip = ExampleChip(example("chip_token"))
    channel = run(chip)
    assert chip.sent[:2] == [example("select"), example("nonce_command")]
    assert chip.sent[2] == bytes.fromhex("10860000457C438141") + example("mapping_public") + b"\x00"
    assert chip.sent[3] == bytes.fromhex("10860000457C438341") + example("public") + b"\x00"
    assert chip.sent[4] == bytes.fromhex("008600000C7C0A8508") + example("token") + b"\x00"
    expected = AesCipher(example("encryption"), example("authentication"))
    assert channel is not None
    assert channel.cipher.mac(bytes(16)) == expected.mac(bytes(16))
    assert channel.cipher.encrypt(b"data", bytes(16)) == expected.encrypt(b"data", bytes(16))


def test_a_chip_with_a_wrong_proof_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        run(ExampleChip(bytes(8)))
    assert refusal.value.code == "card.authentication_forged"


@pytest.mark.parametrize(
    ("parameters", "known"),
    [(12, ec.SECP256R1()), (13, ec.BrainpoolP256R1()), (15, ec.SECP384R1()), (16, ec.BrainpoolP384R1())],
)
def test_our_multiplication_is_that_of_the_library(parameters: int, known: ec.EllipticCurve):
    curve = CURVES[parameters]
    for scalar in (1, 2, 3, 1 << 200, curve.order - 1):
        public = ec.derive_private_key(scalar, known).public_key().public_numbers()
        assert curve.multiply(scalar, curve.generator) == (public.x, public.y)
    assert curve.multiply(curve.order, curve.generator) is None
    assert curve.decode(curve.encode((1, 1))) is None


def read(chip: PassportChip, *, text: str | None = None) -> ChipReading:
    trust = passport_blank().issuer.trust_store()
    mrz = parse_td3(text or passport_blank().zone, today=TODAY)
    return read_passport(InProcessTransport(chip), mrz=mrz, trust=trust, today=TODAY)


def opened_by(terms: PaceTerms) -> PassportChip:
    return passport_chip(passport_blank().files(), pace=terms)


@pytest.mark.parametrize(("parameters", "key_bytes"), [(12, 16), (13, 16), (15, 24), (16, 32)])
def test_a_chip_that_opens_by_pace_only_is_read(parameters: int, key_bytes: int):
    chip = opened_by(PaceTerms(parameters, key_bytes, access_control_too=False))
    codes = [check.code for check in read(chip).checks]
    assert codes == [None, None, None, None, "chip.challenge_absent", None]


def test_pace_is_taken_before_basic_access_control():
    chip = opened_by(PaceTerms())
    read(chip)
    assert not any(command[:2] == b"\x00\x84" for command in chip.log)


def test_another_passports_zone_opens_nothing():
    reading = read(opened_by(PaceTerms()), text=zone(number="TR7654321"))
    assert [check.code for check in reading.checks][:2] == ["chip.access_refused", "not_performed"]


def test_a_chip_that_offers_something_else_is_opened_by_basic_access_control():
    chip = opened_by(PaceTerms())
    assert chip.master is not None
    chip.master.files[CARD_ACCESS] = File(bytes.fromhex("3114 3012060A04007F000702020401020201 02 02010D"))
    assert read(chip).checks[0].passed
    assert any(command[:2] == b"\x00\x84" for command in chip.log)


@pytest.mark.parametrize("step", ["_map", "_agree"])
def test_a_point_off_the_curve_is_refused(monkeypatch: pytest.MonkeyPatch, step: str):
    answer = b"\x7c\x43" + (b"\x82" if step == "_map" else b"\x84") + b"\x41\x04" + bytes(64)
    monkeypatch.setattr(PaceSide, step, lambda *_: (answer, 0x9000))
    with pytest.raises(InvalidInput) as refusal:
        read(opened_by(PaceTerms()))
    assert refusal.value.code == "card.authentication_forged"

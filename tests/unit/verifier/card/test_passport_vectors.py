"""The worked examples of ICAO Doc 9303, step by step."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha1
from pathlib import Path

import pytest

from verifier.card import des
from verifier.card.passport import bac
from verifier.card.passport.ciphers import TripleDesCipher
from verifier.card.passport.files import parse_com
from verifier.card.passport.mrz import Mrz, check_digit, parse_td3
from verifier.card.passport.secure_messaging import SecureChannel
from verifier.errors import InvalidInput

pytestmark = pytest.mark.unit

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "icao9303.json").read_text())
ACCESS, MUTUAL, MESSAGES = (VECTORS[k] for k in ("access_keys", "mutual_authentication", "secure_messaging"))
TODAY = date(2026, 11, 22)


def hexed(name: str) -> bytes:
    return bytes.fromhex(MUTUAL[name])


def zone_that_opens() -> Mrz:
    """Any zone with the example's key information: the example gives no whole zone."""
    known = parse_td3(VECTORS["mrz_td3_specimen"]["lines"], today=TODAY)
    values = {name: getattr(known, name) for name in Mrz.__dataclass_fields__}
    return Mrz(**values | {"key_information": ACCESS["key_information"]})


class Script:
    """A chip that plays the example's part and notes what it is sent."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.sent: list[bytes] = []

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.sent.append(command)
        return self.answers.pop(0), 0x9000


def test_the_specimen_zone_is_read():
    expected = VECTORS["mrz_td3_specimen"]
    zone = parse_td3(expected["lines"], today=TODAY)
    for name in ("number", "surname", "given_names", "key_information"):
        assert getattr(zone, name) == expected[name]
    assert zone.birth_date.isoformat() == expected["birth_date"]
    assert zone.expires_on.isoformat() == expected["expires_on"]


@pytest.mark.parametrize(("text", "digit"), VECTORS["mrz_td3_specimen"]["check_digits"].items())
def test_check_digits_are_those_of_the_standard(text: str, digit: str):
    assert check_digit(text) == digit


def test_access_keys_are_derived():
    seed = sha1(ACCESS["key_information"].encode()).digest()[:16]  # noqa: S324  as specified
    assert seed.hex().upper() == ACCESS["seed"]
    keys = bac.access_keys(ACCESS["key_information"])
    assert keys.encryption.hex().upper() == ACCESS["encryption"]
    assert keys.authentication.hex().upper() == ACCESS["authentication"]


def test_the_cryptogram_and_its_mac_are_computed():
    keys = bac.access_keys(ACCESS["key_information"])
    cryptogram = des.encrypt(keys.encryption, hexed("nonce") + hexed("challenge") + hexed("secret"))
    assert cryptogram == hexed("cryptogram")
    assert des.retail_mac(keys.authentication, cryptogram) == hexed("mac")


def test_mutual_authentication_sends_the_examples_command_and_gives_its_session_keys():
    chip = Script(MUTUAL["challenge"], MUTUAL["answer"])
    channel = bac.authenticate(chip, zone_that_opens(), nonce=hexed("nonce"), secret=hexed("secret"))
    assert channel is not None
    assert chip.sent == [bytes.fromhex("0084000008"), hexed("command")]
    expected = TripleDesCipher(hexed("session_encryption"), hexed("session_authentication"))
    assert channel.cipher.encrypt(b"data", b"") == expected.encrypt(b"data", b"")
    assert channel.cipher.mac(b"data") == expected.mac(b"data")
    assert channel.counter == int(MUTUAL["counter"], 16)


@pytest.mark.parametrize("place", [0, 16, 39])
def test_an_altered_answer_to_the_authentication_is_refused(place: int):
    answer = bytearray(hexed("answer"))
    answer[place] ^= 1
    chip = Script(MUTUAL["challenge"], answer.hex())
    with pytest.raises(InvalidInput) as refusal:
        bac.authenticate(chip, zone_that_opens(), nonce=hexed("nonce"), secret=hexed("secret"))
    assert refusal.value.code == "card.authentication_forged"


def test_an_answer_recorded_in_another_session_is_refused():
    chip = Script(MUTUAL["challenge"], MUTUAL["answer"])
    with pytest.raises(InvalidInput) as refusal:
        bac.authenticate(chip, zone_that_opens(), nonce=bytes(8), secret=hexed("secret"))
    assert refusal.value.code == "card.authentication_forged"


def channel_to(chip: Script) -> SecureChannel:
    return SecureChannel(
        chip,
        TripleDesCipher(hexed("session_encryption"), hexed("session_authentication")),
        int(MUTUAL["counter"], 16),
    )


def test_secure_messaging_plays_the_example():
    chip = Script(*(step["answer"] for step in MESSAGES))
    channel = channel_to(chip)
    content = b""
    for step in MESSAGES:
        data, sw = channel.transmit(bytes.fromhex(step["command"]))
        assert chip.sent[-1].hex().upper() == step["protected"], step["step"]
        assert (data.hex().upper(), f"{sw:04X}") == (step["data"], step["sw"]), step["step"]
        content += data
    assert parse_com(content).groups == {1, 2}


@pytest.mark.parametrize("place", [3, 12, -1])
def test_a_changed_answer_is_refused(place: int):
    answer = bytearray.fromhex(MESSAGES[0]["answer"])
    answer[place] ^= 1
    with pytest.raises(InvalidInput) as refusal:
        channel_to(Script(answer.hex())).transmit(bytes.fromhex(MESSAGES[0]["command"]))
    assert refusal.value.code in {"card.secure_messaging_broken", "card.tlv_truncated"}


def test_an_answer_out_of_turn_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        channel_to(Script(MESSAGES[1]["answer"])).transmit(bytes.fromhex(MESSAGES[0]["command"]))
    assert refusal.value.code == "card.secure_messaging_broken"


def test_an_unprotected_answer_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        channel_to(Script("")).transmit(bytes.fromhex(MESSAGES[0]["command"]))
    assert refusal.value.code == "card.secure_messaging_lost"

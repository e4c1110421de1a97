"""Reading a passport: the genuine one, every forged one, and every malformed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.sim.card import InProcessTransport, encode, mynumber_card
from tests.sim.card.active_authentication import active_groups, sign_challenge
from tests.sim.card.authority import generate_key
from tests.sim.card.passport import AID as PASSPORT
from tests.sim.card.passport import COM, DG1, DG2, SOD, PassportChip, passport_chip
from tests.sim.card.passport_files import face_template, zone
from tests.sim.card.passport_issuer import PassportIssuer
from tests.sim.card.passport_negative import COPIES, REFUSED, PassportBlank, expired
from tests.sim.card.samples import blank as card_blank
from tests.sim.card.samples import textured_portrait
from verifier.card.passport import parse_td3, read_passport
from verifier.card.passport.active import is_signed
from verifier.card.passport.reading import CHALLENGE, CHECKS
from verifier.card.passport.sod import parse_sod
from verifier.card.portrait import decode_portrait
from verifier.card.trust import TrustStore
from verifier.errors import InvalidInput, Unavailable
from verifier.types import ChipReading, Outcome, Sex

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 22)


@cache
def blank() -> PassportBlank:
    portraits = textured_portrait(1), textured_portrait(2)
    return PassportBlank(PassportIssuer.generate(), PassportIssuer.generate(country="XX"), zone(), *portraits)


def read(chip: PassportChip, *, text: str | None = None, trust: TrustStore | None = None) -> ChipReading:
    store = blank().issuer.trust_store() if trust is None else trust
    mrz = parse_td3(text or blank().zone, today=TODAY)
    return read_passport(InProcessTransport(chip), mrz=mrz, trust=store, today=TODAY)


def codes(reading: ChipReading) -> dict[str, str | None]:
    return {check.check: check.code for check in reading.checks}


def test_a_genuine_passport_passes_all_but_the_challenge():
    reading = read(passport_chip(blank().files()))
    assert tuple(check.check for check in reading.checks) == CHECKS
    assert codes(reading) == dict.fromkeys(CHECKS) | {CHALLENGE: "chip.challenge_absent"}
    assert reading.person is not None
    assert (reading.person.name, reading.person.address) == ("MIHON HANAKO", None)
    assert (reading.person.birth_date, reading.person.sex) == (date(1980, 2, 17), Sex.FEMALE)
    assert reading.portrait == blank().portrait
    assert decode_portrait(reading.portrait).shape == (240, 192, 3)
    assert (reading.number, reading.expires_on) == ("TR1234567", date(2035, 2, 16))
    assert reading.texts == {"issuing_state": "UTO", "nationality": "UTO"}


def test_without_a_challenge_a_passport_is_never_authentic():
    reading = read(passport_chip(blank().files()))
    assert not reading.authentic
    challenge = next(check for check in reading.checks if check.check == CHALLENGE)
    assert challenge.outcome is Outcome.NOT_PERFORMED


def test_a_chip_that_could_answer_a_challenge_is_told_apart():
    files = blank().issuer.personalise(blank().zone, blank().portrait, extra={14: encode.tlv(0x6E, b"")})
    assert codes(read(passport_chip(files)))[CHALLENGE] == "chip.challenge_not_implemented"


def test_a_chip_key_that_is_none_is_refused():
    files = blank().issuer.personalise(blank().zone, blank().portrait, extra={15: encode.tlv(0x6F, b"key")})
    with pytest.raises(InvalidInput) as refusal:
        read(passport_chip(files))
    assert refusal.value.code == "card.dg15_malformed"


@pytest.mark.parametrize(("make", "code"), REFUSED.items(), ids=[make.__name__ for make in REFUSED])
def test_a_forged_passport_is_refused(make: Callable[[PassportBlank], PassportChip], code: str):
    text = zone(expiry="200216") if make is expired else None
    reading = read(make(blank()), text=text)
    refused = [check for check in reading.checks if check.code == code]
    assert len(refused) == 1
    undecided = code == "chip.issuer_unknown"
    assert refused[0].outcome is (Outcome.UNDECIDED if undecided else Outcome.FAILED)


UNSIGNED = [make for make, code in REFUSED.items() if "mrz" not in code and make not in COPIES]


@pytest.mark.parametrize("make", UNSIGNED, ids=lambda make: make.__name__)
def test_nothing_unsigned_is_handed_out(make: Callable[[PassportBlank], PassportChip]):
    if make is expired:
        return
    reading = read(make(blank()))
    assert reading.person is None
    assert reading.portrait is None


KEYS = {
    "rsa-1024-sha1": lambda: (rsa.generate_private_key(65537, 1024), "sha1"),  # noqa: S505  as issued
    "rsa-1024-exponent-3": lambda: (rsa.generate_private_key(3, 1024), "sha256"),  # noqa: S505
    "rsa-2048-sha256": lambda: (generate_key(), "sha256"),
    "rsa-2048-sha512": lambda: (generate_key(), "sha512"),
    "p-256": lambda: (ec.generate_private_key(ec.SECP256R1()), "sha256"),
    "brainpool-384": lambda: (ec.generate_private_key(ec.BrainpoolP384R1()), "sha256"),
}
"""Kinds of chip keys that issuers use."""


@pytest.mark.parametrize("kind", KEYS)
def test_a_chip_that_signs_a_fresh_number_is_the_original(kind: str):
    key, digest = KEYS[kind]()
    files = blank().issuer.personalise(blank().zone, blank().portrait, extra=active_groups(key))
    reading = read(passport_chip(files, active_key=key, active_digest=digest))
    assert reading.authentic, codes(reading)


def test_a_recorded_signature_does_not_answer_another_number():
    key = generate_key()
    signature = sign_challenge(key, b"recorded", "sha256")
    assert is_signed(key.public_key(), b"recorded", signature, None)
    assert not is_signed(key.public_key(), b"recordeD", signature, None)
    assert not is_signed(key.public_key(), b"recorded", signature[:-1], None)
    assert not is_signed(key.public_key(), b"recorded", b"\xff" * 256, None)


def test_a_chip_key_of_an_unknown_kind_proves_nothing():
    groups = active_groups(ec.generate_private_key(ec.SECP256R1()))
    files = blank().issuer.personalise(blank().zone, blank().portrait, extra={15: groups[15]})
    reading = read(passport_chip(files))
    assert codes(reading)[CHALLENGE] == "chip.challenge_unsupported"
    assert not reading.authentic


@pytest.mark.parametrize("scheme", ["sha256_rsa", "rsassa_pkcs1v15", "rsassa_pss"])
def test_rsa_signers_are_understood(scheme: str):
    issuer = PassportIssuer.generate(scheme=scheme)
    files = issuer.personalise(blank().zone, blank().portrait)
    reading = read(passport_chip(files), trust=issuer.trust_store())
    assert codes(reading) == dict.fromkeys(CHECKS) | {CHALLENGE: "chip.challenge_absent"}
    other = PassportIssuer.generate(scheme=scheme)
    forged = replace(issuer, signer_key=other.signer_key).personalise(blank().zone, blank().portrait)
    refused = codes(read(passport_chip(forged), trust=issuer.trust_store()))
    assert refused["chip.data_signature"] == "chip.data_signature_invalid"


def test_sha1_is_refused_by_name():
    security = parse_sod(blank().files().sod)
    assert security.supported
    old = replace(security, algorithm="sha1")
    assert not old.supported
    assert not old.signed
    assert not old.covers(1, blank().files().groups[1])


def test_without_a_trust_store_the_issuer_is_unknown():
    reading = read(passport_chip(blank().files()), trust=TrustStore())
    assert codes(reading)["chip.issuer_certificate"] == "chip.issuer_unknown"


def test_another_passports_zone_opens_nothing():
    chip = passport_chip(blank().files())
    reading = read(chip, text=zone(number="TR7654321"))
    assert codes(reading)["chip.access"] == "chip.access_refused"
    assert all(check.outcome is Outcome.NOT_PERFORMED for check in reading.checks[1:])


def test_the_chip_gives_nothing_without_authentication():
    chip = passport_chip(blank().files())
    transport = InProcessTransport(chip)
    transport.transmit(bytes.fromhex("00A4040C07") + PASSPORT)
    transport.transmit(bytes.fromhex("00A4020C020101"))
    assert transport.transmit(bytes.fromhex("00B0000000")) == (b"", 0x6982)


def test_a_chip_of_another_kind_is_no_passport():
    card = mynumber_card(card_blank().files())
    mrz = parse_td3(zone(), today=TODAY)
    with pytest.raises(InvalidInput) as refusal:
        read_passport(InProcessTransport(card), mrz=mrz, trust=TrustStore(), today=TODAY)
    assert refusal.value.code == "card.not_passport"


@pytest.mark.parametrize("after", range(0, 27, 4))
def test_a_chip_that_leaves_is_reported(after: int):
    transport = InProcessTransport(passport_chip(blank().files()), pulled_after=after)
    mrz = parse_td3(zone(), today=TODAY)
    with pytest.raises(Unavailable) as failure:
        read_passport(transport, mrz=mrz, trust=blank().issuer.trust_store(), today=TODAY)
    assert failure.value.code == "card.removed"


def with_file(file_id: int, content: bytes) -> PassportChip:
    chip = passport_chip(blank().files())
    chip.applications[PASSPORT].files[file_id].content = content
    return chip


def signed_with(groups: dict[int, bytes]) -> PassportChip:
    """A chip whose malformed groups are properly signed: only the parser can refuse them."""
    files = blank().files()
    changed = files.groups | groups
    return passport_chip(replace(files, groups=changed, sod=blank().issuer.sign(changed)))


TEMPLATE = face_template(b"\xff\xd8\xff" + bytes(50))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: with_file(COM, bytes.fromhex("60045C026163")), "card.group_missing"),
        (lambda: with_file(COM, bytes.fromhex("60045C020175")), "card.com_malformed"),
        (lambda: with_file(COM, bytes.fromhex("6000")), "card.tlv_missing"),
        (lambda: with_file(SOD, bytes.fromhex("7703300100")), "card.sod_malformed"),
        (lambda: with_file(SOD, bytes.fromhex("7783FFFFFF") + bytes(50)), "card.file_too_large"),
        (lambda: with_file(DG2, bytes.fromhex("75820400") + bytes(50)), "card.file_truncated"),
        (lambda: signed_with({1: bytes.fromhex("61055F1F024142")}), "card.dg1_malformed"),
        (lambda: signed_with({1: bytes.fromhex("61055F1F02FFFF")}), "card.dg1_malformed"),
        (lambda: signed_with({2: bytes.fromhex("75037F6100")}), "card.dg2_malformed"),
        (lambda: signed_with({2: TEMPLATE.replace(b"FAC\x00", b"FAX\x00")}), "card.dg2_malformed"),
        (lambda: signed_with({2: TEMPLATE.replace(b"010\x00", b"020\x00")}), "card.dg2_malformed"),
        (lambda: signed_with({2: face_template(b"")}), "card.dg2_malformed"),
    ],
)
def test_malformed_files_are_refused(make: Callable[[], PassportChip], code: str):
    with pytest.raises(InvalidInput) as refusal:
        read(make())
    assert refusal.value.code == code


def test_dg1_is_read_from_the_file_the_digest_covers():
    chip = passport_chip(blank().files())
    chip.applications[PASSPORT].files[DG1].content += bytes(20)  # physical filler behind the element
    assert codes(read(chip))["chip.data_signature"] is None

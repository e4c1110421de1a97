"""Damaged card inputs by the million, for every parser: cheaper than Hypothesis, reproducible from a seed.

    python -m tests.sim.card.damage --inputs 1000000

Every input is a genuine file, APDU or image with one to four changes, or random bytes. It goes to the parser
it was made for and to one other; each must give a result or InvalidInput with a code "card.*".
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from tests.sim.card import encode
from tests.sim.card.active_authentication import active_groups, sign_challenge
from tests.sim.card.command import Command, MalformedCommandError
from tests.sim.card.licence import AddressChange
from tests.sim.card.pace_chip import PaceTerms
from tests.sim.card.passport import PassportChip
from tests.sim.card.samples import TODAY, blank, jpki_blank, licence_blank, passport_blank, residence_blank
from verifier.card import apdu, des, tlv
from verifier.card.chain import parse_certificate
from verifier.card.jpki.holder import parse_holder
from verifier.card.licence import files as licence
from verifier.card.licence.text import decode_date, decode_text
from verifier.card.mynumber import files as mynumber
from verifier.card.passport import active, parse_td3, parse_zone_keys
from verifier.card.passport import files as passport
from verifier.card.passport.ciphers import AesCipher, TripleDesCipher
from verifier.card.passport.curves import CURVES
from verifier.card.passport.pace import parse_card_access
from verifier.card.passport.secure_messaging import SecureChannel
from verifier.card.passport.sod import parse_sod
from verifier.card.portrait import decode_portrait
from verifier.card.residence import decode_front
from verifier.card.residence import files as residence
from verifier.card.rsa import parse_public_key
from verifier.errors import InvalidInput

MILLION = 1_000_000
_LIES = (b"\x82\xff\xff", b"\x80", b"\x83\xff\xff\xff", b"\x00", b"\xff\xff", b"\x1f")
_RANDOM_SHARE = 0.05
_MAX_RANDOM_BYTES = 600
_MAX_CUT = 40

Parser = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Surprise(Exception):
    """A parser raised something else."""

    parser: str
    data: bytes
    error: Exception

    def __str__(self) -> str:
        return f"{self.parser}: {type(self.error).__name__}: {self.error} for {self.data.hex()}"


def parsers() -> Mapping[str, tuple[Parser, bytes]]:
    """Every parser by name, with a genuine input."""
    card, paper = blank().files(), residence_blank().files()
    moved = licence_blank().files(changes=(AddressChange(TODAY, "見本県見本市"),))
    der = residence_blank().issuer.certificate.public_bytes(Encoding.DER)
    key = encode.public_key(blank().card_key.public_key())
    return {
        "tlv.sequence": (tlv.parse_sequence, paper.signature),
        "mynumber.certificate": (mynumber.parse_certificate, card.visual[4]),
        "mynumber.visual": (mynumber.parse_visual_record, card.visual[2]),
        "mynumber.text": (mynumber.parse_text_record, card.text[2]),
        "mynumber.integrity": (mynumber.parse_integrity_record, card.text[3]),
        "rsa.key": (parse_public_key, key),
        "licence.common": (licence.parse_common, moved.master[0x2F01]),
        "licence.pin_setting": (licence.parse_pin_setting, moved.master[0x000A]),
        "licence.entries": (licence.parse_entries, moved.entries[1]),
        "licence.changes": (licence.parse_changes, moved.entries[4]),
        "licence.signature": (licence.parse_signature, moved.entries[7]),
        "licence.photo": (licence.parse_photo, moved.photo),
        "licence.text": (decode_text, moved.entries[2][2:]),
        "licence.date": (decode_date, b"3550217"),
        "residence.type": (residence.parse_card_type, paper.master[0x0A]),
        "residence.front": (lambda data: residence.parse_image(data, 0xD0, 7000), paper.images[5]),
        "residence.texts": (residence.parse_texts, paper.texts[1]),
        "residence.signature": (residence.parse_signature, paper.signature),
        "residence.secure": (lambda data: des.unpad(des.decrypt(bytes(16), data)), bytes(64)),
        "certificate": (parse_certificate, der),
        "apdu.command": (_parse_command, bytes.fromhex("08B0850000000496020000 0000")),
        "apdu.answer": (_exchange, bytes.fromhex("0102030461056282")),
        "apdu.file": (_read_file, card.visual[3]),
        "portrait": (decode_portrait, blank().portrait),
        "front": (decode_front, paper.images[5][4:]),
        **_passport_parsers(),
        "jpki.holder": (_parse_holder, _holder_attributes()),
    }


def _passport_parsers() -> Mapping[str, tuple[Parser, bytes]]:
    book, key = passport_blank().files(), ec.generate_private_key(ec.SECP256R1())
    keys = parse_td3(book.zone, today=TODAY).key_information
    groups, public = active_groups(key), key.public_key()
    small = passport_blank().issuer.personalise(passport_blank().zone, b"\xff\xd8\xff" + bytes(60))
    signature, digest = sign_challenge(key, bytes(8), "sha256"), hashes.SHA256()
    return {
        "passport.zone": (_parse_zone, passport_blank().zone.encode("ascii")),
        "passport.keys": (
            _parse_zone_keys,
            keys.encode("ascii"),
        ),
        "passport.access": (parse_card_access, PaceTerms().card_access()),
        "passport.point": (CURVES[13].decode, CURVES[13].encode(CURVES[13].generator)),
        "passport.com": (passport.parse_com, book.com),
        "passport.dg1": (lambda data: passport.parse_dg1(data, today=TODAY), book.groups[1]),
        "passport.dg2": (passport.parse_dg2, small.groups[2]),
        "passport.sod": (lambda data: parse_sod(data).signed, book.sod),
        "passport.dg14": (active.parse_ecdsa_digest, groups[14]),
        "passport.dg15": (active.parse_key, groups[15]),
        "passport.answer": (
            lambda data: active.is_signed(public, bytes(8), data, digest),
            signature,
        ),
        "passport.secure": (_reveal, _protected()),
        "passport.sealed": (lambda data: AesCipher(bytes(16), bytes(16)).decrypt(data, bytes(16)), bytes(32)),
    }


def damaged(genuine: bytes, source: random.Random) -> bytes:
    """One input."""
    if source.random() < _RANDOM_SHARE:
        return source.randbytes(source.randrange(_MAX_RANDOM_BYTES))
    data = bytearray(genuine)
    for _ in range(source.randint(1, 4)):
        start = source.randrange(min(len(data), source.choice((40, 10**9))) or 1)
        end = start + source.randrange(_MAX_CUT)
        data[start:end] = source.choice(
            (source.randbytes(source.randrange(4)), bytes(data[start:end]) * 2, source.choice(_LIES))
        )
    return bytes(data)


def run(inputs: int, seed: int) -> Iterator[str]:
    """Feed the parsers; yields the name of each parser fed.

    Raises:
        Surprise: one raised something else than InvalidInput.
    """
    source, known = random.Random(seed), parsers()
    names = list(known)
    for number in range(inputs):
        name = names[number % len(names)]
        data = damaged(known[name][1], source)
        for chosen in (name, source.choice(names)):
            _feed(chosen, known[chosen][0], data)
        yield name


def main() -> int:
    """Feed so many, say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=MILLION)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    given = parser.parse_args()
    warnings.filterwarnings("ignore", module="PIL")  # of damaged images
    began = time.monotonic()
    try:
        done = sum(1 for _ in run(given.inputs, given.seed))
    except Surprise as surprise:
        print(f"seed {given.seed}: {surprise}")
        return 1
    print(f"{done} damaged inputs, no surprise, {time.monotonic() - began:.0f} s, seed {given.seed}")
    return 0


def _parse_command(data: bytes) -> object:
    """The card's side refuses with an error of its own."""
    try:
        return Command.parse(data)
    except MalformedCommandError:
        return None


def _exchange(data: bytes) -> object:
    """A card that answers these bytes, eight at a time, as answers with status words."""
    answers = [data[start : start + 8] for start in range(0, len(data), 8)]
    return apdu.exchange(_Answers(answers), bytes(5))


def _read_file(data: bytes) -> object:
    """A card that hands these bytes out as a file."""
    chunks = [data[start : start + 256] + b"\x90\x00" for start in range(0, len(data), 256)]
    return apdu.read_file(_Answers([b"\x90\x00", *chunks]), 0x0001)


class _Answers:
    """A card that has these answers, then only 6B00."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = iter(answers)

    def transmit(self, _command: bytes) -> tuple[bytes, int]:
        answer = next(self._answers, b"\x6b\x00")
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def _parse_zone(data: bytes) -> object:
    return _typed(lambda text: parse_td3(text, today=TODAY), data)


def _parse_zone_keys(data: bytes) -> object:
    return _typed(parse_zone_keys, data)


def _typed(parse: Callable[[str], object], data: bytes) -> object:
    """The zone is typed, so its codes are the customer's, not the card's."""
    try:
        return parse(data.decode("latin-1"))
    except InvalidInput as refusal:
        if refusal.code.startswith("mrz."):
            return None
        raise


_SESSION_KEY = bytes(range(16))


def _protected() -> bytes:
    """A protected answer with data, as a chip sends it."""
    chip = PassportChip({}, access_encryption=b"", access_authentication=b"")
    chip._session = TripleDesCipher(_SESSION_KEY, _SESSION_KEY)
    return chip._protect(bytes(40), 0x9000)


def _reveal(data: bytes) -> object:
    return SecureChannel(_Answers([]), TripleDesCipher(_SESSION_KEY, _SESSION_KEY), 0).reveal(data)


@cache
def _signing_certificate() -> x509.Certificate:
    return jpki_blank().issue().certificate


def _holder_attributes() -> bytes:
    """The encoded names that a JPKI certificate has its holder's attributes in."""
    names = _signing_certificate().extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return names.value.public_bytes()


def _parse_holder(data: bytes) -> object:
    """These bytes in their place, so that the rest of the certificate stays readable."""
    genuine = _holder_attributes()
    placed = data[: len(genuine)] + genuine[len(data) :]
    der = _signing_certificate().public_bytes(Encoding.DER).replace(genuine, placed)
    return parse_holder(parse_certificate(der))


def _feed(name: str, parse: Parser, data: bytes) -> None:
    try:
        parse(data)
    except InvalidInput as refusal:
        if not refusal.code.startswith("card."):
            raise Surprise(name, data, refusal) from refusal
    except Exception as error:
        raise Surprise(name, data, error) from error


if __name__ == "__main__":
    sys.exit(main())

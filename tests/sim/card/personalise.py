"""Personalise a virtual My Number card: fill and sign the files of both 券面 applications.

All persons are invented. Also fills the files that 照合番号B does not open, with an impossible My Number, so
that tests can prove nobody asked for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.sim.card import encode
from tests.sim.card.authority import CardAuthority, generate_key, key_id, sign_three
from tests.sim.card.images import text_png
from verifier.era import in_era
from verifier.ocr.pin_b import build_pin_b
from verifier.types import Person, Sex

if TYPE_CHECKING:
    from datetime import date

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

IMPOSSIBLE_MY_NUMBER = b"123456789010"
"""見本: twelve digits whose check digit is wrong (it would be 8), so nobody has it."""

MUNICIPALITY_CODE = b"13131"
SEX_CODES = {Sex.MALE: b"1", Sex.FEMALE: b"2", Sex.UNKNOWN: b"9"}
NUMBER_FILE_BYTES = 17
"""Physical size of text EF 0001: 15 bytes and 2 of filler, all of them in the digest DF31."""

VisualElements = list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class CardFiles:
    """What is written to one card.

    Attributes:
        visual, text: logical file contents by file identifier, without physical filler.
        card_key: the chip's private key.
        pin_b: 照合番号B.
        birth_key: era birth date, the first six digits of it.
        pin_a: 照合番号A, the My Number.
        pin: the 4-digit PIN.
    """

    visual: dict[int, bytes]
    text: dict[int, bytes]
    card_key: RSAPrivateKey
    pin_b: str
    birth_key: str
    pin_a: str = IMPOSSIBLE_MY_NUMBER.decode("ascii")
    pin: str = "4649"


def personalise(
    person: Person,
    portrait_jp2: bytes,
    *,
    expires_on: date,
    security_code: str,
    ca: CardAuthority,
    card_key: RSAPrivateKey | None = None,
) -> CardFiles:
    """Make the files of a card.

    Args:
        person: invented.
        portrait_jp2: see `images.portrait_jp2`.
        expires_on: last day of validity.
        security_code: four digits printed on the card.
        ca: signs.
        card_key: the chip's key; generated when None.
    """
    key = card_key or generate_key()
    elements = visual_elements(person, portrait_jp2, expires_on, security_code, key)
    record = encode.record(0xFF20, signed_elements(elements, ca.visual.signer))
    pin_b = build_pin_b(in_era(person.birth_date), expires_on.year, security_code)
    return CardFiles(
        visual=_visual_files(person, record, ca, key),
        text=_text_files(person, ca, key),
        card_key=key,
        pin_b=pin_b,
        birth_key=pin_b[:6],
    )


def visual_elements(
    person: Person, portrait: bytes, expires_on: date, security_code: str, key: RSAPrivateKey
) -> VisualElements:
    """DF22 to DF2A of visual EF 0002, the signature still empty."""
    return [
        (0xDF22, f"{person.birth_date:%Y%m%d}".encode("ascii")),
        (0xDF23, SEX_CODES[person.sex]),
        (0xDF24, encode.public_key(key.public_key())),
        (0xDF25, text_png(person.name)),
        (0xDF26, text_png(person.address)),
        (0xDF27, portrait),
        (0xDF28, b""),
        (0xDF29, f"{expires_on:%Y%m%d}".encode("ascii")),
        (0xDF2A, text_png(security_code)),
    ]


def signed_elements(elements: VisualElements, signer: RSAPrivateKey) -> VisualElements:
    """Sign the three groups of visual EF 0002 and put the signature into DF28."""
    raw = {tag: encode.tlv(tag, value) for tag, value in elements}
    signature = sign_three(
        signer, raw[0xDF22] + raw[0xDF23] + raw[0xDF24], raw[0xDF25] + raw[0xDF26], raw[0xDF27]
    )
    return [(tag, signature if tag == 0xDF28 else value) for tag, value in elements]


def _visual_files(person: Person, record: bytes, ca: CardAuthority, key: RSAPrivateKey) -> dict[int, bytes]:
    birth = encode.tlv(0xDF11, f"{person.birth_date:%Y%m%d}".encode("ascii"))
    age = birth + encode.tlv(0xDF12, encode.public_key(key.public_key()))
    number = encode.tlv(0xDF41, text_png(IMPOSSIBLE_MY_NUMBER.decode("ascii")))
    number += encode.tlv(0xDF42, encode.public_key(key.public_key()))
    basic = (
        encode.tlv(0xDF31, bytes.fromhex("06030E01"))
        + encode.tlv(0xDF32, key_id(b"6000024"))
        + encode.tlv(0xDF33, b"\x00")
        + encode.tlv(0xDF34, MUNICIPALITY_CODE)
        + encode.tlv(0xDF35, key_id(b"5900025") + bytes(256))
    )
    return {
        0x0001: encode.tlv(0xFF10, age + encode.tlv(0xDF13, ca.visual.sign(age))),
        0x0002: record,
        0x0003: encode.tlv(0xFF30, basic),
        0x0004: ca.visual.certificate(),
        0x0005: encode.tlv(0xFF40, number + encode.tlv(0xDF43, ca.visual.sign(number))),
    }


def _text_files(person: Person, ca: CardAuthority, key: RSAPrivateKey) -> dict[int, bytes]:
    number = encode.tlv(0xFF10, IMPOSSIBLE_MY_NUMBER)
    elements = [
        (0xDF22, person.name.encode()),
        (0xDF23, person.address.encode()),
        (0xDF24, f"{person.birth_date:%Y%m%d}".encode("ascii")),
        (0xDF25, SEX_CODES[person.sex]),
    ]
    own_key = encode.tlv(0xDF51, encode.public_key(key.public_key()))
    basic = encode.tlv(0xDF41, bytes.fromhex("06030E01")) + encode.tlv(0xDF42, key_id(b"6000033"))
    return {
        0x0001: number,
        0x0002: encode.record(0xFF20, elements),
        0x0003: text_integrity(number, elements, ca),
        0x0004: ca.text.certificate(),
        0x0005: encode.tlv(0xFF40, basic),
        0x0006: encode.tlv(0xA1, encode.public_key(key.public_key())),
        0x0007: encode.tlv(0xFF50, own_key + encode.tlv(0xDF52, ca.text.sign(own_key))),
    }


def text_integrity(number: bytes, elements: list[tuple[int, bytes]], ca: CardAuthority) -> bytes:
    """Text EF 0003: DF31 covers the physical number file, DF32 the text elements after the offset table."""
    digests = encode.tlv(0xDF31, sha256(number.ljust(NUMBER_FILE_BYTES, b"\xff")).digest())
    digests += encode.tlv(0xDF32, sha256(b"".join(encode.tlv(*e) for e in elements)).digest())
    return encode.tlv(0xFF30, digests + encode.tlv(0xDF33, ca.text.sign(digests)))

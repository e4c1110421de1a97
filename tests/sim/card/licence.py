"""Virtual driver's licences: files, PINs and access rights as public readers found them on physical cards.

    card = licence_card(LicenceHolder(...), photo, signer=generate_key())
    reading = read_licence(InProcessTransport(card), pin1="1234", pin2="5678", today=...)

What the real signature covers is not public: the virtual one covers the three files whole, so that a
`LicenceSignature` can be tested. `licence_negative` makes the licences that must not pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.sim.card import encode
from tests.sim.card.iso7816 import Application, File, PinObject, Quirks, VirtualCard

DF1_AID = bytes.fromhex("A0000002310100000000000000000000")
DF2_AID = bytes.fromhex("A0000002310200000000000000000000")
DF3_AID = bytes.fromhex("A0000002480300000000000000000000")

PIN1, PIN2 = 0x0001, 0x0002
PIN_LIMIT = 3

SIZES = {0x0001: 880, 0x0002: 82, 0x0003: 264, 0x0004: 640, 0x0005: 663, 0x0006: 256, 0x0007: 578}
"""Physical sizes of the files of DF1, bytes."""

PHOTO_BYTES = 2000
RESERVED_BYTES = 512

IMPOSSIBLE_NUMBER = "000000000000"
"""見本: no commission has the number 00."""

_ERAS = (
    (date(2019, 5, 1), "5"),
    (date(1989, 1, 8), "4"),
    (date(1926, 12, 25), "3"),
    (date(1912, 7, 30), "2"),
)
_TO_JIS = str.maketrans({"－": "−", "～": "〜"})
"""Two characters that the codec has under other code points."""


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A later entry made by a police station."""

    day: date
    address: str


@dataclass(frozen=True, slots=True)
class LicenceHolder:
    """An invented holder and what the licence says.

    Attributes:
        name, kana, address: text; "〓" stands for the first character that only exists as a bitmap.
        pins: PIN1 and PIN2, or None where none was chosen.
        domicile: 本籍.
        changes: later addresses, oldest first.
    """

    name: str
    kana: str
    address: str
    birth_date: date
    issued_on: date
    expires_on: date
    number: str = IMPOSSIBLE_NUMBER
    pins: tuple[str, str] | None = ("1234", "5678")
    domicile: str = "見本県見本市"
    changes: tuple[AddressChange, ...] = ()
    conditions: tuple[str, ...] = ("眼鏡等",)


HOLDER = LicenceHolder(
    name="見本　花子",
    kana="ミホン　ハナコ",
    address="東京都千代田区見本町１丁目２番３号",
    birth_date=date(1980, 2, 17),
    issued_on=date(2023, 3, 17),
    expires_on=date(2028, 3, 17),
)


@dataclass(frozen=True, slots=True)
class LicenceFiles:
    """What is written to one licence: file contents without filler, and the holder's PINs."""

    master: Mapping[int, bytes]
    entries: Mapping[int, bytes] = field(repr=False)
    photo: bytes = field(repr=False)
    pins: tuple[str, str] | None


def personalise_licence(holder: LicenceHolder, photo: bytes, *, signer: RSAPrivateKey) -> LicenceFiles:
    """Make the files of a licence.

    Args:
        holder: invented.
        photo: JPEG 2000 codestream, at most 2,000 bytes.
        signer: the commission's key.
    """
    common = b"009" + _bcd(holder.issued_on) + _bcd(holder.expires_on)
    master = {
        0x2F01: encode.tlv(0x45, common) + encode.tlv(0x46, b"\x01\x02"),
        0x000A: encode.tlv(0x05, bytes((holder.pins is not None,))),
    }
    entries = {
        0x0001: _entries(holder),
        0x0002: encode.tlv(0x41, jis(holder.domicile)),
        0x0003: b"",
        0x0004: _changes(holder.changes),
        0x0005: b"",
        0x0006: b"",
    }
    photo_file = encode.tlv(0x5F40, photo.ljust(PHOTO_BYTES, b"\x00"))
    signed = _physical(entries, 0x0001) + _physical(entries, 0x0002) + photo_file
    entries[0x0007] = _signature(signer, signed)
    return LicenceFiles(master, entries, photo_file, holder.pins)


def licence_card(files: LicenceFiles, *, quirks: Quirks | None = None) -> VirtualCard:
    """Put files on a card."""
    codes = files.pins or ("****", "****")
    pins = {
        number: PinObject(code.encode("ascii"), PIN_LIMIT)
        for number, code in zip((PIN1, PIN2), codes, strict=True)
    }
    master = Application(b"", {number: File(content) for number, content in files.master.items()}, pins)
    first, both = frozenset((PIN1,)), frozenset((PIN1, PIN2))
    entries = {
        number: File(_physical(files.entries, number), opened_by_all=both if number in (2, 6) else first)
        for number in SIZES
    }
    applications = {
        DF1_AID: Application(DF1_AID, entries, {}),
        DF2_AID: Application(DF2_AID, {0x0001: File(files.photo, opened_by_all=both)}, {}),
        DF3_AID: Application(DF3_AID, {0x0001: File(b"\xff" * RESERVED_BYTES)}, {}),
    }
    return VirtualCard(applications, quirks or Quirks(), master=master)


def jis(text: str) -> bytes:
    """JIS X 0208 in two bytes; 〓 becomes 外字 FFF1."""
    codes = (b"\xff\xf1" if char == "〓" else _jis_character(char) for char in text.translate(_TO_JIS))
    return b"".join(codes)


def era_date(day: date) -> bytes:
    """Era digit and YYMMDD."""
    first, digit = next(era for era in _ERAS if era[0] <= day)
    return f"{digit}{day.year - first.year + 1:02d}{day:%m%d}".encode("ascii")


def _jis_character(char: str) -> bytes:
    encoded = char.encode("euc_jis_2004")
    assert len(encoded) == 2, "JIS X 0208 has two-byte characters only"
    return bytes(byte & 0x7F for byte in encoded)


def _entries(holder: LicenceHolder) -> bytes:
    conditions = [*holder.conditions, *[""] * (4 - len(holder.conditions))]
    values = {
        0x11: b"\x02",
        0x12: jis(holder.name),
        0x13: jis(holder.kana),
        0x14: b"",
        0x15: jis(holder.kana),
        0x16: era_date(holder.birth_date),
        0x17: jis(holder.address),
        0x18: era_date(holder.issued_on),
        0x19: b"00001",
        0x1A: jis("優良"),
        0x1B: era_date(holder.expires_on),
        **{0x1C + i: jis(text) for i, text in enumerate(conditions)},
        0x20: jis("見本県公安委員会"),
        0x21: holder.number.encode("ascii"),
        **dict.fromkeys(range(0x22, 0x34), b"0000000"),
    }
    return b"".join(encode.tlv(tag, value) for tag, value in values.items())


def _changes(changes: Sequence[AddressChange]) -> bytes:
    if not changes:
        return b""
    groups = [
        encode.tlv(0x51, b"\x02")
        + encode.tlv(0x52, era_date(change.day))
        + encode.tlv(0x56, jis(change.address))
        + encode.tlv(0x53, jis("見本県公安委員会"))
        for change in changes
    ]
    return encode.tlv(0x50, b"1") + b"".join(groups)


def _signature(signer: RSAPrivateKey, signed: bytes) -> bytes:
    texts = {0xB2: b"\x01", 0xB3: jis("見本"), 0xB4: jis("見本"), 0xB5: b"\x01" * 20}
    signature = signer.sign(signed, PKCS1v15(), hashes.SHA256())
    return encode.tlv(0xB1, signature) + b"".join(encode.tlv(tag, value) for tag, value in texts.items())


def _physical(entries: Mapping[int, bytes], number: int) -> bytes:
    return entries[number].ljust(SIZES[number], b"\xff")


def _bcd(day: date) -> bytes:
    return bytes.fromhex(f"{day:%Y%m%d}")

"""What is written to a virtual passport: the zone, the data groups and the list of them.

ICAO Doc 9303 part 4 (zone), part 10 (files); ISO/IEC 19794-5:2005 (photograph). The zone is the specimen of
part 4 (Utopia) or invented; 見本.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.sim.card import encode
from verifier.card.passport.mrz import check_digit


@dataclass(frozen=True, slots=True)
class PassportFiles:
    """What is written to a chip.

    Attributes:
        zone: 88 characters; opens the chip.
        groups: encoded data groups by number.
        com, sod: encoded files.
    """

    zone: str
    groups: dict[int, bytes]
    com: bytes
    sod: bytes


def zone(
    *,
    number: str = "TR1234567",
    surname: str = "MIHON",
    given_names: str = "HANAKO",
    birth: str = "800217",
    sex: str = "F",
    expiry: str = "350216",
    state: str = "UTO",
) -> str:
    """Two lines of a TD3 zone with right check digits; dates as YYMMDD."""
    first = f"P<{state}{surname}<<{given_names.replace(' ', '<')}".ljust(44, "<")[:44]
    number = number.ljust(9, "<")
    fields = [text + check_digit(text) for text in (number, birth, expiry, "<" * 14)]
    line = f"{fields[0]}{state}{fields[1]}{sex}{fields[2]}{fields[3]}"
    return first + line + check_digit("".join(fields))


def face_template(image: bytes, *, feature_points: int = 1) -> bytes:
    """DG2 with one facial record of ISO/IEC 19794-5:2005."""
    data_type = b"\x00" if image.startswith(b"\xff\xd8") else b"\x01"
    points = bytes.fromhex("0100000000000000")[:8] * feature_points
    face = feature_points.to_bytes(2, "big") + bytes(14) + points
    face += b"\x01" + data_type + bytes(10) + image
    face = (len(face) + 4).to_bytes(4, "big") + face
    record = b"FAC\x00010\x00" + (len(face) + 14).to_bytes(4, "big") + b"\x00\x01" + face
    header = encode.tlv(0xA1, encode.tlv(0x81, b"\x02") + encode.tlv(0x88, b"\x00\x08"))
    template = encode.tlv(0x7F60, header + encode.tlv(0x5F2E, record))
    return encode.tlv(0x75, encode.tlv(0x7F61, encode.tlv(0x02, b"\x01") + template))


def data_groups(text: str, portrait: bytes) -> dict[int, bytes]:
    """DG1 with the zone and DG2 with the encoded photograph."""
    return {1: encode.tlv(0x61, encode.tlv(0x5F1F, text.encode("ascii"))), 2: face_template(portrait)}


def com(groups: dict[int, bytes]) -> bytes:
    """EF.COM: versions, and which groups there are."""
    tags = bytes(content[0] for _, content in sorted(groups.items()))
    versions = encode.tlv(0x5F01, b"0107") + encode.tlv(0x5F36, b"040000")
    return encode.tlv(0x60, versions + encode.tlv(0x5C, tags))

"""Virtual driver's licences that must not pass, each with the code it must be refused with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.sim.card import encode
from tests.sim.card.iso7816 import VirtualCard
from tests.sim.card.licence import (
    PHOTO_BYTES,
    AddressChange,
    LicenceFiles,
    LicenceHolder,
    era_date,
    jis,
    licence_card,
    personalise_licence,
)


@dataclass(frozen=True, slots=True)
class LicenceBlank:
    """What a forger has at hand: a holder, two photographs, the commission's key and one of his own."""

    holder: LicenceHolder
    photo: bytes
    other_photo: bytes
    signer: RSAPrivateKey
    other_signer: RSAPrivateKey

    def files(self, **changes: object) -> LicenceFiles:
        """A genuine licence, or one whose holder differs."""
        holder = replace(self.holder, **changes)  # type: ignore[arg-type]
        return personalise_licence(holder, self.photo, signer=self.signer)

    def with_file(self, number: int, content: bytes) -> VirtualCard:
        """A genuine licence but for one file of DF1."""
        files = self.files()
        return licence_card(replace(files, entries={**files.entries, number: content}))


def photo_replaced(blank: LicenceBlank) -> VirtualCard:
    """Somebody else's photograph."""
    other = encode.tlv(0x5F40, blank.other_photo.ljust(PHOTO_BYTES, b"\x00"))
    return licence_card(replace(blank.files(), photo=other))


def name_edited(blank: LicenceBlank) -> VirtualCard:
    """The name was changed, the signature was not."""
    other = blank.files(name="見本　次郎")
    return blank.with_file(0x0001, other.entries[0x0001])


def forged_signature(blank: LicenceBlank) -> VirtualCard:
    """Consistent, but signed by the forger's own key."""
    return licence_card(personalise_licence(blank.holder, blank.photo, signer=blank.other_signer))


def expired(blank: LicenceBlank) -> VirtualCard:
    """Genuine, but its last day is past."""
    return licence_card(blank.files(expires_on=date(2020, 3, 17)))


def expiry_prolonged(blank: LicenceBlank) -> VirtualCard:
    """The free file names a later year than the entries."""
    files, later = blank.files(), blank.files(expires_on=date(2033, 3, 17))
    return licence_card(replace(files, master=later.master))


def name_with_gaiji(blank: LicenceBlank) -> VirtualCard:
    """A character of the name exists only as a bitmap."""
    return licence_card(blank.files(name="見本　〓子"))


def unknown_changes(blank: LicenceBlank) -> VirtualCard:
    """A later entry that does not have the layout we know."""
    return blank.with_file(0x0004, encode.tlv(0x71, jis("見本")))


def moved_since(blank: LicenceBlank) -> VirtualCard:
    """A later address in the layout we assume, which nobody has confirmed."""
    return licence_card(blank.files(changes=(AddressChange(date(2025, 4, 1), "見本県見本市"),)))


def change_cut_off(blank: LicenceBlank) -> VirtualCard:
    """A later entry without its commission."""
    return blank.with_file(0x0004, encode.tlv(0x50, b"1") + encode.tlv(0x52, b"5080101"))


REFUSED: dict[Callable[[LicenceBlank], VirtualCard], str] = {
    photo_replaced: "chip.data_signature_invalid",
    name_edited: "chip.data_signature_invalid",
    forged_signature: "chip.data_signature_invalid",
    expired: "chip.expired",
    expiry_prolonged: "chip.expiry_mismatch",
    name_with_gaiji: "chip.text_gaiji",
    unknown_changes: "chip.changes_unreadable",
    change_cut_off: "chip.changes_unreadable",
    moved_since: "chip.changes_unverified",
}
"""Read, and refused by a check with this code; the first three only where a signature can be judged."""


def photo_not_jpeg2000(blank: LicenceBlank) -> VirtualCard:
    """A PNG in the photograph's place."""
    png = b"\x89PNG\r\n\x1a\n".ljust(PHOTO_BYTES, b"\x00")
    return licence_card(replace(blank.files(), photo=encode.tlv(0x5F40, png)))


def name_missing(blank: LicenceBlank) -> VirtualCard:
    """An empty name."""
    return licence_card(blank.files(name=""))


def name_twice(blank: LicenceBlank) -> VirtualCard:
    """A second name follows the first."""
    genuine = blank.files().entries[0x0001]
    return blank.with_file(0x0001, genuine + encode.tlv(0x12, jis("見本　次郎")))


def impossible_birth_date(blank: LicenceBlank) -> VirtualCard:
    """The 31st of February."""
    return _edited(blank, era_date(blank.holder.birth_date), b"3550231")


def huge_element(blank: LicenceBlank) -> VirtualCard:
    """A name of 65,535 bytes."""
    return blank.with_file(0x0001, bytes.fromhex("1282FFFF") + bytes(400))


def half_a_character(blank: LicenceBlank) -> VirtualCard:
    """A name with an odd number of bytes."""
    genuine = blank.files().entries[0x0001]
    name = jis(blank.holder.name)
    return blank.with_file(0x0001, genuine.replace(encode.tlv(0x12, name), encode.tlv(0x12, name[:-1])))


def letters_in_number(blank: LicenceBlank) -> VirtualCard:
    """A number that is none."""
    return licence_card(blank.files(number="00000000000A"))


UNREADABLE: dict[Callable[[LicenceBlank], VirtualCard], str] = {
    photo_not_jpeg2000: "card.portrait_format",
    name_missing: "card.tlv_missing",
    name_twice: "card.tlv_duplicate",
    impossible_birth_date: "card.date_malformed",
    huge_element: "card.tlv_truncated",
    half_a_character: "card.text_malformed",
    letters_in_number: "card.number_malformed",
}
"""Malformed: the reading raises InvalidInput with this code."""


def _edited(blank: LicenceBlank, old: bytes, new: bytes) -> VirtualCard:
    return blank.with_file(0x0001, blank.files().entries[0x0001].replace(old, new))

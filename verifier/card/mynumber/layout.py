"""Where a My Number card keeps what may be read for KYC: applications, files, tags.

Only what 照合番号B opens. The files that hold the My Number, 照合番号A and the 4-digit PIN are left out on
purpose: they must not be collected for KYC (番号利用法 art. 20), so this package has no name for them.

Source: layouts read from physical cards (myna-card, jpki/myna), see each tag.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Application:
    """One application of the card.

    Attributes:
        aid: application identifier.
        pin_b: file of 照合番号B; each application has its own.
        record: EF 0002 (FF20): what is printed on the card, as images or as text.
        certificate: EF 0004 (7F21): the certificate whose key signed this application's records.
    """

    aid: bytes
    pin_b: int
    record: int = 0x0002
    certificate: int = 0x0004


VISUAL: Final = Application(bytes.fromhex("D3921000310001010402"), pin_b=0x0012)
"""券面事項確認AP."""

TEXT: Final = Application(bytes.fromhex("D3921000310001010408"), pin_b=0x0015)
"""券面事項入力補助AP."""

TEXT_INTEGRITY_FILE: Final = 0x0003
"""FF30: digests over the text files, signed."""

RECORD: Final = 0xFF20
OFFSETS: Final = 0xDF21
"""First element of both records: 16-bit file offsets of all elements after it."""

INTEGRITY: Final = 0xFF30

CERTIFICATE: Final = 0x7F21
CERTIFICATE_BODY: Final = 0x5F4E
"""証明者鍵ID (16 bytes), 被証明者鍵ID (16 bytes), public key (265 bytes)."""

CERTIFICATE_SIGNATURE: Final = 0x5F37


class VisualTag:
    """Elements of the visual record, in file order."""

    BIRTH_DATE: Final = 0xDF22
    SEX: Final = 0xDF23
    CARD_KEY: Final = 0xDF24
    NAME_IMAGE: Final = 0xDF25
    ADDRESS_IMAGE: Final = 0xDF26
    PORTRAIT: Final = 0xDF27
    SIGNATURE: Final = 0xDF28
    EXPIRY: Final = 0xDF29
    SECURITY_CODE_IMAGE: Final = 0xDF2A


VISUAL_TAGS: Final = (OFFSETS, *range(VisualTag.BIRTH_DATE, VisualTag.SECURITY_CODE_IMAGE + 1))


class TextTag:
    """Elements of the text record, in file order."""

    NAME: Final = 0xDF22
    ADDRESS: Final = 0xDF23
    BIRTH_DATE: Final = 0xDF24
    SEX: Final = 0xDF25


TEXT_TAGS: Final = (OFFSETS, *range(TextTag.NAME, TextTag.SEX + 1))


class IntegrityTag:
    """Elements of the text integrity record, in file order."""

    NUMBER_DIGEST: Final = 0xDF31
    """Covers a file that is never read here; needed only because the signature covers it."""

    RECORD_DIGEST: Final = 0xDF32
    SIGNATURE: Final = 0xDF33


INTEGRITY_TAGS: Final = tuple(range(IntegrityTag.NUMBER_DIGEST, IntegrityTag.SIGNATURE + 1))

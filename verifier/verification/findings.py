"""What a document contributes to the record: its holder, its own particulars, its photograph, its files.

Decides nothing; a surface that lacks an attribute of the record contributes nothing, and is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from verifier.documents import front_files
from verifier.errors import InvalidInput
from verifier.image import encode_png
from verifier.ocr.holder import printed_date, printed_holder
from verifier.types import ChipReading, DocumentDetails, Person, SurfaceReading
from verifier.verification.hints import hint

PRINTED_OF_RECORD: Final = ("name", "address", "birth_date", "sex", "expires_on")
"""Fields without which a surface cannot stand in a record."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What one document contributed.

    Attributes:
        person: attributes of record; None unless read from the document of record.
        document: kind, expiry and issuer.
        portrait: the document's photograph (encoded image), None if not obtained.
        files: what a record must keep, by name.
    """

    person: Person | None
    document: DocumentDetails
    portrait: bytes | None = field(default=None, repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def findings_of_chip(chip: ChipReading) -> Findings:
    """What an opened chip contributes.

    Raises:
        InvalidInput: its picture of the front is none ("card.front_*").
    """
    document = DocumentDetails(chip.kind, chip.expires_on, chip.issuer_key_id)
    return Findings(chip.person, document, chip.portrait, front_files(chip))


def findings_of_surface(surface: SurfaceReading) -> Findings:
    """What photographs of the surface contribute where no chip is read.

    Raises:
        InvalidInput: an attribute of the record was not read ("ocr.no_consensus").
    """
    missing = [name for name in PRINTED_OF_RECORD if name not in surface.fields]
    if missing:
        code = "ocr.no_consensus"
        raise InvalidInput(code, f"not read from the card: {', '.join(missing)}", hint=hint(code))
    document = DocumentDetails(surface.kind, printed_date(surface.fields["expires_on"]), None)
    portrait = None if surface.portrait is None else encode_png(surface.portrait)
    return Findings(printed_holder(surface.fields), document, portrait)

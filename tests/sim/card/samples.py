"""Invented persons and textured stand-in portraits (no face) for card tests; 見本, nobody's data.

Key pairs take a second to make, so one blank is made per process and shared: never change it, `replace` it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import cv2
import numpy as np

from tests.sim.card.authority import CardAuthority, generate_key
from tests.sim.card.images import PORTRAIT_BYTES, portrait_jp2
from tests.sim.card.jpki import JpkiAuthority, SigningCard
from tests.sim.card.jpki_negative import JpkiBlank
from tests.sim.card.licence import HOLDER
from tests.sim.card.licence_negative import LicenceBlank
from tests.sim.card.negative import Blank
from tests.sim.card.passport_files import zone
from tests.sim.card.passport_issuer import PassportIssuer
from tests.sim.card.passport_negative import PassportBlank
from tests.sim.card.residence import ImmigrationIssuer, ResidenceHolder
from tests.sim.card.residence_negative import ResidenceBlank
from verifier.types import Person, Sex

TODAY = date(2026, 11, 22)

HANAKO = Person("見本　花子", "東京都千代田区見本町１丁目２番３号", date(1980, 2, 17), Sex.FEMALE)
"""Her 照合番号B is the vector confirmed on a test card: 55021720352285."""

TARO = Person("見本　太郎", "大阪府大阪市見本区見本１－２－３", date(1991, 7, 3), Sex.MALE)


@cache
def blank() -> Blank:
    """Everything needed to make genuine and forged cards."""
    return Blank(
        person=HANAKO,
        other_person=TARO,
        portrait=textured_portrait(1),
        other_portrait=textured_portrait(2),
        expires_on=date(2035, 2, 17),
        security_code="2285",
        ca=CardAuthority.generate(),
        other_ca=CardAuthority.generate(),
        card_key=generate_key(),
        other_key=generate_key(),
    )


def textured_portrait(seed: int, *, size_bytes: int = PORTRAIT_BYTES, codestream: bool = False) -> bytes:
    """A JPEG 2000 of blurred noise: as hard to compress as skin and hair, but no face."""
    noise = np.random.default_rng(seed).integers(0, 256, (300, 240, 3), dtype=np.uint8)
    image = cv2.GaussianBlur(noise, (0, 0), 5.0).astype(np.uint8)
    return portrait_jp2(image, size_bytes=size_bytes, codestream=codestream)


def textured_jpeg(seed: int) -> bytes:
    """A JPEG of blurred noise, 413 x 531 px, about 20 kB: the order of size reported of passports."""
    noise = np.random.default_rng(seed).integers(0, 256, (531, 413, 3), dtype=np.uint8)
    _, encoded = cv2.imencode(".jpg", cv2.GaussianBlur(noise, (0, 0), 3.0), [cv2.IMWRITE_JPEG_QUALITY, 82])
    return encoded.tobytes()


@cache
def licence_blank() -> LicenceBlank:
    """Everything needed to make genuine and forged licences."""
    return LicenceBlank(
        holder=HOLDER,
        photo=textured_portrait(1, size_bytes=1800, codestream=True),
        other_photo=textured_portrait(2, size_bytes=1800, codestream=True),
        signer=generate_key(),
        other_signer=generate_key(),
    )


@cache
def residence_blank() -> ResidenceBlank:
    """Everything needed to make genuine and forged residence cards."""
    return ResidenceBlank(
        holder=ResidenceHolder(),
        portrait=textured_portrait(1, size_bytes=2700),
        other_portrait=textured_portrait(2, size_bytes=2700),
        issuer=(issuer := ImmigrationIssuer.generate()),
        other_issuer=ImmigrationIssuer.generate(),
        ended_issuer=issuer.renewed(valid_until=datetime(2024, 1, 1, tzinfo=UTC)),
        other_key=generate_key(),
    )


@cache
def jpki_blank() -> JpkiBlank:
    """Everything needed to make genuine and forged signature cards."""
    return JpkiBlank(
        authority=JpkiAuthority.generate(),
        impostor=JpkiAuthority.generate(),
        person=HANAKO,
        key=generate_key(),
        other_key=generate_key(),
    )


def jpki_authority() -> JpkiAuthority:
    """The authority that verifiers pin."""
    return jpki_blank().authority


@cache
def signing_card() -> SigningCard:
    """What is written to Hanako's genuine card for signing."""
    return jpki_blank().issue()


@cache
def passport_blank() -> PassportBlank:
    """Everything needed to make genuine and forged passports; portraits as large as real ones."""
    return PassportBlank(
        issuer=PassportIssuer.generate(),
        other=PassportIssuer.generate(country="XX"),
        zone=zone(),
        portrait=textured_jpeg(1),
        other_portrait=textured_jpeg(2),
    )

"""Documents other than the My Number card: what opens each chip, and its reading by one call.

Decides nothing about a person. Knows that only a licence has PINs that can be spent, and that a residence
card's chip holds name and dates as a picture only, so that they come from what the customer stated. Keys are
values: typed by the customer, or read from the document's surface.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from verifier.card.licence import read_licence
from verifier.card.licence.signature import LicenceSignature
from verifier.card.passport import parse_td3, parse_zone_keys, read_passport
from verifier.card.residence import decode_front, read_residence_card
from verifier.card.transport import Transport
from verifier.card.trust import TrustStore
from verifier.errors import InvalidInput
from verifier.image import encode_png
from verifier.ocr.documents import chip_access
from verifier.ocr.holder import printed_date, printed_holder
from verifier.ocr.submit import PriorTry, pin_digest
from verifier.types import CheckResult, ChipReading, Person, SurfaceReading
from verifier.verification.hints import hint

ACCESS_CHECKS: Final = ("chip.pin", "chip.pin2", "chip.access")
"""Whether the chip opened at all; until it did, nothing was learnt about the person."""

FRONT_FILE: Final = "chip-front.tiff"
FRONT_PICTURE: Final = "photo-chip-front.png"
"""Attachments of a verdict: the signed picture of the front that a residence card's chip holds, as it is and
as a reviewer's browser shows it."""

ZONE_KEY_CHARACTERS: Final = 24

SURFACES: Final = {"residence_card": "residence", "passport": "passport"}
"""Kinds of document -> names of their surfaces (`verifier.ocr.kinds`)."""

KEYS_HINT: Final = "let the customer type it again, with care; what was refused is never sent twice"


@dataclass(frozen=True, slots=True)
class LicenceKeys:
    """Opens a driver's licence: PIN1 and PIN2, four digits each; None where the holder chose none."""

    pin1: str | None = field(repr=False)
    pin2: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResidenceKeys:
    """Opens a residence card or special permanent resident certificate.

    Attributes:
        number: printed at the top right.
        stated: the holder as stated by the customer; a reviewer compares it with the signed front.
        expires_on: as printed.
    """

    number: str = field(repr=False)
    stated: Person | None = field(default=None, repr=False)
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class PassportKeys:
    """Opens a passport.

    Attributes:
        zone: both lines of its machine-readable zone, 88 characters; or number, birth and expiry with their
            check digits, 24 characters, where only these were read.
    """

    zone: str = field(repr=False)


DocumentKeys: TypeAlias = LicenceKeys | ResidenceKeys | PassportKeys


@dataclass(frozen=True, slots=True)
class FromSurface:
    """The keys are to be read from photographs of the document; a licence's PINs are printed nowhere."""

    kind: Literal["residence_card", "passport"]


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """What a reading is judged by.

    Attributes:
        trust: the authorities to believe.
        today: civil date in Japan.
        randomness: n -> n fresh random bytes.
        licence_signature: judges a licence's signature; None while nothing can.
    """

    trust: TrustStore
    today: date
    randomness: Callable[[int], bytes]
    licence_signature: LicenceSignature | None = None


def read_document(
    card: Transport,
    keys: DocumentKeys,
    terms: ReadingTerms,
    *,
    on_try: Callable[[], None],
    on_opened: Callable[[], None],
) -> ChipReading:
    """Read and judge the document that the keys belong to.

    Args:
        card: freshly reset.
        keys: see `DocumentKeys`.
        terms: see ReadingTerms.
        on_try: called before a PIN is sent; when it raises, none is.
        on_opened: called once the PINs were taken.

    Raises:
        InvalidInput: malformed keys ("card.*", "mrz.*"), another document on the reader, or malformed data.
        Unavailable: card or reader gone ("card.*").
    """
    match keys:
        case LicenceKeys():
            return read_licence(
                card,
                pin1=keys.pin1,
                pin2=keys.pin2,
                today=terms.today,
                verifier=terms.licence_signature,
                on_try=on_try,
                on_opened=on_opened,
            )
        case ResidenceKeys():
            return _read_residence(card, keys, terms)
        case PassportKeys():
            text = "".join(keys.zone.split())
            is_short = len(text) == ZONE_KEY_CHARACTERS
            zone = parse_zone_keys(text) if is_short else parse_td3(text, today=terms.today)
            return read_passport(
                card, mrz=zone, trust=terms.trust, today=terms.today, randomness=terms.randomness
            )


def keys_of_surface(surface: SurfaceReading) -> DocumentKeys:
    """What photographs give of the keys, and of what the chip holds as a picture only.

    Raises:
        InvalidInput: the code of the first check that did not pass ("ocr.*", "mrz.*"): nothing may be sent.
    """
    access = chip_access(surface)
    if access is None:
        unmet = next((check.code for check in surface.checks if check.code), "ocr.no_consensus")
        raise InvalidInput(
            unmet,
            "what opens the chip was not read from the photographs",
            hint=hint(unmet, "photograph the document again, or let the customer type it"),
        )
    if surface.kind == "passport":
        return PassportKeys(access)
    return ResidenceKeys(
        access, printed_holder(surface.fields), printed_date(surface.fields.get("expires_on"))
    )


def prior_try(keys: DocumentKeys, case_secret: bytes) -> PriorTry:
    """How a case remembers the PINs about to be sent; numbers and zones have no counter to protect."""
    secret = f"{keys.pin1}/{keys.pin2}" if isinstance(keys, LicenceKeys) else ""
    return PriorTry(pin_digest(secret.encode().hex(), case_secret), "typed")


def front_files(reading: ChipReading) -> dict[str, bytes]:
    """What a record and a reviewer need of the chip's own picture of the front; nothing where it has none.

    Raises:
        InvalidInput: a signed picture that is none ("card.front_*").
    """
    if reading.front is None:
        return {}
    return {FRONT_FILE: reading.front, FRONT_PICTURE: encode_png(decode_front(reading.front))}


def unopened(reading: ChipReading) -> CheckResult | None:
    """The check that kept the chip shut; None when it opened."""
    access = (check for check in reading.checks if check.check in ACCESS_CHECKS)
    return next((check for check in access if not check.passed), None)


def _read_residence(card: Transport, keys: ResidenceKeys, terms: ReadingTerms) -> ChipReading:
    reading = read_residence_card(
        card,
        card_number=keys.number,
        trust=terms.trust,
        today=terms.today,
        expires_on=keys.expires_on,
        randomness=terms.randomness,
    )
    stated = keys.stated
    if stated is None or reading.front is None:
        return reading
    # a municipality's later entry on the chip takes the place of the printed address
    return replace(reading, person=replace(stated, address=reading.texts.get("address") or stated.address))

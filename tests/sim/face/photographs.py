"""The photographs that tests and the demonstration use: where they come from, and under which terms.

Loads and checks; never downloads (scripts/fetch_models.py --photos does). Origin and terms of each:
README.md here.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import PIL.Image

from scripts.fetch_models import DEFAULT_PHOTO_ROOT, PHOTO_DIGESTS
from verifier.errors import Corrupt, Unavailable
from verifier.image import decode_image
from verifier.models import sha256_of

if TYPE_CHECKING:
    from verifier.face.models import FaceModels
    from verifier.types import Image

WHITE_HOUSE: Final = (
    "official White House photograph by Pete Souza: US federal government work, see README.md"
)
CHIP_SIZE: Final = (192, 240)
"""Width and height of the photograph on a My Number card's chip as simulated here, pixels."""
CHIP_BYTES: Final = 2_200
"""About what a chip stores for the photograph; the JPEG 2000 encoder is told to reach it."""
CHIP_EYE_SHARE: Final = 0.20
"""Eye distance / picture width: a face of about 90 pixels."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """One photograph of one person.

    Attributes:
        key: short name.
        person: who is the same person as whom.
        sha256: of the file.
        licence: one line for the demonstration's output.
    """

    key: str
    person: str
    sha256: str
    licence: str


ASTRONAUT: Final = Photograph(
    "astronaut",
    "collins",
    "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    "NASA portrait of Eileen Collins, public domain, from scikit-image",
)
OBAMA: Final = Photograph("obama.jpg", "obama", PHOTO_DIGESTS["obama.jpg"], WHITE_HOUSE)
OBAMA_SPEAKING: Final = Photograph("obama2.jpg", "obama", PHOTO_DIGESTS["obama2.jpg"], WHITE_HOUSE)
BIDEN: Final = Photograph("biden.jpg", "biden", PHOTO_DIGESTS["biden.jpg"], WHITE_HOUSE)


def load_photograph(photograph: Photograph, root: Path = DEFAULT_PHOTO_ROOT) -> Image:
    """Decode one photograph after comparing its digest.

    Raises:
        Unavailable: it is not installed ("photo.missing"). Corrupt: another digest ("photo.digest_mismatch").
    """
    return decode_image(checked_path(photograph, root).read_bytes())


def checked_path(photograph: Photograph, root: Path = DEFAULT_PHOTO_ROOT) -> Path:
    """Where the file lies, after comparing its digest; errors as in `load_photograph`."""
    path = _astronaut_path() if photograph is ASTRONAUT else root / photograph.key
    hint = "run: python -m scripts.fetch_models --photos"
    if path is None or not path.is_file():
        raise Unavailable("photo.missing", f"photograph {photograph.key} is not installed", hint=hint)
    if sha256_of(path) != photograph.sha256:
        raise Corrupt(
            "photo.digest_mismatch", f"photograph {photograph.key} is not the expected file", hint=hint
        )
    return path


def chip_portrait(photo: Image, models: FaceModels) -> bytes:
    """What a card's chip would hold of a person: a small grey JPEG 2000 file, strongly compressed.

    Args:
        photo: photograph of one person, BGR.
        models: used once, to find the face.
    """
    image, face = models.portrait_face(photo)
    width, height = CHIP_SIZE
    centre_x, centre_y = (float(value) for value in face.keypoints[:3].mean(axis=0))
    half_width = face.eye_distance / CHIP_EYE_SHARE / 2
    half_height = half_width * height / width
    box = (centre_x - half_width, centre_y - half_height, centre_x + half_width, centre_y + half_height)
    grey = PIL.Image.fromarray(image[..., ::-1]).convert("L")
    small = grey.transform(
        CHIP_SIZE, PIL.Image.Transform.EXTENT, box, PIL.Image.Resampling.BICUBIC, fillcolor=200
    )
    stream = io.BytesIO()
    ratio = width * height / CHIP_BYTES
    small.save(stream, "JPEG2000", quality_mode="rates", quality_layers=[ratio], irreversible=True)
    return stream.getvalue()


def _astronaut_path() -> Path | None:
    spec = find_spec("skimage")
    return Path(spec.origin).parent / "data" / "astronaut.png" if spec and spec.origin else None

"""Do two pictures show one person? For the command line and for whoever holds stills, not a clip.

Decides: match, no match, or a person must look, with the score, the limits, and how many strangers would
reach as much by chance. One portrait against one or several pictures of the person. Says nothing about
whether anybody was alive in front of a camera.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from verifier.face.match import verdict, withheld
from verifier.face.quality import (
    Quality,
    assess,
    blocked,
    faults,
    shared_obstacle,
    weight,
    weighted_median,
)
from verifier.types import CheckResult, Image

if TYPE_CHECKING:
    from verifier.face.faces import Embedding
    from verifier.face.models import FaceModels

PORTRAIT_PARDON: Final = frozenset({"face.cut_off", "face.too_small", "face.blurred"})
"""What a document's photograph may be: cropped tightly, small, softened by its compression."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The one face of one still.

    Attributes:
        embedding: unit length.
        quality: how well it can be judged.
        faults: reason codes; what a document's photograph may be is left out for one.
    """

    embedding: Embedding
    quality: Quality
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of a comparison.

    Attributes:
        result: "face.match": PASSED, FAILED "face.no_match", UNDECIDED "face.review_band",
            "face.no_threshold" or the fault that no score makes good ("face.cut_off", ...).
        portrait: the first picture's face.
        pictures: the others', in the order given.
    """

    result: CheckResult
    portrait: Seen
    pictures: tuple[Seen, ...]


def look(image: Image, models: FaceModels, *, portrait: bool = False) -> Seen:
    """Find and measure the one face of a still.

    Raises:
        InvalidInput: no face ("face.none") or no main face among several ("face.several").
    """
    seen, face, border = models.still_face(image, padded_first=portrait)
    quality = assess(seen, face, yaw=models.pose(seen, face).yaw, border=border)
    pardoned = PORTRAIT_PARDON if portrait else frozenset[str]()
    found = tuple(code for code in faults(quality) if code not in pardoned)
    return Seen(models.embedding(seen, face), quality, found)


def compare(portrait: Seen, pictures: Sequence[Seen], models: FaceModels) -> Comparison:
    """Compare a portrait with one or several pictures of a person; pure."""
    cosines = [float(portrait.embedding @ picture.embedding) for picture in pictures]
    weights = [weight(picture.quality) for picture in pictures]
    facts: dict[str, int | float] = {"pictures": len(cosines)}
    result = verdict(weighted_median(cosines, weights), models.pack, facts=facts)
    obstacle = blocked(portrait.faults) or shared_obstacle([picture.faults for picture in pictures])
    return Comparison(withheld(result, obstacle), portrait, tuple(pictures))

"""What a reviewer needs to judge a face match: the faces side by side, the score, and what it stands for.

Decides nothing. Made only where a person must decide; personal, and kept with the case's other evidence.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from verifier.errors import InvalidInput
from verifier.face.quality import faults
from verifier.image import encode_png

if TYPE_CHECKING:
    from verifier.face.faces import Face
    from verifier.face.models import FaceModels
    from verifier.face.track import FaceTrack
    from verifier.types import CheckResult, Clip, Image

REPORT_FILE: Final = "face-evidence.json"
PICTURE_FILE: Final = "photo-faces.png"
TILE_SIZE: Final = (240, 300)
"""Width and height of one face, pixels."""
EYE_DISTANCE_PX: Final = 80.0
EYES_Y: Final = 125.0
FRAMES_SHOWN: Final = 3
GREY: Final = (127, 127, 127)


def face_evidence(
    portrait: Image, clip: Clip, track: FaceTrack, result: CheckResult, models: FaceModels
) -> dict[str, bytes]:
    """Files for a reviewer by name; empty where one of the two faces was not found.

    Args:
        portrait: the document's photograph.
        clip: the live capture.
        track: what it shows.
        result: the check "face.match".
        models: the models that made the track.
    """
    try:
        image, face, _ = models.still_face(portrait)
    except InvalidInput:
        return {}
    frames = [key for key in track.frontal if key.face is not None][:FRAMES_SHOWN]
    if not frames:
        return {}
    tiles = [level_tile(image, face)]
    tiles += [level_tile(clip.frames[key.index], key.face) for key in frames if key.face is not None]
    noticed = {code for key in frames if key.quality is not None for code in faults(key.quality)}
    report = _report(result, models) | {"frames_ms": [key.t_ms for key in frames], "faults": sorted(noticed)}
    picture = encode_png(np.hstack(tiles).astype(np.uint8))
    return {PICTURE_FILE: picture, REPORT_FILE: json.dumps(report).encode()}


def level_tile(image: Image, face: Face) -> Image:
    """One face with level eyes `EYE_DISTANCE_PX` apart, so that faces can be compared feature by feature."""
    eyes = face.keypoints[:2].astype(float)
    across = eyes[1] - eyes[0]
    middle = eyes.mean(axis=0)
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    scale = EYE_DISTANCE_PX / max(float(np.linalg.norm(across)), 1.0)
    matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), angle, scale)
    matrix[:, 2] += np.array([TILE_SIZE[0] / 2, EYES_Y]) - middle
    return cv2.warpAffine(
        image, matrix, TILE_SIZE, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=GREY
    ).astype(np.uint8)


def _report(result: CheckResult, models: FaceModels) -> dict[str, Any]:
    limits = models.pack.match_threshold
    return {
        "picture": PICTURE_FILE,
        "shows": "the document's photograph, then frames of the clip; eyes level and equally far apart",
        "outcome": result.outcome.value,
        "code": result.code,
        "score": result.score,
        "accept_from": limits.accept if limits else None,
        "refuse_below": limits.reject if limits else None,
        "false_match_rate": result.facts.get("false_match_rate"),
        "false_match_floor": limits.floor if limits else None,
        "measured_with": limits.dataset if limits else None,
        "measured_on": limits.measured_on.isoformat() if limits else None,
        "model_pack": models.pack.name,
    }

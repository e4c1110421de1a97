"""How well one face can be judged on one picture: size, pose, blur, light, cover and framing. Pure.

Decides which pictures are fit to be compared and how much each of several counts. Knows no identity and no
score: a face cut off at the picture's edge still scores like the whole one (measured: .655 to .914), so bad
framing must be seen here or nowhere. What it cannot see: thin glasses, make-up, age, a mask with a printed
mouth.

Measured on 2026-11-22 on 173 yearbook portraits and 11 modern faces, clean, blurred, darkened and covered
(docs/measured/face-match.md); the figures beside each limit come from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verifier.face.faces import Face
    from verifier.types import Image

ALIGNED_SIDE: Final = 112
TEMPLATE: Final = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]],
    np.float32,
)
"""Where the five keypoints lie in an aligned face: ArcFace's template (J. Deng et al., arXiv:1801.07698)."""
CORE: Final = (slice(30, 106), slice(20, 92))
"""Rows and columns of the aligned face that show skin, not hair or background."""
EYE_REGIONS: Final = ((slice(44, 60), slice(28, 50)), (slice(44, 60), slice(62, 84)))
MOUTH_REGION: Final = (slice(82, 102), slice(36, 76))
BLACK: Final = 5
WHITE: Final = 250
"""Grey levels at and beyond which nothing is left to see."""

MIN_EYE_DISTANCE_PX: Final = 24.0
"""The embedding sees 35; a My Number card's photograph has about 38."""
MAX_YAW_DEGREES: Final = 25.0
"""Cosines between frontal and turned frames of one person fall to .74 here."""
FULL_YAW_DEGREES: Final = 10.0
MIN_SHARPNESS: Final = 0.10
FULL_SHARPNESS: Final = 0.20
"""Share of genuine pairs below 0.42 by the less sharp picture: 25 % under 0.12, 16 % to 0.16, 7 % to 0.20,
4 % above. A chip portrait of a sharp photograph: .31 to .58."""
MIN_BRIGHTNESS: Final = 40.0
FULL_BRIGHTNESS: Final = 70.0
MAX_CLIPPED: Final = 0.25
"""Ordinary light: mean 87 to 181 grey levels, nothing clipped; at 30 % of it 32 to 54."""
MIN_CONTRAST: Final = 12.0
"""Standard deviation, grey levels: ordinary light 32 and more, 30 % of it 9 to 14."""
MIN_EYE_LIGHT: Final = 0.35
"""Light of an eye's region against the face: open eyes .51 and more; dark glasses .12 to .15 (median)."""
MIN_MOUTH_DETAIL: Final = 0.35
"""Contrast of the mouth's region against the face: free .52 and more, a plain mask .04 (median)."""
MIN_INSIDE: Final = 0.95
"""Share of the aligned face that the picture shows: 173 whole faces 1.00, two cut ones .79 and .85."""
LEAST_WEIGHT: Final = 0.05
"""Of a picture that is unfit in one respect: it counts only beside others that are no better."""

BLOCKING: Final = frozenset({"face.cut_off", "face.eyes_covered", "face.mouth_covered", "face.turned"})
"""What no score makes good: the picture does not show the whole face."""

HINTS: Final = {
    "face.too_small": "come closer to the camera, or send the original picture",
    "face.turned": "look straight into the camera",
    "face.blurred": "hold still, wipe the lens, use more light",
    "face.too_dark": "use more light from the front",
    "face.too_bright": "avoid direct light on the face",
    "face.flat_light": "avoid fog, glare and light from behind",
    "face.eyes_covered": "take off dark glasses; keep hair and hands off the eyes",
    "face.mouth_covered": "take off the mask; keep hands off the mouth",
    "face.cut_off": "keep the whole face inside the picture",
}
"""What the person in front of the camera can do, by reason code."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Measurements of one face.

    Attributes:
        eye_distance: pixels of the picture.
        yaw: degrees from straight ahead, either side.
        sharpness: standard deviation of the Laplacian over that of the grey levels, aligned face.
        brightness: mean grey level, 0..255.
        contrast: standard deviation of the grey levels.
        clipped: share of black or white pixels.
        eye_light: the darker eye region's median over the face's.
        mouth_detail: standard deviation of the mouth's region over the face's.
        inside: share of the aligned face inside the picture.
    """

    eye_distance: float
    yaw: float
    sharpness: float
    brightness: float
    contrast: float
    clipped: float
    eye_light: float
    mouth_detail: float
    inside: float


def assess(image: Image, face: Face, *, yaw: float, border: int = 0) -> Quality:
    """Measure one face.

    Args:
        image: (H, W, 3) BGR; may carry a border that is not part of the picture.
        face: in pixels of `image`.
        yaw: how far it looks away, degrees of either sign.
        border: width of that border, pixels.
    """
    grey = aligned(image, face)
    core = grey[CORE]
    contrast, middle = float(core.std()) + 1e-6, float(np.median(core)) + 1e-6
    edges = cv2.Laplacian(grey, cv2.CV_32F)[CORE]
    return Quality(
        eye_distance=face.eye_distance,
        yaw=abs(yaw),
        sharpness=float(edges.std()) / contrast,
        brightness=float(core.mean()),
        contrast=contrast,
        clipped=float(((core <= BLACK) | (core >= WHITE)).mean()),
        eye_light=min(float(np.median(grey[eye])) for eye in EYE_REGIONS) / middle,
        mouth_detail=float(grey[MOUTH_REGION].std()) / contrast,
        inside=_inside(image.shape, face, border),
    )


def faults(quality: Quality) -> tuple[str, ...]:
    """Reason codes of everything that makes the picture unfit, worst first; see `HINTS`."""
    found = {
        "face.cut_off": quality.inside < MIN_INSIDE,
        "face.eyes_covered": quality.eye_light < MIN_EYE_LIGHT,
        "face.mouth_covered": quality.mouth_detail < MIN_MOUTH_DETAIL,
        "face.turned": quality.yaw > MAX_YAW_DEGREES,
        "face.too_small": quality.eye_distance < MIN_EYE_DISTANCE_PX,
        "face.too_dark": quality.brightness < MIN_BRIGHTNESS,
        "face.too_bright": quality.clipped > MAX_CLIPPED,
        "face.flat_light": quality.contrast < MIN_CONTRAST,
        "face.blurred": quality.sharpness < MIN_SHARPNESS,
    }
    return tuple(code for code, present in found.items() if present)


def blocked(codes: Iterable[str]) -> str | None:
    """The first of these faults that no score makes good."""
    return next((code for code in codes if code in BLOCKING), None)


def shared_obstacle(faults_of_each: Sequence[Iterable[str]]) -> str | None:
    """What stands against a match on several pictures: only something that leaves none of them free."""
    obstacles = [blocked(codes) for codes in faults_of_each]
    return obstacles[0] if all(obstacles) else None


def weight(quality: Quality) -> float:
    """How much a picture counts among several of one person, `LEAST_WEIGHT`..1.

    The product of a ramp each for sharpness, pose and light; any fault makes it `LEAST_WEIGHT`.
    """
    if faults(quality):
        return LEAST_WEIGHT
    ramps = (
        _ramp(quality.sharpness, MIN_SHARPNESS, FULL_SHARPNESS),
        _ramp(quality.yaw, MAX_YAW_DEGREES, FULL_YAW_DEGREES),
        _ramp(quality.brightness, MIN_BRIGHTNESS, FULL_BRIGHTNESS),
    )
    return max(LEAST_WEIGHT, float(np.prod(ramps)))


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The value at which half of the weight is reached; neither one lucky nor one bad picture moves it far.

    Between two values that share the half exactly it is their mean, as in an ordinary median.
    """
    order = np.argsort(values)
    ranked, mass = np.asarray(values, float)[order], np.asarray(weights, float)[order].cumsum()
    half = mass[-1] / 2
    at = int(np.searchsorted(mass, half))
    if np.isclose(mass[at], half) and at + 1 < len(ranked):
        return float(ranked[at] + ranked[at + 1]) / 2
    return float(ranked[at])


def aligned(image: Image, face: Face) -> NDArray[np.uint8]:
    """(112, 112) grey: the face as the embedding sees it, by a similarity through its keypoints."""
    patch = _warped(image, face, cv2.BORDER_REPLICATE)
    return cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.uint8)


def _inside(shape: tuple[int, ...], face: Face, border: int) -> float:
    """Share of the aligned face that the picture itself shows: the box of a cut face ends at the edge too."""
    shown = np.zeros(shape[:2], np.uint8)
    shown[border : shape[0] - border, border : shape[1] - border] = 1
    return float(_warped(shown, face, cv2.BORDER_CONSTANT)[CORE].mean())


def _warped(image: NDArray[np.uint8], face: Face, edge: int) -> NDArray[np.uint8]:
    matrix, _ = cv2.estimateAffinePartial2D(face.keypoints, TEMPLATE, method=cv2.LMEDS)
    if np.shape(matrix) != (2, 3):  # keypoints on one spot: no face to see
        return np.zeros((ALIGNED_SIDE, ALIGNED_SIDE, *image.shape[2:]), np.uint8)
    patch = cv2.warpAffine(image, matrix, (ALIGNED_SIDE, ALIGNED_SIDE), borderMode=edge)
    return np.asarray(patch, np.uint8)


def _ramp(value: float, none: float, full: float) -> float:
    return min(1.0, max(0.0, (value - none) / (full - none)))

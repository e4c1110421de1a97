"""Films of a card that is tilted as a challenge asks: a card, copies of it, a screen, a swap midway.

A slab of ID-1 size turns about its middle before a pinhole camera with a Bayer sensor; one camera serves all
kinds, so that what tells them apart is the object. Not modelled: fingers, real print and its gloss, the
colour of a card's core, lens distortion, rolling shutter, focus hunting; screens are ideal RGB stripes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.sim.specimen.camera import CORNER_RADIUS_SHARE
from tests.sim.specimen.desk import plain_desk
from verifier.document.challenge import Tilt, TiltChallenge
from verifier.document.pose import HEIGHT_MM, WIDTH_MM
from verifier.image import encode_jpeg
from verifier.types import Image

Kind: TypeAlias = Literal["card", "thin_card", "paper", "grey_paper", "screen", "swapped", "flat_film"]
"""`thin_card`: 0.3 mm of plastic. `flat_film`: a card that is never tilted."""

THICKNESS_MM: Final = {"card": 0.76, "swapped": 0.76, "flat_film": 0.76, "thin_card": 0.3}
PAPER_MM = 0.1
SIZE_PX: Final = (1280, 960)
FPS = 8
SUBPIXEL_BITS = 4
"""Outlines are drawn to a sixteenth of a pixel: a thin edge is a few pixels wide."""
REACTION_MS, TURN_MS = 350, 500
SCREEN_SAMPLES = 9
"""Drawn pixels per screen pixel: three per colour stripe."""
SCREEN_LIT = (SCREEN_SAMPLES - 1) * 2 / SCREEN_SAMPLES**2
"""Share of a screen pixel that one colour lights; the backlight makes up for it."""


@dataclass(frozen=True, slots=True)
class Camera:
    """One drawn camera.

    Attributes:
        focal: over the picture's width.
        distance_mm: to the card.
        blur_px, noise, quality: of the picture.
        reach: share of the asked 45 degrees that the hand really turns.
    """

    focal: float
    distance_mm: float
    blur_px: float
    noise: float
    quality: int
    reach: float


def random_camera(rng: np.random.Generator) -> Camera:
    """A phone's camera, the card filling 70 to 80 % of its width."""
    focal = rng.uniform(0.72, 0.95)
    distance = focal * WIDTH_MM / rng.uniform(0.70, 0.80)
    return Camera(
        focal,
        distance,
        rng.uniform(0.4, 0.8),
        rng.uniform(1.5, 4),
        int(rng.integers(84, 94)),
        rng.uniform(0.8, 1.1),
    )


def film(
    flat: Image, kind: Kind, challenge: TiltChallenge, rng: np.random.Generator, *, other: Image | None = None
) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    """Film a card.

    Args:
        flat: the card's face, BGR.
        kind: what is held before the camera.
        challenge: what the hand answers.
        rng: camera, desk, noise.
        other: the card that takes the first one's place midway ("swapped").

    Returns:
        JPEG frames of 1280x960 and their times, ms since the challenge was shown.
    """
    camera = random_camera(rng)
    times = tuple(range(0, challenge.duration_ms, 1000 // FPS))
    desk = plain_desk((2 * SIZE_PX[0], 2 * SIZE_PX[1]), rng)
    shown = _face(flat, kind, rng)
    frames = []
    for time in times:
        if kind == "swapped" and other is not None and time > challenge.duration_ms / 2:
            shown = other
        angles = (0.0, 0.0) if kind == "flat_film" else _angles(challenge, time, camera.reach)
        frames.append(
            _photograph(
                shown,
                angles,
                camera,
                desk,
                thickness_mm=THICKNESS_MM.get(kind, PAPER_MM),
                light=0.95 / SCREEN_LIT if kind == "screen" else 1.0,
                offset=rng.normal(0, 1.0, 2),
                rng=rng,
            )
        )
    return tuple(encode_jpeg(frame, quality=camera.quality) for frame in frames), times


def still(
    flat: Image, kind: Kind, angles: tuple[float, float], camera: Camera, rng: np.random.Generator
) -> tuple[Image, NDArray[np.float32]]:
    """One frame at a pitch and a yaw (degrees), not compressed, and the drawn corners of the card, px."""
    offset = rng.normal(0, 1.0, 2)
    desk = plain_desk((2 * SIZE_PX[0], 2 * SIZE_PX[1]), rng)
    frame = _photograph(
        _face(flat, kind, rng),
        angles,
        camera,
        desk,
        thickness_mm=THICKNESS_MM.get(kind, PAPER_MM),
        light=0.95 / SCREEN_LIT if kind == "screen" else 1.0,
        offset=offset,
        rng=rng,
    )
    front = _projected(_slab(0.0), _rotation(angles), camera, offset)
    return frame, (front / 2).astype(np.float32)


def _face(flat: Image, kind: Kind, rng: np.random.Generator) -> Image:
    if kind == "grey_paper":
        grey = cv2.cvtColor(flat, cv2.COLOR_BGR2GRAY)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    if kind == "paper":
        faded = flat.astype(np.float32) * 0.92 + rng.normal(0, 3, flat.shape).astype(np.float32)
        return np.asarray(np.clip(faded, 0, 255), np.uint8)
    return on_screen(flat, rng) if kind == "screen" else flat


def on_screen(flat: Image, rng: np.random.Generator) -> Image:
    """The face as a display of 100 to 230 dots per inch shows it, in card size: red, green, blue stripes."""
    pitch_mm = 25.4 / rng.uniform(100, 230)
    columns, rows = round(WIDTH_MM / pitch_mm), round(HEIGHT_MM / pitch_mm)
    small = cv2.resize(flat, (columns, rows), interpolation=cv2.INTER_AREA)
    big = np.repeat(np.repeat(small, SCREEN_SAMPLES, axis=1), SCREEN_SAMPLES, axis=0).astype(np.float32)
    stripes = np.zeros((SCREEN_SAMPLES, SCREEN_SAMPLES, 3), np.float32)
    for stripe, channel in enumerate((2, 1, 0)):
        stripes[1:, 3 * stripe : 3 * stripe + 2, channel] = 1
    grid = np.tile(stripes, (rows, columns, 1))
    return np.asarray(big * grid, np.uint8)


def _angles(challenge: TiltChallenge, time: int, reach: float) -> tuple[float, float]:
    """Pitch and yaw, degrees: turned within half a second of each prompt, back after its window."""
    pitch = yaw = 0.0
    for step in challenge.steps:
        rise = _ramp(time, step.start_ms + REACTION_MS) - _ramp(time, step.end_ms + REACTION_MS / 2)
        angle = 45 * reach * rise
        pitch += angle * ((step.tilt is Tilt.TOP_AWAY) - (step.tilt is Tilt.BOTTOM_AWAY))
        yaw += angle * ((step.tilt is Tilt.RIGHT_AWAY) - (step.tilt is Tilt.LEFT_AWAY))
    return pitch, yaw


def _ramp(time: float, start: float) -> float:
    share = min(1.0, max(0.0, (time - start) / TURN_MS))
    return (1 - math.cos(math.pi * share)) / 2


def _photograph(
    face: Image,
    angles: tuple[float, float],
    camera: Camera,
    desk: Image,
    *,
    thickness_mm: float,
    light: float,
    offset: NDArray[np.float64],
    rng: np.random.Generator,
) -> Image:
    """One frame, twice as large at first and then reduced onto the sensor."""
    rotation = _rotation(angles)
    front = _projected(_slab(0.0), rotation, camera, offset)
    scene = desk.copy()
    if thickness_mm:
        sides = _outline(rotation, camera, offset, thickness_mm)
        cv2.fillConvexPoly(scene, sides, (205, 208, 212), cv2.LINE_AA, shift=SUBPIXEL_BITS)
    height, width = face.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    homography = cv2.getPerspectiveTransform(corners, front.astype(np.float32))
    size = (desk.shape[1], desk.shape[0])
    # Reduced before they are joined: a face on black is its colour times its share of each pixel.
    mask = _rounded(width, height)
    cut = cv2.bitwise_and(face, face, mask=mask)
    seen, behind = _reduced(cv2.warpPerspective(cut, homography, size)), _reduced(scene)
    share = _reduced(cv2.warpPerspective(mask, homography, size))[:, :, None]
    shade = light * (1 + 0.15 * rotation[1, 2] + rng.normal(0, 0.01))
    return _sensor(seen * shade + behind * (1 - share / 255), camera, rng)


def _rotation(angles: tuple[float, float]) -> NDArray[np.float64]:
    turn, _ = cv2.Rodrigues(np.array([math.radians(-angles[0]), 0, 0]))
    sway, _ = cv2.Rodrigues(np.array([0, math.radians(-angles[1]), 0]))
    return np.asarray(sway @ turn, np.float64)


def _reduced(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(picture, SIZE_PX, interpolation=cv2.INTER_AREA), np.float32)


def _slab(depth_mm: float) -> NDArray[np.float64]:
    right, down = WIDTH_MM / 2, HEIGHT_MM / 2
    plane = [(-right, -down), (right, -down), (right, down), (-right, down)]
    return np.array([(*corner, depth_mm) for corner in plane])


def _projected(
    points: NDArray[np.float64], rotation: NDArray[np.float64], camera: Camera, offset: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Pixels of the double-size picture."""
    turned = points @ rotation.T + (*offset, camera.distance_mm)
    width = 2 * SIZE_PX[0]
    return turned[:, :2] / turned[:, 2:] * camera.focal * width + np.array(SIZE_PX)


def _outline(
    rotation: NDArray[np.float64], camera: Camera, offset: NDArray[np.float64], thickness_mm: float
) -> NDArray[np.int32]:
    """Outline of the slab with its round corners: front and back rims."""
    rim = _rim()
    points = np.vstack([np.column_stack([rim, np.full(len(rim), depth)]) for depth in (0.0, thickness_mm)])
    seen = _projected(points, rotation, camera, offset).astype(np.float32)
    return np.round(cv2.convexHull(seen) * 2**SUBPIXEL_BITS).astype(np.int32)


def _rim() -> NDArray[np.float64]:
    radius = CORNER_RADIUS_SHARE * WIDTH_MM
    corners = ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))
    points = [
        (
            right * (WIDTH_MM / 2 - radius) + radius * math.cos(math.radians(start + step)),
            down * (HEIGHT_MM / 2 - radius) + radius * math.sin(math.radians(start + step)),
        )
        for right, down, start in corners
        for step in range(0, 91, 15)
    ]
    return np.array(points)


def _rounded(width: int, height: int) -> NDArray[np.uint8]:
    scale = np.array([width / WIDTH_MM, height / HEIGHT_MM])
    mask = np.zeros((height, width), np.uint8)
    rim = np.round((_rim() + np.array((WIDTH_MM / 2, HEIGHT_MM / 2))) * scale).astype(np.int32)
    cv2.fillConvexPoly(mask, rim, 255, cv2.LINE_AA)
    return mask


def _sensor(scene: NDArray[np.float32], camera: Camera, rng: np.random.Generator) -> Image:
    """Lens blur, one colour per pixel (Bayer), noise, demosaicing."""
    picture = cv2.GaussianBlur(scene, (0, 0), camera.blur_px)
    mosaic = np.empty(picture.shape[:2], np.float32)
    for row, column, channel in ((0, 0, 2), (0, 1, 1), (1, 0, 1), (1, 1, 0)):
        mosaic[row::2, column::2] = picture[row::2, column::2, channel]
    mosaic += rng.normal(0, camera.noise, mosaic.shape).astype(np.float32)
    raw = np.clip(mosaic, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(raw, cv2.COLOR_BayerRGGB2BGR), np.uint8)


def kinds() -> Iterator[Kind]:
    """All kinds, the genuine one first."""
    yield from ("card", "thin_card", "paper", "grey_paper", "screen", "swapped", "flat_film")

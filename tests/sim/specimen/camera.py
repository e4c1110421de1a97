"""Photographs a flat card: perspective, background, glare, blur, noise, JPEG.

A pinhole camera sees the card tilted about an axis in its plane. The three levels are the ones that the
reading figures of the engine are stated for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import cv2
import numpy as np

from tests.sim.specimen.desk import cluttered_desk, plain_desk

if TYPE_CHECKING:
    from verifier.types import Image

Level: TypeAlias = Literal["easy", "medium", "hard"]

FRAME_SIZE_PX = (1600, 1200)
FOCAL_WIDTHS = 1.25
"""Focal length in card distances: about a phone's main camera at arm's length."""
CORNER_RADIUS_SHARE = 3.18 / 85.6
"""ID-1 corner radius over card width (ISO/IEC 7810)."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Ranges one level draws from.

    Attributes:
        tilt_deg: largest tilt out of the image plane.
        rotation_deg: largest turn in the image plane.
        card_width: card width over frame width, untilted.
        glares: number of light spots.
        blur_sigma_px: Gaussian blur.
        motion_px: longest motion blur.
        noise_sigma: grey levels.
        jpeg_quality: 0..100.
        cluttered: papers and objects around the card.
    """

    tilt_deg: float
    rotation_deg: float
    card_width: tuple[float, float]
    glares: int
    blur_sigma_px: tuple[float, float]
    motion_px: int
    noise_sigma: float
    jpeg_quality: int
    cluttered: bool = False


LEVELS: dict[Level, Conditions] = {
    "easy": Conditions(6, 3, (0.74, 0.84), 0, (0.3, 0.7), 0, 2, 92),
    "medium": Conditions(18, 9, (0.60, 0.76), 1, (0.7, 1.3), 5, 6, 78),
    "hard": Conditions(24, 14, (0.56, 0.68), 2, (0.9, 1.35), 5, 8, 68, cluttered=True),
}


def capture_frames(
    flat: Image, level: Level, rng: np.random.Generator, *, count: int = 3
) -> tuple[Image, ...]:
    """Photograph one card several times, each from another pose."""
    return tuple(capture(flat, level, rng) for _ in range(count))


def capture(flat: Image, level: Level, rng: np.random.Generator) -> Image:
    """Photograph a flat card once.

    Args:
        flat: (638, 1011, 3) uint8, BGR, from `render_mynumber`.
        level: how bad the conditions are.
        rng: source of pose, background and noise.

    Returns:
        (1200, 1600, 3) uint8, BGR.
    """
    conditions = LEVELS[level]
    desk = cluttered_desk if conditions.cluttered else plain_desk
    frame = _lay_on(desk(FRAME_SIZE_PX, rng), flat, _pose(flat, conditions, rng)).astype(np.float32)
    for _ in range(conditions.glares):
        frame += _glare(rng)
    frame = _blur(frame, conditions, rng)
    frame += rng.normal(0, conditions.noise_sigma, frame.shape).astype(np.float32)
    return _jpeg(np.clip(frame, 0, 255).astype(np.uint8), conditions.jpeg_quality)


def _pose(flat: Image, conditions: Conditions, rng: np.random.Generator) -> np.ndarray:
    """Homography from card pixels to frame pixels."""
    height, width = flat.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    centred = np.column_stack([(corners - (width / 2, height / 2)) / width, np.zeros(4)])
    turned = centred @ _rotation(conditions, rng).T
    frame_width, frame_height = FRAME_SIZE_PX
    scale = rng.uniform(*conditions.card_width) * frame_width
    depth = 1 + turned[:, 2] / FOCAL_WIDTHS
    centre = np.array(FRAME_SIZE_PX) / 2 + rng.normal(0, (frame_width * 0.015, frame_height * 0.015))
    target = (turned[:, :2] / depth[:, None]) * scale + centre
    return cv2.getPerspectiveTransform(corners, target.astype(np.float32))


def _rotation(conditions: Conditions, rng: np.random.Generator) -> np.ndarray:
    tilt = math.radians(rng.uniform(0, conditions.tilt_deg))
    direction = rng.uniform(0, 2 * math.pi)
    turn = math.radians(rng.uniform(-conditions.rotation_deg, conditions.rotation_deg))
    tilted, _ = cv2.Rodrigues(np.array([math.cos(direction) * tilt, math.sin(direction) * tilt, 0.0]))
    rolled, _ = cv2.Rodrigues(np.array([0.0, 0.0, turn]))
    return rolled @ tilted


def _lay_on(desk: Image, flat: Image, homography: np.ndarray) -> Image:
    mask = cv2.warpPerspective(_rounded(flat), homography, FRAME_SIZE_PX)
    shadow = cv2.GaussianBlur(np.roll(mask, (6, 4), (0, 1)), (0, 0), 9).astype(np.float32)[:, :, None] / 255
    card = cv2.warpPerspective(flat, homography, FRAME_SIZE_PX, flags=cv2.INTER_CUBIC).astype(np.float32)
    alpha = mask.astype(np.float32)[:, :, None] / 255
    return (card * alpha + desk * (1 - 0.35 * shadow) * (1 - alpha)).astype(np.uint8)


def _rounded(flat: Image) -> np.ndarray:
    height, width = flat.shape[:2]
    radius = int(width * CORNER_RADIUS_SHARE)
    mask = np.zeros((height, width), np.uint8)
    inner = [(radius, radius), (width - radius - 1, radius)]
    inner += [(x, height - radius - 1) for x, _ in inner]
    for centre in inner:
        cv2.circle(mask, centre, radius, 255, -1, cv2.LINE_AA)
    mask[radius:-radius, :] = 255
    mask[:, radius:-radius] = 255
    return mask


def _glare(rng: np.random.Generator) -> np.ndarray:
    """One bright elliptic spot somewhere over the middle of the frame."""
    width, height = FRAME_SIZE_PX
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    centre_x, centre_y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height
    radius_x, radius_y = rng.uniform(30, 80), rng.uniform(20, 50)
    spot = np.exp(-(((x - centre_x) / radius_x) ** 2 + ((y - centre_y) / radius_y) ** 2) / 2)
    return (spot * rng.uniform(60, 140))[:, :, None]


def _blur(frame: np.ndarray, conditions: Conditions, rng: np.random.Generator) -> np.ndarray:
    frame = cv2.GaussianBlur(frame, (0, 0), rng.uniform(*conditions.blur_sigma_px))
    length = int(rng.integers(conditions.motion_px + 1))
    if length <= 1:
        return frame
    kernel = np.zeros((length, length), np.float32)
    direction = rng.uniform(0, math.pi)
    middle, reach = (length - 1) / 2, (length - 1) / 2
    for step in np.linspace(-reach, reach, 4 * length):
        kernel[round(middle + step * math.sin(direction)), round(middle + step * math.cos(direction))] = 1
    return cv2.filter2D(frame, -1, kernel / kernel.sum())


def _jpeg(frame: Image, quality: int) -> Image:
    encoded, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert encoded
    return cv2.imdecode(data, cv2.IMREAD_COLOR)

"""Photographs a flat card: perspective, background, glare, blur, noise, JPEG.

A pinhole camera sees the card tilted about an axis in its plane. The levels are the ones that the reading
figures of the engine are stated for; "extreme" is meant to be refused. `capture_frames` takes independent
photographs, `capture_burst` a short video whose frames share light, motion and focus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, TypeAlias

import cv2
import numpy as np

from tests.sim.specimen.desk import cluttered_desk, plain_desk
from verifier.types import Image

Level: TypeAlias = Literal["easy", "medium", "hard", "extreme"]

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
        motion_px: shortest and longest motion blur.
        noise_sigma: grey levels.
        jpeg_quality: 0..100.
        cluttered: papers and objects around the card.
    """

    tilt_deg: float
    rotation_deg: float
    card_width: tuple[float, float]
    glares: int
    blur_sigma_px: tuple[float, float]
    motion_px: tuple[int, int]
    noise_sigma: float
    jpeg_quality: int
    cluttered: bool = False


LEVELS: dict[Level, Conditions] = {
    "easy": Conditions(6, 3, (0.74, 0.84), 0, (0.3, 0.7), (0, 0), 2, 92),
    "medium": Conditions(18, 9, (0.60, 0.76), 1, (0.7, 1.3), (0, 5), 6, 78),
    "hard": Conditions(24, 14, (0.56, 0.68), 2, (0.9, 1.35), (0, 5), 8, 68, cluttered=True),
    "extreme": Conditions(28, 16, (0.46, 0.62), 2, (1.1, 1.9), (3, 9), 12, 55, cluttered=True),
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
    return _photograph(flat, draw_shot(level, rng), LEVELS[level], rng)


def capture_burst(
    flat: Image, level: Level, rng: np.random.Generator, *, count: int = 3
) -> tuple[Image, ...]:
    """Film a card held in an unsteady hand: consecutive frames of one short video.

    All frames share the desk, the light spots, the direction of motion and the focus, which only drift: an
    error that one frame shows is likely to be in the next one too.

    Args:
        flat: (638, 1011, 3) uint8, BGR.
        level: how bad the conditions are.
        rng: source of everything.
        count: frames.

    Returns:
        (1200, 1600, 3) uint8, BGR each.
    """
    shot, frames = draw_shot(level, rng), []
    for _ in range(count):
        frames.append(_photograph(flat, shot, LEVELS[level], rng))
        shot = _drifted(shot, LEVELS[level], rng)
    return tuple(frames)


@dataclass(frozen=True, slots=True)
class Glare:
    """One bright elliptic spot: centre and radii in px of the frame, strength in grey levels."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    strength: float


@dataclass(frozen=True, slots=True)
class Shot:
    """One camera setting: everything but the sensor's noise.

    Attributes:
        desk: background, BGR.
        tilt_deg: out of the image plane.
        tilt_towards_deg: in which direction.
        turn_deg: in the image plane.
        card_width: over the frame's width, untilted.
        centre: of the card, px.
        glares: light spots.
        blur_sigma_px: defocus.
        motion_px: length of the motion blur.
        motion_towards_deg: its direction.
    """

    desk: Image
    tilt_deg: float
    tilt_towards_deg: float
    turn_deg: float
    card_width: float
    centre: tuple[float, float]
    glares: tuple[Glare, ...]
    blur_sigma_px: float
    motion_px: int
    motion_towards_deg: float


def draw_shot(level: Level, rng: np.random.Generator) -> Shot:
    """Draw a setting within one level's conditions."""
    conditions = LEVELS[level]
    desk = cluttered_desk if conditions.cluttered else plain_desk
    width, height = FRAME_SIZE_PX
    return Shot(
        desk=desk(FRAME_SIZE_PX, rng),
        tilt_deg=rng.uniform(0, conditions.tilt_deg),
        tilt_towards_deg=rng.uniform(0, 360),
        turn_deg=rng.uniform(-conditions.rotation_deg, conditions.rotation_deg),
        card_width=rng.uniform(*conditions.card_width),
        centre=(width * rng.normal(0.5, 0.015), height * rng.normal(0.5, 0.015)),
        glares=tuple(_glare(rng) for _ in range(conditions.glares)),
        blur_sigma_px=rng.uniform(*conditions.blur_sigma_px),
        motion_px=int(rng.integers(conditions.motion_px[0], conditions.motion_px[1] + 1)),
        motion_towards_deg=rng.uniform(0, 180),
    )


def _glare(rng: np.random.Generator) -> Glare:
    width, height = FRAME_SIZE_PX
    return Glare(
        centre=(rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height),
        radii=(rng.uniform(30, 80), rng.uniform(20, 50)),
        strength=rng.uniform(60, 140),
    )


def _drifted(shot: Shot, conditions: Conditions, rng: np.random.Generator) -> Shot:
    """The setting a moment later: a hand moves the card by a few degrees and px, the focus hunts."""
    return replace(
        shot,
        tilt_deg=abs(shot.tilt_deg + rng.normal(0, 1.5)),
        turn_deg=shot.turn_deg + rng.normal(0, 1),
        card_width=shot.card_width * rng.normal(1, 0.005),
        centre=(shot.centre[0] + rng.normal(0, 8), shot.centre[1] + rng.normal(0, 8)),
        glares=tuple(_moved(glare, rng) for glare in shot.glares),
        blur_sigma_px=float(np.clip(shot.blur_sigma_px + rng.normal(0, 0.1), *conditions.blur_sigma_px)),
        motion_px=int(np.clip(shot.motion_px + rng.integers(-1, 2), *conditions.motion_px)),
        motion_towards_deg=shot.motion_towards_deg + rng.normal(0, 10),
    )


def _moved(glare: Glare, rng: np.random.Generator) -> Glare:
    x, y = glare.centre
    return replace(glare, centre=(x + rng.normal(0, 6), y + rng.normal(0, 6)))


def _photograph(flat: Image, shot: Shot, conditions: Conditions, rng: np.random.Generator) -> Image:
    frame = _lay_on(shot.desk, flat, _pose(flat, shot))
    for glare in shot.glares:
        frame += _light(glare)
    frame = _blur(frame, shot)
    frame += _noise(frame.shape, rng) * np.float32(conditions.noise_sigma)
    return _jpeg(np.clip(frame, 0, 255).astype(np.uint8), conditions.jpeg_quality)


def _pose(flat: Image, shot: Shot) -> np.ndarray:
    """Homography from card pixels to frame pixels."""
    height, width = flat.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    centred = np.column_stack([(corners - (width / 2, height / 2)) / width, np.zeros(4)])
    turned = centred @ _rotation(shot).T
    depth = 1 + turned[:, 2] / FOCAL_WIDTHS
    target = (turned[:, :2] / depth[:, None]) * shot.card_width * FRAME_SIZE_PX[0] + shot.centre
    return cv2.getPerspectiveTransform(corners, target.astype(np.float32))


def _rotation(shot: Shot) -> np.ndarray:
    tilt, towards = math.radians(shot.tilt_deg), math.radians(shot.tilt_towards_deg)
    tilted, _ = cv2.Rodrigues(np.array([math.cos(towards) * tilt, math.sin(towards) * tilt, 0.0]))
    rolled, _ = cv2.Rodrigues(np.array([0.0, 0.0, math.radians(shot.turn_deg)]))
    return rolled @ tilted


def _lay_on(desk: Image, flat: Image, homography: np.ndarray) -> np.ndarray:
    """(1200, 1600, 3) float32, grey levels."""
    mask = cv2.warpPerspective(_rounded(flat), homography, FRAME_SIZE_PX)
    card = cv2.warpPerspective(flat, homography, FRAME_SIZE_PX, flags=cv2.INTER_CUBIC)
    shadow = cv2.GaussianBlur(np.roll(mask, (6, 4), (0, 1)), (0, 0), 9)
    alpha = mask.astype(np.float32) / 255
    light = (1 - alpha) * (1 - shadow.astype(np.float32) * (0.35 / 255))
    weights = (cv2.merge([each] * 3) for each in (alpha, light))
    over, under = (
        cv2.multiply(image, weight, dtype=cv2.CV_32F)
        for image, weight in zip((card, desk), weights, strict=True)
    )
    return cv2.add(over, under)


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


def _light(glare: Glare) -> np.ndarray:
    """(H, W, 1) float32, grey levels to add."""
    down, across = (
        np.exp(-(((np.arange(size, dtype=np.float32) - middle) / radius) ** 2) / 2)
        for size, middle, radius in zip(
            FRAME_SIZE_PX[::-1], glare.centre[::-1], glare.radii[::-1], strict=True
        )
    )
    return np.asarray(np.outer(down, across * glare.strength)[:, :, None], np.float32)


def _blur(frame: np.ndarray, shot: Shot) -> np.ndarray:
    frame = cv2.GaussianBlur(frame, (0, 0), shot.blur_sigma_px)
    length = shot.motion_px
    if length <= 1:
        return frame
    kernel = np.zeros((length, length), np.float32)
    direction = math.radians(shot.motion_towards_deg)
    middle = reach = (length - 1) / 2
    for step in np.linspace(-reach, reach, 4 * length):
        kernel[round(middle + step * math.sin(direction)), round(middle + step * math.cos(direction))] = 1
    return cv2.filter2D(frame, -1, kernel / kernel.sum())


def _noise(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Standard normal, float32: every row a random piece of one long series, faster than new ones."""
    row = math.prod(shape[1:])
    series = _noise_series()
    starts = rng.integers(len(series) - row, size=shape[0])
    return np.lib.stride_tricks.sliding_window_view(series, row)[starts].reshape(shape)


@cache
def _noise_series() -> np.ndarray:
    return np.random.default_rng(0).standard_normal(1 << 21, np.float32)


def _jpeg(frame: Image, quality: int) -> Image:
    encoded, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert encoded
    return cv2.imdecode(data, cv2.IMREAD_COLOR)

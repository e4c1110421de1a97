"""A recording of the victim shown on a telephone or tablet.

The display has its own pixel grid, which the camera's grid samples: moire arises from the two, with an
amplitude of `STRIPE_CONTRAST`. It is glossy (one patch of glare), emits a greyish black, compresses the
recording, and pulses (slow bands in the rolling shutter). A telephone's rim is in the picture, a tablet fills
it. Left out: fingers, reflections of the room, pentile layouts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.sim.face.attacks.motion import Hand, steady_hand
from tests.sim.face.attacks.surface import Sheet, View, view
from tests.sim.face.camera import through_camera
from tests.sim.face.head import EYE_DISTANCE_PX, FRAME_SIZE

if TYPE_CHECKING:
    from tests.sim.face.attacks.scene import Scene
    from verifier.types import Clip, Image

TELEPHONE: Final = ((-2.0, -2.3), (2.0, 3.1))
TABLET: Final = ((-4.6, -3.0), (4.6, 4.2))
RIM: Final = (0.12, 0.25)
"""Width of the dark frame around the display, eye distances."""
PIXELS_PER_EYE_DISTANCE: Final = (210.0, 420.0)
"""Display pixels: 270 on a 110 ppi monitor with a life-size face, 400 on a telephone with a small one."""
STRIPE_CONTRAST: Final = (0.02, 0.08)
"""Of the pixel grid after the lens and the sensor's pixel area."""
BAND_CONTRAST: Final = (0.0, 0.03)
GLARE: Final = (20.0, 90.0)
"""Added grey levels at the middle of the reflected lamp."""
QUALITY: Final = (45, 75)
"""JPEG quality of the recording on the display."""
BLACK: Final = np.float32(14)
RIM_LEVEL: Final = 22
SUB_PIXELS: Final = (2 / 3, 1 / 3, 0.0)
"""Blue, green and red lie side by side, thirds of a pixel apart."""


@dataclass(frozen=True, slots=True)
class Display:
    """One device.

    Attributes:
        sheet: where its picture is.
        rim: width of the dark frame, eye distances.
        density: display pixels per eye distance.
        stripes: contrast of the pixel grid.
        bands: contrast of the bands.
        band_speed: cycles per second with which they wander.
        glare: strength; at `glare_at`, frame pixels.
        glare_at: place of the reflected lamp.
        quality: of the recording shown.
    """

    sheet: Sheet
    rim: float
    density: float
    stripes: float
    bands: float
    band_speed: float
    glare: float
    glare_at: tuple[float, float]
    quality: int


def screen_replay(scene: Scene) -> Clip:
    """The recording, shown from the moment the challenge begins."""
    display, hand = a_display(scene.rng), steady_hand(scene.rng)
    return scene.filmed(
        lambda _index, t_ms: shown(display, scene.recorded_frame(t_ms), hand, t_ms, scene.rng)
    )


def a_display(rng: np.random.Generator) -> Display:
    """A telephone or, as often, a tablet."""
    corners = TELEPHONE if rng.random() < 1 / 2 else TABLET
    return Display(
        sheet=Sheet(*corners),
        rim=float(rng.uniform(*RIM)),
        density=float(rng.uniform(*PIXELS_PER_EYE_DISTANCE)),
        stripes=float(rng.uniform(*STRIPE_CONTRAST)),
        bands=float(rng.uniform(*BAND_CONTRAST)),
        band_speed=float(rng.uniform(0.3, 3)),
        glare=float(rng.uniform(*GLARE)),
        glare_at=(float(rng.uniform(180, 460)), float(rng.uniform(60, 400))),
        quality=int(rng.integers(*QUALITY)),
    )


def shown(display: Display, picture: Image, hand: Hand, t_ms: float, rng: np.random.Generator) -> Image:
    """One frame of the camera that films the display."""
    seen = view(display.sheet, hand.at(t_ms))
    lit = _lit(display, seen.sample(recompressed(picture, display.quality)), seen, t_ms)
    device = seen.over(_room(), np.full_like(lit, RIM_LEVEL), display.rim)
    glossy = seen.inside(display.rim).astype(np.uint8)
    return through_camera(cv2.add(seen.over(device, lit), _lamp(display), mask=glossy).astype(np.uint8), rng)


def _lit(display: Display, picture: Image, seen: View, t_ms: float) -> Image:
    """Emitted light: raised black, stripes of the three colours side by side, bands."""
    turn = np.float32(2 * np.pi * display.density)
    half = np.float32(display.stripes / 2)
    along = half * np.cos(turn * seen.y)
    rows = np.arange(FRAME_SIZE[1], dtype=np.float32)[:, None] / FRAME_SIZE[1]
    band = 1 + display.bands * np.sin(2 * np.pi * (2 * rows + display.band_speed * t_ms / 1000))
    planes = [
        (BLACK + plane * np.float32((255 - BLACK) / 255))
        * (1 + along + half * np.cos(turn * seen.x + np.float32(2 * np.pi * third)))
        * band.astype(np.float32)
        for plane, third in zip(cv2.split(picture), SUB_PIXELS, strict=True)
    ]
    with np.errstate(invalid="ignore"):  # beside the sheet there is no place on it
        return np.clip(cv2.merge(planes), 0, 255).astype(np.uint8)


def recompressed(picture: Image, quality: int) -> Image:
    """The picture after one more JPEG compression."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@cache
def _room() -> Image:
    """A plain wall, lighter towards one side."""
    ramp = np.linspace(70, 120, FRAME_SIZE[0]).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], (FRAME_SIZE[1], FRAME_SIZE[0], 3)))


@cache
def _lamp(display: Display) -> Image:
    columns, rows = np.meshgrid(np.arange(FRAME_SIZE[0]), np.arange(FRAME_SIZE[1]))
    x, y = display.glare_at
    square = ((columns - x) ** 2 + (rows - y) ** 2) / (0.6 * EYE_DISTANCE_PX) ** 2
    glow = (display.glare * np.exp(-square)).astype(np.uint8)
    return cv2.merge([glow, glow, glow]).astype(np.uint8)

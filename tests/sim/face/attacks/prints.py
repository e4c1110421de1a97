"""Photographs on paper: held still, turned as asked, bent, and the grey photograph of a chip.

The paper is a bright sheet with a white margin in front of a dark, blurred room; the print is a little softer
and paler than the photograph. Left out: gloss, fingers, folds, cut-outs (masks.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.sim.face.attacks.motion import Hand, imitating_hand, steady_hand
from tests.sim.face.attacks.surface import Sheet, view
from tests.sim.face.camera import through_camera
from tests.sim.face.head import build_head
from tests.sim.face.photographs import chip_portrait
from verifier.image import decode_image

if TYPE_CHECKING:
    from tests.sim.face.attacks.scene import Scene
    from verifier.types import Clip, Image

LEFT_TOP: Final = (-2.2, -2.4)
RIGHT_BOTTOM: Final = (2.2, 3.3)
"""A 14 x 18 cm sheet."""
MARGIN: Final = (0.05, 0.2)
"""White border of every other print, eye distances."""
PAPER: Final = (228, 232, 235)
ROOM_BLUR_PX: Final = 25.0
PRINT_BLUR_PX: Final = 0.7
PRINT_CHROMA: Final = 0.85
"""A print's gamut against a display's."""
BENDS: Final = (0.06, 0.22)
"""Half curvature of a bent sheet: radius 8 to 2.3 eye distances, 50 to 14 cm. A face's is about 1.4."""


def flat_print(scene: Scene) -> Clip:
    """A print held still before the camera."""
    return print_clip(
        scene, _print(scene.photo, scene), Sheet(LEFT_TOP, RIGHT_BOTTOM), steady_hand(scene.rng)
    )


def moved_print(scene: Scene) -> Clip:
    """A print that is turned, tilted and brought nearer as the challenge asks."""
    hand = imitating_hand(scene.challenge, scene.rng)
    return print_clip(scene, _print(scene.photo, scene), Sheet(LEFT_TOP, RIGHT_BOTTOM), hand)


def bent_print(scene: Scene) -> Clip:
    """A print bent around an upright or, one time in three, a level axis, and moved as asked."""
    bend = float(scene.rng.uniform(*BENDS))
    bends = (0.0, bend) if scene.rng.random() < 1 / 3 else (bend, 0.0)
    hand = imitating_hand(scene.challenge, scene.rng)
    return print_clip(scene, _print(scene.photo, scene), Sheet(LEFT_TOP, RIGHT_BOTTOM, *bends), hand)


def grey_print(scene: Scene) -> Clip:
    """The chip's small grey photograph, enlarged, printed and moved as asked."""
    chip = decode_image(chip_portrait(scene.photo, scene.models))
    hand = imitating_hand(scene.challenge, scene.rng)
    return print_clip(scene, _print(chip, scene), Sheet((-1.9, -2.2), (1.9, 2.4)), hand)


def print_clip(scene: Scene, texture: Image, sheet: Sheet, hand: Hand) -> Clip:
    """Film a printed sheet in a hand."""
    room = cv2.GaussianBlur(texture[:, ::-1] // 3, (0, 0), ROOM_BLUR_PX).astype(np.uint8)
    margin = float(scene.rng.uniform(*MARGIN)) if scene.rng.random() < 1 / 2 else 0.0
    paper = np.full_like(room, PAPER)

    def frame_at(_index: int, t_ms: int) -> Image:
        seen = view(sheet, hand.at(t_ms))
        around = seen.over(room, paper, margin) if margin else room
        return through_camera(seen.over(around, seen.sample(texture)), scene.rng)

    return scene.filmed(frame_at)


def _print(photo: Image, scene: Scene) -> Image:
    """The photograph as paper shows it, eyes in place, white around it."""
    frame = cv2.GaussianBlur(build_head(photo, scene.models).frame, (0, 0), PRINT_BLUR_PX).astype(np.float32)
    grey = frame.mean(axis=2, keepdims=True)
    pale = grey + PRINT_CHROMA * (frame - grey)
    return np.clip(18 + 0.88 * pale, 0, 255).astype(np.uint8)

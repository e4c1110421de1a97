"""The victim's photograph worn as a paper mask with holes for the eyes, or for eyes and mouth.

The mask is bent around the attacker's face and turns with it; through the holes the attacker's own eyes blink
and the mouth opens. Left out: the nose pressing through, shadows in the holes, moulded masks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.sim.face.attacks.motion import imitating_hand
from tests.sim.face.attacks.surface import Sheet, View, view
from tests.sim.face.camera import through_camera
from tests.sim.face.head import build_head

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.sim.face.attacks.scene import Scene
    from verifier.types import Clip, Image

LEFT_TOP: Final = (-1.35, -1.3)
RIGHT_BOTTOM: Final = (1.35, 2.1)
"""The face without ears and hair."""
BENDS: Final = (0.12, 0.30)
"""Half curvature; paper lies against the cheeks and stands off beside the nose."""
EYE_HOLE: Final = (0.30, 0.16)
MOUTH_HOLE: Final = (0.48, 0.26)
"""Half axes of the holes, eye distances."""
EYES: Final = ((-0.5, 0.0), (0.5, 0.0))
MOUTH: Final = (0.0, 1.12)


def cut_out_mask(scene: Scene) -> Clip:
    """A mask with holes for the eyes, in half of the cases also for the mouth."""
    texture = build_head(scene.photo, scene.models).frame
    sheet = Sheet(LEFT_TOP, RIGHT_BOTTOM, float(scene.rng.uniform(*BENDS)))
    hand = imitating_hand(scene.challenge, scene.rng)
    with_mouth = bool(scene.rng.random() < 1 / 2)

    def frame_at(_index: int, t_ms: int) -> Image:
        behind = _attacker_at(scene, t_ms)
        seen = view(sheet, hand.at(t_ms))
        paper = seen.inside() & ~_holes(seen, with_mouth=with_mouth)
        shown = np.where(paper[..., None], seen.sample(texture), behind)
        return through_camera(shown.astype(np.uint8), scene.rng)

    return scene.filmed(frame_at)


def _attacker_at(scene: Scene, t_ms: int) -> Image:
    index = int(np.searchsorted(scene.attacker.timestamps_ms, t_ms))
    frame = scene.attacker.frames[min(index, len(scene.attacker.frames) - 1)]
    return cv2.GaussianBlur(frame, (0, 0), 0.5).astype(np.uint8)


def _holes(seen: View, *, with_mouth: bool) -> NDArray[np.bool_]:
    holes = [(eye, EYE_HOLE) for eye in EYES] + ([(MOUTH, MOUTH_HOLE)] if with_mouth else [])
    cut = np.zeros(seen.x.shape, np.bool_)
    for (x, y), (wide, high) in holes:
        cut |= ((seen.x - x) / wide) ** 2 + ((seen.y - y) / high) ** 2 < 1
    return cut

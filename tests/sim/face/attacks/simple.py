"""Presentation attacks on the same challenge, computed from one photograph: a print, a still, a stranger.

Each returns a `Clip` that the judge must not accept. They are the simplest of their kind; what they leave
out (bent prints, cut-outs, replayed video, injection) is not shown to be caught.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tests.sim.face.camera import frame_times, through_camera
from tests.sim.face.clip import synthesise_gestures
from tests.sim.face.gestures import answer, motion_at
from tests.sim.face.head import CAMERA_DISTANCE, EYE_DISTANCE_PX, EYES_AT, FRAME_SIZE, build_head
from verifier.liveness.challenge import SIDES
from verifier.types import Clip, Image

if TYPE_CHECKING:
    from verifier.face.models import FaceModels
    from verifier.liveness.challenge import Challenge

PRINT_LEFT_TOP: Final = (-2.2, -2.4)
PRINT_RIGHT_BOTTOM: Final = (2.2, 3.3)
"""The printed part of the photograph, in eye distances from the point between the eyes: a 14 x 18 cm
sheet."""
DESK_BLUR_PX: Final = 25.0


def flat_print_clip(
    photo: Image,
    challenge: Challenge,
    models: FaceModels,
    *,
    rng: np.random.Generator,
    exaggeration: float = 1.0,
) -> Clip:
    """A flat print turned about its vertical axis as the challenge asks.

    `exaggeration` multiplies the angles: a print needs larger ones to look turned at all.
    """
    sheet = build_head(photo, models).frame
    background = cv2.GaussianBlur(sheet[:, ::-1], (0, 0), DESK_BLUR_PX).astype(np.uint8)
    gestures = answer(challenge, rng)
    times = frame_times(challenge.duration_ms, rng)
    frames = [_print_at(sheet, background, exaggeration * motion_at(gestures, t).yaw) for t in times]
    return Clip(tuple(through_camera(frame, rng) for frame in frames), tuple(times))


def frozen_clip(photo: Image, challenge: Challenge, models: FaceModels, *, rng: np.random.Generator) -> Clip:
    """One frame for the whole clip: an injected still."""
    frame = through_camera(build_head(photo, models).frame, rng)
    times = frame_times(challenge.duration_ms, rng)
    return Clip((frame,) * len(times), tuple(times))


def swapped_order_clip(
    photo: Image, challenge: Challenge, models: FaceModels, *, rng: np.random.Generator
) -> Clip:
    """A recorded genuine answer to a challenge that asked for the turns in the other order."""
    swapped = dict(zip(SIDES, SIDES[::-1], strict=True))
    gestures = [replace(one, action=swapped.get(one.action, one.action)) for one in answer(challenge, rng)]
    return synthesise_gestures(photo, gestures, challenge.duration_ms, models, rng=rng)


def face_swap_clip(
    photo: Image, other: Image, challenge: Challenge, models: FaceModels, *, rng: np.random.Generator
) -> Clip:
    """`photo` looks straight ahead; `other` does the turns. The change happens between two frames."""
    gestures = answer(challenge, rng)
    still = synthesise_gestures(photo, (), challenge.duration_ms, models, rng=rng)
    moving = synthesise_gestures(other, gestures, challenge.duration_ms, models, rng=rng)
    frames = tuple(
        b if any(one.share(t) > 0.03 for one in gestures) else a
        for a, b, t in zip(still.frames, moving.frames, still.timestamps_ms, strict=True)
    )
    return Clip(frames, still.timestamps_ms)


def _print_at(sheet: Image, background: Image, yaw: float) -> Image:
    corners = np.array(
        [
            PRINT_LEFT_TOP,
            (PRINT_RIGHT_BOTTOM[0], PRINT_LEFT_TOP[1]),
            PRINT_RIGHT_BOTTOM,
            (PRINT_LEFT_TOP[0], PRINT_RIGHT_BOTTOM[1]),
        ],
        np.float32,
    )
    flat = corners * EYE_DISTANCE_PX + np.array(EYES_AT, np.float32)
    angle = np.radians(yaw)
    depth = -corners[:, 0] * np.sin(angle)
    turned = corners * np.array([np.cos(angle), 1], np.float32)
    scale = EYE_DISTANCE_PX * CAMERA_DISTANCE / (CAMERA_DISTANCE - depth)
    seen = (turned * scale[:, None] + np.array(EYES_AT)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(flat, seen)
    mask = cv2.fillConvexPoly(np.zeros(sheet.shape[:2], np.uint8), seen.astype(np.int32), 255)
    shown = cv2.warpPerspective(sheet, matrix, FRAME_SIZE)
    return np.where(mask[..., None] > 0, shown, background).astype(np.uint8)

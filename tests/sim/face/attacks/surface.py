"""A flat or bent sheet before a camera: where each camera pixel meets it.

The sheet is z = -(bend_x x^2 + bend_y y^2) in its own frame, lengths in eye distances as in head.py; zero
bends give a plane. Every camera ray is intersected with it, so perspective and parallax of a bent sheet are
exact; the length along the bend is taken to second order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.sim.face.head import CAMERA_DISTANCE, EYE_DISTANCE_PX, EYES_AT, FRAME_SIZE

if TYPE_CHECKING:
    from tests.sim.face.attacks.motion import Pose
    from verifier.types import Image

Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper or glass.

    Attributes:
        left_top: corner, eye distances from the point between the eyes.
        right_bottom: opposite corner.
        bend_x: curvature across (axis upright), 1 / eye distance; half of it is 1 / (2 radius).
        bend_y: curvature along (axis level).
    """

    left_top: tuple[float, float]
    right_bottom: tuple[float, float]
    bend_x: float = 0.0
    bend_y: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """What the camera sees of a sheet.

    Attributes:
        x: (480, 640) float32 position on the sheet under each camera pixel, eye distances.
        y: same, downwards.
        inside: (480, 640) bool, where the sheet is.
    """

    x: Field
    y: Field
    inside: NDArray[np.bool_]

    def sample(self, texture: Image) -> Image:
        """The sheet's picture as seen; `texture` is a frame with the eyes at `EYES_AT`."""
        columns = self.x * EYE_DISTANCE_PX + EYES_AT[0]
        rows = self.y * EYE_DISTANCE_PX + EYES_AT[1]
        return cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
            np.uint8
        )


def view(sheet: Sheet, pose: Pose) -> View:
    """Look at a posed sheet."""
    rotation = _rotation(pose)
    origin = rotation.T @ (np.array([0, 0, CAMERA_DISTANCE]) - np.array([pose.x, pose.y, pose.z]))
    rays = _camera_rays() @ rotation
    reach = _reach(sheet, origin, rays)
    x, y = (origin[axis] + reach * rays[..., axis] for axis in (0, 1))
    x, y = (_along(value, bend) for value, bend in ((x, sheet.bend_x), (y, sheet.bend_y)))
    (left, top), (right, bottom) = sheet.left_top, sheet.right_bottom
    inside = np.isfinite(reach) & (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    return View(np.nan_to_num(x).astype(np.float32), np.nan_to_num(y).astype(np.float32), inside)


def _reach(sheet: Sheet, origin: NDArray[np.float64], rays: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance along each ray to the nearer intersection; NaN where it misses."""
    bends = np.array([sheet.bend_x, sheet.bend_y])
    square = (bends * rays[..., :2] ** 2).sum(axis=-1)
    linear = rays[..., 2] + 2 * (bends * origin[:2] * rays[..., :2]).sum(axis=-1)
    constant = origin[2] + (bends * origin[:2] ** 2).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(linear**2 - 4 * square * constant)
        # The stable form of the smaller root; a plane has square == 0.
        reach = 2 * constant / (-linear + root)
    return np.asarray(np.where(reach > 0, reach, np.nan))


def _along(across: NDArray[np.float64], bend: float) -> NDArray[np.float64]:
    return across * (1 + 2 / 3 * bend**2 * across**2)


def _rotation(pose: Pose) -> NDArray[np.float64]:
    """Signs as in verifier.face.faces, for points (x right, y down, z to the camera)."""
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)


@cache
def _camera_rays() -> NDArray[np.float64]:
    width, height = FRAME_SIZE
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    focal = EYE_DISTANCE_PX * CAMERA_DISTANCE
    ahead = np.full(columns.shape, -1.0)
    return np.stack([(columns - EYES_AT[0]) / focal, (rows - EYES_AT[1]) / focal, ahead], axis=-1)

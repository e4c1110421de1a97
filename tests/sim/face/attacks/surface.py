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
        x: (480, 640) float32 position on the sheet under each camera pixel, eye distances; NaN where a ray
            misses it.
        y: same, downwards.
        sheet: what is seen.
    """

    x: Field
    y: Field
    sheet: Sheet

    def inside(self, margin: float = 0.0) -> NDArray[np.bool_]:
        """(480, 640) where the sheet is, grown by a margin in eye distances."""
        (left, top), (right, bottom) = self.sheet.left_top, self.sheet.right_bottom
        across = (self.x >= left - margin) & (self.x <= right + margin)
        return np.asarray(across & (self.y >= top - margin) & (self.y <= bottom + margin))

    def over(self, behind: Image, picture: Image, margin: float = 0.0) -> Image:
        """`picture` where the sheet is, `behind` elsewhere."""
        return cv2.copyTo(picture, self.inside(margin).astype(np.uint8), behind.copy()).astype(np.uint8)

    def sample(self, texture: Image) -> Image:
        """The sheet's picture as seen; `texture` is a frame with the eyes at `EYES_AT`."""
        columns = self.x * np.float32(EYE_DISTANCE_PX) + np.float32(EYES_AT[0])
        rows = self.y * np.float32(EYE_DISTANCE_PX) + np.float32(EYES_AT[1])
        return cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
            np.uint8
        )


def view(sheet: Sheet, pose: Pose) -> View:
    """Look at a posed sheet."""
    rotation = _rotation(pose).astype(np.float32)
    origin = rotation.T @ np.array([-pose.x, -pose.y, CAMERA_DISTANCE - pose.z], np.float32)
    rays = np.tensordot(rotation.T, _camera_rays(), axes=1)
    reach = _reach(sheet, origin, rays)
    x = _along(origin[0] + reach * rays[0], sheet.bend_x)
    y = _along(origin[1] + reach * rays[1], sheet.bend_y)
    return View(x, y, sheet)


def _reach(sheet: Sheet, origin: Field, rays: Field) -> Field:
    """Distance along each ray, (3, H, W), to the nearer intersection; NaN where it misses."""
    if not sheet.bend_x and not sheet.bend_y:
        reach = -origin[2] / rays[2]
    else:
        bend_x, bend_y = np.float32(sheet.bend_x), np.float32(sheet.bend_y)
        square = bend_x * rays[0] ** 2 + bend_y * rays[1] ** 2
        linear = rays[2] + 2 * (bend_x * origin[0] * rays[0] + bend_y * origin[1] * rays[1])
        constant = origin[2] + bend_x * origin[0] ** 2 + bend_y * origin[1] ** 2
        with np.errstate(invalid="ignore"):
            # The stable form of the smaller root.
            reach = 2 * constant / (-linear + np.sqrt(linear**2 - 4 * square * constant))
    return np.asarray(np.where(reach > 0, reach, np.nan), np.float32)


def _along(across: Field, bend: float) -> Field:
    if not bend:
        return across
    return np.asarray(across * (1 + np.float32(2 / 3 * bend**2) * across**2), np.float32)


def _rotation(pose: Pose) -> Field:
    """Signs as in verifier.face.faces, for points (x right, y down, z to the camera)."""
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)


@cache
def _camera_rays() -> Field:
    """(3, H, W) directions of the camera's pixels."""
    width, height = FRAME_SIZE
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    focal = EYE_DISTANCE_PX * CAMERA_DISTANCE
    ahead = np.full(columns.shape, -1.0)
    rays = np.stack([(columns - EYES_AT[0]) / focal, (rows - EYES_AT[1]) / focal, ahead])
    return rays.astype(np.float32)

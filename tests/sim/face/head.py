"""A head surface from one frontal photograph, and its image from any direction.

The depth is an analytic model (a blunt ellipsoid with eye sockets, nose, lips and chin) placed by the
detected eye and mouth points; the texture is the photograph itself. The head turns, neck and shoulders
follow less and less, the background stays. It is nobody's real depth: good enough to give a clip true
parallax, not a measurement of a face.

Lengths are in eye distances (about 63 mm in adults), origin midway between the eyes, x to the image's
right, y down, z towards the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from verifier.face.models import FaceModels
    from verifier.types import Image

FRAME_SIZE: Final = (640, 480)
EYE_DISTANCE_PX: Final = 72.0
"""In the frame: a face about 200 pixels wide, as a phone held at half a metre gives."""
EYES_AT: Final = (320.0, 205.0)

CAMERA_DISTANCE: Final = 8.0
"""Half a metre."""
PIVOT_DEPTH: Final = -1.3
"""The neck axis, behind the eyes: about 80 mm."""

MOUTH_Y: Final = 1.12
"""Mouth corners below the eyes in the depth model."""
SKULL_DEPTH: Final = 1.3
"""From the eyes' plane back to the ears; more would smear the few pixels that show the side of the head."""

MAP_SCALE: Final = 0.5
"""The map from frame to photograph is computed at this size and enlarged: a quarter of the work, and smooth
everywhere but at the edge of the nose."""
SUPERSAMPLING: Final = 1.3
"""Surface points per map pixel and axis; the holes that a stretched surface leaves are filled."""
REGION: Final = (-2.6, 2.6, -2.5, 3.1)
"""Part of the surface that may move: left, right, top, bottom."""

Field = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """A photographed head ready to be turned.

    Attributes:
        frame: (480, 640, 3) BGR: the photograph with level eyes at `EYES_AT`.
        points: (N, 3) float32 surface points of `REGION`, by ascending x.
        stiffness: (N,) float32, 1 where a point turns with the head, 0 where it stays.
        landmarks: (106, 2) float32, pixels of `frame`: where lids and lips are.
    """

    frame: Image
    points: Field
    stiffness: Field
    landmarks: Field


@dataclass(frozen=True, slots=True)
class Motion:
    """Where the head is: degrees (signs as in verifier.face.faces), a shift in eye distances, and its size.

    `closer` is the size of the face, 1 at the usual distance: 1.3 means that it came nearer by a quarter.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    closer: float = 1.0


def build_head(photo: Image, models: FaceModels) -> Head:
    """Place the depth model on the one face of a near-frontal photograph."""
    image, face = models.portrait_face(photo)
    eyes, mouth = face.keypoints[:2], face.keypoints[3:5].mean(axis=0)
    frame = _levelled(image, eyes)
    down = float(np.linalg.norm(mouth - eyes.mean(axis=0))) / face.eye_distance
    left, right, top, bottom = REGION
    step = 1 / (EYE_DISTANCE_PX * MAP_SCALE * SUPERSAMPLING)
    grid = np.meshgrid(np.arange(left, right, step), np.arange(top, bottom, step), indexing="ij")
    x, y = (axis.astype(np.float32) for axis in grid)
    z = _depth(x, y * np.float32(MOUTH_Y / down))
    points = np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)
    landmarks = models.landmarks(frame, models.faces(frame)[0])
    return Head(frame, points, _stiffness(x, y).reshape(-1), landmarks)


def render(head: Head, motion: Motion, texture: Image | None = None) -> Image:
    """The frame that a camera would take.

    Projects the surface forwards, keeps the nearest point, fills holes and samples the texture.

    Args:
        head: whose.
        motion: where it is.
        texture: the photograph with another expression (expression.py); `head.frame` unless given.
    """
    moved = head.points + head.stiffness[:, None] * (_turned(head.points, motion) - head.points)
    moved[:, 2] += np.float32(CAMERA_DISTANCE * (1 - 1 / motion.closer))
    columns, rows = (axis * np.float32(MAP_SCALE) for axis in _projected(moved))
    source_x, source_y = _projected(head.points)
    width, height = (round(side * MAP_SCALE) for side in FRAME_SIZE)
    inside = (columns >= 0) & (columns < width - 1) & (rows >= 0) & (rows < height - 1)
    order = np.flatnonzero(inside)
    if motion.yaw > 0:
        # Painter's order of a height field: the side that the head turns to lies behind. Later writes win.
        order = order[::-1]
    target = (rows[order] + 0.5).astype(np.int32), (columns[order] + 0.5).astype(np.int32)
    map_x = np.full((height, width), np.nan, np.float32)
    map_y = map_x.copy()
    map_x[target], map_y[target] = source_x[order], source_y[order]
    map_x, map_y = (np.asarray(cv2.resize(axis, FRAME_SIZE), np.float32) for axis in _filled(map_x, map_y))
    shown = head.frame if texture is None else texture
    return cv2.remap(shown, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _levelled(image: Image, eyes: Field) -> Image:
    """Similarity that puts the eyes level at `EYES_AT`; the photograph's edge is continued outwards."""
    direction = eyes[1] - eyes[0]
    angle = float(np.degrees(np.arctan2(direction[1], direction[0])))
    centre = eyes.mean(axis=0)
    scale = EYE_DISTANCE_PX / float(np.linalg.norm(direction))
    matrix = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), angle, scale)
    matrix[:, 2] += np.array(EYES_AT) - centre
    smooth = cv2.GaussianBlur(image, (0, 0), max(0.1, 0.4 / scale))
    return cv2.warpAffine(smooth, matrix, FRAME_SIZE, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _depth(x: Field, y: Field) -> Field:
    """Height of the surface towards the camera, 0 at the eyes' plane."""
    radius = (np.abs(x) / 1.32) ** 2.4 + (np.abs(y - 0.35) / 2.15) ** 2.4
    skull = SKULL_DEPTH * (np.maximum(0, 1 - radius) ** (1 / 2.2) - 1)
    # The nose rises from its root to the tip, 0.72 below the eyes, then falls quickly to the lip.
    along = np.interp(y, (0.05, 0.72, 0.80, 1.0), (0.06, 0.42, 0.36, 0.0), left=0, right=0).astype(np.float32)
    wide = np.interp(y, (0.0, 0.72, 1.0), (0.13, 0.24, 0.26)).astype(np.float32)
    nose = along * np.exp(-((x / wide) ** 2))
    sockets = -0.14 * np.exp(-(((np.abs(x) - 0.45) / 0.28) ** 2) - ((y - 0.02) / 0.17) ** 2)
    lips = 0.10 * np.exp(-((x / 0.36) ** 2) - ((y - MOUTH_Y) / 0.16) ** 2)
    chin = 0.12 * np.exp(-((x / 0.40) ** 2) - ((y - 1.75) / 0.25) ** 2)
    surface = np.asarray(skull + nose + sockets + lips + chin, np.float32)
    return np.asarray(cv2.GaussianBlur(surface, (0, 0), 3.0), np.float32)


def _stiffness(x: Field, y: Field) -> Field:
    """1 on the head, falling smoothly to 0 outside; slower downwards, where the neck twists."""
    radius = np.sqrt((x / 1.4) ** 2 + ((y - 0.2) / np.where(y > 0.2, 1.9, 2.1)) ** 2)
    fade = np.clip((radius - 1.0) / 0.36, 0, 1)
    return np.asarray(1 - fade * fade * (3 - 2 * fade), np.float32)


def _turned(points: Field, motion: Motion) -> Field:
    yaw, pitch, roll = np.radians([motion.yaw, motion.pitch, motion.roll])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    pivot = np.array([0, 0.6, PIVOT_DEPTH], np.float32)
    shift = np.array([motion.shift_x, motion.shift_y, 0], np.float32)
    rotation = (about_z @ about_y @ about_x).astype(np.float32)
    return np.asarray((points - pivot) @ rotation.T + pivot + shift, np.float32)


def _projected(points: Field) -> tuple[Field, Field]:
    scale = EYE_DISTANCE_PX * CAMERA_DISTANCE / (CAMERA_DISTANCE - points[:, 2])
    x, y = points[:, 0] * scale + EYES_AT[0], points[:, 1] * scale + EYES_AT[1]
    return x.astype(np.float32), y.astype(np.float32)


def _filled(map_x: Field, map_y: Field) -> tuple[Field, Field]:
    """Close small holes by the mean of their neighbours.

    Whatever no surface reached shows the photograph itself.
    """
    known = np.isfinite(map_x).astype(np.float32)
    for size in (3, 7):
        weight = np.asarray(cv2.blur(known, (size, size)))
        hole = (known == 0) & (weight > 0)
        for axis in (map_x, map_y):
            total = np.asarray(cv2.blur(np.nan_to_num(axis) * known, (size, size)))
            axis[hole] = total[hole] / weight[hole]
        known[hole] = 1
    rows, columns = np.nonzero(known == 0)
    map_x[rows, columns], map_y[rows, columns] = columns / MAP_SCALE, rows / MAP_SCALE
    return map_x, map_y

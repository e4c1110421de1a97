"""The networks, loaded once: stock InsightFace `FaceAnalysis` plus head pose and passive liveness.

The licence-cleaner pack finds faces by verifier/face/retinaface.py; InsightFace reads its embedding too.
Decides nothing; turns pixels into `Face`, landmarks, embeddings, `Pose` and a live score. Every file is
compared with its digest before it is loaded (verifier/models.py), so InsightFace never gets a reason to
download.

Threads: every session runs on the calling thread (one intra-op thread, no spinning). The detector keeps a
cache of anchor grids, so share one `FaceModels` between threads only under a lock; one per worker process
is the intended use.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import onnxruntime
from insightface.app import FaceAnalysis
from insightface.app.common import Face as InsightFace
from insightface.model_zoo.arcface_onnx import ArcFaceONNX

from verifier.errors import InvalidInput
from verifier.face.faces import MAIN_FACE_SHARE, Embedding, Face, Points, Pose
from verifier.face.landmarks68 import Landmarks68
from verifier.face.retinaface import RetinaFace
from verifier.models import DEFAULT_MODEL_ROOT, REGISTRY, Engine, ModelPack, Role, check_file, check_pack
from verifier.packs import licence_notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from verifier.types import Image

DETECTION_SCORE: Final = 0.5
"""Measured with this value: 85 of 85 registry photographs found."""
CLIP_DETECTOR_SIDE: Final = 320
"""Detector input for clip frames, where the face is large; a third of the time of 640."""
STILL_DETECTOR_SIDE: Final = 640
MAX_STILL_SIDE: Final = 1600
"""Longer stills are reduced first: the detector sees 640 anyway and alignment needs 112."""
PAD_SHARE: Final = 0.30
"""Grey border for a tight portrait, share of the longer side: measured 0 of 40 tight crops found without,
40 with."""
PAD_GREY: Final = 127

POSE_SIDE: Final = 224
POSE_MARGIN: Final = 0.25
"""Border around the box that fr_pose expects, share of its width and height on each side."""
POSE_BINS: Final = 66
POSE_BIN_DEGREES: Final = 3.0
POSE_FIRST_DEGREES: Final = -99.0
IMAGENET_MEAN: Final = np.array([0.485, 0.456, 0.406], dtype=np.float32)
IMAGENET_STD: Final = np.array([0.229, 0.224, 0.225], dtype=np.float32)

LIVE_SIDE: Final = 128
LIVE_BOX_SCALE: Final = 2.7
"""The passive network wants the face box enlarged this much, kept inside the image."""
LIVE_CLASS: Final = 0
LIVE_GREY: Final = 120.0
"""Mean level of a well lit face, of 255. Measured on three synthetic heads at a third of the light: scores of
.02 to .81 without, .83 to .99 with; prints stay at .18 or less."""

_PROVIDERS: Final = ["CPUExecutionProvider"]


@dataclass(frozen=True, slots=True)
class FaceModels:
    """Loaded networks; build with `load_face_models`.

    Attributes:
        pack: what was loaded, with digests.
        detector: `detect(image, input_size=)` of InsightFace's kind.
        recogniser: InsightFace's ArcFace reader.
        landmarker: `get(image, face)` of InsightFace's kind, 106 points.
        pose_session: fr_pose.
        live_session: fr_liveness.
    """

    pack: ModelPack
    detector: Any
    recogniser: Any
    landmarker: Any
    pose_session: Any
    live_session: Any

    def sha256(self, role: Role) -> str:
        """Digest of the file that fills a role."""
        return self.pack.file(role).sha256

    def faces(self, image: Image, *, detector_side: int = CLIP_DETECTOR_SIDE) -> tuple[Face, ...]:
        """Faces in one image, largest first; empty when there is none."""
        boxes, keypoints = self.detector.detect(image, input_size=(detector_side, detector_side))
        found = [
            Face(np.asarray(box[:4], np.float32), np.asarray(points, np.float32), float(box[4]))
            for box, points in zip(boxes, keypoints, strict=True)
        ]
        return tuple(sorted(found, key=lambda face: face.area, reverse=True))

    def portrait_face(self, image: Image) -> tuple[Image, Face]:
        """As `still_face`, without the border's width."""
        seen, face, _ = self.still_face(image)
        return seen, face

    def still_face(self, image: Image, *, padded_first: bool = False) -> tuple[Image, Face, int]:
        """The one face of a still, retried with a grey border when the crop is tight.

        Args:
            image: any size; large ones are reduced.
            padded_first: begin with the border: a tight portrait is expected.

        Returns:
            The image the face's coordinates belong to (perhaps reduced or padded), the face, and the width
            of the border in pixels.

        Raises:
            InvalidInput: no face ("face.none") or no main face among several ("face.several").
        """
        still = _reduced(image)
        border = round(PAD_SHARE * max(still.shape[:2]))
        for width in (border, 0) if padded_first else (0, border):
            candidate = _padded(still, width)
            found = self.faces(candidate, detector_side=STILL_DETECTOR_SIDE)
            if found:
                return candidate, _main_face(found), width
        raise InvalidInput(
            "face.none", "no face was found in the image", hint="use a frontal, unobstructed portrait"
        )

    def landmarks(self, image: Image, face: Face) -> Points:
        """(106, 2) landmarks of one face, pixels of `image`."""
        points = self.landmarker.get(image, _as_insightface(face))
        return np.asarray(points, np.float32)

    def embedding(self, image: Image, face: Face) -> Embedding:
        """Unit-length embedding of one face, aligned by its five keypoints."""
        with warnings.catch_warnings():
            # InsightFace 2.1 calls a scikit-image method that is deprecated; the result is unchanged.
            warnings.simplefilter("ignore", FutureWarning)
            raw = np.asarray(self.recogniser.get(image, _as_insightface(face)), np.float32)
        return (raw / np.linalg.norm(raw)).astype(np.float32)

    def pose(self, image: Image, face: Face) -> Pose:
        """Head pose by fr_pose: softmax over 66 bins of 3 degrees, expectation."""
        patch = _inside(image, _grown(face.box, 1 + 2 * POSE_MARGIN))
        rgb = cv2.cvtColor(cv2.resize(patch, (POSE_SIDE, POSE_SIDE)), cv2.COLOR_BGR2RGB)
        normal = ((rgb / np.float32(255) - IMAGENET_MEAN) / IMAGENET_STD).astype(np.float32)
        blob = np.ascontiguousarray(normal.transpose(2, 0, 1)[None])
        yaw, pitch, roll = (_expected_degrees(row[0]) for row in _run(self.pose_session, blob)[:3])
        # fr_pose counts the other way: its yaw is positive towards the image's left side.
        return Pose(yaw=-yaw, pitch=pitch, roll=roll)

    def live_score(self, image: Image, face: Face) -> float:
        """Passive live probability, 0..1, of one face; meaningful for frontal frames only."""
        patch = cv2.resize(_inside(image, _live_box(face, image)), (LIVE_SIDE, LIVE_SIDE)).astype(np.float32)
        blob = _lit(patch, _inside(image, face.box)).transpose(2, 0, 1)[None]
        return float(_softmax(_run(self.live_session, np.ascontiguousarray(blob))[0][0])[LIVE_CLASS])


def load_face_models(root: Path = DEFAULT_MODEL_ROOT, pack: ModelPack = REGISTRY) -> FaceModels:
    """Check every file of the pack, then load it; about one second.

    Raises:
        Unavailable: "model.missing". Corrupt: "model.digest_mismatch", "model.unexpected_file",
            "model.licence_invalid".
    """
    check_pack(root, pack)
    licence_notice(root, pack)
    options = session_options()
    pose, live = (
        _session(check_file(root, pack.file(role)), options) for role in (Role.POSE, Role.PASSIVE_LIVENESS)
    )
    read = _read_with_face_analysis if pack.engine is Engine.FACE_ANALYSIS else _read_with_retinaface
    return FaceModels(pack, *read(root, pack, options), pose, live)


def _read_with_face_analysis(
    root: Path, pack: ModelPack, options: onnxruntime.SessionOptions
) -> tuple[Any, Any, Any]:
    """Detector, recogniser, landmarker."""
    analysis = FaceAnalysis(
        # A directory that exists is taken as it is; a bare name would be downloaded when absent.
        name=str(root / pack.name),
        allowed_modules=["detection", "landmark_2d_106", "recognition"],
        providers=_PROVIDERS,
        sess_options=options,
    )
    side = STILL_DETECTOR_SIDE
    analysis.prepare(ctx_id=0, det_thresh=DETECTION_SCORE, det_size=(side, side))
    return analysis.det_model, analysis.models["recognition"], analysis.models["landmark_2d_106"]


def _read_with_retinaface(
    root: Path, pack: ModelPack, options: onnxruntime.SessionOptions
) -> tuple[Any, Any, Any]:
    """Detector, recogniser, landmarker."""
    paths = [check_file(root, pack.file(role)) for role in (Role.DETECTION, Role.EMBEDDING, Role.LANDMARKS)]
    detection, embedding, landmarks = (_session(path, options) for path in paths)
    recogniser = ArcFaceONNX(str(paths[1]), embedding)
    return RetinaFace(detection, DETECTION_SCORE), recogniser, Landmarks68(landmarks)


def session_options() -> onnxruntime.SessionOptions:
    """One thread per run, and no spinning: spinning doubles CPU time on a shared machine for nothing."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _session(path: Path, options: onnxruntime.SessionOptions) -> Any:
    return onnxruntime.InferenceSession(str(path), options, providers=_PROVIDERS)


def _run(session: Any, blob: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    feeds: Mapping[str, NDArray[np.float32]] = {session.get_inputs()[0].name: blob}
    return list(session.run(None, feeds))


def _as_insightface(face: Face) -> Any:
    return InsightFace(bbox=face.box, kps=face.keypoints, det_score=face.score)


def _main_face(found: tuple[Face, ...]) -> Face:
    """The largest face, if no other comes near it in area."""
    if len(found) > 1 and found[1].area > MAIN_FACE_SHARE * found[0].area:
        raise InvalidInput(
            "face.several", "the image shows more than one face", hint="use a portrait of one person"
        )
    return found[0]


def _reduced(image: Image) -> Image:
    longer = max(image.shape[:2])
    if longer <= MAX_STILL_SIDE:
        return image
    scale = MAX_STILL_SIDE / longer
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _padded(image: Image, border: int) -> Image:
    if border == 0:
        return image
    grey = (PAD_GREY, PAD_GREY, PAD_GREY)
    return cv2.copyMakeBorder(image, border, border, border, border, cv2.BORDER_CONSTANT, value=grey).astype(
        np.uint8
    )


def _grown(box: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    centre, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2 * scale
    return np.asarray(np.concatenate([centre - half, centre + half]), np.float32)


def _lit(patch: NDArray[np.float32], face: Image) -> NDArray[np.float32]:
    """A dark face's surroundings brightened: the network calls whatever is dim a print."""
    gain = max(1.0, LIVE_GREY / max(1.0, float(face[::4, ::4].mean())))
    return np.asarray(np.minimum(patch * np.float32(gain), 255), np.float32)


def _live_box(face: Face, image: Image) -> NDArray[np.float32]:
    """Box enlarged by 2.7, less where the image is smaller, then shifted inside the image."""
    limit = np.array([image.shape[1] - 1, image.shape[0] - 1], np.float32)
    scale = float(min(LIVE_BOX_SCALE, *(limit / (face.box[2:] - face.box[:2]))))
    box = _grown(face.box, scale)
    shift = np.maximum(0, -box[:2]) - np.maximum(0, box[2:] - limit)
    return np.asarray(box + np.concatenate([shift, shift]), np.float32)


def _inside(image: Image, box: NDArray[np.float32]) -> Image:
    left, top = np.maximum(box[:2], 0).astype(int)
    right, bottom = np.maximum(box[2:], box[:2] + 2).astype(int)
    return image[top : max(bottom, top + 1), left : max(right, left + 1)]


def _expected_degrees(logits: NDArray[np.float32]) -> float:
    return float(_softmax(logits) @ np.arange(POSE_BINS)) * POSE_BIN_DEGREES + POSE_FIRST_DEGREES


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    grown = np.exp(logits.astype(np.float64) - float(logits.max()))
    return np.asarray(grown / grown.sum(), np.float64)

"""Which model files the engine may load, and the proof that they are the ones it was measured with.

Decides: whether a pack of model files on disk is complete, unchanged and free of strangers. Does not download
(scripts/fetch_models.py does) and does not load networks (verifier/face/models.py does). Thresholds live in
verifier/thresholds.py, keyed by the same digests.

Layout under the model root: `<pack>/*.onnx` for InsightFace's `FaceAnalysis`, which takes every ONNX file
of its directory and guesses its task from the input shape, and `liveness/*.onnx` for everything it must not
see.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from verifier.errors import Corrupt, InvalidInput, Unavailable

DEFAULT_MODEL_ROOT: Final = Path(__file__).resolve().parent.parent / ".cache" / "models"
"""Where scripts/fetch_models.py puts them unless told otherwise (RIREKI_MODEL_ROOT)."""

PACK_MANIFEST_NAME: Final = "rireki-pack.json"
"""File an operator puts beside the models of an own pack: `{"licence": ..., "files": {role: {"name",
"sha256"}}}`."""

FETCH_HINT: Final = "run: python -m scripts.fetch_models"

_READ_BYTES: Final = 1 << 20

_RESEARCH_ONLY: Final = "InsightFace weights: non-commercial research only"
_MIT_LABEL: Final = "MIT as labelled by the package; training data undisclosed"


class Role(StrEnum):
    """What a model file is used for."""

    DETECTION = "detection"
    LANDMARKS = "landmarks"
    EMBEDDING = "embedding"
    PASSIVE_LIVENESS = "passive_liveness"
    POSE = "pose"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One ONNX file.

    Attributes:
        role: what it is used for.
        path: relative to the model root, with forward slashes.
        sha256: lower-case hex digest of the whole file.
        licence: one line, for the start-up notice and the record.
    """

    role: Role
    path: str
    sha256: str
    licence: str


@dataclass(frozen=True, slots=True)
class ModelPack:
    """A set of models that belong together; `name` is the directory that FaceAnalysis loads."""

    name: str
    files: tuple[ModelFile, ...]

    def file(self, role: Role) -> ModelFile:
        """The file that fills a role; KeyError when the pack has none."""
        for file in self.files:
            if file.role is role:
                return file
        raise KeyError(role)

    @property
    def licences(self) -> tuple[str, ...]:
        """Distinct licence lines, in the order of the files."""
        return tuple(dict.fromkeys(file.licence for file in self.files))


PASSIVE_LIVENESS: Final = ModelFile(
    Role.PASSIVE_LIVENESS,
    "liveness/fr_liveness.onnx",
    "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
    _MIT_LABEL,
)
POSE: Final = ModelFile(
    Role.POSE,
    "liveness/fr_pose.onnx",
    "72d032ec941b7153bf8d3f2c03a4c165453cc7e63d479041ec7c6ef087e5839d",
    _MIT_LABEL,
)

REGISTRY: Final = ModelPack(
    "registry",
    (
        ModelFile(
            Role.DETECTION,
            "registry/scrfd_500m_bnkps.onnx",
            "a3562ef62592bf387f6ef19151282ac127518e51c77696e62e0661bee95ba1ad",
            _RESEARCH_ONLY,
        ),
        ModelFile(
            Role.EMBEDDING,
            "registry/w600k_mbf.onnx",
            "9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f",
            _RESEARCH_ONLY,
        ),
        ModelFile(
            Role.LANDMARKS,
            "registry/2d106det.onnx",
            "f001b856447c413801ef5c42091ed0cd516fcd21f2d6b79635b1e733a7109dbf",
            _RESEARCH_ONLY,
        ),
        PASSIVE_LIVENESS,
        POSE,
    ),
)
"""Default pack: same networks as InsightFace's buffalo_s for landmarks and embedding, and a 500M SCRFD
detector."""


def read_operator_pack(root: Path, name: str) -> ModelPack:
    """Read the manifest of a pack that the operator installed, for example `buffalo_l` with a signed licence.

    Args:
        root: the model root.
        name: directory under it; holds the ONNX files and `PACK_MANIFEST_NAME`.

    Raises:
        Unavailable: no such directory or manifest (code "model.missing").
        InvalidInput: the manifest is malformed (code "model.manifest_invalid").
    """
    manifest = root / name / PACK_MANIFEST_NAME
    if not manifest.is_file():
        raise Unavailable(
            "model.missing",
            f"model pack {name!r} has no {PACK_MANIFEST_NAME}",
            hint=f"write {manifest} with the role, name and sha256 of each file",
        )
    try:
        document = json.loads(manifest.read_text(encoding="utf-8"))
        licence = str(document["licence"])
        files = tuple(
            ModelFile(Role(role), f"{name}/{entry['name']}", str(entry["sha256"]).lower(), licence)
            for role, entry in document["files"].items()
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            "model.manifest_invalid",
            f"the manifest of model pack {name!r} cannot be read",
            hint=f"correct {manifest}: licence, files.<role>.name and files.<role>.sha256",
        ) from error
    return _completed(ModelPack(name, files))


def check_pack(root: Path, pack: ModelPack) -> None:
    """Prove that a pack is complete, unchanged and alone in its directory.

    Raises:
        Unavailable: a file is absent (code "model.missing").
        Corrupt: a digest differs ("model.digest_mismatch"), or FaceAnalysis would also load a file that the
            manifest does not name ("model.unexpected_file").
    """
    for file in pack.files:
        check_file(root, file)
    named = {Path(file.path).name for file in pack.files if Path(file.path).parent.name == pack.name}
    strangers = sorted(path.name for path in (root / pack.name).glob("*.onnx") if path.name not in named)
    if strangers:
        raise Corrupt(
            "model.unexpected_file",
            f"model pack {pack.name!r} holds a file that its manifest does not name: {strangers[0]}",
            hint="remove the file; every ONNX file in this directory would be loaded",
        )


def check_file(root: Path, file: ModelFile) -> Path:
    """Return the path of one model file after comparing its digest; errors as in `check_pack`."""
    path = root / file.path
    if not path.is_file():
        raise Unavailable("model.missing", f"model file {file.path} is not installed", hint=FETCH_HINT)
    if sha256_of(path) != file.sha256:
        raise Corrupt(
            "model.digest_mismatch",
            f"model file {file.path} is not the one the thresholds were measured with",
            hint=f"remove it, then {FETCH_HINT}",
        )
    return path


def sha256_of(path: Path) -> str:
    """Lower-case hex SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _completed(pack: ModelPack) -> ModelPack:
    """Add the default pose and passive models where the operator's pack brings none; the rest is required."""
    present = {file.role for file in pack.files}
    missing = {Role.DETECTION, Role.LANDMARKS, Role.EMBEDDING} - present
    if missing:
        raise InvalidInput(
            "model.manifest_invalid",
            f"model pack {pack.name!r} names no {min(missing)} model",
            hint="name a detection, a landmarks and an embedding file",
        )
    extra = tuple(file for file in (PASSIVE_LIVENESS, POSE) if file.role not in present)
    return ModelPack(pack.name, pack.files + extra)

"""Which model files the engine may load, and the proof that they are the ones it was measured with.

Decides: whether a pack of model files on disk is complete, unchanged and free of strangers. Does not download
(scripts/fetch_models.py does), does not choose a pack (verifier/packs.py does) and does not load networks
(verifier/face/models.py does). Thresholds live in verifier/thresholds.py, keyed by the same digests.

Layout under the model root: `<pack>/*.onnx` for InsightFace's `FaceAnalysis`, which takes every ONNX file
of its directory and guesses its task from the input shape, and `liveness/*.onnx` for everything it must not
see.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from verifier.errors import Corrupt, Unavailable
from verifier.match_thresholds import MATCH, MatchThreshold

_CHECKOUT: Final = Path(__file__).resolve().parent.parent
_IN_CHECKOUT: Final = (_CHECKOUT / "scripts" / "fetch_models.py").is_file()
_USERS_CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "rireki"  # noqa: PTH111  never raises
"""XDG Base Directory Specification 0.8: what an installed package may lose and fetch again."""

DEFAULT_MODEL_ROOT: Final = (_CHECKOUT / ".cache" if _IN_CHECKOUT else _USERS_CACHE) / "models"
"""Where scripts/fetch_models.py puts them unless told otherwise (RIREKI_MODEL_ROOT). For an installed wheel,
which has no such script, a folder of the user's: nobody looks for models among installed packages."""


def fetch_hint(pack: str | None = None) -> str:
    """How to get the files of a built-in pack, the default one without a name."""
    command = "run: python -m scripts.fetch_models" + (f" --pack {pack}" if pack else "")
    if _IN_CHECKOUT:
        return command
    return f"{command} --root FOLDER in a checkout of the project, and set model_root to FOLDER"


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


class Engine(StrEnum):
    """What reads the detection and embedding files."""

    FACE_ANALYSIS = "face_analysis"
    """InsightFace's `FaceAnalysis` over the pack's directory: SCRFD detectors."""
    RETINAFACE = "retinaface"
    """verifier/face/retinaface.py for detection, InsightFace's ArcFace reader for the embedding."""


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
    """A set of models that belong together.

    Attributes:
        name: the pack's directory under the model root; what the setting `model_pack` says.
        files: one per role.
        engine: what reads them.
        match: limits that the pack's own manifest brings for its embedding; None for built-in packs, whose
            limits stand in verifier/match_thresholds.py.
    """

    name: str
    files: tuple[ModelFile, ...]
    engine: Engine = Engine.FACE_ANALYSIS
    match: MatchThreshold | None = None

    def has(self, role: Role) -> bool:
        """Whether a file fills this role."""
        return any(file.role is role for file in self.files)

    @property
    def match_threshold(self) -> MatchThreshold | None:
        """What a cosine of exactly this embedding file means; None when nobody measured it."""
        return self.match or MATCH.get(self.file(Role.EMBEDDING).sha256)

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

CLEANER: Final = ModelPack(
    "cleaner",
    (
        ModelFile(
            Role.DETECTION,
            "cleaner/retinaface_mobile025.onnx",
            "b7a7acab55e104dce6f32cdfff929bd83946da5cd869b9e2e9bdffafd1b7e4a5",
            _MIT_LABEL,
        ),
        ModelFile(
            Role.EMBEDDING,
            "cleaner/fr_feature.onnx",
            "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
            _MIT_LABEL,
        ),
        ModelFile(
            Role.LANDMARKS,
            "cleaner/fr_landmark.onnx",
            "f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258",
            _MIT_LABEL,
        ),
        PASSIVE_LIVENESS,
        POSE,
    ),
    Engine.RETINAFACE,
)
"""No file under a research-only licence. What the makers trained on is not disclosed: legal review stays
needed. The limits of liveness were not measured with its landmarks: what rests on them stays undecided, so
a person decides every case."""

BUILT_IN: Final = (REGISTRY, CLEANER)
"""Packs whose manifest is part of this program."""


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
        raise Unavailable("model.missing", f"model file {file.path} is not installed", hint=_fetch(file))
    if sha256_of(path) != file.sha256:
        raise Corrupt(
            "model.digest_mismatch",
            f"model file {file.path} is not the one the thresholds were measured with",
            hint=f"remove it, then {_fetch(file)}",
        )
    return path


def sha256_of(path: Path) -> str:
    """Lower-case hex SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _fetch(file: ModelFile) -> str:
    """How to get the file back: by the fetch script, unless it belongs to an operator's own pack."""
    folder = file.path.partition("/")[0]
    if folder == CLEANER.name:
        return fetch_hint(folder)
    if folder in {REGISTRY.name, "liveness"}:
        return fetch_hint()
    return f"put back the file that the manifest of pack {folder!r} names"

"""Which model pack the setting `model_pack` means, and what an operator's own pack must bring.

Decides: the manifest of the chosen pack, and whether a licence that lies beside it is a valid one. Loads no
network and downloads nothing: a pack that is not on disk is an error here, so that InsightFace, which would
download an unknown name, is never asked for one.

An operator's pack is a folder under the model root with the ONNX files and `rireki-pack.json`:

    {"licence": "...", "files": {"detection": {"name": "det_10g.onnx", "sha256": "..."}, ...},
     "match": {"accept": .., "reject": .., "false_match": [[.., ..], ..], "floor": .., "dataset": "...",
               "figures": "...", "measured_on": "2026-11-22"}}

`match` is what `python -m scripts.bench._face_match --limits NAME` prints; without it the scores give no
verdict. A `MODEL.LICENSE` signed by InsightFace may lie beside it; without one, weights by InsightFace are
for non-commercial research only.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from verifier.errors import Corrupt, InvalidInput, Unavailable
from verifier.match_thresholds import MatchThreshold
from verifier.models import BUILT_IN, PASSIVE_LIVENESS, POSE, ModelFile, ModelPack, Role

PACK_MANIFEST_NAME: Final = "rireki-pack.json"
LICENCE_NAME: Final = "MODEL.LICENSE"
_REQUIRED: Final = (Role.DETECTION, Role.LANDMARKS, Role.EMBEDDING)
_RESEARCH_NOTICE: Final = "for NON-COMMERCIAL research only"


def find_pack(root: Path, name: str) -> ModelPack:
    """The pack that a setting names: a built-in one, or the operator's own.

    Raises:
        Unavailable, InvalidInput: as `read_operator_pack`.
    """
    for pack in BUILT_IN:
        if pack.name == name:
            return pack
    return read_operator_pack(root, name)


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
    if Path(name).name != name or not manifest.is_file():
        raise Unavailable(
            "model.missing",
            f"model pack {name!r} has no {PACK_MANIFEST_NAME}",
            hint=f"write {manifest} with the role, name and sha256 of each file",
        )
    try:
        document = json.loads(manifest.read_text(encoding="utf-8-sig"))
        pack = _pack(name, document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            "model.manifest_invalid",
            f"the manifest of model pack {name!r} cannot be read",
            hint=f"correct {manifest}: licence, files.<role>.name and files.<role>.sha256; match if measured",
        ) from error
    return _completed(pack)


def licence_notice(root: Path, pack: ModelPack) -> str | None:
    """What must be said at start-up about the licence of a pack; None when nothing limits its use.

    Raises:
        Corrupt: a signed licence lies beside the models and is not valid ("model.licence_invalid").
    """
    limited = [file for file in pack.files if "non-commercial" in file.licence]
    if limited:
        names = ", ".join(Path(file.path).name for file in limited)
        return f"model pack {pack.name!r} is {_RESEARCH_NOTICE} ({names})"
    if pack in BUILT_IN:
        return f"model pack {pack.name!r}: {'; '.join(pack.licences)}; have counsel review it"
    return _signed_licence(root / pack.name, pack.name)


def _signed_licence(folder: Path, name: str) -> str | None:
    if not (folder / LICENCE_NAME).is_file():
        return (
            f"model pack {name!r} has no {LICENCE_NAME}: weights by InsightFace are then {_RESEARCH_NOTICE}"
        )
    # Here and not above: this loads the face library.
    from insightface.model_zoo.model_license import inspect_model_package_license  # noqa: PLC0415

    found = inspect_model_package_license(folder)
    if not found.verified:
        raise Corrupt(
            "model.licence_invalid",
            f"the {LICENCE_NAME} of model pack {name!r} is not valid ({found.status})",
            hint="ask the licensor for a valid one, or remove it and keep to non-commercial research",
        )
    return None if found.commercial_use_permitted else f"model pack {name!r} is {_RESEARCH_NOTICE}"


def _pack(name: str, document: dict[str, Any]) -> ModelPack:
    licence = str(document["licence"])
    files = tuple(
        ModelFile(Role(role), f"{name}/{_plain(entry['name'])}", str(entry["sha256"]).lower(), licence)
        for role, entry in document["files"].items()
    )
    measured = document.get("match")
    return ModelPack(name, files, match=None if measured is None else _limits(measured))


def _plain(name: str) -> str:
    """A file name without a path: a manifest names files of its own folder only."""
    if Path(name).name != name:
        raise ValueError("a path where a file name is expected")
    return name


def _limits(measured: dict[str, Any]) -> MatchThreshold:
    return MatchThreshold(
        accept=float(measured["accept"]),
        reject=float(measured["reject"]),
        false_match=tuple((float(score), float(rate)) for score, rate in measured["false_match"]),
        floor=float(measured["floor"]),
        dataset=str(measured["dataset"]),
        figures=str(measured["figures"]),
        measured_on=date.fromisoformat(measured["measured_on"]),
    )


def _completed(pack: ModelPack) -> ModelPack:
    """Add the default pose and passive models where the operator's pack brings none; the rest is required."""
    missing = [role for role in _REQUIRED if not pack.has(role)]
    if missing:
        raise InvalidInput(
            "model.manifest_invalid",
            f"model pack {pack.name!r} names no {min(missing)} model",
            hint="name a detection, a landmarks and an embedding file",
        )
    extra = tuple(file for file in (PASSIVE_LIVENESS, POSE) if not pack.has(file.role))
    return ModelPack(pack.name, pack.files + extra, match=pack.match)

"""`rireki face liveness`: does a recorded clip answer its challenge, and does a live person?

Shows what a verification would see and why it decides; keeps nothing.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from verifier.liveness.challenge import Challenge
    from verifier.types import CheckResult, Image

EXIT_NOT_PASSED = 1
"""Exit status when the clip was judged and did not pass."""
MAX_CHALLENGE_BYTES = 64 << 10
MAX_IMAGE_BYTES = 20 << 20
"""The engine's own limit on an image file (verifier.image); checked before the file is read."""

ModelRoot = Annotated[
    Path | None,
    typer.Option(envvar="RIREKI_MODEL_ROOT", help="folder of the model packs", show_default=False),
]


def liveness(
    clip: Annotated[
        Path, typer.Argument(help="video, or folder or ZIP archive of frames with timestamps_ms.json")
    ],
    challenge: Annotated[
        Path,
        typer.Option(help="JSON as the node issued it: the field `challenge` of a case", show_default=False),
    ],
    portrait: Annotated[
        Path | None, typer.Option(help="also compare with this portrait; left out: liveness alone")
    ] = None,
    model_root: ModelRoot = None,
    model_pack: Annotated[
        str, typer.Option(envvar="RIREKI_MODEL_PACK", help="registry, cleaner, or the operator's own")
    ] = "registry",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Judge a recorded clip against the challenge that it should answer.

    Prints every check with its outcome, reason code and score, and what they mean together: pass, review
    (somebody must look), again (too little was shown: ask for another clip) or reject. Reason codes are
    explained in docs/operator.md, limits and what they do not show in docs/measured/face.md.

    A clip is a video (MP4, MOV, WebM, MKV, AVI), or images in the order of their names with
    timestamps_ms.json, a list like [0, 66, 133]: milliseconds since the challenge was shown. 5 frames a
    second at least, 15 s at most. The times of a video file are its encoder's, so only frames with times of
    their own are judged for how even those are.

    A generated face fed in place of the camera is not detected by any of these checks.

    Example: rireki face liveness capture.zip --challenge challenge.json --json

    Exit status: 0 passed; 1 judged and not passed (review, again or reject); 2 not judged: a file is no
    usable clip, challenge or portrait, or a model is missing (code and hint on standard error).
    """
    # Here and not above: numpy, OpenCV and the models take seconds, and every command would wait.
    from verifier.clip_file import read_clip_file  # noqa: PLC0415
    from verifier.face.models import load_face_models  # noqa: PLC0415
    from verifier.liveness.presence import judge_presence  # noqa: PLC0415
    from verifier.models import DEFAULT_MODEL_ROOT  # noqa: PLC0415
    from verifier.packs import find_pack  # noqa: PLC0415

    asked = _challenge(challenge)
    claimed = None if portrait is None else _image(portrait)
    given = read_clip_file(clip)
    root = model_root or DEFAULT_MODEL_ROOT
    models = load_face_models(root, find_pack(root, model_pack))
    began = time.process_time()
    found = judge_presence(given.clip, asked, claimed, models, timed=given.timed)
    report = {
        "answer": found.answer,
        "codes": list(found.codes),
        "model_pack": models.pack.name,
        "frames": len(given.clip.frames),
        "cpu_seconds": round(time.process_time() - began, 3),
        "checks": [_as_json(check) for check in found.checks],
        "not_covered": list(found.not_covered),
    }
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report)
    if found.answer != "pass":
        raise typer.Exit(EXIT_NOT_PASSED)


def _challenge(path: Path) -> Challenge:
    from verifier.liveness.challenge import Challenge  # noqa: PLC0415  see `liveness`

    try:
        document = json.loads(_bytes(path, MAX_CHALLENGE_BYTES))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            "challenge.malformed", "the challenge is not JSON", hint="pass it exactly as it was issued"
        ) from error
    if isinstance(document, dict):
        # The signed form stands beside the fields (GET /v1/cases/CASE); the fields say what was asked.
        document.pop("token", None)
    return Challenge.from_json(document)


def _image(path: Path) -> Image:
    from verifier.image import decode_image  # noqa: PLC0415  see `liveness`

    return decode_image(_bytes(path, MAX_IMAGE_BYTES))


def _bytes(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise InvalidInput("face.file_too_large", f"{path.name} is too large", hint="check the path")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            "face.file_unreadable", f"{path.name} cannot be read", hint="check the path and its permissions"
        ) from error


def _as_json(check: CheckResult) -> dict[str, Any]:
    return {
        "check": check.check,
        "outcome": check.outcome,
        "code": check.code,
        "score": None if check.score is None else round(check.score, 4),
        "threshold": check.threshold,
        "model_sha256": check.model_sha256,
        "facts": dict(check.facts),
    }


def _print(report: dict[str, Any]) -> None:
    table = Table("check", "outcome", "code", "score", "threshold")
    for check in report["checks"]:
        figures = ("" if check[name] is None else f"{check[name]:.3g}" for name in ("score", "threshold"))
        table.add_row(check["check"], check["outcome"], check["code"] or "", *figures)
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{report['answer']}: {', '.join(report['codes']) or 'every check passed'}")
    console.print(f"not covered by pixels: {', '.join(report['not_covered'])}")

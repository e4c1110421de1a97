"""`rireki face compare`: do two pictures show one person, and how sure is that?

Shows what the verification engine would make of the pictures; stores nothing and fetches nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from node.cli.image_files import read_image
from verifier.errors import InvalidInput
from verifier.types import Outcome

if TYPE_CHECKING:
    from verifier.face.compare import Comparison, Seen
    from verifier.face.models import FaceModels
    from verifier.types import Image

EXITS: Final = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.UNDECIDED: 3}
"""Exit status by outcome; 2 is for what could not be compared at all."""
WORDS: Final = {Outcome.PASSED: "match", Outcome.FAILED: "no_match", Outcome.UNDECIDED: "review"}

_CODE_HINTS: Final = {
    "face.review_band": "a person must compare the pictures",
    "face.no_match": "the pictures show different people, or one person at very different ages",
    "face.no_threshold": "measure the pack's limits and write them into its manifest (verifier/packs.py)",
}


def compare(
    portrait: Annotated[Path, typer.Argument(metavar="A", help="The document's photograph.")],
    pictures: Annotated[
        list[Path], typer.Argument(metavar="B...", help="One or several pictures of the person now.")
    ],
    *,
    tight: Annotated[
        bool, typer.Option("--portrait", help="A is a chip or card portrait: small, grey, tightly cropped.")
    ] = False,
    model_root: Annotated[
        Path | None, typer.Option(envvar="RIREKI_MODEL_ROOT", help="Where the model packs lie.")
    ] = None,
    model_pack: Annotated[
        str, typer.Option(envvar="RIREKI_MODEL_PACK", help="registry, cleaner, or the operator's own.")
    ] = "registry",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare the face on A with the face on B (JPEG, PNG, WebP or JPEG 2000).

    Prints the score (cosine of two embeddings), the limits it was judged by, and the false-match rate it
    stands for: how many strangers at most would reach it by chance, as far as the photographs measured can
    show. With several B, frames of one person, the median weighted by their quality counts. A match on
    pictures that do not show the whole face is given to a person, whatever the score.

    Says nothing about whether anybody was alive in front of the camera. The limits come from public
    photographs of 40 people, no identity photograph or selfie among them (docs/measured/face-match.md).

    Example: rireki face compare chip.jp2 selfie-1.jpg selfie-2.jpg --portrait --json

    Exit status: 0 match; 1 no match; 3 a person must look; 2 not compared: a file is no usable image, shows
    no face or several, or the models are missing (code and hint on standard error).
    """
    images = [read_image(path, unreadable="face.file_unreadable") for path in (portrait, *pictures)]
    # Here and not above: loading the models takes seconds, and every command would wait.
    from verifier.face import compare as faces  # noqa: PLC0415
    from verifier.face.models import load_face_models  # noqa: PLC0415
    from verifier.models import DEFAULT_MODEL_ROOT  # noqa: PLC0415
    from verifier.packs import find_pack, licence_notice  # noqa: PLC0415

    root = model_root or DEFAULT_MODEL_ROOT
    pack = find_pack(root, model_pack)
    models = load_face_models(root, pack)
    first, *others = (
        _seen(path, image, models, portrait=tight and place == 0)
        for place, (path, image) in enumerate(zip((portrait, *pictures), images, strict=True))
    )
    found = faces.compare(first, others, models)
    if as_json:
        typer.echo(json.dumps(_as_json(found, models), indent=2))
    else:
        _print(found, models, licence_notice(root, pack))
    raise typer.Exit(EXITS[found.result.outcome])


def _seen(path: Path, image: Image, models: FaceModels, *, portrait: bool) -> Seen:
    from verifier.face.compare import look  # noqa: PLC0415  see `compare`

    try:
        return look(image, models, portrait=portrait)
    except InvalidInput as error:
        # Two files are given, and one is to be replaced.
        raise InvalidInput(error.code, f"{path.name}: {error.message}", hint=error.hint) from error


def _as_json(found: Comparison, models: FaceModels) -> dict[str, Any]:
    result, limits = found.result, models.pack.match_threshold
    return {
        "outcome": WORDS[result.outcome],
        "code": result.code,
        "hint": _hint(result.code),
        "score": round(result.score or 0.0, 4),
        "accept_from": limits.accept if limits else None,
        "refuse_below": limits.reject if limits else None,
        "threshold": result.threshold,
        "false_match_rate": result.facts.get("false_match_rate"),
        "threshold_false_match_rate": result.facts.get("threshold_false_match_rate"),
        "false_match_floor": limits.floor if limits else None,
        "measured_with": limits.dataset if limits else None,
        "measured_on": limits.measured_on.isoformat() if limits else None,
        "model_pack": models.pack.name,
        "model_sha256": result.model_sha256,
        "portrait": _seen_as_json(found.portrait),
        "pictures": [_seen_as_json(picture) for picture in found.pictures],
    }


def _seen_as_json(seen: Seen) -> dict[str, Any]:
    from verifier.face.quality import weight  # noqa: PLC0415  see `compare`

    quality = {name: round(value, 3) for name, value in asdict(seen.quality).items()}
    faults = [{"code": code, "hint": _hint(code)} for code in seen.faults]
    return {"quality": quality, "weight": round(weight(seen.quality), 3), "faults": faults}


def _hint(code: str | None) -> str | None:
    from verifier.face.quality import HINTS  # noqa: PLC0415  see `compare`

    return None if code is None else (HINTS | _CODE_HINTS).get(code)


def _print(found: Comparison, models: FaceModels, notice: str | None) -> None:
    shown, console = _as_json(found, models), Console(highlight=False, soft_wrap=True)
    reason = f" [{shown['code']}]: {shown['hint']}" if shown["code"] else ""
    console.print(f"{shown['outcome'].upper()}{reason}", markup=False)
    table = Table("figure", "value", "meaning")
    table.add_row("score", f"{shown['score']:.3f}", "cosine of the two faces, at most 1")
    if shown["accept_from"] is not None:
        table.add_row(
            "match from", f"{shown['accept_from']:.2f}", f"refused below {shown['refuse_below']:.2f}"
        )
        rate, floor = shown["false_match_rate"], shown["false_match_floor"]
        table.add_row("false-match rate", f"<= {rate:.2%}", "strangers who would reach this score, at most")
        table.add_row("", "", f"the photographs measured cannot show less than {floor:.2%}:")
        table.add_row("", "", shown["measured_with"])
    console.print(table)
    quality = Table("picture", "eyes apart", "turned", "sharpness", "light", "weight", "what to better")
    for name, seen in (
        ("A", shown["portrait"]),
        *((f"B{n}", one) for n, one in enumerate(shown["pictures"], 1)),
    ):
        of = seen["quality"]
        faults = "; ".join(f"{fault['hint']} [{fault['code']}]" for fault in seen["faults"])
        quality.add_row(
            name,
            f"{of['eye_distance']:.0f} px",
            f"{of['yaw']:.0f}°",
            f"{of['sharpness']:.2f}",
            f"{of['brightness']:.0f}",
            f"{seen['weight']:.2f}",
            faults.replace("[", "\\["),
        )
    console.print(quality)
    if notice:
        console.print(f"note: {notice}", markup=False)

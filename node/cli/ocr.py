"""`rireki ocr`: read photographs of a document's surface and print what was read.

Shows what the verification engine would see; keeps nothing and sends nothing to a card.
"""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from node.cli.image_files import read_image
from node.domain.days import jst_date
from verifier.era import TYPED_FORMS, typed_day
from verifier.errors import InvalidInput

if TYPE_CHECKING:
    from verifier.types import SurfaceReading  # numpy: half a second that --help need not wait for

EXIT_WITHHELD = 1
"""Exit status when the frames were read but a check did not pass: 照合番号B is withheld."""


def ocr(
    frames: Annotated[
        list[Path], typer.Argument(help="photographs of one card: JPEG, PNG or WebP", show_default=False)
    ],
    kind: Annotated[str, typer.Option(help="kind of document; an unknown one lists them all")] = "mynumber",
    birth_date: Annotated[
        str | None,
        typer.Option(
            help="as the customer typed it: 1980-02-17, 1980/2/17, S55.2.17; compared with the card"
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option(help="YYYY-MM-DD to judge validity by; today in Japan if left out")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Read photographs of a card and print its fields, their confidences and 照合番号B.

    Give three or more frames of the same card, taken at least 300 ms apart and with the card or the phone
    moved in between: every field needs two frames that read the same. 1600x1200 with the card over most of
    the width is a good size. With fewer frames the fields are still shown, but 照合番号B is withheld, and the
    output says why. Nothing is stored, nothing is sent to a card; the output is personal data.

    Example: rireki ocr front-1.jpg front-2.jpg front-3.jpg --birth-date 1980-02-17

    Exit status: 0 every check that ran passed; 1 read, but a check did not pass (its code is shown); 2 not
    read: a file is no usable image, or no such kind (code and hint on standard error).
    """
    # Here and not above: loading numpy, OpenCV and the models takes seconds, and every command would wait.
    from verifier.ocr.kinds import surface_kind  # noqa: PLC0415
    from verifier.ocr.rapid import RapidTextReader  # noqa: PLC0415

    chosen = surface_kind(kind)
    typed = None if birth_date is None else _date(birth_date)
    day = jst_date(int(time.time())) if today is None else _date(today)
    images = [read_image(path, unreadable="ocr.file_unreadable") for path in frames]
    reading = chosen.read(images, reader=RapidTextReader(), today=day, typed_birth_date=typed)
    if as_json:
        typer.echo(json.dumps(_as_json(reading, kind), ensure_ascii=False, indent=2))
    else:
        _print(reading, chosen.title, gives_pin_b=chosen.gives_pin_b)
    if _unmet(reading):
        raise typer.Exit(EXIT_WITHHELD)


def _date(text: str) -> date:
    day = typed_day(text)
    if day is None:
        raise InvalidInput("ocr.bad_date", f"not a date: {text}", hint=f"Write {TYPED_FORMS}.")
    return day


def _unmet(reading: SurfaceReading) -> list[str]:
    """Reason codes of the checks that did not pass; a birth date that nobody typed is none."""
    return [
        check.code
        for check in reading.checks
        if check.code is not None and check.code != "ocr.birth_date_not_typed"
    ]


def _as_json(reading: SurfaceReading, kind: str) -> dict[str, Any]:
    unmet = _unmet(reading)
    return {
        "kind": kind,
        "frames_used": reading.frames_used,
        "fields": {
            name: {
                "value": field.value,
                "printed": field.printed,
                "votes": field.votes,
                "confidence": round(field.confidence, 3),
            }
            for name, field in reading.fields.items()
        },
        "pin_b": reading.pin_b,
        "withheld": unmet,
        "checks": [
            {
                "check": check.check,
                "outcome": check.outcome.value,
                "code": check.code,
                "facts": dict(check.facts),
            }
            for check in reading.checks
        ],
    }


def _print(reading: SurfaceReading, title: str, *, gives_pin_b: bool) -> None:
    from verifier.verification.hints import hint  # noqa: PLC0415  see `ocr`

    console = Console(highlight=False)
    table = Table("field", title=title)
    for heading in ("value", "as printed", "frames", "confidence"):
        table.add_column(heading, overflow="fold")
    for name, field in reading.fields.items():
        table.add_row(name, field.value, field.printed, str(field.votes), f"{field.confidence:.2f}")
    console.print(table)
    for check in reading.checks:
        facts = ", ".join(f"{name} {value}" for name, value in check.facts.items())
        console.print(f"{check.check}: {check.outcome.value}", check.code or "", facts, markup=False)
        if check.code and (advice := hint(check.code, otherwise="")):
            console.print(f"  {advice}", markup=False)
    if gives_pin_b:
        shown = reading.pin_b or f"withheld: {', '.join(_unmet(reading))}"
        console.print(f"照合番号B: {shown}", markup=False)

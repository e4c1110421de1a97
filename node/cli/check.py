"""`rireki check`: everything that a node needs, looked at in one run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from node.checks.catalogue import Told, check_all, is_sound
from node.checks.finding import Status
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.process import prepare_process

EXIT_NOT_SOUND = 1
"""Exit status when something failed, or something that the node needs could not be checked."""

_COLOURS = {
    Status.OK: "green",
    Status.WARNING: "yellow",
    Status.FAILED: "red",
    Status.NOT_PERFORMED: "magenta",
}


def check(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at everything a node needs, in one run of half a minute at most, and say what to do.

    Settings (all that is missing or wrong together), secret files, keys, chain and contract, clocks, this
    member's place in the consortium, database and schema, evidence storage, disk, models, card issuers' keys,
    card reader, the other members' nodes. Each line says ok, warning, failed or not performed, with a code
    and a hint. Changes nothing and prints no secret.

    Example: rireki check --config rireki.toml

    Exit status: 0 when nothing failed; 1 when something failed, or could not be checked although this node
    needs it.
    """
    prepare_process()
    told = check_all(config)
    sound = is_sound(told)
    if as_json:
        typer.echo(json.dumps(_as_json(told, sound=sound), ensure_ascii=False, indent=2))
    else:
        _print(told)
    if not sound:
        raise typer.Exit(EXIT_NOT_SOUND)


def _as_json(told: Sequence[Told], *, sound: bool) -> dict[str, Any]:
    return {
        "sound": sound,
        "checks": [
            {
                "check": one.check,
                "status": one.finding.status.value,
                "message": one.finding.message,
                "code": one.finding.code or None,
                "hint": one.finding.hint or None,
            }
            for one in told
        ],
    }


def _print(told: Sequence[Told]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for one in told:
        finding = one.finding
        code = f" [{finding.code}]" if finding.code else ""
        console.print(f"{finding.status.value:<13}", style=_COLOURS[finding.status], end=" ")
        console.print(f"{one.check}: {finding.message}{code}", markup=False)
        if finding.hint:
            console.print(f"{'':<13} hint: {finding.hint}", markup=False)

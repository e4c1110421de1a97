"""`rireki face`: try face match and liveness on files, without a node, a card or a database."""

from __future__ import annotations

import typer

from node.cli.face_compare import compare
from node.cli.face_liveness import liveness

app = typer.Typer(no_args_is_help=True, help="Try face match and liveness on files.")
app.command("compare")(compare)
app.command("liveness")(liveness)

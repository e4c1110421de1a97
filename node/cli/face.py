"""`rireki face`: try face match and liveness on files, without a node, a card or a database."""

from __future__ import annotations

import typer

from node.cli.face_compare import compare
from node.cli.face_liveness import liveness

app = typer.Typer(
    no_args_is_help=True,
    help="""Try face match and liveness on files, as a verification judges them; nothing is stored or sent.

    Do two pictures show one person? `rireki face compare portrait.jpg selfie.jpg`

    Did a live person do what was asked? `rireki face liveness clip.zip --challenge challenge.json`

    The limits were measured on few, public photographs and computed clips. No certified presentation-attack
    test (ISO/IEC 30107-3) was made, and neither command sees a generated or injected face.
    """,
    epilog="The models are fetched once: python -m scripts.fetch_models",
)
app.command("compare")(compare)
app.command("liveness")(liveness)

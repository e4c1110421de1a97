"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config", "-c", envvar="RIREKI_CONFIG", help="The node's TOML settings file.", show_default=True
    ),
]

DEFAULT_CONFIG = Path("rireki.toml")

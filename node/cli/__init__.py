"""The `rireki` command. Every sub-command lives in its own module and is one thin edge over use cases.

Distributions may add commands through the entry-point group `rireki.commands` (name -> Typer or function).
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console

from node.cli import apikey, card_relay, chain, check, database, face, init, keys, ocr, serve
from node.errors import NodeError
from verifier.errors import VerifierError

EXIT_COULD_NOT_DO = 2
"""Exit status when a command ends in an error with a code; 1 is for outcomes that are negative."""

app = typer.Typer(
    name="rireki",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # paragraphs of a docstring are filled to the width of the terminal
    help="Rireki (履歴): verify a customer once, let other institutions rely on it.",
    epilog="A new member: init, chain deploy (or admit), chain publish-keys, apikey create, check, serve.",
)
app.command("init")(init.init)
app.add_typer(keys.app, name="keys")
app.add_typer(database.app, name="db")
app.add_typer(apikey.app, name="apikey")
app.add_typer(chain.app, name="chain")
app.add_typer(face.app, name="face")
app.command("check")(check.check)
app.command("serve")(serve.serve)
app.command("card-relay")(card_relay.card_relay)
app.command("ocr")(ocr.ocr)


def _add_plugins() -> None:
    for point in entry_points(group="rireki.commands"):
        try:
            command = point.load()
        except ModuleNotFoundError:
            continue  # an installed wheel has the node, not the demo and simulators of the checkout
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=point.name)
        else:
            app.command(point.name)(command)


def main() -> None:
    """Run the command line; any error of ours ends as one line with code and hint."""
    _add_plugins()
    try:
        app()
    except (NodeError, VerifierError) as error:
        report(error)
        sys.exit(EXIT_COULD_NOT_DO)
    except KeyboardInterrupt:
        sys.exit(130)


def report(error: NodeError | VerifierError) -> None:
    """One line for the error, one for what to do next, on standard error."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print("[bold red]error:[/]", end=" ")
    console.print(f"{error.message} [{error.code}]", markup=False)
    if error.hint:
        console.print(f"  hint: {error.hint}", markup=False)

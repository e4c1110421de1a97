"""The `rireki` command. Every sub-command lives in its own module and is one thin edge over use cases.

Two more, of the demonstration and the simulators, are added where this package lies in its repository.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import typer
from rich.console import Console

from node.cli import apikey, card_relay, chain, check, database, face, init, keys, ocr, serve
from node.domain.plain_text import is_unicode
from node.errors import InvalidInput, NodeError
from node.process import use_utf8
from verifier.errors import VerifierError

EXIT_COULD_NOT_DO = 2
"""Exit status when a command ends in an error with a code; 1 is for outcomes that are negative."""

CHECKOUT = Path(__file__).resolve().parents[2]
"""The repository's root, if this is one."""

OF_THE_CHECKOUT = {
    "demo": ("scripts.demo.command", "demo"),
    "sim": ("tests.sim.card.sim_command", "app"),
}
"""Command -> module and what to take of it."""

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


def _add_commands_of_the_checkout() -> None:
    """`rireki demo` and `rireki sim` exist where the repository is: an installed wheel has neither module.

    Whoever asks for another command does not wait until the demonstration's models and libraries are loaded.
    """
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    others = {one.name for one in app.registered_commands} | {one.name for one in app.registered_groups}
    if asked in others or not (CHECKOUT / "pyproject.toml").is_file():
        return
    for name, (module, member) in OF_THE_CHECKOUT.items():
        command = getattr(import_module(module), member)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)


def main() -> None:
    """Run the command line; any error of ours ends as one line with code and hint."""
    use_utf8()
    _add_commands_of_the_checkout()
    try:
        _require_unicode_arguments()
        app()
    except (NodeError, VerifierError) as error:
        report(error)
        sys.exit(EXIT_COULD_NOT_DO)
    except KeyboardInterrupt:
        sys.exit(130)


def _require_unicode_arguments() -> None:
    if not all(map(is_unicode, sys.argv)):
        raise InvalidInput(
            "cli.not_utf8", "an argument is not written in UTF-8", hint="Use a terminal with a UTF-8 locale."
        )


def report(error: NodeError | VerifierError) -> None:
    """One line for the error, one for what to do next, on standard error."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print("[bold red]error:[/]", end=" ")
    console.print(f"{error.message} [{error.code}]", markup=False)
    if error.hint:
        console.print(f"  hint: {error.hint}", markup=False)

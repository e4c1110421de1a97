"""`rireki keys`: the member's keys."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from node.bootstrap import build_signer, make_home, no_password
from node.chain.signer import create_keystore
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.config import Settings, load_settings
from node.exchange.keys import generate_keys, load_keys

app = typer.Typer(no_args_is_help=True, help="Make and show the keys of this member.")


@app.command()
def init(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Make the chain account's keystore and the record, transfer and evidence keys, once.

    Existing keys are never overwritten. Back up the keystore and the keys folder, encrypted, at two places.
    """
    for line in make_keys(load_settings(config)):
        typer.echo(line)


def make_keys(settings: Settings) -> list[str]:
    """Make what is missing and open what is there. Returns what was done, a line each."""
    make_home(settings.home)
    if settings.keystore.exists():
        signer, done = build_signer(settings), "kept"
    else:
        signer, done = create_keystore(settings.keystore, _password(settings)), "made"
    lines = [f"keystore {done}: {signer.address}"]
    if settings.keys.exists():
        load_keys(settings.keys)
        return [*lines, "keys kept"]
    generate_keys(randomness=secrets.token_bytes).save(settings.keys)
    return [*lines, "record, transfer and evidence keys made"]


@app.command()
def show(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    account: Annotated[bool, typer.Option("--account", help="The chain account alone, for scripts.")] = False,
) -> None:
    """Print the public parts: the chain account and the record key.

    Example: rireki chain admit "$(rireki keys show --account --config broker.toml)" "Broker B"
    """
    settings = load_settings(config)
    if account:
        typer.echo(build_signer(settings).address)
        return
    keys = load_keys(settings.keys)
    typer.echo(f"chain account  {build_signer(settings).address}")
    typer.echo(f"record key     {keys.record_public.hex()}")


def _password(settings: Settings) -> str:
    if settings.keystore_password is None:
        raise no_password()
    return settings.keystore_password.get_secret_value()

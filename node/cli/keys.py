"""`rireki keys`: the member's keys."""

from __future__ import annotations

import secrets

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
    settings = load_settings(config)
    make_home(settings)
    if settings.keystore.exists():
        signer = build_signer(settings)
        typer.echo(f"keystore kept: {signer.address}")
    else:
        signer = create_keystore(settings.keystore, _password(settings))
        typer.echo(f"keystore made: {signer.address}")
    if settings.keys.exists():
        load_keys(settings.keys)
        typer.echo("keys kept")
    else:
        generate_keys(randomness=secrets.token_bytes).save(settings.keys)
        typer.echo("record, transfer and evidence keys made")


@app.command()
def show(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print the public parts: the chain account and the record key."""
    settings = load_settings(config)
    keys = load_keys(settings.keys)
    typer.echo(f"chain account  {build_signer(settings).address}")
    typer.echo(f"record key     {keys.record_public.hex()}")


def _password(settings: Settings) -> str:
    if settings.keystore_password is None:
        raise no_password()
    return settings.keystore_password.get_secret_value()

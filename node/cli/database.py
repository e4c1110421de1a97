"""`rireki db`: the node's database."""

from __future__ import annotations

import typer

from node.bootstrap import build, make_home
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.config import load_settings
from node.store.database import upgrade

app = typer.Typer(no_args_is_help=True, help="Migrate the database, rebuild the index of the chain.")


@app.command("upgrade")
def upgrade_database(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring the database to this version's schema. `serve` does so by itself."""
    settings = load_settings(config)
    make_home(settings.home)
    upgrade(settings.database)
    typer.echo("the database is up to date")


@app.command()
def reindex(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Forget the index of the chain and read it anew; checks it against the contract's running hash."""
    ledger = build(load_settings(config)).ledger
    ledger.require_chain()
    status = ledger.indexer.reindex()
    typer.echo(f"{status.events} events up to block {status.block_number}, head {status.head.hex()}")

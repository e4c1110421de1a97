"""`rireki apikey`: keys for the member's staff and systems."""

from __future__ import annotations

import secrets
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from node.bootstrap import build_store
from node.cli.options import DEFAULT_CONFIG, ConfigOption
from node.config import load_settings
from node.domain.access import Role, issue_api_key

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")


@app.command()
def create(
    holder: Annotated[str, typer.Argument(help="Work name of the person or system, for the audit log.")],
    role: Annotated[
        Role, typer.Argument(help="staff, reviewer, officer (a provider's) or auditor (a regulator's).")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Make a key and print its bearer token once; it cannot be shown again."""
    node = build_store(load_settings(config))
    key, token = issue_api_key(holder, role, now=int(time.time()), randomness=secrets.token_bytes)
    with node.transaction() as unit:
        unit.api_keys.add(key)
    typer.echo(token)


@app.command("list")
def list_keys(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Show every key's id, holder, role and state."""
    node = build_store(load_settings(config))
    with node.snapshot() as unit:
        keys = unit.api_keys.find()
    table = Table("key id", "holder", "role", "state")
    for key in keys:
        table.add_row(key.key_id, key.holder, key.role, "revoked" if key.revoked_at else "active")
    Console().print(table)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `rireki apikey list` shows it.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """End a key at once."""
    node = build_store(load_settings(config))
    with node.transaction() as unit:
        key = unit.api_keys.get(key_id)
        unit.api_keys.replace(key.revoked(int(time.time())), was=key)
    typer.echo(f"revoked {key_id}")

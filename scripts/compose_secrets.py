"""Make the secrets that docker-compose.yml mounts: one random password per member and purpose.

Usage: `python -m scripts.compose_secrets [--out deploy/secrets]`. Writes for each member

    MEMBER/postgres_password    of its database
    MEMBER/database_url         the same in a URL, for the node
    MEMBER/keystore_password    of its chain account

Never replaces secrets: the folder must not exist. Back them up; a lost keystore password is a lost account.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from scripts.private_files import AlreadyThereError, write_new_folder

MEMBERS = ("provider-a", "provider-b", "regulator")
DATABASE = "rireki"
"""Name of database and role in each member's PostgreSQL."""

PASSWORD_BYTES = 32


def member_files(member: str) -> dict[str, str]:
    """Path -> new secret of one member."""
    database_password = secrets.token_hex(PASSWORD_BYTES)
    host = f"postgres-{member}"
    return {
        f"{member}/postgres_password": database_password,
        f"{member}/database_url": f"postgresql://{DATABASE}:{database_password}@{host}/{DATABASE}",
        f"{member}/keystore_password": secrets.token_hex(PASSWORD_BYTES),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="compose_secrets", description="Make compose's secrets.")
    parser.add_argument("--out", type=Path, default=Path("deploy/secrets"), help="folder; must not exist")
    folder = parser.parse_args(arguments).out
    try:
        write_new_folder(folder, {k: v for member in MEMBERS for k, v in member_files(member).items()})
    except AlreadyThereError:
        hint = "name another folder; secrets are never replaced"
        print(f"error: {folder} exists [secrets.exists]\n  hint: {hint}", file=sys.stderr)
        return 1
    print(f"wrote {folder}: secrets of {', '.join(MEMBERS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The settings file of a new member: what belongs into it, with comments that say what each line does.

Pure: a member in, text out. Every line stands at the top level, `reuse.` too, so that lines may be appended
to the file (`rireki chain deploy >> rireki.toml`). Spec: TOML 1.0; a JSON string is a TOML basic string.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from node.config import Environment

KEYSTORE = "keystore.json"
PASSWORD = "keystore.password"  # noqa: S105  a file's name
DATABASE_URL = "database.url"
TRUST = "trust"


@dataclass(frozen=True, slots=True)
class NewMember:
    """A member that has no settings yet.

    Attributes:
        environment: "production", "test" or "demo".
        legal_name: as customers and the consortium know it.
        home: absolute folder of everything the node keeps.
        public_url: where browsers and peers reach it.
        listen_port: where the process listens, on loopback.
        rpc_url: the member's chain node.
        database_url: SQLAlchemy URL; empty = SQLite under `home`.
        trust_dir: card issuers' keys; None = a folder under `home`.
        verifies: whether it verifies customers; a regulator does not.
    """

    environment: Environment
    legal_name: str
    home: Path
    public_url: str
    listen_port: int
    rpc_url: str
    database_url: str = ""
    trust_dir: Path | None = None
    verifies: bool = True

    @property
    def trust(self) -> Path | None:
        """Folder of the card issuers' keys; None where no card is ever read."""
        return (self.trust_dir or self.home / TRUST) if self.verifies else None

    def values(self) -> dict[str, Any]:
        """Name -> value of every setting that is written."""
        values: dict[str, Any] = {
            "environment": self.environment,
            "legal_name": self.legal_name,
            "home": str(self.home),
            "listen_port": self.listen_port,
            "public_url": self.public_url,
            "rpc_url": self.rpc_url,
            "keystore": str(self.home / KEYSTORE),
            "keystore_password_file": str(self.home / PASSWORD),
            "engine_workers": 1 if self.verifies else 0,
        }
        if self.database_url:
            values["database_url_file"] = str(self.home / DATABASE_URL)
        if self.trust is not None:
            values["trust_dir"] = str(self.trust)
        return values


_HEAD = """\
# Settings of this member's node, written by `rireki init`. README.md, Configuration, lists every setting.
# An environment variable RIREKI_<NAME> overrides the line of that name. To check all of it: rireki check
"""

_ORDER: tuple[tuple[str, str], ...] = (
    (
        "environment",
        "production, test or demo. Test and demo accept test card keys and take the chain's time.",
    ),
    ("legal_name", "As customers and the consortium know this member; the contract records it."),
    ("home", "Database, keys and encrypted evidence lie here. Back it up, encrypted."),
    ("listen_port", "The process listens on 127.0.0.1; put a TLS proxy in front of it."),
    (
        "public_url",
        "Where browsers and other members reach this node. https in production; no path.",
    ),
    ("rpc_url", "This member's own chain node. For trials: rireki chain dev."),
    (
        "keystore",
        "The chain account, encrypted with the password in the second file.",
    ),
    ("keystore_password_file", ""),
    ("database_url_file", "The database's URL lies in a file of its own, because it may hold a password."),
    (
        "trust_dir",
        "Card issuers' public keys (docs/operator.md, Cards). Without any, no card is accepted.",
    ),
    ("engine_workers", "Verifications at a time; 0 on a node that never verifies, such as a regulator's."),
)

_TAIL = """\
# What this member asks for as the recipient of a verification; these are the defaults.
# reuse.legal_basis = "BANK_INQUIRY"
# reuse.allowed_methods = ["jp.chip+face"]
# reuse.max_age_days = 365
# Names that must not be accepted, one a line. Without a list nobody is screened, and no reuse is accepted.
# reuse.screening_list = "/path/to/list.txt"

# The consortium's contract: three lines that `rireki chain deploy` prints for its first member; every member
# appends the same three.
# contract_address = "0x..."
# deployed_block = 1
# chain_id = 31337
"""


def settings_text(member: NewMember) -> str:
    """The whole file, ready to be read back by `node.config.load_settings`."""
    values = member.values()
    parts = [_HEAD]
    for name, comment in _ORDER:
        if name in values:
            told = "".join(f"# {line}\n" for line in comment.splitlines())
            parts.append(f"{told}{name} = {json.dumps(values[name], ensure_ascii=False)}\n")
    text = "\n".join(parts).replace("\n\nkeystore_password_file", "\nkeystore_password_file")
    return f"{text}\n{_TAIL}"
